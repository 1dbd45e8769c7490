"""The courses of the demo's hazards: who did what, when, and why.

A course is planned as dates first, walked backwards and forwards from one anchor
(the deadline that must be missed by three days, the day of closing, …), and only
then given moments in working hours. That way every deadline is the one the county's
rule gives, and no step lies in the future.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.demo import calendar, texts

if TYPE_CHECKING:
    from random import Random

    from portal.demo.findings import Finding

DEADLINE_DAYS = (3, 7, 15, 30)

# state → transition → next state; what the course may do, for the tests as well.
TRANSITIONS: dict[str, dict[str, str]] = {
    "": {"report": "reported"},
    "reported": {
        "assess": "assessed",
        "fix_on_spot": "verified",
        "reject": "rejected",
    },
    "assessed": {"assign": "assigned", "reject": "rejected"},
    "assigned": {"start": "rectifying", "submit": "submitted"},
    "rectifying": {"submit": "submitted"},
    "submitted": {"pass_recheck": "verified", "fail_recheck": "rectifying"},
    "verified": {"close": "closed"},
    "closed": {"reopen": "reported"},
    "rejected": {"reopen": "reported"},
}

# Working-day gaps before a step, counted from the step before it.
_GAPS = {
    "assess": (0, 2),
    "assign": (0, 1),
    "start": (0, 2),
    "pass_recheck": (1, 4),
    "fail_recheck": (1, 4),
    "close": (0, 3),
    "fix_on_spot": (0, 0),
    "reject": (0, 3),
    "reopen": (4, 20),
}


class Scenario(NamedTuple):
    """What a hazard is to look like today.

    ``due_in`` counts from today (negative: overdue) and fixes the last deadline;
    without it the last step happened ``age`` days ago, at most.
    """

    steps: tuple[str, ...]
    due_in: int | None = None
    age: tuple[int, int] = (1, 4)


class Crew(NamedTuple):
    """Keys of the people who deal with one enterprise."""

    officer: str
    worker: str
    staff: tuple[str, ...]
    department: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    name: str
    actor_key: str
    at: datetime
    note: str = ""
    to_state: str = ""
    level: str = ""  # with "assess"
    due_on: date | None = None  # with "assign" and "fail_recheck"
    days: int | None = None  # the rule the deadline comes from
    requirement: str = ""  # with "assign"
    measures: str = ""  # with "submit" and "fix_on_spot"
    cost: int | None = None  # yuan, with "submit"
    photos: tuple[str, ...] = ()  # keys of portal.demo.photos


@dataclass(frozen=True)
class Hazard:
    key: str
    enterprise_key: str
    kind: str
    title: str
    description: str
    place: str
    requirement: str
    source: str
    suspected_major: bool
    reported_at: datetime
    reporter_key: str
    lon: float
    lat: float
    state: str
    steps: tuple[Step, ...]

    @property
    def due_on(self) -> date | None:
        """The deadline that counts now."""
        dues = [s.due_on for s in self.steps_since_reopening() if s.due_on]
        return dues[-1] if dues else None

    @property
    def first_due_on(self) -> date | None:
        """The first one ever set; a reopening doesn't wipe it out."""
        return next((s.due_on for s in self.steps if s.due_on), None)

    def steps_since_reopening(self) -> tuple[Step, ...]:
        """A reopened case starts its clock anew."""
        reopened = [n for n, s in enumerate(self.steps) if s.name == "reopen"]
        return self.steps[reopened[-1] :] if reopened else self.steps

    def overdue_by(self, today: date) -> int:
        """Days past the deadline while the enterprise still has to act, else 0."""
        if self.state not in {"assigned", "rectifying"} or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)


class DatedStep(NamedTuple):
    name: str
    on: date
    days: int | None


def plan_dates(rng: Random, scenario: Scenario, today: date) -> list[DatedStep]:
    """The steps of a scenario with their dates and deadline rules."""
    last_day = calendar.workday_until(today - timedelta(days=1))
    for _ in range(200):
        rules = _deadline_rules(rng, scenario.steps)
        anchor, on = len(scenario.steps) - 1, last_day
        if scenario.due_in is None:
            age = timedelta(days=rng.randint(*scenario.age))
            on = min(last_day, calendar.workday_until(today - age))
        else:
            anchor = _last_deadline(scenario.steps)
            rules[anchor], on = _assignment_due(rng, today, scenario.due_in, last_day)
        dates = _walk(rng, scenario.steps, rules, anchor, on)
        dates = [min(day, last_day) for day in dates]
        dated = [
            DatedStep(name, day, rules.get(n))
            for n, (name, day) in enumerate(zip(scenario.steps, dates, strict=True))
        ]
        if (today - dates[0]).days <= 365 and _deadlines_rise(dated):
            return dated
    raise RuntimeError(f"No dates within a year for {scenario}.")


def _deadlines_rise(dated: list[DatedStep]) -> bool:
    """A failed recheck gives more time, never less."""
    dues = [calendar.due_on(d.on, d.days) for d in dated if d.days is not None]
    return all(one < other for one, other in pairwise(dues))


def _deadline_rules(rng: Random, steps: tuple[str, ...]) -> dict[int, int]:
    rules = {}
    for n, name in enumerate(steps):
        if name == "assign":
            rules[n] = rng.choices(DEADLINE_DAYS, weights=(3, 9, 5, 2))[0]
        elif name == "fail_recheck":
            rules[n] = rng.choice((3, 7))
    return rules


