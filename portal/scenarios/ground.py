"""The grids of a place: names, codes, and boundaries that tile it.

A convex outline is cut in two, each half again, until every grid has its piece:
neighbours share the cut, so there is neither gap nor overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, sin
from random import Random
from typing import TYPE_CHECKING, Any, Final

from grids.kinds import NodeKind
from grids.services import NodeSpec
from portal.demo.names import SURNAMES
from portal.scenarios.departments import DEPARTMENTS
from portal.scenarios.sizes import share_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.scenarios.sizes import Place

Point = tuple[float, float]
Ring = list[Point]

_DECIMALS: Final = 7  # a centimetre
_CUTS: Final = 24  # halvings of the way: a share is met to a ten-millionth
_OUTLINE_CORNERS: Final = 28
_SECOND: Final = "集楼庙桥店湾营寨堂坊台河岭塘埠沟园圩巷铺"
_TOWN_FIRST: Final = "清龙凤石白双大三五马柳桃梅青金玉新永太平安福德和"
_TOWN_SECOND: Final = "溪桥山湖口塘泉林河岭坪洋店集湾岗港坝亭田"


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid on the area line."""

    code: str
    parent: str
    kind: str
    name: str
    ring: Ring


@dataclass(frozen=True, slots=True)
class Ground:
    """All grids of a place but the enterprises' own."""

    outline: Ring
    departments: list[str]  # codes
    areas: list[Grid]
    villages: list[Grid]
    subgrids: list[Grid]

    @property
    def lowest(self) -> list[Grid]:
        """The grids in which enterprises lie."""
        return self.subgrids or self.villages or self.areas


def lay_out(place: Place, seed: int) -> Ground:
    rng = Random(f"ground:{seed}:{place.key}")  # noqa: S311
    outline = _outline(rng, place)
    areas = list(_areas(rng, place, outline))
    villages = list(_villages(rng, place, areas))
    subgrids = list(_subgrids(rng, place, villages))
    return Ground(
        outline=outline,
        departments=[f"B{n:02d}" for n in range(1, place.departments + 1)],
        areas=areas,
        villages=villages,
        subgrids=subgrids,
    )


def node_specs(place: Place, ground: Ground) -> Iterator[NodeSpec]:
    """Parents before children, as the tree wants them."""
    for code, department in zip(ground.departments, DEPARTMENTS, strict=False):
        yield NodeSpec(
            code=code,
            parent=place.code,
            kind=NodeKind.DEPARTMENT,
            name=f"{place.name}{department.name}",
        )
    for grid in (*ground.areas, *ground.villages, *ground.subgrids):
        yield NodeSpec(
            code=grid.code,
            parent=grid.parent,
            kind=grid.kind,
            name=grid.name,
            boundary=polygon(grid.ring),
        )


def polygon(ring: Ring) -> dict[str, Any]:
    """GeoJSON, closed, counter-clockwise."""
    return {"type": "Polygon", "coordinates": [[list(p) for p in (*ring, ring[0])]]}


def somewhere_in(rng: Random, ring: Ring) -> Point:
    """A point inside a convex ring, drawn towards its middle."""
    weights = [0.25 + rng.random() for _corner in ring]
    whole = sum(weights)
    return (
        round(sum(w * x for w, (x, _y) in zip(weights, ring, strict=True)) / whole, 6),
        round(sum(w * y for w, (_x, y) in zip(weights, ring, strict=True)) / whole, 6),
    )


# The grids ------------------------------------------------------------------------


def _areas(rng: Random, place: Place, outline: Ring) -> Iterator[Grid]:
    """Codes as the statistics office gives them: streets, towns, townships, zones."""
    names = _names(rng, _TOWN_FIRST, _TOWN_SECOND)
    areas = place.areas
    heads = [
        *((1 + n, f"{next(names)}街道") for n in range(areas.streets)),
        *((100 + n, f"{next(names)}镇") for n in range(areas.towns)),
        *((200 + n, f"{next(names)}乡") for n in range(areas.townships)),
        *((400 + n, _zone(place, n)) for n in range(areas.zones)),
    ]
    for (number, name), ring in zip(heads, _cut(rng, outline, len(heads)), strict=True):
        code = f"{place.code}{number:03d}"
        yield Grid(code, place.code, NodeKind.TOWNSHIP, name, ring)


def _zone(place: Place, n: int) -> str:
    return f"{place.short}{('经济开发区', '科技产业园', '物流园区')[n % 3]}"


