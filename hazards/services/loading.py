"""Bulk path: whole courses at once, each checked against the workflow table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
from hazards.workflow import HAZARD_WORKFLOW, HazardLevel
from tenants.ids import new_id
from tenants.models import Tenant
from tenants.services import take_numbers
from tenants.tenancy import require_tenant
from workdays import deadlines
from workdays.services import calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID

BATCH = 2_000


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


@dataclass(slots=True)
class _Rows:
    hazards: list[Hazard] = field(default_factory=list)
    events: list[HazardEvent] = field(default_factory=list)
    deadlines: list[HazardDeadline] = field(default_factory=list)
    photos: list[HazardPhoto] = field(default_factory=list)


@transaction.atomic
def load_courses(*, courses: Sequence[HazardCourse]) -> list[Hazard]:
    """Store many hazards with their whole courses (imports, demo, scenarios).

    Each course walks the same table of transitions as a person would; one that
    takes a step which is not in it raises ``InvalidTransition`` and nothing is
    stored. Nobody is notified: it is history.
    """
    if not courses:
        return []
    kinds = {kind.code: kind for kind in HazardKind.objects.all()}
    worked = calendar(
        first=min(timezone.localdate(c.reported_at) for c in courses),
        last=timezone.localdate(),
    )
    numbers = _numbers(courses)
    rows = _Rows()
    for course in courses:
        hazard = _begin(course, kinds[course.kind_code], next(numbers), rows)
        for step in course.steps:
            _take(hazard, step, worked, rows)
        rows.hazards.append(hazard)
    _plan_alerts(rows.hazards)
    Hazard.objects.bulk_create(rows.hazards, batch_size=BATCH)
    HazardEvent.objects.bulk_create(rows.events, batch_size=BATCH)
    HazardDeadline.objects.bulk_create(rows.deadlines, batch_size=BATCH)
    HazardPhoto.objects.bulk_create(rows.photos, batch_size=BATCH)
    return rows.hazards


def _numbers(courses: Sequence[HazardCourse]) -> Iterator[str]:
    """Numbers day by day, in the order of the courses within a day."""
    code = Tenant.objects.values_list("division_code", flat=True).get(
        pk=require_tenant()
    )
    per_day = Counter(timezone.localdate(c.reported_at) for c in courses)
    following = {
        day: take_numbers(series="YH", day=day, count=count)
        for day, count in sorted(per_day.items())
    }
    for course in courses:
        day = timezone.localdate(course.reported_at)
        yield number_of(code, day, following[day])
        following[day] += 1


def _begin(course: HazardCourse, kind: HazardKind, number: str, rows: _Rows) -> Hazard:
    hazard = Hazard(
        id=new_id(),
        number=number,
        area_node_id=course.area_node_id,
        township_id=course.township_id,
        department_node_id=course.department_node_id,
        enterprise_id=course.enterprise_id,
        kind=kind,
        title=course.title,
        description=course.description,
        place=course.place,
        source=course.source,
        suspected_major=course.suspected_major,
        state=HAZARD_WORKFLOW.initial,
        longitude=course.longitude,
        latitude=course.latitude,
        reported_by_id=course.reported_by_id,
        reported_at=course.reported_at,
    )
    event = HazardEvent(
        id=new_id(),
        hazard=hazard,
        name="report",
        actor_id=course.reported_by_id,
        at=course.reported_at,
        to_state=hazard.state,
        details={"suspected_major": course.suspected_major},
    )
    rows.events.append(event)
    _keep(hazard, event, course.photo_ids, PhotoPhase.BEFORE, rows)
    return hazard


def _take(
    hazard: Hazard, step: CourseStep, worked: deadlines.Calendar, rows: _Rows
) -> None:
    move = HAZARD_WORKFLOW.resolve(step.name, state=hazard.state)
    before, hazard.state = hazard.state, move.target
    hazard.revision += 1
    details: dict[str, object] = {}
    if step.level:
        hazard.level = details["level"] = step.level
    if step.due_on is not None:
        details["due_on"] = step.due_on.isoformat()
        details["due_before"] = hazard.due_on.isoformat() if hazard.due_on else ""
        _set_deadline(hazard, step, step.due_on, worked, rows)
    if step.photo_ids:
        details["photos"] = [str(pk) for pk in step.photo_ids]
    _remember(hazard, step)
    event = HazardEvent(
        id=new_id(),
        hazard=hazard,
        name=step.name,
        actor_id=step.actor_id,
        at=step.at,
        from_state=before,
        to_state=hazard.state,
        note=step.note or step.measures,
        details=details,
    )
    rows.events.append(event)
    _keep(hazard, event, step.photo_ids, PhotoPhase.AFTER, rows)


def _remember(hazard: Hazard, step: CourseStep) -> None:
    """What each step leaves on the hazard itself."""
    if step.name == "assign":
        hazard.requirement = step.requirement
        hazard.responsible = step.responsible
        hazard.assigned_at = step.at
    elif step.name in {"submit", "fix_on_spot"}:
        hazard.rectified_by_id = step.actor_id
        hazard.measures, hazard.cost = step.measures, step.cost
        hazard.submitted_at = step.at
        hazard.level = hazard.level or HazardLevel.GENERAL
        if step.name == "fix_on_spot":
            hazard.verified_at = step.at
    elif step.name == "pass_recheck":
        hazard.verified_by_id, hazard.verified_at = step.actor_id, step.at
    elif step.name == "fail_recheck":
        hazard.times_failed += 1
    elif step.name == "close":
        hazard.closed_at = step.at
    elif step.name == "reopen":
        hazard.closed_at = hazard.due_on = hazard.verified_at = None
        hazard.verified_by_id = None


def _set_deadline(
    hazard: Hazard,
    step: CourseStep,
    due_on: date,
    worked: deadlines.Calendar,
    rows: _Rows,
) -> None:
    set_on = timezone.localdate(step.at)
    found = deadlines.fixed(due_on=due_on, today=set_on, calendar=worked)
    hazard.due_on = due_on
    hazard.first_due_on = hazard.first_due_on or due_on
    earlier = sum(1 for row in rows.deadlines[-8:] if row.hazard_id == hazard.pk)
    rows.deadlines.append(
        HazardDeadline(
            id=new_id(),
            hazard=hazard,
            round=earlier + 1,
            due_on=due_on,
            steps=list(found.steps),
            set_by_id=step.actor_id,
            set_at=step.at,
        )
    )


def _plan_alerts(hazards: Iterable[Hazard]) -> None:
    """A running clock's alerts are looked at once by the next pass."""
    has_rungs = EscalationRung.objects.filter(is_active=True).exists()
    for hazard in hazards:
        if has_rungs and hazard.is_on_the_clock and hazard.due_on:
            hazard.next_alert_on = min(hazard.due_on, timezone.localdate())


def _keep(
    hazard: Hazard,
    event: HazardEvent,
    photo_ids: tuple[UUID, ...],
    phase: PhotoPhase,
    rows: _Rows,
) -> None:
    rows.photos.extend(
        HazardPhoto(hazard=hazard, photo_id=pk, event=event, phase=phase)
        for pk in photo_ids
    )
