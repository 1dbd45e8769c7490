"""Bulk path: whole courses at once, each checked against the workflow table.

Behind the hazards of a county's year stand two million rows, so nothing here
makes a model instance: a case is worked out in plain values and
handed over by COPY. What is left behind is what the services leave, column by
column (tests/hazards/test_loading.py walks the same courses both ways).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from hazards.models import (
    EscalationRung,
    Hazard,
    HazardDeadline,
    HazardEvent,
    HazardKind,
    HazardPhoto,
    PhotoPhase,
)
from hazards.services.reporting import number_of
from hazards.workflow import HAZARD_WORKFLOW, ON_THE_CLOCK, HazardLevel
from tenants.copying import copy_rows
from tenants.ids import new_id
from tenants.models import Tenant
from tenants.services import take_numbers
from tenants.tenancy import require_tenant
from workdays import deadlines
from workdays.services import calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStep:
    """A step somebody took. Only what the step needs is filled in."""

    name: str
    actor_id: UUID
    at: datetime
    note: str = ""
    level: str = ""
    due_on: date | None = None
    requirement: str = ""
    responsible: str = ""
    measures: str = ""
    cost: Decimal | None = None
    photo_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardCourse:
    """A hazard and everything that happened to it, in order of time."""

    area_node_id: UUID
    township_id: UUID
    department_node_id: UUID | None
    enterprise_id: UUID | None
    kind_code: str
    title: str
    description: str
    place: str
    source: str
    reported_by_id: UUID
    reported_at: datetime
    suspected_major: bool = False
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    photo_ids: tuple[UUID, ...] = ()
    steps: tuple[CourseStep, ...] = ()


# What a case is once its course is walked; the order is that of ``_Case``.
_HAZARD: Final = (
    *("id", "number", "area_node", "township", "department_node", "enterprise"),
    *("kind", "title", "description", "place", "source", "suspected_major"),
    *("longitude", "latitude", "reported_by", "reported_at", "state", "level"),
    *("requirement", "responsible", "assigned_at", "due_on", "first_due_on"),
    *("next_alert_on", "rectified_by", "measures", "cost", "submitted_at"),
    *("verified_by", "verified_at", "closed_at", "times_failed", "revision"),
)
_EVENT: Final = (
    *("id", "hazard", "name", "actor", "at", "from_state", "to_state"),
    *("note", "details"),
)
_DEADLINE: Final = ("id", "hazard", "round", "due_on", "steps", "set_by", "set_at")
_PHOTO: Final = ("id", "hazard", "photo", "event", "phase")


@dataclass(slots=True)
class _Case:
    """The changing half of a hazard while its course is walked."""

    id: UUID
    state: str
    level: str = ""
    requirement: str = ""
    responsible: str = ""
    assigned_at: datetime | None = None
    due_on: date | None = None
    first_due_on: date | None = None
    rectified_by: UUID | None = None
    measures: str = ""
    cost: Decimal | None = None
    submitted_at: datetime | None = None
    verified_by: UUID | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    times_failed: int = 0
    revision: int = 1
    rounds: int = 0


@dataclass(slots=True)
class _Rows:
    hazards: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    deadlines: list[tuple[Any, ...]] = field(default_factory=list)
    photos: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for every case of one load."""

    explained: Callable[[date, date], str]
    today: date
    has_rungs: bool

    def next_alert_on(self, case: _Case) -> date | None:
        """A running clock's alerts are looked at once by the next pass."""
        if self.has_rungs and case.state in ON_THE_CLOCK and case.due_on:
            return min(case.due_on, self.today)
        return None


@transaction.atomic
def load_courses(*, courses: Sequence[HazardCourse]) -> list[UUID]:
    """Store many hazards with their whole courses (imports, demo, scenarios).

    Each course walks the same table of transitions as a person would; one that
    takes a step which is not in it raises ``InvalidTransition`` and nothing is
    stored. Nobody is notified: it is history. Returns the ids in the order of
    the courses.
    """
    if not courses:
        return []
    kinds = dict(HazardKind.objects.values_list("code", "pk"))
    terms = _terms(courses)
    rows = _Rows()
    for course, number in zip(courses, _numbers(courses), strict=True):
        _walk(course, kinds[course.kind_code], number, terms, rows)
    copy_rows(Hazard, _HAZARD, rows.hazards)
    copy_rows(HazardEvent, _EVENT, rows.events)
    copy_rows(HazardDeadline, _DEADLINE, rows.deadlines)
    if rows.photos:
        copy_rows(HazardPhoto, _PHOTO, rows.photos)
    return [row[0] for row in rows.hazards]


def _terms(courses: Sequence[HazardCourse]) -> _Terms:
    today = timezone.localdate()
    worked = calendar(
        first=min(timezone.localdate(c.reported_at) for c in courses), last=today
    )

    @cache
    def explained(due_on: date, set_on: date) -> str:
        """Thousands of cases share a day and a length: counted once."""
        found = deadlines.fixed(due_on=due_on, today=set_on, calendar=worked)
        return _json(list(found.steps))

    return _Terms(
        explained, today, EscalationRung.objects.filter(is_active=True).exists()
    )


