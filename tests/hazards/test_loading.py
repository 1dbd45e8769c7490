"""Loaded courses leave what the services leave, and are checked like them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from grids.models import GridNode
from hazards.models import (
    EscalationRung,
    Hazard,
    HazardDeadline,
    HazardEvent,
    HazardPhoto,
)
from hazards.services import (
    CourseStep,
    HazardCourse,
    Report,
    advance_hazard,
    check_tallies,
    load_courses,
    report_hazard,
)
from hazards.workflow import Step
from journal.models import Unsealed
from journal.services import seal_events, verify
from tenants.errors import InvalidTransition
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import make_photo, make_user

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

_GIVEN = {
    "assess": {"level": "general"},
    "assign": {
        "due_on": (BEGAN + timedelta(days=9)).date(),
        "requirement": "立即清理通道。",
        "responsible": "赵六",
    },
    "submit": {"measures": "已清理并划线。", "cost": Decimal("120.50")},
    "fix_on_spot": {"measures": "当场清理。"},
    "fail_recheck": {
        "note": "仍有杂物。",
        "due_on": (BEGAN + timedelta(days=12)).date(),
    },
    "reopen": {"note": "复查发现反弹。"},
    "reject": {"note": "情况不属实。"},
}
_LONG = ("assess", "assign", "start", "submit", "fail_recheck", "submit")
ROADS = {
    "reported": (),
    "under way": ("assess", "assign"),
    "failed once": _LONG[:5],
    "closed": (*_LONG, "pass_recheck", "close"),
    "reopened": (*_LONG, "pass_recheck", "close", "reopen"),
    "on the spot": ("fix_on_spot", "close"),
    "rejected": ("assess", "reject"),
}


@pytest.fixture
def hands(furnished):
    """Two people, so that nobody rechecks their own work."""
    everything = [codename for codename, _label in GridNode._meta.permissions]
    return [
        make_user(furnished.tenant, on=furnished.root, may=everything)
        for _hand in range(2)
    ]


def _course(enterprise, hands, road, *, at=BEGAN, with_photos=True):
    """``road`` with an hour between its steps; rectifying is the first one's."""
    finder, judge = hands
    steps = []
    for n, name in enumerate(road, start=1):
        actor = finder if name in {"start", "submit", "fix_on_spot"} else judge
        given = dict(_GIVEN.get(name, {}))
        if with_photos and name in {"submit", "fix_on_spot"}:
            given["photo_ids"] = (make_photo(actor).pk,)
        steps.append(
            CourseStep(name=name, actor_id=actor.pk, at=at + n * HOUR, **given)
        )
    return HazardCourse(
        area_node_id=enterprise.area_node_id,
        township_id=enterprise.township_id,
        department_node_id=enterprise.department_node_id,
        enterprise_id=enterprise.pk,
        kind_code="exit-blocked",
        title="疏散通道堆放纸箱",
        description="东侧通道。",
        place="一号车间",
        source="township",
        reported_by_id=finder.pk,
        reported_at=at,
        longitude=Decimal("116.5000000"),
        latitude=Decimal("33.1000000"),
        photo_ids=(make_photo(finder).pk,) if with_photos else (),
        steps=tuple(steps),
    )


HOUR = timedelta(hours=1)


def _walked(course, hands, kind, clock):
    """The same course, each step taken by a person when it is due."""
    people = {hand.pk: hand for hand in hands}
    clock.move_to(course.reported_at, tick=False)
    finder = people[course.reported_by_id]
    report = Report(
        kind_id=kind.pk,
        title=course.title,
        description=course.description,
        place=course.place,
        source=course.source,
        enterprise_id=course.enterprise_id,
        longitude=course.longitude,
        latitude=course.latitude,
        photo_ids=(make_photo(finder).pk,),
    )
    hazard, _new = report_hazard(actor=finder, key=new_id(), report=report)
    for step in course.steps:
        clock.move_to(step.at, tick=False)
        actor = people[step.actor_id]
        given = {
            name: getattr(step, name)
            for name in Step.__dataclass_fields__
            if hasattr(step, name)
        }
        if step.photo_ids:
            given["photo_ids"] = (make_photo(actor).pk,)
        hazard = advance_hazard(
            hazard_id=hazard.pk, transition=step.name, actor=actor, step=Step(**given)
        )
    return hazard


