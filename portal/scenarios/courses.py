"""The hazards of a place, day by day, with the courses that people give them.

Each day is drawn by itself, so several processes may share the days out and the
hazards are the same. What must be rectified by the end is brought there in time;
what a published figure leaves open stays open.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, islice
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from hazards.kinds import KINDS
from hazards.models import HazardSource
from hazards.services import CourseStep, HazardCourse
from hazards.workflow import HazardLevel
from portal.demo import texts
from portal.demo.calendar import SHANGHAI, is_workday
from portal.demo.findings import PLACES
from portal.scenarios.sizes import share_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from uuid import UUID

    from portal.demo.findings import Finding
    from portal.scenarios.sizes import Found

YEAR: Final = 365
_ONE_DAY: Final = timedelta(days=1)
_OPENS: Final = 8 * 60  # working hours, in minutes of the day
_CLOSES: Final = 18 * 60
_MIDNIGHT: Final = 24 * 60 - 1
_REST_DAY: Final = 4  # weights of a day: little is found when most are off
_WORKING_DAY: Final = 10
_OPEN_WITHIN: Final = 60  # days; what is left open was found lately
_SUSPECTED: Final = 0.004
_DAYS_OF: Final = {kind.code: kind.days for kind in KINDS}
_LONG: Final = ("assess", "assign", "submit", "pass_recheck", "close")
_STARTED: Final = ("assess", "assign", "start", "submit", "pass_recheck", "close")
_FAILED: Final = (
    *("assess", "assign", "submit", "fail_recheck"),
    *("submit", "pass_recheck", "close"),
)
_SPOT: Final = ("fix_on_spot", "close")
_REJECTED: Final = ("reject",)
# Shares of a hundred, summed up; what was found by oneself is often put right there.
_ROADS: Final = (_STARTED, _LONG, _SPOT, _FAILED, _REJECTED)
_UNTIL: Final = (40, 60, 93, 98.5, 100)
# Days from one step to the next: the shortest and the longest.
_GAPS: Final = {
    "assess": (0, 1),
    "assign": (0, 1),
    "start": (0, 2),
    "submit": (1, 8),
    "pass_recheck": (0, 3),
    "fail_recheck": (0, 3),
    "close": (0, 2),
    "fix_on_spot": (0, 0),
    "reject": (0, 2),
}
_TERMS: Final = {"assign": 0, "fail_recheck": 5}  # days given; 0: as the kind has it
_LATE: Final = 0.05  # so many submit
_TOO_LATE: Final = 12  # days later than they would
_STUBBORN: Final = 0.006  # and so many are never heard of again


_NOTES: Final = {
    "assess": texts.ASSESS_NOTES,
    "assign": texts.ASSIGN_NOTES,
    "start": texts.START_NOTES,
    "submit": texts.SUBMIT_NOTES,
    "pass_recheck": texts.PASS_NOTES,
    "fail_recheck": texts.FAIL_NOTES,
    "close": texts.CLOSE_NOTES,
    "fix_on_spot": texts.FIX_NOTES,
    "reject": texts.REJECT_NOTES,
}


@dataclass(frozen=True, slots=True)
class Site:
    """An enterprise and everybody who acts in its cases."""

    enterprise_id: UUID
    area_node_id: UUID
    township_id: UUID
    department_node_id: UUID | None
    longitude: Decimal | None
    latitude: Decimal | None
    responsible: str
    findings: tuple[Finding, ...]
    officer: UUID
    inspectors: tuple[tuple[str, UUID], ...]  # source and who finds by it
    judge: UUID
    closer: UUID


@dataclass(frozen=True, slots=True)
class Stream:
    """What each visit of each day finds, and which serial numbers stay open.

    ``ends`` are the serial numbers after each day. Without ``left``, courses
    break off where the last day cuts them.
    """

    visits: tuple[tuple[int, ...], ...]
    ends: tuple[int, ...]
    left: frozenset[int] | None

    def found_on(self, n: int) -> range:
        """The serial numbers of a day."""
        return range(self.ends[n - 1] if n else 0, self.ends[n])


@dataclass(frozen=True, slots=True)
class Ledger:
    """A year's hazards and visits of a place, laid over its days."""

    key: str
    sites: tuple[Site, ...]
    last_day: date
    days: int
    own: Stream
    inspected: Stream
    edges: tuple[float, ...]  # of the sites' weights, summed up

    @property
    def first_day(self) -> date:
        return self.last_day - timedelta(days=self.days - 1)


