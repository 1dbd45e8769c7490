"""Departments and the 150 enterprises, with codes that check (or are meant not to)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.demo import geometry, names
from portal.demo.places import COUNTY_NAME, COUNTY_SHORT, DIVISION_CODE
from portal.demo.trades import TRADES, Trade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from portal.demo.places import Places, Subgrid, Village

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714

WRONG_CHECK_DIGITS = 4
SHOWCASE_NUMBER = 1  # the enterprise of the officer who signs in
_UNIT_TYPES = {
    "91": "company",
    "92": "individual",
    "93": "cooperative",
    "12": "public",
    "52": "social",
    "": "three_small",
}
_SUSPENDED = frozenset({38, 77, 121})


@dataclass(frozen=True)
class Department:
    key: str
    name: str
    code: str
    categories: tuple[str, ...]  # first two digits of the subcategories it answers for


@dataclass(frozen=True)
class Enterprise:
    key: str
    name: str
    unit_type: str
    uscc: str  # "" for a unit without one
    uscc_check_failed: bool
    no_uscc_reason: str
    subcategory: str
    department_key: str | None  # None: the bureau itself
    village_key: str
    subgrid_key: str | None
    address: str
    lon: float
    lat: float
    principal: str
    principal_phone: str
    safety_officer: str
    safety_officer_phone: str
    employees: int
    state: str  # "operating" or "suspended"
    traits: frozenset[str]

    @property
    def area_key(self) -> str:
        """The smallest grid it lies in."""
        return self.subgrid_key or self.village_key


DEPARTMENTS = (
    Department("department-1", f"{COUNTY_NAME}工业和信息化局", "B01", ("04",)),
    Department("department-2", f"{COUNTY_NAME}住房和城乡建设局", "B02", ("05", "11")),
    Department("department-3", f"{COUNTY_NAME}市场监督管理局", "B03", ("08", "09")),
    Department("department-4", f"{COUNTY_NAME}交通运输局", "B04", ("06",)),
    Department("department-5", f"{COUNTY_NAME}消防救援大队", "B05", ("10", "12")),
)


def department_for(subcategory: str) -> str | None:
    """Hazardous goods (03) and what nobody else takes (13) stay with the bureau."""
    for department in DEPARTMENTS:
        if subcategory[:2] in department.categories:
            return department.key
    return None


def uscc_check_character(first_17: str) -> str:
    weighted = zip(first_17, _WEIGHTS, strict=True)
    total = sum(_ALPHABET.index(c) * weight for c, weight in weighted)
    return _ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first_8: str) -> str:
    weighted = zip(first_8, _ORGANISATION_WEIGHTS, strict=True)
    total = sum(int(c, 36) * weight for c, weight in weighted)
    return "0123456789X0"[11 - total % 11]


def make_uscc(rng: Random, kind: str) -> str:
    """A code of the fictional county; ``kind`` is the two leading digits."""
    body = "MA" + "".join(rng.choice(_ALPHABET) for _ in range(6))
    first_17 = f"{kind}{DIVISION_CODE}{body}{organisation_check_character(body)}"
    return first_17 + uscc_check_character(first_17)


def build_enterprises(
    rng: Random, places: Places, people: Iterator[str], phones: Iterator[str]
) -> tuple[Enterprise, ...]:
    """In register order: the showcase first, the others mixed."""
    showcase, *others = [(trade, n) for trade in TRADES for n in range(trade.count)]
    rng.shuffle(others)
    brands = names.brand_names(rng)
    used: set[str] = set()
    entries = []
    for number, (trade, nth) in enumerate([showcase, *others], start=SHOWCASE_NUMBER):
        village = _village_for(rng, places, trade, number)
        entries.append(
            _enterprise(
                rng,
                number=number,
                trade=trade,
                name=_name(rng, trade, nth, village, brands, used),
                places=places,
                village=village,
                contacts=(next(people), next(phones), next(people), next(phones)),
            )
        )
    return _with_wrong_check_digits(rng, entries)


def _enterprise(
    rng: Random,
    *,
    number: int,
    trade: Trade,
    name: str,
    places: Places,
    village: Village,
    contacts: tuple[str, str, str, str],
) -> Enterprise:
    subgrid, (lon, lat) = _position(rng, places, village)
    principal, principal_phone, officer, officer_phone = contacts
    without_code = trade.registration == ""
    if trade.employees[1] <= 9:  # the owner looks after safety himself
        officer, officer_phone = principal, principal_phone
    return Enterprise(
        key=f"enterprise-{number:03}",
        name=name,
        unit_type=_UNIT_TYPES[trade.registration],
        uscc="" if without_code else make_uscc(rng, trade.registration),
        uscc_check_failed=False,
        no_uscc_reason="三小场所，未办理营业执照，已告知补办" if without_code else "",
        subcategory=trade.subcategory,
        department_key=department_for(trade.subcategory),
        village_key=village.key,
        subgrid_key=subgrid.key if subgrid else None,
        address=_address(rng, places, village),
        lon=lon,
        lat=lat,
        principal=principal,
        principal_phone=principal_phone,
        safety_officer=officer,
        safety_officer_phone=officer_phone,
        employees=rng.randint(*trade.employees),
        state="suspended" if number in _SUSPENDED else "operating",
        traits=trade.traits,
    )


def _village_for(rng: Random, places: Places, trade: Trade, number: int) -> Village:
    """Works to the development zone, shops to town, a little of everything outside."""
    if number == SHOWCASE_NUMBER:
        return places.villages[4]
    in_town, outside, in_zone = trade.spread
    weights = {"township-1": in_town, "township-2": outside, "township-3": in_zone}
    shares = [
        weights[v.township_key]
        / sum(1 for other in places.villages if other.township_key == v.township_key)
        for v in places.villages
    ]
    return rng.choices(places.villages, weights=shares)[0]


def _position(
    rng: Random, places: Places, village: Village
) -> tuple[Subgrid | None, tuple[float, float]]:
    part = rng.randrange(3)
    lon, lat = geometry.scattered_point(rng, places.cells[village.key][part])
    own = [s for s in places.subgrids if s.village_key == village.key]
    return (own[part] if own else None), (round(lon, 6), round(lat, 6))


def _address(rng: Random, places: Places, village: Village) -> str:
    township = next(t for t in places.townships if t.key == village.township_key)
    road = rng.choice(village.roads)
    number = f"{rng.randint(1, 288)}号" if road[-1] in "路街道" else ""
    return f"{COUNTY_NAME}{township.name}{village.name}{road}{number}"


def _name(
    rng: Random,
    trade: Trade,
    nth: int,
    village: Village,
    brands: Iterator[str],
    used: set[str],
) -> str:
    pattern = trade.patterns[nth % len(trade.patterns)]
    for _ in range(100):
        name = pattern.format(
            county=COUNTY_NAME,
            short=COUNTY_SHORT,
            brand=next(brands),
            place=village.name.removesuffix("社区").removesuffix("村"),
            surname=rng.choice(names.SURNAMES),
        )
        if name not in used:
            used.add(name)
            return name
        pattern = trade.patterns[-1]  # the last pattern always holds the brand
    raise RuntimeError(f"No free name for {trade.subcategory}.")


def _with_wrong_check_digits(
    rng: Random, entries: list[Enterprise]
) -> tuple[Enterprise, ...]:
    """A few codes as they are really issued now and then: the last digit is wrong."""
    coded = [e.key for e in entries[SHOWCASE_NUMBER:] if e.uscc]
    chosen = set(rng.sample(coded, WRONG_CHECK_DIGITS))
    return tuple(_spoilt(e) if e.key in chosen else e for e in entries)


def _spoilt(enterprise: Enterprise) -> Enterprise:
    at = _ALPHABET.index(enterprise.uscc[-1])
    wrong = enterprise.uscc[:-1] + _ALPHABET[(at + 7) % 31]
    fields = {**enterprise.__dict__, "uscc": wrong, "uscc_check_failed": True}
    return Enterprise(**fields)
