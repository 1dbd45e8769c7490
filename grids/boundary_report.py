"""Where boundaries do not fit: neighbours that overlap, gaps inside a parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Final

from grids import geometry
from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any
    from uuid import UUID

# Digitised by hand, two borders lie some metres apart along a kilometre or two.
TOLERATED: Final = 1_000.0
_AREAS: Final = (NodeKind.TOWNSHIP, NodeKind.VILLAGE, NodeKind.SUBGRID)


@dataclass(frozen=True, slots=True)
class Overlapping:
    """Two grids of one parent that lie on each other."""

    first: GridNode
    second: GridNode
    square_metres: float


@dataclass(frozen=True, slots=True)
class Family:
    """A parent and what was found among the boundaries directly below it."""

    parent: GridNode
    drawn: int
    undrawn: list[GridNode] = field(default_factory=list)
    overlaps: list[Overlapping] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    outside: list[tuple[GridNode, float]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.undrawn or self.overlaps or self.gaps or self.outside)


def families(*, above: float = TOLERATED) -> list[Family]:
    """Every parent of area grids with a boundary below it (one query)."""
    nodes = list(
        GridNode.objects.in_force()
        .filter(kind__in=(NodeKind.COUNTY, *_AREAS))
        .in_order()
    )
    below: dict[UUID, list[GridNode]] = {}
    for node in nodes:
        if node.parent_id is not None:
            below.setdefault(node.parent_id, []).append(node)
    return [
        family_of(parent, below[parent.pk], above=above)
        for parent in nodes
        if any(child.boundary for child in below.get(parent.pk, ()))
    ]


def family_of(
    parent: GridNode, children: Iterable[GridNode], *, above: float = TOLERATED
) -> Family:
    """What does not fit among the children of one parent."""
    children = list(children)
    drawn = [child for child in children if child.boundary]
    shapes = [geometry.to_shape(child.boundary or {}) for child in drawn]
    overlapping = geometry.overlaps(shapes, above=above)
    return Family(
        parent=parent,
        drawn=len(drawn),
        undrawn=[child for child in children if not child.boundary],
        overlaps=[
            Overlapping(drawn[o.first], drawn[o.second], o.square_metres)
            for o in overlapping
        ],
        gaps=_gaps(parent, children, shapes, overlapping, above),
        outside=_outside(parent, drawn, shapes, above),
    )


def _gaps(
    parent: GridNode,
    children: list[GridNode],
    shapes: list[Any],
    overlapping: list[geometry.Overlap],
    above: float,
) -> list[float]:
    """Only where every child is drawn: what is missing otherwise is no gap."""
    if not parent.boundary or len(shapes) < len(children):
        return []
    if any(found.square_metres == inf for found in overlapping):
        return []
    return geometry.gaps(shapes, whole=geometry.to_shape(parent.boundary), above=above)


def _outside(
    parent: GridNode, drawn: list[GridNode], shapes: list[Any], above: float
) -> list[tuple[GridNode, float]]:
    if not parent.boundary:
        return []
    whole = geometry.to_shape(parent.boundary)
    areas = [geometry.outside(shape, whole=whole) for shape in shapes]
    return [(n, area) for n, area in zip(drawn, areas, strict=True) if area > above]
