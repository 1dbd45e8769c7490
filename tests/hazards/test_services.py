"""A hazard from report to close, through the services."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.utils import IntegrityError, ProgrammingError
from django.utils import timezone

from evidence.models import Photo
from grids.services import move_node
from hazards.models import Hazard, HazardEvent, HazardKind
from hazards.services import (
    Report,
    advance_hazard,
    check_tallies,
    compact_tallies,
    report_hazard,
    seed_kinds,
    seed_rungs,
)
from hazards.workflow import HazardState, Step
from notices.models import Notice
from tenants.errors import Conflict, DomainError, InvalidTransition, NotAllowed
from tenants.ids import new_id
from tenants.tenancy import tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_photo,
    make_step,
    make_user,
    take_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def plant(county):
    return make_enterprise(county.village, department=county.department)


@pytest.fixture
def officer(county, plant):
    with tenant_scope(county.tenant.pk):
        return make_user(county.tenant, on=plant.area_node, role="enterprise_officer")


@pytest.fixture
def kinds(county):
    with tenant_scope(county.tenant.pk):
        seed_kinds()
        seed_rungs()
        return {kind.code: kind for kind in HazardKind.objects.all()}


def report_of(kinds, plant, photo, **given):
    values = {
        "kind_id": kinds["exit-blocked"].pk,
        "enterprise_id": plant.pk,
        "photo_ids": (photo.pk,),
    }
    return Report(**(values | given))


def test_the_whole_loop_is_walked_by_those_who_would_do_it(
    county, plant, officer, kinds
):
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        hazard, is_new = report_hazard(
            actor=officer,
            key=new_id(),
            report=report_of(kinds, plant, make_photo(officer)),
        )
    take_step(hazard, "assess", staff)
    take_step(hazard, "assign", staff, days=3)
    take_step(hazard, "submit", officer)
    take_step(hazard, "pass_recheck", worker)
    closed = take_step(hazard, "close", staff)

    assert is_new
    assert (closed.state, closed.source) == (HazardState.CLOSED, "self_check")
    assert closed.township_id == county.township.pk
    assert closed.department_node_id == county.department.pk
    assert closed.verified_by == worker
    with tenant_scope(county.tenant.pk):
        course = list(HazardEvent.objects.order_by("at").values_list("name", "actor"))
    assert course == [
        ("report", officer.pk),
        ("assess", staff.pk),
        ("assign", staff.pk),
        ("submit", officer.pk),
        ("pass_recheck", worker.pk),
        ("close", staff.pk),
    ]


def test_the_same_submission_twice_is_one_hazard(county, plant, officer, kinds):
    key, photo = new_id(), make_photo(officer)
    report = report_of(kinds, plant, photo)
    with tenant_scope(county.tenant.pk):
        first, is_new = report_hazard(actor=officer, key=key, report=report)
        again, is_new_again = report_hazard(actor=officer, key=key, report=report)

        assert (is_new, is_new_again) == (True, False)
        assert again.pk == first.pk
        assert Hazard.objects.count() == 1


def test_the_same_key_with_another_body_is_a_conflict(county, plant, officer, kinds):
    key = new_id()
    with tenant_scope(county.tenant.pk):
        report_hazard(
            actor=officer, key=key, report=report_of(kinds, plant, make_photo(officer))
        )
        with pytest.raises(Conflict):
            report_hazard(
                actor=officer,
                key=key,
                report=report_of(kinds, plant, make_photo(officer), title="别的"),
            )

        assert Hazard.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_copies_sent_at_once_are_one_hazard(county, plant, officer, kinds):
    key, photo = new_id(), make_photo(officer)
    answers, gate = [], threading.Barrier(16)

    def send():
        gate.wait()
        try:
            with tenant_scope(county.tenant.pk):
                hazard, _new = report_hazard(
                    actor=officer, key=key, report=report_of(kinds, plant, photo)
                )
            answers.append(hazard.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with tenant_scope(county.tenant.pk):
        assert answers == [Hazard.objects.get().pk] * 16


def test_numbers_follow_each_other_within_a_day(county, plant):
    hazards = [make_hazard(plant) for _ in range(3)]
    day = f"{timezone.localdate():%Y%m%d}"
    code = county.tenant.division_code
    assert [h.number for h in hazards] == [
        f"YH-{code}-{day}-{n:04d}" for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"photo_ids": ()}, "photos"),
        ({"kind_id": new_id()}, "kind"),
        ({"enterprise_id": new_id()}, "enterprise"),
        ({"enterprise_id": None, "area_node_id": new_id()}, "area_node"),
        ({"enterprise_id": None}, "enterprise"),
        ({"enterprise_id": None, "longitude": 1, "latitude": 1}, "area_node"),
        ({"source": "rumour"}, "source"),
    ],
)
def test_bad_reports_are_refused_at_the_field_and_leave_nothing(
    given, field, county, plant, officer, kinds
):
    photo = make_photo(officer)
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError) as refusal:
            report_hazard(
                actor=officer,
                key=new_id(),
                report=report_of(kinds, plant, photo, **given),
            )

        assert refusal.value.field == field
        assert not Hazard.objects.exists()
        assert Photo.objects.get().attached_at is None


def test_a_foreign_enterprise_reads_like_an_unknown_one(county, officer, kinds):
    rival = make_county()
    theirs = make_enterprise(rival.village)
    photo = make_photo(officer)
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError) as foreign:
            report_hazard(
                actor=officer, key=new_id(), report=report_of(kinds, theirs, photo)
            )
        with pytest.raises(DomainError) as unknown:
            report_hazard(
                actor=officer,
                key=new_id(),
                report=report_of(kinds, theirs, photo, enterprise_id=new_id()),
            )

    assert str(foreign.value) == str(unknown.value)


def test_an_officer_cannot_report_at_a_neighbour(county, plant, officer, kinds):
    neighbour = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        with pytest.raises(DomainError) as refusal:
            report_hazard(
                actor=officer,
                key=new_id(),
                report=report_of(kinds, neighbour, make_photo(officer)),
            )

        assert refusal.value.field == "enterprise"
        assert not Hazard.objects.exists()


def test_the_grid_is_found_from_the_position(county, kinds):
    square = {
        "type": "Polygon",
        "coordinates": [[[115, 33], [116, 33], [116, 34], [115, 34], [115, 33]]],
    }
    mapped = make_node(county.township, name="图上村", boundary=square)
    worker = make_user(county.tenant, on=county.township, role="grid_worker")
    photo = make_photo(worker)
    with tenant_scope(county.tenant.pk):
        hazard, _new = report_hazard(
            actor=worker,
            key=new_id(),
            report=Report(
                kind_id=kinds["wiring"].pk,
                longitude=115.5,
                latitude=33.5,
                photo_ids=(photo.pk,),
            ),
        )

    assert hazard.area_node_id == mapped.pk


def test_nobody_rechecks_their_own_rectification(county, plant):
    root = county.root
    both = make_user(county.tenant, on=root, may=["rectify_hazards", "recheck_hazards"])
    hazard = make_hazard(plant, state=HazardState.ASSIGNED)
    take_step(hazard, "submit", both)

    with pytest.raises(NotAllowed):
        take_step(hazard, "pass_recheck", both)

    with tenant_scope(county.tenant.pk):
        hazard.refresh_from_db()
        assert hazard.state == HazardState.SUBMITTED
        assert hazard.events.count() == 4


def test_the_database_itself_refuses_a_rechecker_who_rectified(county, plant):
    hazard = make_hazard(plant, state=HazardState.SUBMITTED)
    with tenant_scope(county.tenant.pk), pytest.raises(IntegrityError):
        Hazard.objects.filter(pk=hazard.pk).update(verified_by=hazard.rectified_by)


def test_a_failed_recheck_sets_a_new_deadline_and_keeps_the_first(county, plant):
    hazard = make_hazard(plant, state=HazardState.SUBMITTED)
    first = hazard.due_on
    checker = make_user(county.tenant, on=county.village, role="grid_worker")
    new = timezone.localdate() + timedelta(days=20)

    hazard = take_step(hazard, "fail_recheck", checker, due_on=new, days=None)

    assert hazard.state == HazardState.RECTIFYING
    assert (hazard.first_due_on, hazard.due_on, hazard.times_failed) == (first, new, 1)
    with tenant_scope(county.tenant.pk):
        rounds = list(hazard.deadlines.order_by("round").values_list("round", "due_on"))
    assert rounds == [(1, first), (2, new)]


@pytest.mark.parametrize(
    "due_on", [date(2020, 1, 1), date(9999, 1, 1)], ids=["past", "far"]
)
def test_a_deadline_in_the_past_or_far_away_is_refused(due_on, county, plant):
    hazard = make_hazard(plant, state=HazardState.ASSESSED)
    staff = make_user(county.tenant, on=county.township, role="township_staff")

    with pytest.raises(DomainError) as refusal:
        take_step(hazard, "assign", staff, due_on=due_on)

    assert refusal.value.field == "due_on"
    with tenant_scope(county.tenant.pk):
        hazard.refresh_from_db()
        assert (hazard.state, hazard.due_on) == (HazardState.ASSESSED, None)


def test_each_deadline_keeps_its_explanation(county, plant):
    hazard = make_hazard(plant, state=HazardState.ASSIGNED)
    with tenant_scope(county.tenant.pk):
        deadline = hazard.deadlines.get()
    assert deadline.due_on == hazard.due_on
    assert len(deadline.steps) >= 2


@pytest.mark.parametrize(
    ("state", "name", "given", "field"),
    [
        (HazardState.REPORTED, "assess", {"level": ""}, "level"),
        (HazardState.REPORTED, "assess", {"level": "major"}, "level"),
        (HazardState.ASSESSED, "assign", {"days": None}, "due_on"),
        (HazardState.ASSESSED, "assign", {"requirement": " "}, "requirement"),
        (HazardState.ASSIGNED, "submit", {"measures": ""}, "measures"),
        (HazardState.ASSIGNED, "submit", {"photo_ids": ()}, "photos"),
        (HazardState.SUBMITTED, "fail_recheck", {"note": ""}, "note"),
        (HazardState.REPORTED, "reject", {"note": ""}, "note"),
        (HazardState.CLOSED, "reopen", {"note": ""}, "note"),
    ],
)
def test_a_step_without_what_it_needs_is_refused_at_the_field(
    state, name, given, field, county, plant
):
    hazard = make_hazard(plant, state=state)
    everything = make_user(county.tenant, on=county.root, role="bureau_staff")
    enterprise = make_user(county.tenant, on=plant.area_node, role="enterprise_officer")
    actor = enterprise if name == "submit" else everything

    with pytest.raises(DomainError) as refusal:
        take_step(hazard, name, actor, **given)

    assert refusal.value.field == field
    with tenant_scope(county.tenant.pk):
        assert Hazard.objects.get().state == state


def test_a_step_without_the_grant_is_refused(county, plant, officer):
    hazard = make_hazard(plant)
    with pytest.raises(NotAllowed):
        take_step(hazard, "assess", officer)


def test_the_department_line_grants_as_well_as_the_area_line(county, plant):
    hazard = make_hazard(plant)
    clerk = make_user(county.tenant, on=county.department, role="department_staff")
    assert take_step(hazard, "assess", clerk).state == HazardState.ASSESSED


def test_the_finder_may_fix_on_the_spot_but_not_close(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    hazard = make_hazard(county.village, reporter=worker)
    staff = make_user(county.tenant, on=county.township, role="township_staff")

    with pytest.raises(NotAllowed):
        take_step(hazard, "fix_on_spot", staff)
    fixed = take_step(hazard, "fix_on_spot", worker)

    assert (fixed.state, fixed.level) == (HazardState.VERIFIED, "general")
    with pytest.raises(NotAllowed):
        take_step(hazard, "close", worker)
    assert take_step(hazard, "close", staff).state == HazardState.CLOSED


def test_who_suspects_a_major_hazard_does_not_settle_it_alone(county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    hazard = make_hazard(county.village, reporter=worker, suspected_major=True)

    with pytest.raises(DomainError):
        take_step(hazard, "fix_on_spot", worker)

    with tenant_scope(county.tenant.pk):
        hazard.refresh_from_db()
        assert (hazard.state, hazard.level) == (HazardState.REPORTED, "")


def test_a_reopened_case_starts_again_and_keeps_its_course(county, plant):
    hazard = make_hazard(plant, state=HazardState.CLOSED)
    first = hazard.first_due_on
    staff = make_user(county.tenant, on=county.township, role="township_staff")

    hazard = take_step(hazard, "reopen", staff)

    assert (hazard.state, hazard.closed_at, hazard.due_on) == ("reported", None, None)
    assert hazard.first_due_on == first
    with tenant_scope(county.tenant.pk):
        assert hazard.events.count() == 7


def test_somebody_elses_photo_cannot_be_used(county, plant, officer):
    hazard = make_hazard(plant, state=HazardState.ASSIGNED)
    stranger = make_user(county.tenant, on=county.root, role="bureau_staff")
    photo = make_photo(stranger)
    with pytest.raises(DomainError) as refusal:
        take_step(hazard, "submit", officer, photo_ids=(photo.pk,))
    assert refusal.value.field == "photos"


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_the_second_is_told(county, plant):
    hazard = make_hazard(plant, state=HazardState.SUBMITTED)
    pair = [
        make_user(county.tenant, on=county.village, role="grid_worker")
        for _ in range(2)
    ]
    outcomes, gate = [], threading.Barrier(2)

    def press(user):
        gate.wait()
        try:
            with tenant_scope(county.tenant.pk):
                advance_hazard(
                    hazard_id=hazard.pk,
                    transition="pass_recheck",
                    actor=user,
                    step=Step(),
                )
            outcomes.append("done")
        except InvalidTransition:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[u]) for u in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "told"]
    with tenant_scope(county.tenant.pk):
        passed = HazardEvent.objects.filter(name="pass_recheck")
        assert passed.count() == 1


def test_a_page_that_is_out_of_date_is_told(county, plant):
    hazard = make_hazard(plant)
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    with tenant_scope(county.tenant.pk), pytest.raises(InvalidTransition):
        advance_hazard(
            hazard_id=hazard.pk,
            transition="assess",
            actor=staff,
            step=make_step("assess", staff),
            revision=hazard.revision - 1,
        )


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_course_cannot_be_changed(change, county, plant):
    make_hazard(plant)

    def try_it():
        with tenant_scope(county.tenant.pk):
            events = HazardEvent.objects.all()
            if change == "update":
                events.update(note="x")
            events._raw_delete("default")

    with pytest.raises(IntegrityError, match="append-only"):
        try_it()


def test_the_app_role_cannot_empty_a_table(county):
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("TRUNCATE hazards_hazardevent")


def test_next_ones_are_told_and_not_the_actor(county, plant, officer):
    staff = make_user(county.tenant, on=county.township, role="township_staff")
    leader = make_user(county.tenant, on=county.root, role="bureau_leader")
    hazard = make_hazard(plant, reporter=officer)
    take_step(hazard, "assess", staff)
    take_step(hazard, "assign", staff)

    with tenant_scope(county.tenant.pk):
        told = Notice.objects.order_by("created_at", "kind")
        found = list(told.values_list("kind", "recipient"))
    assert ("hazard-reported", staff.pk) in found
    assert ("hazard-assign", officer.pk) in found
    assert ("hazard-assess", staff.pk) not in found
    assert leader.pk not in {recipient for _kind, recipient in found}


def test_the_kept_counts_follow_every_step_and_every_move(county, plant):
    for state in (HazardState.REPORTED, HazardState.ASSIGNED, HazardState.CLOSED):
        make_hazard(plant, state=state)
    with tenant_scope(county.tenant.pk):
        assert check_tallies() == {}
        rows = compact_tallies()
        assert rows == 3 + 1 + 1  # three states held, one month reported, one closed
        assert check_tallies() == {}


def test_hazards_and_counts_follow_a_grid_that_moves(county, plant):
    hazard = make_hazard(plant)
    other = make_node(county.root, "township", name="河东镇")
    with tenant_scope(county.tenant.pk):
        move_node(actor=None, node_id=county.village.pk, new_parent_id=other.pk)
        hazard.refresh_from_db()
        plant.refresh_from_db()

        assert hazard.township_id == plant.township_id == other.pk
        assert check_tallies() == {}
