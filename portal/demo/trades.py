"""What kinds of enterprise the county has, how many of each, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass

_IN_TOWN = (7, 2, 1)
_EVERYWHERE = (4, 5, 2)
_OUTSIDE = (1, 6, 2)
_IN_ZONE = (0, 3, 6)

_COMPANY = "91"
_INDIVIDUAL = "92"
_COOPERATIVE = "93"
_PUBLIC_BODY = "12"
_PRIVATE_BODY = "52"
_NO_CODE = ""


@dataclass(frozen=True)
class Trade:
    subcategory: str
    count: int
    patterns: tuple[str, ...]
    traits: frozenset[str]
    employees: tuple[int, int]
    spread: tuple[int, int, int]  # weight of town, country, development zone
    registration: str = _COMPANY  # two leading digits of the code


def _trade(
    subcategory: str,
    count: int,
    patterns: str,
    traits: str,
    employees: tuple[int, int],
    spread: tuple[int, int, int],
    registration: str = _COMPANY,
) -> Trade:
    return Trade(
        subcategory,
        count,
        tuple(patterns.split()),
        frozenset(traits.split()),
        employees,
        spread,
        registration,
    )


# The first one is where the enterprise officer of the tour works.
TRADES = (
    _trade(
        "0411",
        11,
        "{county}{brand}木业有限公司 {county}{brand}家具有限公司 {short}{brand}装饰板材有限公司",
        "works dust wood forklift",
        (26, 180),
        _IN_ZONE,
    ),
    _trade(
        "0405",
        11,
        "{county}{brand}机械制造有限公司 {county}{brand}农机配件有限公司 "
        "{short}{brand}精密铸造有限公司 {county}{brand}钢结构有限公司",
        "works machine welding forklift paint",
        (30, 260),
        _IN_ZONE,
    ),
    _trade(
        "0406",
        6,
        "{short}{brand}电子科技有限公司 {county}{brand}电气设备有限公司",
        "works clean",
        (60, 420),
        _IN_ZONE,
    ),
    _trade(
        "0407",
        8,
        "{county}{brand}面粉有限公司 {county}{brand}食品有限公司 {short}{brand}粮油有限公司",
        "works dust food confined forklift",
        (24, 160),
        _OUTSIDE,
    ),
    _trade(
        "0408",
        2,
        "{short}{brand}酒业有限公司",
        "works food alcohol",
        (20, 90),
        _OUTSIDE,
    ),
    _trade(
        "0409",
        5,
        "{county}{brand}包装印刷有限公司 {county}{brand}纸业有限公司",
        "works chemicals forklift confined",
        (25, 140),
        _IN_ZONE,
    ),
    _trade(
        "0412",
        3,
        "{county}{brand}柳编工艺品有限公司 {short}{brand}工艺制品有限公司",
        "works wood",
        (15, 80),
        _OUTSIDE,
    ),
    _trade(
        "0413",
        7,
        "{county}{brand}塑业有限公司 {county}{brand}橡塑制品有限公司 {short}{brand}再生资源有限公司",
        "works machine chemicals forklift",
        (20, 150),
        _IN_ZONE,
    ),
    _trade(
        "0414",
        4,
        "{county}{brand}纺织有限公司 {short}{brand}印染有限公司",
        "works textile confined forklift",
        (60, 320),
        _IN_ZONE,
    ),
    _trade(
        "0415",
        6,
        "{county}{brand}服饰有限公司 {county}{brand}制衣厂",
        "works textile dormitory",
        (25, 180),
        _OUTSIDE,
    ),
    _trade(
        "0403",
        3,
        "{county}{brand}商品混凝土有限公司 {county}{brand}新型建材有限公司",
        "works confined machine forklift",
        (30, 110),
        _OUTSIDE,
    ),
    _trade(
        "0402",
        2,
        "{short}{brand}金属材料有限公司",
        "works machine welding dust",
        (40, 120),
        _IN_ZONE,
    ),
    _trade(
        "0416",
        2,
        "{county}{brand}商贸有限公司",
        "warehouse forklift",
        (10, 40),
        _EVERYWHERE,
    ),
    _trade(
        "0304",
        4,
        "{county}{place}加油站 {county}{brand}加油站",
        "fuel",
        (6, 14),
        _EVERYWHERE,
    ),
    _trade(
        "0302",
        2,
        "{county}{brand}化工贸易有限公司 {county}{brand}气体有限公司",
        "chemicals gas warehouse",
        (8, 30),
        _OUTSIDE,
    ),
    _trade(
        "0311",
        4,
        "{county}{place}烟花爆竹零售点 {county}{brand}烟花爆竹零售点",
        "fireworks shop",
        (2, 3),
        _OUTSIDE,
        _INDIVIDUAL,
    ),
    _trade(
        "0501",
        3,
        "{county}{brand}建筑工程有限公司",
        "site welding",
        (40, 220),
        _EVERYWHERE,
    ),
    _trade(
        "0502", 1, "{county}{brand}市政工程有限公司", "site", (30, 120), _EVERYWHERE
    ),
    _trade(
        "0509", 2, "{county}{brand}装饰工程有限公司", "site paint", (12, 40), _IN_TOWN
    ),
    _trade(
        "0603",
        4,
        "{county}{brand}物流有限公司 {county}{brand}运输有限公司",
        "vehicle warehouse forklift",
        (15, 90),
        _EVERYWHERE,
    ),
    _trade("0606", 1, "{county}汽车客运站", "crowd vehicle", (40, 70), _IN_TOWN),
    _trade(
        "0607",
        4,
        "{county}{brand}汽车修理厂 {county}{brand}汽车服务中心",
        "repair welding paint",
        (4, 9),
        _EVERYWHERE,
        _INDIVIDUAL,
    ),
    _trade(
        "0608",
        1,
        "{county}{brand}机动车驾驶员培训学校",
        "vehicle",
        (20, 45),
        _OUTSIDE,
    ),
    _trade(
        "0611",
        3,
        "{county}{brand}快递服务有限公司 {county}{brand}供应链有限公司",
        "warehouse vehicle",
        (12, 60),
        _EVERYWHERE,
    ),
    _trade(
        "0803",
        4,
        "{county}{brand}饭店 {county}{surname}记羊肉汤馆 {county}{brand}火锅店",
        "kitchen shop",
        (4, 9),
        _IN_TOWN,
        _INDIVIDUAL,
    ),
    _trade(
        "0805", 2, "{county}{brand}大药房有限公司", "shop", (5, 9), _IN_TOWN, _COMPANY
    ),
    _trade("0908", 1, "{county}{brand}气瓶检测充装有限公司", "gas", (12, 20), _OUTSIDE),
    _trade(
        "1001",
        4,
        "{county}{brand}购物广场有限公司 {county}{brand}超市有限公司",
        "crowd shop electric-bike",
        (20, 120),
        _IN_TOWN,
    ),
    _trade(
        "1002",
        2,
        "{county}{place}农贸市场 {county}{brand}农贸市场",
        "crowd",
        (8, 20),
        _EVERYWHERE,
    ),
    _trade(
        "1003",
        4,
        "{county}{brand}宾馆 {county}{brand}商务酒店有限公司",
        "crowd kitchen electric-bike",
        (10, 60),
        _IN_TOWN,
    ),
    _trade(
        "1004", 3, "{county}{brand}大酒店有限公司", "crowd kitchen", (25, 80), _IN_TOWN
    ),
    _trade("1005", 3, "{county}{brand}量贩歌城", "crowd", (10, 30), _IN_TOWN),
    _trade("1006", 2, "{county}{brand}网咖", "crowd", (4, 9), _IN_TOWN, _INDIVIDUAL),
    _trade(
        "1009",
        2,
        "{county}第三中学 {county}{brand}中学",
        "crowd kitchen dormitory",
        (80, 190),
        _EVERYWHERE,
        _PUBLIC_BODY,
    ),
    _trade(
        "1010",
        3,
        "{county}{place}幼儿园 {county}{brand}幼儿园",
        "crowd kitchen",
        (15, 40),
        _EVERYWHERE,
        _PRIVATE_BODY,
    ),
    _trade(
        "1011",
        2,
        "{county}{brand}医院有限公司",
        "crowd kitchen gas",
        (60, 210),
        _IN_TOWN,
    ),
    _trade(
        "1012",
        2,
        "{county}{brand}养老服务中心",
        "crowd kitchen dormitory",
        (12, 40),
        _EVERYWHERE,
        _PRIVATE_BODY,
    ),
    _trade("1101", 2, "{county}{brand}燃气有限公司", "gas", (20, 70), _EVERYWHERE),
    _trade("1104", 1, "{county}污水处理有限公司", "confined", (18, 30), _EVERYWHERE),
    _trade(
        "1108",
        2,
        "{county}{brand}物业服务有限公司",
        "crowd electric-bike",
        (20, 80),
        _IN_TOWN,
    ),
    _trade(
        "1202",
        5,
        "{place}{surname}家小吃店 {place}{surname}氏电动车维修部 {place}便民百货店 {place}{brand}小作坊",
        "small shop kitchen",
        (1, 3),
        _EVERYWHERE,
        _NO_CODE,
    ),
    _trade(
        "1203",
        2,
        "{county}{brand}产业园管理有限公司",
        "tenants works",
        (10, 30),
        _IN_ZONE,
    ),
    _trade(
        "1204",
        3,
        "{county}{brand}仓储有限公司",
        "warehouse forklift",
        (8, 30),
        _IN_ZONE,
    ),
    _trade(
        "1303",
        2,
        "{county}{brand}粮食种植专业合作社",
        "works dust food",
        (8, 20),
        _OUTSIDE,
        _COOPERATIVE,
    ),
)
