"""The map of a grid as a drawing: millimetres on paper, no tiles, no script.

Boundaries become paths, enterprises numbered dots. What is drawn here is all that
the template needs; nothing is fetched when the sheet is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from grids import geometry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grids.models import GridNode

WIDTH, HEIGHT, MARGIN = 250.0, 236.0, 12.0  # of the drawing, in millimetres
TINTS: Final = 6
_BAR: Final = 60.0  # the scale bar is at most this long
_LEAST_METRES: Final = 100.0  # across, so that one point is no map of nothing


@dataclass(frozen=True, slots=True)
class Area:
    """A boundary as a path, with its name at a place inside of it."""

    path: str
    name: str
    x: float
    y: float
    tint: int
    size: float


@dataclass(frozen=True, slots=True)
class Dot:
    """An enterprise with the number it has in the table."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All there is to draw, in millimetres from the upper left corner."""

    outline: str
    areas: list[Area]
    dots: list[Dot]
    bar: float
    bar_words: str
    width: float = WIDTH
    height: float = HEIGHT


class _Paper:
    """Degrees to millimetres: the whole fits, the middle is in the middle."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self.middle = (west + east) / 2, (south + north) / 2
        self.east, self.north = geometry.degrees_of_a_metre(self.middle[1])
        wide = max((east - west) / self.east, _LEAST_METRES)
        high = max((north - south) / self.north, _LEAST_METRES)
        room = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
        self.scale = min(room[0] / wide, room[1] / high)  # millimetres per metre

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.middle[0]) / self.east * self.scale + WIDTH / 2
        y = HEIGHT / 2 - (latitude - self.middle[1]) / self.north * self.scale
        return round(x, 2), round(y, 2)

    def path(self, boundary: geometry.Geometry) -> str:
        parts = boundary["coordinates"]
        parts = [parts] if boundary["type"] == "Polygon" else parts
        return "".join(self._ring(ring) for rings in parts for ring in rings)

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        corners = [self.place(corner[0], corner[1]) for corner in ring]
        kept = [c for i, c in enumerate(corners) if i == 0 or c != corners[i - 1]]
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"


def draw(
    node: GridNode,
    below: Iterable[GridNode],
    points: Sequence[tuple[int, float, float]],
) -> Drawing | None:
    """The grid, the grids directly below it, and ``(number, lng, lat)`` of units.

    None where there is nothing to draw: no boundary and no position.
    """
    parts = [child for child in below if child.boundary]
    extents = [n.extent for n in (node, *parts) if n.extent]
    extents += [[lng, lat, lng, lat] for _n, lng, lat in points]
    if not extents:
        return None
    west, south = (min(extent[i] for extent in extents) for i in (0, 1))
    east, north = (max(extent[i] for extent in extents) for i in (2, 3))
    paper = _Paper(west, south, east, north)
    length, words = _scale_bar(paper.scale)
    return Drawing(
        outline=paper.path(node.boundary) if node.boundary else "",
        areas=[_area(paper, child, n) for n, child in enumerate(parts)],
        dots=[Dot(n, *paper.place(lng, lat)) for n, lng, lat in points],
        bar=length,
        bar_words=words,
    )


def _area(paper: _Paper, node: GridNode, n: int) -> Area:
    boundary = node.boundary or {}
    shape = geometry.to_shape(boundary)
    inside = shape.representative_point()
    x, y = paper.place(inside.x, inside.y)
    west, _south, east, _north = shape.bounds
    wide = (east - west) / paper.east * paper.scale
    size = min(4.5, max(2.2, wide * 0.7 / max(len(node.name), 1)))
    return Area(paper.path(boundary), node.name, x, y, n % TINTS, round(size, 2))


def _scale_bar(scale: float) -> tuple[float, str]:
    """A round number of metres, drawn as long as it is on this map."""
    most = _BAR / scale
    power = 10 ** floor(log10(most))
    metres = max(step * power for step in (1, 2, 5) if step * power <= most)
    if metres >= 1000:
        return round(metres * scale, 2), _("%(n)s km") % {"n": f"{metres / 1000:g}"}
    return round(metres * scale, 2), _("%(n)s m") % {"n": f"{metres:g}"}
