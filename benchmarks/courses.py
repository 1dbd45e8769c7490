"""Three years of hazards, evenly, with the courses that people give them.

What was found long ago is closed, but for a stubborn remainder; what was found
lately is under way. So a county of any size has the same share of open cases.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from hazards.services import CourseStep, HazardCourse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from benchmarks.county import County, Crew
    from enterprises.models import Enterprise

SPAN_DAYS: Final = 3 * 365
STUBBORN: Final = 0.01
_TITLES: Final = (
    "安全出口堵塞",
    "灭火器压力不足",
    "配电箱门未关闭",
    "临边防护缺失",
    "叉车未按期检验",
    "危险化学品混放",
)
_ROADS: Final = (
    (
        0.80,
        ("assess", "assign", "start", "submit", "pass_recheck", "close"),
    ),
    (
        0.90,
        (
            *("assess", "assign", "submit", "fail_recheck"),
            *("submit", "pass_recheck", "close"),
        ),
    ),
    (0.96, ("fix_on_spot", "close")),
    (1.00, ("reject",)),
)


def courses(
    county: County, *, kinds: list[str], count: int, seed: int = 2
) -> Iterator[HazardCourse]:
    """``count`` hazards in order of time; the same ones for the same seed."""
    rng = Random(seed)
    now = timezone.localtime()
    midnight = time(8, tzinfo=now.tzinfo)
    first = datetime.combine(now.date() - timedelta(days=SPAN_DAYS), midnight)
    for n in range(count):
        # Within the working hours of each day, so that numbers run on.
        days = (n * SPAN_DAYS) // count
        found = first + timedelta(days=days, minutes=(n * 7) % 540)
        yield _course(rng, county, kinds=kinds, found=found, now=now)


def just_reported(enterprise: Enterprise, *, kind: str, finder: UUID) -> HazardCourse:
    """A hazard that was found this minute and waits to be assessed."""
    return HazardCourse(
        area_node_id=enterprise.area_node_id,
        township_id=enterprise.township_id,
        department_node_id=enterprise.department_node_id,
        enterprise_id=enterprise.pk,
        kind_code=kind,
        title=_TITLES[0],
        description="现场检查发现,通道内堆放成品纸箱。",
        place=f"{enterprise.address}车间东侧",
        source="township",
        reported_by_id=finder,
        reported_at=timezone.now(),
    )


def _course(
    rng: Random, county: County, *, kinds: list[str], found: datetime, now: datetime
) -> HazardCourse:
    enterprise = rng.choice(county.enterprises)
    officer = county.officers[enterprise.pk]
    crew = county.crews[enterprise.township_id]
    finder = officer if rng.random() < 0.6 else crew.staff[0]
    return HazardCourse(
        area_node_id=enterprise.area_node_id,
        township_id=enterprise.township_id,
        department_node_id=enterprise.department_node_id,
        enterprise_id=enterprise.pk,
        kind_code=rng.choice(kinds),
        title=rng.choice(_TITLES),
        description="现场检查发现,通道内堆放成品纸箱,疏散宽度不足一米四。",
        place=f"{enterprise.address}车间东侧",
        source="self_check" if finder == officer else "township",
        reported_by_id=finder,
        reported_at=found,
        suspected_major=rng.random() < 0.01,
        longitude=enterprise.longitude,
        latitude=enterprise.latitude,
        steps=tuple(_steps(rng, enterprise, crew, (finder, officer), found, now)),
    )


def _steps(
    rng: Random,
    enterprise: Enterprise,
    crew: Crew,
    hands: tuple[UUID, UUID],
    found: datetime,
    now: datetime,
) -> Iterator[CourseStep]:
    finder, officer = hands
    draw = rng.random()
    road = next(steps for limit, steps in _ROADS if draw < limit)
    stop = rng.randrange(1, 4) if rng.random() < STUBBORN else len(road)
    at = found
    for name in road[:stop]:
        at += timedelta(hours=rng.randint(1, 96))
        if at >= now:
            return
        yield CourseStep(
            name=name,
            actor_id=_actor(name, crew, finder, officer),
            at=at,
            **_facts(name, enterprise, at),
        )


def _actor(name: str, crew: Crew, finder: UUID, officer: UUID) -> UUID:
    if name == "fix_on_spot":
        return finder
    if name in {"start", "submit"}:
        return officer
    return crew.leader if name == "close" else crew.staff[1]


def _facts(name: str, enterprise: Enterprise, at: datetime) -> dict[str, object]:
    if name == "assess":
        return {"level": "general"}
    if name == "assign":
        return {
            "due_on": (at + timedelta(days=10)).date(),
            "requirement": "立即清理通道,恢复疏散宽度,并加强日常巡查。",
            "responsible": enterprise.safety_manager,
        }
    if name == "fail_recheck":
        return {"due_on": (at + timedelta(days=5)).date(), "note": "仍有杂物。"}
    if name in {"submit", "fix_on_spot"}:
        return {"measures": "已清理通道并划线,安排专人每日巡查。"}
    return {"note": "情况不属实。"} if name == "reject" else {}
