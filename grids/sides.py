"""The four sides of a grid in words (四至): who lies east, south, west and north."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grids import geometry
from grids.models import GridNode

if TYPE_CHECKING:
    from collections.abc import Sequence

# Two borders this near are one; digitised apart they never meet exactly.
_BESIDE: Final = 20.0
# A neighbour beyond the corner is met for some metres as well; that is no side.
_SHARE: Final = 0.03
_NAMED: Final = 3
_SIDES: Final = (
    gettext_lazy("East"),
    gettext_lazy("South"),
    gettext_lazy("West"),
    gettext_lazy("North"),
)


@dataclass(frozen=True, slots=True)
class Side:
    """A direction and the grids met there, the longest common border first."""

    direction: Any
    names: list[str]

    @property
    def words(self) -> str:
        return "、".join(self.names) or _("outside of the drawn grids")


def sides(node: GridNode, others: Sequence[GridNode]) -> list[Side]:
    """East, south, west and north of a grid among others of its kind.

    Nothing without a boundary. Each common border counts for the side on which
    its middle lies, seen from the middle of the grid.
    """
    if not node.boundary:
        return []
    shape = geometry.to_shape(node.boundary)
    middle = shape.centroid
    plane = geometry.Plane(middle.x, middle.y)
    flat = plane.flat(shape)
    least = max(2 * _BESIDE, _SHARE * flat.length)
    lengths: list[dict[str, float]] = [{} for _side in _SIDES]
    for other in others:
        if other.pk == node.pk or not other.boundary or not _near(node, other):
            continue
        beside = plane.flat(geometry.to_shape(other.boundary)).buffer(_BESIDE)
        for piece in geometry.library().get_parts(flat.boundary.intersection(beside)):
            if piece.length > least:
                at = piece.interpolate(0.5, normalized=True)
                side = lengths[_quarter(at.x, at.y)]
                side[other.name] = side.get(other.name, 0.0) + piece.length
    return [
        Side(name, sorted(met, key=met.__getitem__, reverse=True)[:_NAMED])
        for name, met in zip(_SIDES, lengths, strict=True)
    ]


def neighbours(nodes: Sequence[GridNode]) -> list[GridNode]:
    """Grids in force of the same kinds, whose extents come near (one query)."""
    extents = [node.extent for node in nodes if node.extent]
    if not extents:
        return []
    west, south = (min(extent[i] for extent in extents) for i in (0, 1))
    east, north = (max(extent[i] for extent in extents) for i in (2, 3))
    margin = _BESIDE * max(geometry.degrees_of_a_metre(north))
    found: Any = GridNode.objects.in_force().filter(
        kind__in={node.kind for node in nodes},
        extent__0__lte=east + margin,
        extent__2__gte=west - margin,
        extent__1__lte=north + margin,
        extent__3__gte=south - margin,
    )
    return list(found.order_by("code"))


def _near(node: GridNode, other: GridNode) -> bool:
    if node.kind != other.kind or not node.extent or not other.extent:
        return False
    margin = _BESIDE * max(geometry.degrees_of_a_metre(node.extent[3]))
    mine, its = node.extent, other.extent
    return bool(
        mine[0] <= its[2] + margin
        and its[0] <= mine[2] + margin
        and mine[1] <= its[3] + margin
        and its[1] <= mine[3] + margin
    )


def _quarter(x: float, y: float) -> int:
    """0 east, 1 south, 2 west, 3 north."""
    angle = degrees(atan2(y, x)) % 360
    return (0, 3, 2, 1)[int(((angle + 45) % 360) // 90)]
