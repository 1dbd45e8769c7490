"""What a change of the structure touches, counted before it is done.

Everything that lies on the grid is counted, seen or not: the one who changes the
structure answers for all of it. The fingerprint stands for exactly these rows; a
service that is given one refuses when something has changed since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grids.kinds import NodeKind
from grids.models import FormerCode, GridNode, RoleAssignment
from grids.pointing import pointers

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows of one model that lie on the grid or below it."""

    label: str
    field: str
    name: Any
    count: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What goes along."""

    action: str
    node: GridNode
    target: GridNode | None
    nodes: int  # without those of enterprises, which are counted as such
    rows: list[Touched]
    people: list[RoleAssignment]
    # Whoever holds a role at the target or above it, and held none over the node.
    gaining: list[RoleAssignment]
    codes: list[str]
    township: tuple[GridNode, GridNode] | None
    fingerprint: str = field(repr=False)

    def count(self, label: str) -> int:
        return sum(row.count for row in self.rows if row.label == label)

    def unsettled(self, label: str) -> int:
        return sum(row.unsettled for row in self.rows if row.label == label)


def preview_merge(*, node: GridNode, into: GridNode) -> Preview:
    """Everything below ``node`` and on it goes over to ``into``."""
    return _preview("merge", node, into, _branch(node), new_township(node, into))


def preview_move(*, node: GridNode, parent: GridNode) -> Preview:
    """``node`` with everything below it goes below ``parent``."""
    own = node.kind == NodeKind.TOWNSHIP
    township = None if own else _other(node.township, parent.township)
    return _preview("move", node, parent, _branch(node), township)


def preview_retire(*, node: GridNode) -> Preview:
    """What still lies on the node itself or below."""
    return _preview("retire", node, None, _branch(node), None)


def preview_split(
    *, node: GridNode, children: Collection[UUID], rows: Collection[UUID]
) -> Preview:
    """The chosen branches below ``node``, and chosen rows on it, leave it."""
    branches = GridNode.objects.none()
    for child in GridNode.objects.filter(pk__in=children, parent=node):
        branches |= _branch(child)
    return _preview("split", node, None, branches, None, extra=rows)


def new_township(node: GridNode, into: GridNode) -> tuple[GridNode, GridNode] | None:
    """The township that answers so far and the one that will, if they differ."""
    return _other(node.township, into.township)


def _other(before: GridNode, after: GridNode) -> tuple[GridNode, GridNode] | None:
    return None if before.pk == after.pk else (before, after)


def _gaining(node: GridNode, target: GridNode) -> list[RoleAssignment]:
    """Whose reach will hold the node, and did not so far."""
    held = RoleAssignment.objects.in_force()
    so_far = GridNode.objects.above(node).order_by().values("pk")
    from_now_on = GridNode.objects.above(target).exclude(pk__in=so_far).order_by()
    return list(
        held.filter(node__in=from_now_on.values("pk"))
        .select_related("user", "role", "node")
        .defer("node__boundary")
        .order_by("pk")
    )


def _branch(node: GridNode) -> Any:
    return GridNode.objects.within(node).order_by()


def _own(rows: Any, chosen: Collection[UUID]) -> list[UUID]:
    """The chosen rows on the node itself that go along."""
    found = rows.filter(pk__in=chosen).order_by("pk")
    return list(found.values_list("pk", flat=True))


def _preview(
    action: str,
    node: GridNode,
    target: GridNode | None,
    inside: Any,
    township: tuple[GridNode, GridNode] | None,
    extra: Collection[UUID] = (),
) -> Preview:
    digest = hashlib.sha256(f"{action} {node.pk} {target and target.pk}".encode())
    ids = list(inside.order_by("pk").values_list("pk", flat=True))
    people = list(
        RoleAssignment.objects.in_force()
        .filter(node__in=ids)
        .select_related("user", "role", "node")
        .defer("node__boundary")
        .order_by("pk")
    )
    gaining = [] if target is None else _gaining(node, target)
    keys: list[Any] = [*ids, *(row.pk for row in people), *sorted(extra, key=str)]
    keys += [row.pk for row in gaining]
    rows = []
    for pointer in pointers():
        touched = list(pointer.carried(ids).order_by("pk").values_list("pk", flat=True))
        unsettled = pointer.unsettled(ids).count() if touched else 0
        if extra and (own := _own(pointer.carried([node.pk]), extra)):
            touched = list(dict.fromkeys([*touched, *own]))
            unsettled += pointer.unsettled([node.pk]).filter(pk__in=own).count()
        keys += [pointer.label, *touched, unsettled]
        if touched:
            rows.append(
                Touched(
                    pointer.label, pointer.field, pointer.name, len(touched), unsettled
                )
            )
    codes = FormerCode.objects.filter(node=node).order_by("-until")
    digest.update(" ".join(map(str, keys)).encode())
    return Preview(
        action=action,
        node=node,
        target=target,
        nodes=inside.exclude(pk=node.pk).exclude(kind=NodeKind.ENTERPRISE).count(),
        rows=rows,
        people=people,
        gaining=gaining,
        codes=[node.code, *codes.values_list("code", flat=True)],
        township=township,
        fingerprint=digest.hexdigest(),
    )
