"""The county, its townships, villages and sub-grids, with their boundaries.

Qinghe here is made up, whatever else may bear the name: no prefecture has the number
99, so the division code 349922 can't be mistaken for a county that exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from math import cos, pi, radians, sin
from random import Random
from typing import TYPE_CHECKING, Any

from portal.demo import geometry

if TYPE_CHECKING:
    from portal.demo.geometry import Point, Ring

COUNTY_NAME = "青溪县"
COUNTY_SHORT = "青溪"
DIVISION_CODE = "349922"
BUREAU_NAME = f"{COUNTY_NAME}应急管理局"
SOUTH_WEST = (115.462, 33.098)  # WGS-84

_KM_PER_DEGREE_NORTH = 110.92
_KM_PER_DEGREE_EAST = 111.32 * cos(radians(33.2))

# Kilometres from the south-west corner.
_OUTLINE: tuple[Point, ...] = (
    (1.2, 6.8),
    (4.6, 2.2),
    (10.2, 0.4),
    (17.6, 0.9),
    (23.4, 3.9),
    (25.8, 9.4),
    (25.1, 15.2),
    (21.2, 20.3),
    (14.6, 22.4),
    (7.6, 21.6),
    (2.4, 18.4),
    (0.4, 12.6),
)


@dataclass(frozen=True)
class Area:
    """What every place has: a node of the tree and a ring in WGS-84."""

    key: str
    name: str
    code: str
    ring: Ring

    @property
    def boundary(self) -> dict[str, Any]:
        """GeoJSON Polygon, closed, counter-clockwise (RFC 7946)."""
        closed = [*self.ring, self.ring[0]]
        return {"type": "Polygon", "coordinates": [[list(p) for p in closed]]}

    @property
    def centre(self) -> Point:
        lon, lat = geometry.middle_of(self.ring)
        return (round(lon, 6), round(lat, 6))


@dataclass(frozen=True)
class County(Area):
    bureau_name: str


@dataclass(frozen=True)
class Township(Area):
    office: str  # who answers for work safety there


@dataclass(frozen=True)
class Village(Area):
    township_key: str
    roads: tuple[str, ...]


@dataclass(frozen=True)
class Subgrid(Area):
    village_key: str


@dataclass(frozen=True)
class Places:
    county: County
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    subgrids: tuple[Subgrid, ...]
    cells: dict[str, tuple[Ring, ...]]  # village key → its three parts


@dataclass(frozen=True)
class _VillageSeed:
    name: str
    code: str
    site: Point
    reach: float  # how far its cells lie from the middle
    roads: tuple[str, ...]
    subgrids: int = 0  # 3 where its parts are grids of their own


# Township: name, three digits (statistical code: street, town, other), office, villages.
_TOWNSHIPS: tuple[tuple[str, str, str, tuple[_VillageSeed, ...]], ...] = (
    (
        "城关街道",
        "001",
        "应急管理所",
        (
            _VillageSeed(
                "文昌社区", "001", (11.3, 13.7), 1.3, ("文昌路", "人民中路"), 3
            ),
            _VillageSeed(
                "东关社区", "002", (15.0, 14.4), 1.3, ("东关街", "建设东路"), 3
            ),
            _VillageSeed(
                "河滨社区", "003", (11.8, 9.9), 1.3, ("滨河路", "解放南路"), 3
            ),
            _VillageSeed("南园社区", "004", (15.6, 10.4), 1.3, ("南园路", "健康路")),
        ),
    ),
    (
        "柳桥镇",
        "101",
        "应急管理站",
        (
            _VillageSeed("柳桥村", "201", (5.0, 8.6), 1.9, ("柳桥大街", "工业路"), 3),
            _VillageSeed("双楼村", "202", (4.2, 15.2), 1.9, ("双楼路", "环村北路")),
            _VillageSeed("白庙村", "203", (9.0, 18.6), 1.7, ("白庙街", "县道008线")),
            _VillageSeed("陈集村", "204", (9.8, 4.6), 1.8, ("陈集街", "振兴路")),
            _VillageSeed("大王庄村", "205", (16.6, 4.4), 1.9, ("王庄路", "省道旁")),
        ),
    ),
    (
        "青溪经济开发区",
        "401",
        "安全生产监督管理局",
        (
            _VillageSeed(
                "兴业社区", "401", (15.8, 18.8), 1.7, ("兴业大道", "纬一路"), 3
            ),
            _VillageSeed(
                "创新社区", "402", (21.2, 14.4), 1.8, ("创新大道", "经三路"), 3
            ),
            _VillageSeed("丰泽社区", "403", (21.2, 8.0), 1.9, ("丰泽路", "纬五路")),
        ),
    ),
)
_NUMERALS = "一二三"


def build_places(seed: int) -> Places:
    """Cut the county until every village and township is one piece."""
    for attempt in range(50):
        cut = _cut(Random(f"places:{seed}:{attempt}"))  # noqa: S311
        if all(len(geometry.outline_of(parts)) == 1 for parts in _wholes(cut)):
            return _named(cut, salt=f"{seed}:{attempt}")
    raise RuntimeError("No cut of the county leaves every village in one piece.")


def _cut(rng: Random) -> list[list[list[Point]]]:
    """For each village its three cells, in kilometres."""
    sites = []
    for village in _village_seeds():
        turn = rng.uniform(0, 2 * pi)
        for third in range(3):
            angle = turn + third * 2 * pi / 3 + rng.uniform(-0.25, 0.25)
            reach = village.reach * rng.uniform(0.85, 1.15)
            sites.append(
                (
                    village.site[0] + reach * cos(angle),
                    village.site[1] + reach * sin(angle),
                )
            )
    found = geometry.cells(sites, _OUTLINE)
    return [found[i : i + 3] for i in range(0, len(found), 3)]


def _village_seeds() -> list[_VillageSeed]:
    return [village for *_, villages in _TOWNSHIPS for village in villages]


def _wholes(cut: list[list[list[Point]]]) -> list[list[list[Point]]]:
    """Villages, then townships, then the county, each as its list of cells."""
    townships, at = [], 0
    for *_, villages in _TOWNSHIPS:
        townships.append(list(chain.from_iterable(cut[at : at + len(villages)])))
        at += len(villages)
    return [*cut, *townships, list(chain.from_iterable(cut))]


def _named(cut: list[list[list[Point]]], *, salt: str) -> Places:
    wholes = _wholes(cut)

    def ring_of(parts: list[list[Point]]) -> Ring:
        (outline,) = geometry.outline_of(parts)
        return tuple(_to_degrees(p) for p in geometry.crooked(outline, salt=salt))

    townships: list[Township] = []
    villages: list[Village] = []
    subgrids: list[Subgrid] = []
    parts_of: dict[str, tuple[Ring, ...]] = {}
    for t, (name, digits, office, seeds) in enumerate(_TOWNSHIPS):
        code = f"{DIVISION_CODE}{digits}"
        township = Township(
            key=f"township-{t + 1}",
            name=name,
            code=f"{code}000",
            ring=ring_of(wholes[len(cut) + t]),
            office=office,
        )
        townships.append(township)
        for village_seed in seeds:
            number = len(villages)
            village = Village(
                key=f"village-{number + 1:02}",
                name=village_seed.name,
                code=f"{code}{village_seed.code}",
                ring=ring_of(cut[number]),
                township_key=township.key,
                roads=village_seed.roads,
            )
            villages.append(village)
            parts_of[village.key] = tuple(ring_of([part]) for part in cut[number])
            if village_seed.subgrids:
                subgrids += _subgrids(village, parts_of[village.key])
    county = County(
        key="county",
        name=COUNTY_NAME,
        code=DIVISION_CODE,
        ring=ring_of(wholes[-1]),
        bureau_name=BUREAU_NAME,
    )
    return Places(county, tuple(townships), tuple(villages), tuple(subgrids), parts_of)


def _subgrids(village: Village, parts: tuple[Ring, ...]) -> list[Subgrid]:
    return [
        Subgrid(
            key=f"{village.key.replace('village', 'subgrid')}-{n + 1}",
            name=f"{village.name}第{_NUMERALS[n]}网格",
            code=f"{village.code}-{n + 1:02}",
            ring=ring,
            village_key=village.key,
        )
        for n, ring in enumerate(parts)
    ]


def _to_degrees(point: Point) -> Point:
    return (
        round(SOUTH_WEST[0] + point[0] / _KM_PER_DEGREE_EAST, 6),
        round(SOUTH_WEST[1] + point[1] / _KM_PER_DEGREE_NORTH, 6),
    )