def ledger(
    *,
    key: str,
    sites: Sequence[Site],
    own: Found,
    inspected: Found,
    last_day: date,
    years: int,
    seed: int,
) -> Ledger:
    days = YEAR * years
    first = last_day - timedelta(days=days - 1)
    weights = [
        _WORKING_DAY if is_workday(first + timedelta(days=n)) else _REST_DAY
        for n in range(days)
    ]
    rng = Random(f"ledger:{seed}:{key}")  # noqa: S311
    return Ledger(
        key=f"{seed}:{key}",
        sites=tuple(sites),
        last_day=last_day,
        days=days,
        own=_stream(rng, own, weights),
        inspected=_stream(rng, inspected, weights),
        edges=tuple(accumulate(rng.paretovariate(1.4) for _site in sites)),
    )


def _stream(rng: Random, found: Found, weights: list[int]) -> Stream:
    """Visits are laid over the days; what they find over the visits."""
    sizes = _sizes(rng, found.count, found.visits or found.count)
    ends = list(accumulate(share_out(len(sizes), weights)))
    visits = tuple(
        tuple(sizes[start:end]) for start, end in zip([0, *ends], ends, strict=False)
    )
    left = None
    if found.left is not None:
        lately = sum(map(sum, visits[-_OPEN_WITHIN:]))
        pool = range(found.count - max(lately, found.left), found.count)
        left = frozenset(rng.sample(pool, found.left))
    return Stream(visits, tuple(accumulate(map(sum, visits))), left)


def _sizes(rng: Random, count: int, visits: int) -> list[int]:
    """``visits`` numbers of at least one that add up to ``count``."""
    sizes = [1] * visits
    for _finding in range(count - visits):
        sizes[rng.randrange(visits)] += 1
    return sizes


# A day's courses ------------------------------------------------------------------


def courses_of(book: Ledger, n: int) -> Iterator[HazardCourse]:
    """Everything that is found on day ``n``, in order of time."""
    day = book.first_day + timedelta(days=n)
    found = [*_own_of(book, n, day), *_inspected_of(book, n, day)]
    found.sort(key=lambda course: course.reported_at)
    yield from found


def _own_of(book: Ledger, n: int, day: date) -> Iterator[HazardCourse]:
    rng = Random(f"own:{book.key}:{n}")  # noqa: S311
    for number in book.own.found_on(n):
        site = _some_site(rng, book)
        yield _course(
            _Draw(rng, site, _fate(book.own, number, rng), book.last_day),
            source=HazardSource.SELF_CHECK.value,
            finder=site.officer,
            found=_Moment(day, rng.randrange(_OPENS, _CLOSES - 60)),
        )


def _inspected_of(book: Ledger, n: int, day: date) -> Iterator[HazardCourse]:
    """What one visit finds shares its enterprise, its inspector and its minute."""
    rng = Random(f"inspected:{book.key}:{n}")  # noqa: S311
    stream = book.inspected
    numbers = iter(stream.found_on(n))
    seen: set[tuple[UUID, int]] = set()
    for findings in stream.visits[n]:
        site, at = _some_site(rng, book), rng.randrange(_OPENS, _CLOSES - 60)
        while (site.enterprise_id, at) in seen:
            site, at = _some_site(rng, book), rng.randrange(_OPENS, _CLOSES - 60)
        seen.add((site.enterprise_id, at))
        source, inspector = rng.choice(site.inspectors)
        for number in islice(numbers, findings):
            yield _course(
                _Draw(rng, site, _fate(stream, number, rng), book.last_day),
                source=source,
                finder=inspector,
                found=_Moment(day, at),
            )


def _some_site(rng: Random, book: Ledger) -> Site:
    """Some enterprises are careless and are found out often."""
    return book.sites[bisect(book.edges, rng.random() * book.edges[-1])]


# One course -----------------------------------------------------------------------


