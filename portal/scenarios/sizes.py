"""How large the places are: their published figures, and what we chose ourselves.

A figure without a source in the field reports is marked ``own choice`` and is not
among the wanted ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """What lies directly under the county; the codes of each kind differ."""

    streets: int = 0
    towns: int = 0
    townships: int = 0
    zones: int = 0

    @property
    def total(self) -> int:
        return self.streets + self.towns + self.townships + self.zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Hazards of one year. ``left`` of them are not rectified at its end.

    Without ``left``, courses break off where today cuts them. ``visits`` are the
    inspections by which they were found.
    """

    count: int
    left: int | None = None
    visits: int = 0


NOTHING: Final = Found(count=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One tenant. ``centre`` is (longitude, latitude), WGS-84."""

    key: str
    code: str
    name: str
    short: str
    centre: tuple[float, float]
    reach: float  # degrees from the middle to the border
    departments: int
    areas: Areas = Areas()
    villages: int = 0
    village_word: str = "村"
    subgrids: int = 0
    enterprises: int = 0
    workers: int = 0
    vacant: int = 0  # grids that lack their worker
    enterprises_have_workers: bool = False
    self_found: Found = NOTHING
    inspected: Found = NOTHING

    @property
    def bureau_name(self) -> str:
        return f"{self.name}应急管理局"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A published figure that the loaded place must show."""

    what: str  # a name in ``counting.COUNTS``
    label: str
    number: int
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    key: str
    name: str
    counties: tuple[Place, ...]
    wanted: tuple[Wanted, ...]
    city: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        return ((self.city,) if self.city else ()) + self.counties


# Taihe. 120,000 hazards are one year: fourteen per enterprise, found by monthly
# self-checks and patrols. The split between the two is our own choice.
_TAIHE: Final = Place(
    key="taihe",
    code="341222",
    name="太和县",
    short="太和",
    centre=(115.6219, 33.1603),
    reach=0.3,
    departments=23,
    areas=Areas(towns=27, townships=4, zones=1),
    villages=314,
    enterprises=8_512,
    workers=314,
    self_found=Found(count=72_000),
    inspected=Found(count=48_000, visits=26_000),
)
# Quanshan. Its hazards are our own choice: the report names none.
_QUANSHAN: Final = Place(
    key="quanshan",
    code="320311",
    name="泉山区",
    short="泉山",
    centre=(117.1940, 34.2250),
    reach=0.09,
    departments=32,
    areas=Areas(streets=14, zones=2),
    villages=123,
    village_word="社区",
    subgrids=755,
    enterprises=347,
    workers=1_108,
    vacant=12,
    enterprises_have_workers=True,
    self_found=Found(count=3_000),
    inspected=Found(count=5_000, visits=2_400),
)
# Haining has 12,000 enterprises and more, of which 3,212 work in the platform:
# those are registered, the others exist nowhere in it. Villages, departments and
# self-found hazards are our own choice. The 7,658 problems of 2019 are laid over
# the year before today.
_HAINING: Final = Place(
    key="haining",
    code="330481",
    name="海宁市",
    short="海宁",
    centre=(120.6808, 30.5107),
    reach=0.2,
    departments=25,
    areas=Areas(streets=4, towns=8),
    villages=228,
    enterprises=3_212,
    workers=228,
    self_found=Found(count=9_000),
    inspected=Found(count=7_658, visits=2_825),
)

# Quanzhou's 13 counties: name, code, key, middle, reach, areas, weight.
# 台商投资区 and 经济技术开发区 are administered like counties but have no code of
# GB/T 2260: 350591 and 350592 are our own. 金门县 is not administered and left out.
# The townships are the real divisions and one park or zone each in nine of them,
# which makes the published 172.
_QUANZHOU_COUNTIES: Final = (
    (
        "鲤城区",
        "350502",
        "licheng",
        (118.587, 24.908),
        0.05,
        Areas(streets=8, zones=1),
        7,
    ),
    ("丰泽区", "350503", "fengze", (118.613, 24.891), 0.06, Areas(streets=8), 8),
    (
        "洛江区",
        "350504",
        "luojiang",
        (118.671, 24.940),
        0.1,
        Areas(streets=2, towns=3, townships=1),
        4,
    ),
    (
        "泉港区",
        "350505",
        "quangang",
        (118.916, 25.120),
        0.09,
        Areas(streets=1, towns=6, zones=1),
        5,
    ),
    (
        "惠安县",
        "350521",
        "huian",
        (118.797, 25.031),
        0.12,
        Areas(towns=11, townships=1, zones=1),
        11,
    ),
    (
        "安溪县",
        "350524",
        "anxi",
        (118.186, 25.056),
        0.25,
        Areas(towns=15, townships=9, zones=1),
        10,
    ),
    (
        "永春县",
        "350525",
        "yongchun",
        (118.294, 25.322),
        0.2,
        Areas(towns=18, townships=4),
        6,
    ),
    (
        "德化县",
        "350526",
        "dehua",
        (118.241, 25.492),
        0.22,
        Areas(towns=12, townships=6, zones=1),
        8,
    ),
    (
        "石狮市",
        "350581",
        "shishi",
        (118.648, 24.732),
        0.07,
        Areas(streets=2, towns=7, zones=1),
        12,
    ),
    (
        "晋江市",
        "350582",
        "jinjiang",
        (118.552, 24.782),
        0.13,
        Areas(streets=6, towns=13, zones=1),
        27,
    ),
    (
        "南安市",
        "350583",
        "nanan",
        (118.386, 24.960),
        0.22,
        Areas(streets=3, towns=21, townships=2, zones=1),
        21,
    ),
    ("泉州台商投资区", "350591", "taishang", (118.78, 24.88), 0.07, Areas(towns=4), 4),
    (
        "泉州经济技术开发区",
        "350592",
        "jingkai",
        (118.55, 24.88),
        0.03,
        Areas(zones=1),
        3,
    ),
)
_QUANZHOU_ENTERPRISES: Final = 12_765
_QUANZHOU_SELF: Final = Found(count=94_081, left=94_081 - 93_933)
_QUANZHOU_INSPECTED: Final = Found(count=28_626, left=28_626 - 28_476, visits=13_000)
_QUANZHOU_CITY: Final = Place(
    key="quanzhou",
    code="350500",
    name="泉州市",
    short="泉州",
    centre=(118.6757, 24.8741),
    reach=0.6,
    departments=38,  # with 13 × 19 in the counties: 285
)


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts in proportion to the weights that add up to ``total``."""
    whole = sum(weights)
    edges = [total * reached // whole for reached in accumulate(weights)]
    return [b - a for a, b in zip([0, *edges], edges, strict=False)]


def _share_of(found: Found, weights: Sequence[int]) -> list[Found]:
    parts = zip(
        share_out(found.count, weights),
        share_out(found.left or 0, weights),
        share_out(found.visits, weights),
        strict=True,
    )
    return [Found(count=c, left=left, visits=v) for c, left, v in parts]


def _quanzhou() -> tuple[Place, ...]:
    weights = [row[-1] for row in _QUANZHOU_COUNTIES]
    shares = zip(
        _QUANZHOU_COUNTIES,
        share_out(_QUANZHOU_ENTERPRISES, weights),
        _share_of(_QUANZHOU_SELF, weights),
        _share_of(_QUANZHOU_INSPECTED, weights),
        strict=True,
    )
    return tuple(
        Place(
            key=key,
            code=code,
            name=name,
            short=name.removeprefix("泉州")[:2],
            centre=centre,
            reach=reach,
            departments=19,
            areas=areas,
            enterprises=enterprises,
            self_found=self_found,
            inspected=inspected,
        )
        for (name, code, key, centre, reach, areas, _w), enterprises, self_found, (
            inspected
        ) in shares
    )


def _want(what: str, label: str, number: int, *, at_least: bool = False) -> Wanted:
    return Wanted(what=what, label=label, number=number, at_least=at_least)


_ALL: Final = (
    Scenario(
        key="taihe",
        name="太和县",
        counties=(_TAIHE,),
        wanted=(
            _want("departments", "行业部门网格", 23),
            _want("areas", "乡镇（开发区）网格", 32),
            _want("villages", "村级网格", 314),
            _want("enterprise_grids", "企业网格", 8_500, at_least=True),
            _want("workers", "村网格员", 314),
            _want("hazards", "隐患", 120_000),
        ),
    ),
    Scenario(
        key="quanshan",
        name="泉山区",
        counties=(_QUANSHAN,),
        wanted=(
            _want("departments", "行业部门网格", 32),
            _want("areas", "街道（园区）网格", 16),
            _want("villages", "社区网格", 123),
            _want("subgrids", "社区以下网格", 755),
            _want("enterprise_grids", "企业网格", 347),
            _want("workers", "网格员", 1_100, at_least=True),
            _want("vacant", "没有网格员的网格（预警）", 12),
        ),
    ),
    Scenario(
        key="quanzhou",
        name="泉州市",
        city=_QUANZHOU_CITY,
        counties=_quanzhou(),
        wanted=(
            _want("counties", "县（市、区）", 13),
            _want("departments", "市县两级部门", 285),
            _want("areas", "乡镇（街道）", 172),
            _want("enterprises", "企业", 12_765),
            _want("categories", "行业大类（有企业的）", 13),
            _want("subcategories", "行业小类（有企业的）", 116),
            _want("self_found", "企业自查隐患", 94_081),
            _want("self_rectified", "其中已整改", 93_933),
            _want("inspected", "检查发现隐患", 28_626),
            _want("inspected_rectified", "其中已整改", 28_476),
        ),
    ),
    Scenario(
        key="haining",
        name="海宁市",
        counties=(_HAINING,),
        wanted=(
            _want("areas", "镇（街道）", 12),
            _want("enterprises", "入平台企业", 3_212),
            _want("visits", "检查次数", 2_825),
            _want("inspected", "检查发现问题", 7_658),
        ),
    ),
)
SCENARIOS: Final = {scenario.key: scenario for scenario in _ALL}
_YEARLY: Final = frozenset(
    [
        "hazards",
        "self_found",
        "self_rectified",
        "inspected",
        "inspected_rectified",
        "visits",
    ]
)


def sized(key: str, *, years: int = 1, share: float = 1) -> Scenario:
    """The scenario over so many years; ``share`` makes it smaller, for tests."""
    scenario = SCENARIOS[key]
    return replace(
        scenario,
        counties=tuple(_resize(p, years, share) for p in scenario.counties),
        city=scenario.city and _resize(scenario.city, years, share),
        wanted=tuple(
            replace(w, number=w.number * years) if w.what in _YEARLY else w
            for w in scenario.wanted
        ),
    )


def _resize(place: Place, years: int, share: float) -> Place:
    def part(number: int) -> int:
        return max(1, round(number * share)) if number else 0

    def found(what: Found) -> Found:
        return Found(
            count=part(what.count) * years,
            left=None if what.left is None else part(what.left) * years,
            visits=part(what.visits) * years,
        )

    areas = place.areas
    return replace(
        place,
        departments=part(place.departments),
        areas=Areas(
            streets=part(areas.streets),
            towns=part(areas.towns),
            townships=part(areas.townships),
            zones=part(areas.zones),
        ),
        villages=part(place.villages),
        subgrids=part(place.subgrids),
        enterprises=part(place.enterprises),
        workers=part(place.workers),
        vacant=part(place.vacant),
        self_found=found(place.self_found),
        inspected=found(place.inspected),
    )
