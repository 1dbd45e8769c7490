"""The enterprises of a place: every trade is met, names and codes are made up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, Any, Final

from enterprises.industries import CATEGORIES
from enterprises.models import UnitType
from enterprises.services import EnterpriseRow
from portal.demo.names import BRAND_FIRST, BRAND_SECOND
from portal.demo.register import organisation_check_character, uscc_check_character
from portal.demo.trades import TRADES
from portal.scenarios.ground import somewhere_in
from portal.scenarios.people import invented_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from portal.scenarios.ground import Ground
    from portal.scenarios.sizes import Place

# How the units of a trade are called, in the order of the trades of a category.
_ENDINGS: Final = {
    "01": "煤业有限公司 露天煤业有限公司 洗煤有限公司 煤炭储运有限公司",
    "02": "矿业有限公司 采石场 尾矿库管理有限公司 矿山剥离有限公司 选矿厂"
    " 采掘工程有限公司 地质勘探有限公司 油气开采有限公司",
    "03": "化工有限公司 化工贸易有限公司 化工经营部 加油站 加气站 精细化工有限公司"
    " 涂装有限公司 危化品仓储有限公司 管道输送有限公司 烟花爆竹批发有限公司"
    " 烟花爆竹零售点 民爆器材有限公司",
    "04": "钢铁铸造有限公司 金属材料有限公司 水泥制品有限公司 石材有限公司"
    " 机械制造有限公司 电子科技有限公司 食品有限公司 酒业有限公司 包装印刷有限公司"
    " 鞋业有限公司 家具有限公司 工艺品有限公司 塑胶有限公司 纺织有限公司"
    " 服饰有限公司 商贸仓储有限公司",
    "05": "建筑工程有限公司 市政工程有限公司 公路工程有限公司 水运工程有限公司"
    " 水利工程有限公司 电力工程有限公司 通信工程有限公司 轨道工程有限公司"
    " 装饰工程有限公司 修缮服务部",
    "06": "客运有限公司 危货运输有限公司 物流有限公司 公交有限公司 出租汽车有限公司"
    " 汽车客运站 汽车修理厂 驾驶员培训学校 水上客运有限公司 航运有限公司"
    " 快递服务有限公司",
    "07": "危货码头有限公司 码头有限公司 客运码头有限公司 船舶修造有限公司 渔业合作社"
    " 渔港服务有限公司 水产养殖场",
    "08": "食品厂 副食商行 饭店 制药有限公司 大药房 医疗器械有限公司 保健食品有限公司",
    "09": "锅炉供热有限公司 压力容器有限公司 管道安装有限公司 电梯有限公司"
    " 起重机械有限公司 游乐园 叉车租赁有限公司 气瓶充装有限公司",
    "10": "超市有限公司 农贸市场 宾馆 大酒店 量贩歌城 网咖 影院 健身中心 学校 幼儿园"
    " 医院 养老服务中心 寺管会 景区管理有限公司",
    "11": "燃气有限公司 供水有限公司 供电服务有限公司 污水处理有限公司 环卫有限公司"
    " 通信服务有限公司 公园管理处 物业服务有限公司",
    "12": "密室娱乐馆 小吃店 产业园管理有限公司 仓储有限公司 服务中心",
    "13": "农机合作社 养殖场 粮食种植合作社 林场 水电站 灌区管理所",
}
_ENDING_OF: Final = {
    f"{category.code}{n:02d}": ending
    for category in CATEGORIES
    for n, ending in enumerate(_ENDINGS[category.code].split(), start=1)
}
# Of a hundred enterprises, how many are of each category beyond one per trade.
_SHARES: Final = {
    "01": 0.1,
    "02": 0.6,
    "03": 6,
    "04": 44,
    "05": 7,
    "06": 7,
    "07": 0.5,
    "08": 9,
    "09": 1.5,
    "10": 10,
    "11": 2.5,
    "12": 8,
    "13": 4,
}
# Most of these are found in a few trades only.
_COMMON: Final = frozenset(
    [
        "0304",
        "0311",
        "0405",
        "0407",
        "0411",
        "0413",
        "0415",
        "0501",
        "0509",
        "0603",
        "0607",
        "0803",
        "0805",
        "1001",
        "1003",
        "1010",
        "1202",
        "1203",
        "1204",
        "1303",
    ]
)
_TRAITS: Final = {trade.subcategory: trade.traits for trade in TRADES}
_USUAL_TRAITS: Final = {
    "01": "works confined",
    "02": "works machine",
    "03": "chemicals warehouse",
    "04": "works machine welding",
    "05": "site welding",
    "06": "vehicle",
    "07": "works warehouse",
    "08": "shop kitchen",
    "09": "works machine",
    "10": "crowd kitchen",
    "11": "works confined",
    "12": "small shop",
    "13": "works food",
}
_NO_LICENCE: Final = "三小场所，未办理营业执照，已告知补办"
_PUBLIC: Final = frozenset({"1009", "1011", "1107", "1205", "1306"})
_COOPERATIVE: Final = frozenset({"0705", "1301", "1303"})
_INDIVIDUAL: Final = frozenset({"0311", "0607", "0802", "0803", "1006", "1201"})
_THREE_SMALL: Final = "1202"
_PREFIXES: Final = {
    UnitType.COMPANY: "91",
    UnitType.INDIVIDUAL: "92",
    UnitType.COOPERATIVE: "93",
    UnitType.PUBLIC: "12",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """An enterprise before it is in the register."""

    row: EnterpriseRow
    grid: str  # code of the grid it lies in
    traits: frozenset[str]
    officer: str  # who looks after safety there


def enterprises(
    place: Place, ground: Ground, *, since: datetime, seed: int
) -> Iterator[Unit]:
    """In the order of the register; the first ones meet every trade once."""
    rng = Random(f"register:{seed}:{place.key}")  # noqa: S311
    names = _brands(rng)
    grids = _grids(rng, place, ground)
    for n, trade in enumerate(islice(_trades(rng), place.enterprises)):
        grid = next(grids)
        brand = next(names)
        facts = _facts(rng, place, grid.name, grid.ring)
        unit_type = _unit_type(trade)
        code = "" if trade == _THREE_SMALL else _uscc(place.code, unit_type, n)
        yield Unit(
            row=EnterpriseRow(
                parent=grid.code,
                name=f"{place.short}{brand}{_ENDING_OF[trade]}",
                unit_type=unit_type,
                subcategory=trade,
                uscc=code,
                uscc_missing_reason="" if code else _NO_LICENCE,
                registered_at=since,
                facts=facts,
            ),
            grid=grid.code,
            traits=_TRAITS.get(trade) or frozenset(_USUAL_TRAITS[trade[:2]].split()),
            officer=facts["safety_manager"],
        )


def _trades(rng: Random) -> Iterator[str]:
    codes = sorted(_ENDING_OF)
    yield from codes
    weights = [
        _SHARES[code[:2]] * (6 if code in _COMMON else 1) / _rivals(code)
        for code in codes
    ]
    while True:
        yield from rng.choices(codes, weights=weights, k=500)


def _rivals(code: str) -> int:
    """Weights of the trades of the same category together."""
    return sum(6 if c in _COMMON else 1 for c in _ENDING_OF if c[:2] == code[:2])


def _grids(rng: Random, place: Place, ground: Ground) -> Iterator[Any]:
    """Every lowest grid has its enterprises, some have many."""
    lowest = ground.lowest
    yield from rng.sample(lowest, min(place.enterprises, len(lowest)))
    heavy = [rng.paretovariate(1.8) for _grid in lowest]
    while True:
        yield from rng.choices(lowest, weights=heavy, k=500)


def _brands(rng: Random) -> Iterator[str]:
    """None twice: a brand of two characters, later of three."""
    pairs = sorted({a + b for a in BRAND_FIRST for b in BRAND_SECOND if a != b})
    rng.shuffle(pairs)
    yield from pairs
    for third in cycle("新华中东南西北国安民生源力创"):
        rng.shuffle(pairs)
        yield from (f"{pair}{third}" for pair in pairs)


def _unit_type(trade: str) -> UnitType:
    for codes, unit_type in (
        (_PUBLIC, UnitType.PUBLIC),
        (_COOPERATIVE, UnitType.COOPERATIVE),
        (_INDIVIDUAL, UnitType.INDIVIDUAL),
        ({_THREE_SMALL}, UnitType.THREE_SMALL),
    ):
        if trade in codes:
            return unit_type
    return UnitType.COMPANY


def _uscc(division: str, unit_type: UnitType, n: int) -> str:
    body = f"MA{n:06d}"
    prefix = _PREFIXES.get(unit_type, "91")
    first = f"{prefix}{division}{body}{organisation_check_character(body)}"
    return first + uscc_check_character(first)


def _facts(rng: Random, place: Place, grid: str, ring: Any) -> Any:
    lon, lat = somewhere_in(rng, ring)
    principal, manager = invented_name(rng), invented_name(rng)
    employees = min(2_000, int(rng.paretovariate(0.9) * 8))
    if employees < 10:
        manager = principal
    return {
        "legal_person": principal,
        "principal": principal,
        "principal_phone": f"1540000{rng.randrange(10_000):04d}",
        "safety_manager": manager,
        "safety_manager_phone": f"1540000{rng.randrange(10_000):04d}",
        "address": f"{place.name}{grid}{rng.randint(1, 288)}号",
        "longitude": Decimal(str(lon)),
        "latitude": Decimal(str(lat)),
        "employees": employees,
    }