def _numbers(courses: Sequence[HazardCourse]) -> Iterator[str]:
    """Numbers day by day, in the order of the courses within a day."""
    code = Tenant.objects.values_list("division_code", flat=True).get(
        pk=require_tenant()
    )
    days = [timezone.localdate(course.reported_at) for course in courses]
    following = {
        day: take_numbers(series="YH", day=day, count=count)
        for day, count in sorted(Counter(days).items())
    }
    for day in days:
        yield number_of(code, day, following[day])
        following[day] += 1


def _walk(
    course: HazardCourse, kind_id: UUID, number: str, terms: _Terms, rows: _Rows
) -> None:
    case = _Case(new_id(), HAZARD_WORKFLOW.initial.value)
    event_id = new_id()
    rows.events.append(
        (
            *(event_id, case.id, "report", course.reported_by_id),
            *(course.reported_at, "", case.state, ""),
            _json({"suspected_major": course.suspected_major}),
        )
    )
    _keep(case, event_id, course.photo_ids, PhotoPhase.BEFORE.value, rows)
    for step in course.steps:
        _take(case, step, terms, rows)
    rows.hazards.append(
        (
            *(case.id, number, course.area_node_id, course.township_id),
            *(course.department_node_id, course.enterprise_id, kind_id),
            *(course.title, course.description, course.place, str(course.source)),
            *(course.suspected_major, course.longitude, course.latitude),
            *(course.reported_by_id, course.reported_at, case.state, case.level),
            *(case.requirement, case.responsible, case.assigned_at, case.due_on),
            *(case.first_due_on, terms.next_alert_on(case), case.rectified_by),
            *(case.measures, case.cost, case.submitted_at, case.verified_by),
            *(case.verified_at, case.closed_at, case.times_failed, case.revision),
        )
    )


def _take(case: _Case, step: CourseStep, terms: _Terms, rows: _Rows) -> None:
    move = HAZARD_WORKFLOW.resolve(step.name, state=case.state)
    details: dict[str, object] = {}
    if step.photo_ids:
        details["photos"] = [str(pk) for pk in step.photo_ids]
    effect = _EFFECTS.get(step.name)
    if effect is not None:
        details |= effect(case, step)
    if step.due_on is not None:
        details |= _set_deadline(case, step, step.due_on, terms, rows)
    before, case.state = case.state, move.target.value
    case.revision += 1
    event_id = new_id()
    rows.events.append(
        (
            *(event_id, case.id, step.name, step.actor_id, step.at),
            *(before, case.state, step.note or step.measures, _json(details)),
        )
    )
    _keep(case, event_id, step.photo_ids, PhotoPhase.AFTER.value, rows)


# What each step leaves on the hazard itself, and in its event.


def _assess(case: _Case, step: CourseStep) -> dict[str, object]:
    case.level = step.level
    return {"level": step.level}


def _assign(case: _Case, step: CourseStep) -> dict[str, object]:
    case.requirement, case.responsible = step.requirement, step.responsible
    case.assigned_at = step.at
    return {"requirement": step.requirement, "responsible": step.responsible}


def _submit(case: _Case, step: CourseStep) -> dict[str, object]:
    case.rectified_by = step.actor_id
    case.measures, case.cost = step.measures, step.cost
    case.submitted_at = step.at
    case.verified_by = case.verified_at = None
    return {"cost": "" if step.cost is None else str(step.cost)}


def _fix_on_spot(case: _Case, step: CourseStep) -> dict[str, object]:
    details = _submit(case, step)
    case.level = case.level or HazardLevel.GENERAL.value
    case.verified_at = step.at
    return details


def _pass_recheck(case: _Case, step: CourseStep) -> dict[str, object]:
    case.verified_by, case.verified_at = step.actor_id, step.at
    return {}


def _fail_recheck(case: _Case, _step: CourseStep) -> dict[str, object]:
    case.times_failed += 1
    return {"times_failed": case.times_failed}


def _close(case: _Case, step: CourseStep) -> dict[str, object]:
    case.closed_at = step.at
    return {}


def _reopen(case: _Case, _step: CourseStep) -> dict[str, object]:
    before = case.due_on.isoformat() if case.due_on else ""
    case.closed_at = case.due_on = case.verified_by = case.verified_at = None
    return {"due_before": before}


_EFFECTS: Final[dict[str, Callable[[_Case, CourseStep], dict[str, object]]]] = {
    "assess": _assess,
    "assign": _assign,
    "submit": _submit,
    "fix_on_spot": _fix_on_spot,
    "pass_recheck": _pass_recheck,
    "fail_recheck": _fail_recheck,
    "close": _close,
    "reopen": _reopen,
}


def _set_deadline(
    case: _Case, step: CourseStep, due_on: date, terms: _Terms, rows: _Rows
) -> dict[str, object]:
    explained = terms.explained(due_on, timezone.localdate(step.at))
    before, case.due_on = case.due_on, due_on
    case.first_due_on = case.first_due_on or due_on
    case.rounds += 1
    rows.deadlines.append(
        (
            *(new_id(), case.id, case.rounds, due_on, explained),
            *(step.actor_id, step.at),
        )
    )
    return {
        "due_on": due_on.isoformat(),
        "due_before": before.isoformat() if before else "",
    }


def _keep(
    case: _Case, event_id: UUID, photo_ids: tuple[UUID, ...], phase: str, rows: _Rows
) -> None:
    rows.photos.extend((new_id(), case.id, pk, event_id, phase) for pk in photo_ids)


_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _json(content: object) -> str:
    return "{}" if content == {} else _encode(content)