def _last_deadline(steps: tuple[str, ...]) -> int:
    return max(n for n, s in enumerate(steps) if s in {"assign", "fail_recheck"})


def _assignment_due(
    rng: Random, today: date, due_in: int, last_day: date
) -> tuple[int, date]:
    """Days and date of an assignment that falls due on the wanted day.

    Deadlines never fall on a day off; then the nearest possible one on the same
    side of today is taken.
    """
    wanted = today + timedelta(days=due_in)
    possible: dict[int, list[tuple[int, date]]] = {}
    for back in range(75):
        start = last_day - timedelta(days=back)
        if not calendar.is_workday(start):
            continue
        for days in DEADLINE_DAYS:
            due = calendar.due_on(start, days)
            if (due < today) == (due_in < 0):
                distance = abs((due - wanted).days)
                possible.setdefault(distance, []).append((days, start))
    return rng.choice(possible[min(possible)])


def _walk(
    rng: Random, steps: tuple[str, ...], rules: dict[int, int], anchor: int, on: date
) -> list[date]:
    dates = [on] * len(steps)
    for n in range(anchor, 0, -1):
        low, high = _gap(rng, steps, rules, n)
        back = timedelta(days=rng.randint(low, high))
        dates[n - 1] = calendar.workday_until(dates[n] - back)
    for n in range(anchor + 1, len(steps)):
        low, high = _gap(rng, steps, rules, n)
        dates[n] = calendar.later(rng, dates[n - 1], low, high)
    return dates


def _gap(
    rng: Random, steps: tuple[str, ...], rules: dict[int, int], n: int
) -> tuple[int, int]:
    """Rectifying takes most of the time given, now and then more."""
    if steps[n] != "submit":
        return _GAPS[steps[n]]
    days = rules[max(k for k in rules if k < n)]
    if rng.random() < 0.1:
        return (days, days + 4)
    return (1, max(1, days - 2))


class Photos(NamedTuple):
    """Keys of the photos of one case."""

    before: tuple[str, ...]
    after: tuple[str, ...]


_NOTES = {
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
_REOPEN_NOTES = {
    "closed": texts.REOPEN_CLOSED_NOTES,
    "rejected": texts.REOPEN_REJECTED_NOTES,
}
_COSTS = (0, 0, 120, 260, 380, 650, 900, 1500, 2800, 6400)


class CourseWriter:
    """Turns dated steps into what people did and wrote."""

    def __init__(
        self,
        rng: Random,
        *,
        crew: Crew,
        finding: Finding,
        place: str,
        source: str,
        photos: Photos,
        suspected_major: bool,
    ) -> None:
        self._rng, self._crew, self._finding = rng, crew, finding
        self._place, self._source, self._photos = place, source, photos
        self._suspected_major = suspected_major
        self._staff = rng.choice(crew.staff)
        self._inspector = rng.choice(crew.department)
        self._finder = {
            "self_check": crew.officer,
            "patrol": crew.worker,
            "township": self._staff,
            "department": self._inspector,
        }[source]
        # Nobody closes what he put right himself: another one of the same office.
        office = crew.department if source == "department" else crew.staff
        self._closer = rng.choice([p for p in office if p != self._finder])

    def write(self, dated: list[DatedStep]) -> tuple[Step, ...]:
        moments = calendar.moments(self._rng, [d.on for d in dated])
        state, steps = "", []
        for n, (step, at) in enumerate(zip(dated, moments, strict=True)):
            target = TRANSITIONS[state][step.name]
            fails = n + 1 < len(dated) and dated[n + 1].name == "fail_recheck"
            steps.append(
                Step(
                    name=step.name,
                    actor_key=self._actor(step.name),
                    at=at,
                    note=self._note(step.name, state),
                    to_state=target,
                    **self._deadline(step),
                    **self._facts(step.name, fails=fails),
                )
            )
            state = target
        return tuple(steps)

    def _actor(self, name: str) -> str:
        """Nobody rechecks what he rectified; who found it looks again."""
        if name in {"report", "fix_on_spot"}:
            return self._finder
        if name in {"start", "submit"}:
            return self._crew.officer
        if name in {"pass_recheck", "fail_recheck"}:
            return self._staff if self._source == "self_check" else self._finder
        if name == "close":
            return self._closer
        return self._staff

    def _note(self, name: str, state: str) -> str:
        if name == "report":
            return ""
        if name == "assess" and self._suspected_major:
            return texts.SUSPICION_CLEARED
        notes = _REOPEN_NOTES[state] if name == "reopen" else _NOTES[name]
        return self._rng.choice(notes)

    def _deadline(self, step: DatedStep) -> dict[str, Any]:
        if step.days is None:
            return {}
        return {"days": step.days, "due_on": calendar.due_on(step.on, step.days)}

    def _facts(self, name: str, *, fails: bool) -> dict[str, Any]:
        measures = self._finding.measures.format(place=self._place)
        if name == "report":
            return {"photos": self._photos.before}
        if name == "assess":
            return {"level": "general"}
        if name == "assign":
            return {"requirement": self._finding.requirement}
        if name == "fix_on_spot":
            return {"measures": measures, "photos": self._photos.after}
        if name == "submit":  # what fails the recheck still looks as before
            shown = self._photos.before[-1:] if fails else self._photos.after
            cost = self._rng.choice(_COSTS)
            return {"measures": measures, "cost": cost, "photos": shown}
        return {}
