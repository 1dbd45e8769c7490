"""Write intervals. Everything here is called under the lock of the tree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection
from django.db.models import Max

from grids.models import GridNode
from grids.numbering import Place, number, number_within, room_for, townships
from tenants.ids import new_id
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User

_COLUMNS: Final = (
    *("pk", "parent_id", "kind", "lft", "rght", "level"),
    *("tree_id", "township_id", "parent_kind"),
)


class Standing(NamedTuple):
    """A node as it stands: all that is derived from ``parent``, and nothing else."""

    pk: UUID
    parent_id: UUID | None
    kind: str
    lft: int
    rght: int
    level: int
    tree_id: int
    township_id: UUID
    parent_kind: str


def place_below(parent: GridNode, kind: str) -> Place:
    """A place for a new node behind those below ``parent``.

    It is taken from the parent's room: no other row is written. Only when that
    is used up is the smallest branch with enough of it laid out anew.
    """
    width = room_for(kind) + 2
    for _attempt in range(2):
        low, high = GridNode.objects.values_list("lft", "rght").get(pk=parent.pk)
        last = GridNode.objects.filter(parent=parent).aggregate(last=Max("rght"))
        end = last["last"] or low
        if end + width < high:
            return Place(end + 1, end + width, parent.level + 1)
        _make_room(parent, kind)
    raise RuntimeError("The tree made no room for a node.")  # pragma: no cover


def _make_room(parent: GridNode, kind: str) -> None:
    """Widen ``parent`` for one more, inside the smallest branch that can."""
    newcomer = (new_id(), parent.pk, kind)
    for above in GridNode.objects.above(parent).order_by("-lft"):
        branch = read(GridNode.objects.within(above))
        rows = [*((n.pk, n.parent_id, n.kind) for n in branch), newcomer]
        kept = {n.pk: (n.lft, n.rght) for n in branch}
        places = (
            number_within(rows, kept, level=above.level)
            if above.parent_id
            else number(rows, kept)
        )
        if places is not None:
            write(_at(n, places[n.pk]) for n in branch)
            return


def lay_out(
    *,
    fresh: Sequence[GridNode] = (),
    moved: Mapping[UUID, UUID] | None = None,
    keep: bool = True,
) -> dict[UUID, UUID]:
    """Find places for new nodes and for branches that moved, and write them.

    ``fresh`` nodes get their columns here and are stored by the caller;
    ``moved`` says the new parent of each node that changes it. What needn't
    change stays as it is, unless ``keep`` is false. Returns the nodes whose
    township changed, with the new one.
    """
    before = {n.pk: n for n in read(GridNode.objects.all())}
    stands = _in_the_order_of_parents(before, moved or {})
    stands += [_standing(node) for node in fresh]
    gone = _branches(stands, moved or {})
    kept = {n.pk: (n.lft, n.rght) for n in before.values() if n.pk not in gone}
    rows = [(n.pk, n.parent_id, n.kind) for n in stands]
    places = number(rows, kept if keep else {})
    lies_in = townships(rows)
    kinds = {n.pk: n.kind for n in stands}
    tree_id = stands[0].tree_id
    after = {
        n.pk: _at(n, places[n.pk])._replace(
            tree_id=tree_id,
            township_id=lies_in[n.pk],
            parent_kind=kinds[n.parent_id] if n.parent_id else "",
        )
        for n in stands
    }
    write((after[pk] for pk in before), before)
    for node in fresh:
        for name, value in after[node.pk]._asdict().items():
            setattr(node, name, value)
    return {
        pk: n.township_id
        for pk, n in after.items()
        if pk in before and n.township_id != before[pk].township_id
    }


def read(nodes: Iterable[GridNode]) -> list[Standing]:
    """These nodes in their order."""
    rows = nodes.in_order().values_list(*_COLUMNS)  # type: ignore[attr-defined]
    return [Standing(*row) for row in rows]


def write(
    standing: Iterable[Standing], before: Mapping[UUID, Standing] | None = None
) -> int:
    """Store what differs, in one statement; returns how many rows that were."""
    changed = [n for n in standing if before is None or n != before[n.pk]]
    if not changed:
        return 0
    columns = [list(column) for column in zip(*changed, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grids_gridnode n SET parent_id = v.parent_id, lft = v.lft,"
            " rght = v.rght, level = v.level, tree_id = v.tree_id,"
            " township_id = v.township_id, parent_kind = v.parent_kind"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::integer[],"
            " %s::integer[], %s::integer[], %s::integer[], %s::uuid[], %s::text[])"
            " AS v (id, parent_id, kind, lft, rght, level, tree_id, township_id,"
            " parent_kind) WHERE n.id = v.id AND n.tenant_id = %s",
            [*columns, require_tenant()],
        )
    return len(changed)


def insert(
    nodes: Sequence[GridNode],
    *,
    actor: User | None = None,
    on_behalf_of: UUID | None = None,
    since: datetime | None = None,
) -> None:
    """Store new nodes and say so in their course: two statements at any count.

    Not ``bulk_create``: preparing each value by itself takes five times as long.
    """
    tenant = require_tenant()
    columns: list[Any] = [
        [node.pk for node in nodes],
        [node.parent_id for node in nodes],
        [node.township_id for node in nodes],
        [node.tree_id for node in nodes],
        [node.lft for node in nodes],
        [node.rght for node in nodes],
        [node.level for node in nodes],
        [node.kind for node in nodes],
        [node.parent_kind for node in nodes],
        [node.code for node in nodes],
        [node.name for node in nodes],
        [json.dumps(node.boundary) if node.boundary else None for node in nodes],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grids_gridnode (tenant_id, created_at, id, parent_id,"
            " township_id, tree_id, lft, rght, level, kind, parent_kind, code, name,"
            " boundary) SELECT %s, coalesce(%s, statement_timestamp()), v.* FROM unnest("
            " %s::uuid[], %s::uuid[], %s::uuid[], %s::integer[], %s::integer[],"
            " %s::integer[], %s::integer[], %s::text[], %s::text[], %s::text[],"
            " %s::text[], %s::jsonb[]) AS v",
            [tenant, since, *columns],
        )
        cursor.execute(
            "INSERT INTO grids_gridevent (tenant_id, id, at, name, note, details,"
            " node_id, actor_id, on_behalf_of_id) SELECT %s, uuidv7(),"
            " coalesce(%s, statement_timestamp()), 'created', '',"
            " jsonb_build_object('parent', v.parent_id), v.id, %s, %s"
            " FROM unnest(%s::uuid[], %s::uuid[]) AS v (id, parent_id)",
            [
                tenant,
                since,
                actor.pk if actor else None,
                on_behalf_of,
                columns[0],
                columns[1],
            ],
        )


def _at(node: Standing, place: Place) -> Standing:
    return node._replace(lft=place.lft, rght=place.rght, level=place.level)


def _standing(node: GridNode) -> Standing:
    return Standing(
        *(node.pk, node.parent_id, node.kind, 0, 0, 0, 0),
        *(node.pk, node.parent_kind),
    )


def _in_the_order_of_parents(
    before: Mapping[UUID, Standing], moved: Mapping[UUID, UUID]
) -> list[Standing]:
    """Parents first, in the order of the tree; what moved stands last among its
    new siblings."""
    children: dict[UUID | None, list[Standing]] = {}
    for node in before.values():
        if node.pk not in moved:
            children.setdefault(node.parent_id, []).append(node)
    for pk, parent in moved.items():
        children.setdefault(parent, []).append(before[pk]._replace(parent_id=parent))
    found: list[Standing] = []
    stack = list(children.get(None, ()))
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(reversed(children.get(node.pk, ())))
    return found


def _branches(stands: Iterable[Standing], tops: Iterable[UUID]) -> set[UUID]:
    """These nodes and all below them; ``stands`` has parents first."""
    found = set(tops)
    for node in stands:
        if node.parent_id in found:
            found.add(node.pk)
    return found
