"""Find the grid that a position lies in, or the nearest one and say so.

The database keeps the extent of every boundary beside it (a generated column),
so that only the handful of grids around a position are read and made shapes of.
Nothing is kept in the process: there is no copy that could be out of date, and a
web worker does not hold the boundaries of a hundred counties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from grids.geometry import covers, degrees_of_a_metre, metres_to, to_shape
from grids.kinds import NodeKind
from grids.models import GridNode

if TYPE_CHECKING:
    from grids.querysets import GridNodeQuerySet

_DEEPEST_FIRST: Final = (NodeKind.SUBGRID, NodeKind.VILLAGE, NodeKind.TOWNSHIP)
# A phone is off by tens of metres and a digitised border by as much again. A
# position in the wrong datum is off by 300 to 700 m and must not pass for one
# beside the border.
NEAREST_WITHIN: Final = 200.0
INSIDE, NEAREST = "inside", "nearest"


@dataclass(frozen=True, slots=True)
class Located:
    """A grid, how it was found, and how far its boundary is (0 inside)."""

    node: GridNode
    how: str
    metres: float

    @property
    def is_nearest(self) -> bool:
        return self.how == NEAREST

    @property
    def whole_metres(self) -> int:
        """As one says it; somebody outside is never nought metres away."""
        return max(round(self.metres), 1) if self.is_nearest else 0


def locate(
    longitude: float, latitude: float, *, among: GridNodeQuerySet | None = None
) -> Located | None:
    """The smallest area node in force around a position (one query).

    Where boundaries of one depth overlap the smaller one counts. Outside of all
    the nearest within ``NEAREST_WITHIN`` metres is given, and marked so.
    ``among`` narrows down who is asked, to what a user sees.
    """
    shaped = [
        (node, to_shape(node.boundary))
        for node in _around(longitude, latitude, among)
        if node.boundary
    ]
    inside = [pair for pair in shaped if covers(pair[1], longitude, latitude)]
    if inside:
        node, _shape = min(inside, key=_depth_and_size)
        return Located(node, INSIDE, 0.0)
    near = [
        (round(metres_to(shape, longitude, latitude), 3), (node, shape))
        for node, shape in shaped
    ]
    near = [found for found in near if found[0] <= NEAREST_WITHIN]
    if not near:
        return None
    metres, (node, _shape) = min(near, key=lambda f: (f[0], _depth_and_size(f[1])))
    return Located(node, NEAREST, metres)


def grid_at(longitude: float, latitude: float) -> GridNode | None:
    """The same for whoever only asks which."""
    found = locate(longitude, latitude)
    return None if found is None else found.node


def _around(
    longitude: float, latitude: float, among: GridNodeQuerySet | None
) -> list[GridNode]:
    """Grids whose extent comes near enough; most of them contain it or border it."""
    east, north = (d * NEAREST_WITHIN for d in degrees_of_a_metre(latitude))
    nodes = GridNode.objects.all() if among is None else among
    found: Any = (
        nodes.in_force()
        .filter(
            kind__in=_DEEPEST_FIRST,
            extent__0__lte=longitude + east,
            extent__2__gte=longitude - east,
            extent__1__lte=latitude + north,
            extent__3__gte=latitude - north,
        )
        .order_by()
    )
    return list(found)


def _depth_and_size(found: tuple[GridNode, Any]) -> tuple[int, float, str]:
    node, shape = found
    return _DEEPEST_FIRST.index(NodeKind(node.kind)), shape.area, node.code
