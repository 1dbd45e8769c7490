"""Size classes as arithmetic, and the table of 2017 as the rows a tenant begins with.

X is the number of employees, Y the yearly revenue, Z the assets, both in ten
thousand yuan. Large, medium and small need all of their lower bounds, else a unit
falls one class; what is below small is micro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

EDITION: Final = "2017"
BASIS: Final = "《统计上大中小微型企业划分办法（2017）》，按记忆整理，以原文为准"
CLASSES: Final = ("large", "medium", "small")
MICRO: Final = "micro"
MEASURES: Final = ("employees", "revenue", "assets")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a unit; None where nobody said."""

    employees: int | None = None
    revenue: Decimal | None = None
    assets: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The lower bounds of a class; None where the table asks nothing."""

    scale: str
    employees: int | None = None
    revenue: Decimal | None = None
    assets: Decimal | None = None

    def asks(self) -> list[str]:
        return [name for name in MEASURES if getattr(self, name) is not None]


def class_of(figures: Figures, bounds: list[Bound]) -> str:
    """The class of a unit; empty where a figure that decides is missing.

    A figure that is missing decides nothing only where another one already rules
    the class out.
    """
    ordered = sorted(bounds, key=lambda bound: CLASSES.index(bound.scale))
    for bound in ordered:
        met = [_met(figures, bound, name) for name in bound.asks()]
        if False in met:
            continue
        if None in met:
            return ""
        return bound.scale
    return MICRO if ordered else ""


def _met(figures: Figures, bound: Bound, name: str) -> bool | None:
    value = getattr(figures, name)
    return None if value is None else bool(value >= getattr(bound, name))


@dataclass(frozen=True, slots=True)
class Group:
    """Industries measured alike. Bounds are (employees, revenue, assets)."""

    code: str
    name: str
    codes: tuple[str, ...]
    large: tuple[int | None, int | None, int | None]
    medium: tuple[int | None, int | None, int | None]
    small: tuple[int | None, int | None, int | None]
    designated: int | None = None


def _two_digits(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(first, last + 1))


GROUPS: Final = (
    Group(
        "industry",
        "工业",
        _two_digits(6, 46),
        (1000, 40000, None),
        (300, 2000, None),
        (20, 300, None),
        2000,
    ),
    Group(
        "construction",
        "建筑业",
        _two_digits(47, 50),
        (None, 80000, 80000),
        (None, 6000, 5000),
        (None, 300, 300),
    ),
    Group(
        "wholesale",
        "批发业",
        ("51",),
        (200, 40000, None),
        (20, 5000, None),
        (5, 1000, None),
        2000,
    ),
    Group(
        "retail",
        "零售业",
        ("52",),
        (300, 20000, None),
        (50, 500, None),
        (10, 100, None),
        500,
    ),
    Group(
        "transport",
        "交通运输业",
        ("54", "55", "56", "57", "58"),
        (1000, 30000, None),
        (300, 3000, None),
        (20, 200, None),
    ),
    Group(
        "storage",
        "仓储业",
        ("59",),
        (200, 30000, None),
        (100, 1000, None),
        (20, 100, None),
    ),
    Group(
        "lodging",
        "住宿和餐饮业",
        ("61", "62"),
        (300, 10000, None),
        (100, 2000, None),
        (10, 100, None),
        200,
    ),
    Group(
        "property",
        "物业管理",
        ("702",),
        (1000, 5000, None),
        (300, 1000, None),
        (100, 500, None),
    ),
    Group(
        "farming",
        "农林牧渔业",
        _two_digits(1, 5),
        (None, 20000, None),
        (None, 500, None),
        (None, 50, None),
    ),
    Group(
        "other", "其他行业", (), (300, None, None), (100, None, None), (10, None, None)
    ),
)

# Which division a subcategory usually is, by the beginnings of our own codes: the
# longest that fits. A proposal; the code of the enterprise goes before it.
TRADES: Final[dict[str, str]] = {
    "01": "06",
    "0104": "59",
    "02": "10",
    "0208": "07",
    "03": "26",
    "0302": "51",
    "0303": "51",
    "0304": "52",
    "0305": "52",
    "0307": "33",
    "0308": "59",
    "0309": "57",
    "0310": "51",
    "0311": "52",
    "04": "33",
    "0401": "31",
    "0402": "32",
    "0403": "30",
    "0404": "30",
    "0405": "34",
    "0406": "39",
    "0407": "14",
    "0408": "15",
    "0409": "22",
    "0410": "19",
    "0411": "21",
    "0412": "24",
    "0413": "29",
    "0414": "17",
    "0415": "18",
    "0416": "51",
    "05": "47",
    "0502": "48",
    "0503": "48",
    "0504": "48",
    "0505": "48",
    "0506": "48",
    "0507": "49",
    "0508": "48",
    "0509": "50",
    "06": "54",
    "0607": "81",
    "0608": "83",
    "0609": "55",
    "0610": "55",
    "0611": "60",
    "07": "55",
    "0704": "37",
    "0705": "04",
    "0706": "05",
    "0707": "04",
    "0801": "14",
    "0802": "52",
    "0803": "62",
    "0804": "27",
    "0805": "52",
    "0806": "35",
    "0807": "26",
    "0908": "35",
    "1001": "52",
    "1002": "52",
    "1003": "61",
    "1004": "62",
    "1005": "90",
    "1006": "90",
    "1007": "87",
    "1008": "89",
    "1009": "83",
    "1010": "83",
    "1011": "84",
    "1012": "85",
    "1101": "45",
    "1102": "46",
    "1103": "44",
    "1104": "46",
    "1105": "78",
    "1106": "63",
    "1107": "78",
    "1108": "7020",
    "1204": "59",
    "1301": "05",
    "1302": "03",
    "1303": "05",
    "1304": "02",
    "1305": "44",
    "1306": "76",
}


def usual_code(subcategory: str) -> str:
    """The division a subcategory usually belongs to, or nothing."""
    return TRADES.get(subcategory) or TRADES.get(subcategory[:2], "")
