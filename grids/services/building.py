"""Bulk writes: a whole branch, numbered in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from grids.kinds import CHILDREN
from grids.models import GridEvent, GridNode
from grids.numbering import number, townships
from tenants.errors import DomainError
from tenants.ids import new_id
from tenants.locks import Lock, acquire
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """A node to build. ``parent`` is the code of its parent, new or existing."""

    code: str
    parent: str
    kind: str
    name: str
    boundary: dict[str, Any] | None = None


@transaction.atomic
def build_tree(*, specs: Sequence[NodeSpec]) -> dict[str, GridNode]:
    """Add many nodes to the active tenant's tree at once; returns them by code.

    Specs come with parents before children. The tree is read under the lock,
    numbered anew as a whole in O(n) and written back: 8,500 nodes take less
    than a second, where inserting one by one takes minutes. Raises
    ``DomainError`` naming the code that is wrong; then nothing is stored.
    """
    acquire(Lock.GRID_TREE)
    existing = {node.code: node for node in GridNode.objects.in_order()}
    if not existing:
        raise DomainError(_("The tenant has no root grid yet."))
    fresh = _fresh_nodes(specs, existing)
    everything = [*existing.values(), *fresh.values()]
    places = number((n.pk, n.parent_id) for n in everything)
    lies_in = townships((n.pk, n.parent_id, n.kind) for n in everything)
    moved = []
    tree_id = next(iter(existing.values())).tree_id
    for node in everything:
        place = places[node.pk]
        if node.code in existing and (node.lft, node.rght) != (place.lft, place.rght):
            moved.append(node)
        node.tree_id, node.level = tree_id, place.level
        node.lft, node.rght = place.lft, place.rght
        node.township_id = lies_in[node.pk]
    _renumber(moved)
    GridNode.objects.bulk_create(fresh.values(), batch_size=2000)
    GridEvent.objects.bulk_create(
        [
            GridEvent(
                tenant_id=node.tenant_id,
                node=node,
                name="created",
                details={"parent": str(node.parent_id)},
            )
            for node in fresh.values()
        ],
        batch_size=2000,
    )
    return fresh


@transaction.atomic
def rename_in_bulk(
    *, names: Mapping[UUID, tuple[str, str]], actor: User | None
) -> None:
    """Give many nodes a new name and code at once; the caller asked for the permission.

    Each gets its event, as ``edit_node`` writes it.
    """
    nodes = list(
        GridNode.objects.select_for_update(of=("self",))
        .filter(pk__in=list(names))
        .order_by("pk")
    )
    events = []
    for node in nodes:
        before = {"name": node.name, "code": node.code}
        node.name, node.code = names[node.pk]
        events.append(
            GridEvent(
                node=node,
                name="edited",
                actor=actor,
                details={"before": before, "after": node.name},
            )
        )
    GridNode.objects.bulk_update(nodes, ["name", "code"], batch_size=1000)
    GridEvent.objects.bulk_create(events, batch_size=2000)


def _renumber(nodes: Sequence[GridNode]) -> None:
    """Write the new intervals of existing nodes in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grids_gridnode n SET lft = v.lft, rght = v.rght"
            " FROM unnest(%s::uuid[], %s::integer[], %s::integer[])"
            " AS v (id, lft, rght) WHERE n.id = v.id AND n.tenant_id = %s",
            [
                [node.pk for node in nodes],
                [node.lft for node in nodes],
                [node.rght for node in nodes],
                require_tenant(),
            ],
        )


def _fresh_nodes(
    specs: Sequence[NodeSpec], existing: dict[str, GridNode]
) -> dict[str, GridNode]:
    fresh: dict[str, GridNode] = {}
    by_id: dict[UUID, GridNode] = {}
    for spec in specs:
        parent = fresh.get(spec.parent) or existing.get(spec.parent)
        if parent is None:
            raise _wrong(spec, _("its parent does not exist"))
        if spec.code in existing or spec.code in fresh:
            raise _wrong(spec, _("the code is already in use"))
        if spec.kind not in CHILDREN[parent.kind]:
            raise _wrong(spec, _("it cannot stand under a grid of this kind"))
        node = GridNode(
            id=new_id(),
            parent_id=parent.pk,
            parent_kind=parent.kind,
            kind=spec.kind,
            code=spec.code,
            name=spec.name,
            boundary=spec.boundary,
        )
        fresh[spec.code] = by_id[node.pk] = node
    return fresh


def _wrong(spec: NodeSpec, why: Any) -> DomainError:
    return DomainError(
        _("Grid %(code)s: %(why)s.") % {"code": spec.code, "why": why}, field="code"
    )
