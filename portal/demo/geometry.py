"""Polygons that share their borders: Voronoi cells with crooked edges.

The county is cut into small convex cells. Every edge between two cells is then made
crooked once and used by both, so neighbours meet without gap or overlap, and a
village (several cells) or a township (several villages) is the outline of its parts
by construction; no geometry library is needed.
"""

from __future__ import annotations

from math import hypot
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Edge = tuple[Point, Point]
Ring = tuple[Point, ...]

_MILLIMETRE = 6  # decimals of a kilometre: corners of neighbours become equal
_SHORTEST = 0.22  # km; edges shorter than this stay straight
_CROOKEDNESS = 0.11  # largest sideways step as a share of the edge's length


def cells(sites: Sequence[Point], outline: Sequence[Point]) -> list[list[Point]]:
    """The part of the convex outline nearest to each site, corners rounded."""
    return [_cell(site, sites, outline) for site in sites]


def _cell(site: Point, sites: Sequence[Point], outline: Sequence[Point]) -> list[Point]:
    corners = list(outline)
    for other in sites:
        if other != site:
            corners = _nearer_part(corners, site, other)
    rounded = [(round(x, _MILLIMETRE), round(y, _MILLIMETRE)) for x, y in corners]
    return [p for i, p in enumerate(rounded) if p != rounded[i - 1]]


def _nearer_part(corners: list[Point], site: Point, other: Point) -> list[Point]:
    """Clip by the perpendicular bisector of site and other."""
    dx, dy = other[0] - site[0], other[1] - site[1]
    middle = (dx * (site[0] + other[0]) + dy * (site[1] + other[1])) / 2

    def beyond(point: Point) -> float:
        return dx * point[0] + dy * point[1] - middle

    kept: list[Point] = []
    for i, point in enumerate(corners):
        before = corners[i - 1]
        here, there = beyond(point), beyond(before)
        if (here <= 0) != (there <= 0):
            share = there / (there - here)
            kept.append(
                (
                    before[0] + share * (point[0] - before[0]),
                    before[1] + share * (point[1] - before[1]),
                )
            )
        if here <= 0:
            kept.append(point)
    return kept


def outline_of(parts: Iterable[Sequence[Point]]) -> list[list[Point]]:
    """The closed rings left when the inner edges of adjoining parts are dropped."""
    edges: set[Edge] = set()
    for part in parts:
        for i, end in enumerate(part):
            start = part[i - 1]
            if (end, start) in edges:
                edges.remove((end, start))
            else:
                edges.add((start, end))
    following = dict(sorted(edges))
    rings = []
    while following:
        first = min(following)
        ring = [first]
        at = following.pop(first)
        while at != first:
            ring.append(at)
            at = following.pop(at)
        rings.append(ring)
    return rings


def crooked(corners: Sequence[Point], *, salt: str) -> Ring:
    """The ring with every edge bent; the same edge is bent the same way everywhere."""
    ring: list[Point] = []
    for i, end in enumerate(corners):
        start = corners[i - 1]
        low, high = min(start, end), max(start, end)
        line = _bent(low, high, Random(f"{salt}:{low}:{high}"))  # noqa: S311
        ring.extend(line[:-1] if start == low else line[:0:-1])
    return tuple(ring)


def _bent(start: Point, end: Point, rng: Random) -> list[Point]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length < _SHORTEST:
        return [start, end]
    along = rng.uniform(0.42, 0.58)
    aside = rng.uniform(-_CROOKEDNESS, _CROOKEDNESS)
    middle = (start[0] + along * dx - aside * dy, start[1] + along * dy + aside * dx)
    return [*_bent(start, middle, rng)[:-1], *_bent(middle, end, rng)]


def contains(ring: Sequence[Point], point: Point) -> bool:
    """Even-odd rule; a point on the border may fall on either side."""
    x, y = point
    inside = False
    for i, (x2, y2) in enumerate(ring):
        x1, y1 = ring[i - 1]
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def area(ring: Sequence[Point]) -> float:
    """Signed: positive if the ring runs counter-clockwise."""
    return sum(
        ring[i - 1][0] * y - x * ring[i - 1][1] for i, (x, y) in enumerate(ring)
    ) / (2)


def middle_of(ring: Sequence[Point]) -> Point:
    return (
        sum(x for x, _ in ring) / len(ring),
        sum(y for _, y in ring) / len(ring),
    )


def scattered_point(rng: Random, ring: Sequence[Point]) -> Point:
    """Somewhere inside, more often towards the middle, never close to the border."""
    cx, cy = middle_of(ring)
    spread_x = (max(x for x, _ in ring) - min(x for x, _ in ring)) / 5
    spread_y = (max(y for _, y in ring) - min(y for _, y in ring)) / 5
    clearance = min(spread_x, spread_y) / 5
    for _ in range(200):
        point = (rng.gauss(cx, spread_x), rng.gauss(cy, spread_y))
        near = min(hypot(x - point[0], y - point[1]) for x, y in ring)
        if near > clearance and contains(ring, point):
            return point
    return (cx, cy)