def _villages(rng: Random, place: Place, areas: list[Grid]) -> Iterator[Grid]:
    names = _names(rng, SURNAMES, _SECOND)
    first = 201 if place.village_word == "村" else 1
    for area, count in _spread(rng, areas, place.villages):
        for n, ring in enumerate(_cut(rng, area.ring, count)):
            code = f"{area.code}{first + n:03d}"
            name = f"{next(names)}{place.village_word}"
            yield Grid(code, area.code, NodeKind.VILLAGE, name, ring)


def _subgrids(rng: Random, place: Place, villages: list[Grid]) -> Iterator[Grid]:
    for village, count in _spread(rng, villages, place.subgrids):
        for n, ring in enumerate(_cut(rng, village.ring, count), start=1):
            name = f"{village.name}第{n}网格"
            code = f"{village.code}-{n:02d}"
            yield Grid(code, village.code, NodeKind.SUBGRID, name, ring)


def _spread(rng: Random, grids: list[Grid], total: int) -> Iterator[tuple[Grid, int]]:
    """Unevenly, at least one each, ``total`` in all."""
    if not total:
        return
    spare = max(0, total - len(grids))
    parts = share_out(spare, [rng.randint(3, 9) for _grid in grids])
    yield from ((grid, 1 + part) for grid, part in zip(grids, parts, strict=True))


def _names(rng: Random, first: str, second: str) -> Iterator[str]:
    """Two characters each, none twice; with a third once they are used up."""
    pairs = sorted({a + b for a in first for b in second if a != b})
    rng.shuffle(pairs)
    yield from pairs
    for third in "东西南北上下前后":
        yield from (f"{third}{pair}" for pair in pairs)


# Cutting --------------------------------------------------------------------------


def _outline(rng: Random, place: Place) -> Ring:
    """A rounded polygon: points on an ellipse are always convex."""
    lon, lat = place.centre
    tall = rng.uniform(0.75, 0.95)
    turns = sorted(rng.uniform(0, 2 * pi) for _corner in range(_OUTLINE_CORNERS))
    return [
        (
            round(lon + place.reach * cos(turn), _DECIMALS),
            round(lat + place.reach * tall * sin(turn), _DECIMALS),
        )
        for turn in turns
    ]


def _cut(rng: Random, ring: Ring, count: int) -> list[Ring]:
    """The ring in ``count`` convex pieces of about the same size."""
    if count <= 1:
        return [ring] * count
    fewer = count // 2
    one, other = _halve(rng, ring, fewer / count)
    return [*_cut(rng, one, fewer), *_cut(rng, other, count - fewer)]


def _halve(rng: Random, ring: Ring, share: float) -> tuple[Ring, Ring]:
    """Across the longest way, so that pieces stay compact."""
    (x1, y1), (x2, y2) = _farthest(ring)
    length = hypot(x2 - x1, y2 - y1)
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    lean = rng.uniform(-0.35, 0.35)
    ux, uy = ux * cos(lean) - uy * sin(lean), ux * sin(lean) + uy * cos(lean)
    along = [ux * x + uy * y for x, y in ring]
    low, high = min(along), max(along)
    wanted = share * _area(ring)
    for _step in range(_CUTS):
        middle = (low + high) / 2
        if _area(_side(ring, ux, uy, middle)) < wanted:
            low = middle
        else:
            high = middle
    at = (low + high) / 2
    return _side(ring, ux, uy, at), _side(ring, -ux, -uy, -at)


def _farthest(ring: Ring) -> tuple[Point, Point]:
    pairs = ((a, b) for n, a in enumerate(ring) for b in ring[n + 1 :])
    return max(pairs, key=lambda p: hypot(p[0][0] - p[1][0], p[0][1] - p[1][1]))


def _side(ring: Ring, ux: float, uy: float, at: float) -> Ring:
    """The part of the ring with ``u · p ≤ at``."""
    kept: Ring = []
    for n, (x, y) in enumerate(ring):
        bx, by = ring[n - 1]
        here, there = ux * x + uy * y - at, ux * bx + uy * by - at
        if (here <= 0) != (there <= 0):
            part = there / (there - here)
            kept.append(
                (
                    round(bx + part * (x - bx), _DECIMALS),
                    round(by + part * (y - by), _DECIMALS),
                )
            )
        if here <= 0:
            kept.append((x, y))
    return kept


def _area(ring: Ring) -> float:
    return (
        abs(
            sum(
                ring[n - 1][0] * y - x * ring[n - 1][1] for n, (x, y) in enumerate(ring)
            )
        )
        / 2
    )