def _columns(row, *besides):
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "hazard_id", "event_id", "photo_id", *besides}
    }


def _left_behind(hazard):
    """Everything the database holds about a hazard, but for ids and its number."""
    hazard.refresh_from_db()
    events = [_columns(e) for e in hazard.events.order_by("at")]
    for event in events:
        event["details"]["photos"] = len(event["details"].get("photos", ()))
    photos = HazardPhoto.objects.filter(hazard=hazard).select_related("event")
    return {
        "hazard": _columns(hazard, "number", "next_alert_on"),
        "events": events,
        "deadlines": [_columns(d) for d in hazard.deadlines.order_by("round")],
        "photos": sorted((p.event.name, p.phase) for p in photos),
    }


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS)
def test_a_loaded_course_leaves_what_the_services_leave(
    furnished, enterprise, hands, kind, road, time_machine
):
    course = _course(enterprise, hands, road)
    with tenant_scope(furnished.tenant.pk):
        walked = _walked(course, hands, kind, time_machine)

        found = load_courses(courses=[course])

        loaded = Hazard.objects.exclude(pk=walked.pk).get()
        assert found == [loaded.pk]
        assert _left_behind(loaded) == _left_behind(walked)


def test_loaded_hazards_are_counted_queued_for_the_seal_and_verified(
    furnished, enterprise, hands
):
    courses = [_course(enterprise, hands, road) for road in ROADS.values()]
    with tenant_scope(furnished.tenant.pk):
        load_courses(courses=courses)

        assert check_tallies() == {}
        waiting = Unsealed.objects.filter(stream="hazards_hazardevent")
        assert waiting.count() == HazardEvent.objects.count()
        assert HazardEvent.objects.count() == len(ROADS) + sum(map(len, ROADS.values()))
        seal_events()
        assert list(verify()) == []


def test_numbers_run_on_within_each_day(furnished, enterprise, hands):
    days = [BEGAN, BEGAN, BEGAN + timedelta(days=1), BEGAN]
    courses = [_course(enterprise, hands, (), at=at, with_photos=False) for at in days]
    with tenant_scope(furnished.tenant.pk):
        load_courses(courses=courses[:2])
        load_courses(courses=courses[2:])

        numbers = Hazard.objects.order_by("id").values_list("number", flat=True)
        assert [number[-13:] for number in numbers] == [
            "20260302-0001",
            "20260302-0002",
            "20260303-0001",
            "20260302-0003",
        ]


def test_a_clock_that_runs_is_looked_at_by_the_next_pass(furnished, enterprise, hands):
    with tenant_scope(furnished.tenant.pk):
        load_courses(courses=[_course(enterprise, hands, ROADS["under way"])])

        hazard = Hazard.objects.get()
        assert hazard.next_alert_on == hazard.due_on  # long ago
        assert EscalationRung.objects.filter(is_active=True).exists()


def test_a_step_that_is_not_in_the_table_stores_nothing(furnished, enterprise, hands):
    good = _course(enterprise, hands, ("assess",))
    bad = _course(enterprise, hands, ("assess", "close"))
    with tenant_scope(furnished.tenant.pk):
        with pytest.raises(InvalidTransition):
            load_courses(courses=[good, bad])

        assert Hazard.objects.count() == 0
        assert HazardDeadline.objects.count() == 0


def test_text_comes_through_as_it_was_given(furnished, enterprise, hands):
    odd = "制表\t反斜\\换行\n引号\"'空\\N"
    course = replace(_course(enterprise, hands, ()), description=odd)
    with tenant_scope(furnished.tenant.pk):
        load_courses(courses=[course])

        assert Hazard.objects.get().description == odd