class _Moment(NamedTuple):
    day: date
    minute: int

    def at(self) -> datetime:
        return datetime.combine(
            self.day, time(self.minute // 60, self.minute % 60), SHANGHAI
        )


class _Fate(NamedTuple):
    """How a course ends: by itself, rectified in any case, or left open."""

    must_end: bool = False
    stays_open: bool = False


def _fate(stream: Stream, number: int, rng: Random) -> _Fate:
    if stream.left is not None:
        return _Fate(
            must_end=number not in stream.left, stays_open=number in stream.left
        )
    return _Fate(stays_open=rng.random() < _STUBBORN)


class _Draw(NamedTuple):
    rng: Random
    site: Site
    fate: _Fate
    last_day: date


def _course(draw: _Draw, *, source: str, finder: UUID, found: _Moment) -> HazardCourse:
    rng, site = draw.rng, draw.site
    finding = rng.choice(site.findings)
    spot = rng.choice(PLACES[finding.at])
    is_suspected = rng.random() < _SUSPECTED
    return HazardCourse(
        area_node_id=site.area_node_id,
        township_id=site.township_id,
        department_node_id=site.department_node_id,
        enterprise_id=site.enterprise_id,
        kind_code=finding.kind,
        title=finding.title.replace("{place}", spot),
        description=finding.description.replace("{place}", spot),
        place=spot,
        source=source,
        reported_by_id=finder,
        reported_at=found.at(),
        suspected_major=is_suspected,
        longitude=site.longitude,
        latitude=site.latitude,
        steps=tuple(
            _steps(draw, finding, spot, finder, found, is_suspected=is_suspected)
        ),
    )


def _road(rng: Random, fate: _Fate, *, is_suspected: bool) -> tuple[str, ...]:
    road: tuple[str, ...] = _ROADS[bisect(_UNTIL, rng.random() * 100)]
    if (is_suspected and road is _SPOT) or (fate.must_end and road is _REJECTED):
        road = _STARTED
    if fate.stays_open:
        road = _STARTED[: rng.randrange(1, 4)]
    return road


def _steps(
    draw: _Draw,
    finding: Finding,
    spot: str,
    finder: UUID,
    found: _Moment,
    *,
    is_suspected: bool,
) -> Iterator[CourseStep]:
    rng, fate = draw.rng, draw.fate
    at, due_on = found, None
    for name in _road(rng, fate, is_suspected=is_suspected):
        at = _next_moment(draw, at, name)
        if at.day > draw.last_day:
            return  # under way today
        if name in _TERMS:
            due_on = at.day + timedelta(days=_TERMS[name] or _DAYS_OF[finding.kind])
        yield _step(draw, name, at, finding, spot, finder, due_on)


def _next_moment(draw: _Draw, before: _Moment, name: str) -> _Moment:
    at = _later(draw.rng, before, name)
    if draw.fate.must_end:
        if at.day <= draw.last_day:
            return at
        is_same_day = before.day == draw.last_day
        minute = min(before.minute + 7, _MIDNIGHT) if is_same_day else at.minute
        return _Moment(draw.last_day, minute)
    if name == "submit" and draw.rng.random() < _LATE:
        return _Moment(at.day + timedelta(days=_TOO_LATE), at.minute)
    return at


def _later(rng: Random, before: _Moment, name: str) -> _Moment:
    """The next step: minutes later on the same day, or some working days on."""
    least, most = _GAPS[name]
    days = rng.randint(least, most)
    if not days:
        minute = before.minute + rng.randint(2, 20)
        return _Moment(before.day, min(minute, _MIDNIGHT))
    day = before.day + timedelta(days=days)
    while not is_workday(day):
        day += _ONE_DAY
    return _Moment(day, rng.randrange(_OPENS, _CLOSES - 60))


def _step(
    draw: _Draw,
    name: str,
    at: _Moment,
    finding: Finding,
    spot: str,
    finder: UUID,
    due_on: date | None,
) -> CourseStep:
    rng, site = draw.rng, draw.site
    note = rng.choice(_NOTES[name])
    if name in {"submit", "fix_on_spot"}:
        return CourseStep(
            name=name,
            actor_id=site.officer if name == "submit" else finder,
            at=at.at(),
            note=note,
            measures=finding.measures.replace("{place}", spot),
        )
    if name == "assign":
        return CourseStep(
            name=name,
            actor_id=site.judge,
            at=at.at(),
            note=note,
            due_on=due_on,
            requirement=finding.requirement.replace("{place}", spot),
            responsible=site.responsible,
        )
    return CourseStep(
        name=name,
        actor_id=_actor(site, name),
        at=at.at(),
        note=note,
        level=HazardLevel.GENERAL.value if name == "assess" else "",
        due_on=due_on if name == "fail_recheck" else None,
    )


def _actor(site: Site, name: str) -> UUID:
    if name == "start":
        return site.officer
    return site.closer if name == "close" else site.judge
