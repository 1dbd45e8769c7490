"""Deadlines raise their alerts once per rung, whoever runs it and however often."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from grids.models import Post
from grids.services import appoint, end_post, enter_leave
from hazards import services, tasks
from hazards.models import EscalationRung, Hazard, HazardAlert
from hazards.services import (
    alert_deadlines,
    replan_alerts,
    save_rung,
    seed_rungs,
)
from hazards.workflow import HazardState
from notices.models import Notice
from tenants.errors import DomainError, TenantScopeMissing
from tenants.tenancy import active_tenant, tenant_scope
from tests.factories import (
    make_county,
    make_enterprise,
    make_hazard,
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
def people(county, plant):
    """One person for each role that some rung names."""
    places = {
        "enterprise_officer": plant.area_node,
        "grid_worker": county.village,
        "township_staff": county.township,
        "township_leader": county.township,
        "department_staff": county.department,
        "bureau_staff": county.root,
        "bureau_leader": county.root,
    }
    return {
        code: make_user(county.tenant, on=node, role=code)
        for code, node in places.items()
    }


@pytest.fixture
def hazard(plant, people):
    return make_hazard(
        plant,
        state=HazardState.ASSIGNED,
        due_on=timezone.localdate() + timedelta(days=10),
    )


@pytest.fixture
def owners(county, plant):
    """Holders of posts alone, by what they are; nobody with a role by hand."""
    places = {
        "responsible of the village": (county.village, "responsible"),
        "responsible of the township": (county.township, "responsible"),
        "liaison of the township": (county.township, "liaison"),
        "responsible of the department": (county.department, "responsible"),
        "liaison of the department": (county.department, "liaison"),
    }
    found = {}
    for name, (node, kind) in places.items():
        user = make_user(county.tenant)
        with tenant_scope(county.tenant.pk):
            appoint(
                actor=None,
                user_id=user.pk,
                node_id=node.pk,
                kind=kind,
                begins_on=timezone.localdate(),
            )
        found[name] = user.pk
    return found


def run(county, hazard, day):
    """The pass of the day that lies ``day`` days from the deadline."""
    with tenant_scope(county.tenant.pk):
        return alert_deadlines(on=hazard.due_on + timedelta(days=day)).raised


def told(county, people):
    names = {user.pk: code for code, user in people.items()}
    with tenant_scope(county.tenant.pk):
        rows = Notice.objects.filter(key__startswith="alert:")
        return sorted(names[pk] for pk in rows.values_list("recipient", flat=True))


FIRST = ["enterprise_officer", "grid_worker", "township_staff"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-4, []),
        (-3, FIRST),
        (-1, FIRST),
        (0, []),
        (1, ["department_staff", *FIRST]),
        (3, ["department_staff", *FIRST, "township_leader"]),
        (
            7,
            [
                "bureau_leader",
                "bureau_staff",
                "department_staff",
                *FIRST,
                "township_leader",
            ],
        ),
    ],
)
def test_each_rung_tells_whom_it_names_on_both_lines(
    day, expected, county, people, hazard
):
    """Each day runs alone, after all days before it were already handled."""
    for earlier in range(-5, day):
        run(county, hazard, earlier)
    with tenant_scope(county.tenant.pk):
        Notice.objects.all().delete()

    run(county, hazard, day)

    assert told(county, people) == sorted(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-1, []),
        (1, ["responsible of the village"]),
        (
            3,
            [
                "liaison of the township",
                "responsible of the department",
                "responsible of the village",
            ],
        ),
        (
            7,
            [
                "liaison of the department",
                "liaison of the township",
                "responsible of the department",
                "responsible of the village",
            ],
        ),
    ],
)
def test_rungs_tell_the_nearest_holders_of_the_posts_they_name(
    day, expected, county, plant, hazard, owners
):
    """The township's responsible person is not told while the village has one."""
    for earlier in range(-5, day):
        run(county, hazard, earlier)
    with tenant_scope(county.tenant.pk):
        Notice.objects.all().delete()

    run(county, hazard, day)

    names = {pk: name for name, pk in owners.items()}
    with tenant_scope(county.tenant.pk):
        rows = Notice.objects.filter(key__startswith="alert:")
        told_of = {names.get(pk) for pk in rows.values_list("recipient", flat=True)}
    assert sorted(name for name in told_of if name) == expected


def test_a_vacant_village_has_the_township_told(county, hazard, owners):
    today = timezone.localdate()
    with tenant_scope(county.tenant.pk):
        post = Post.objects.get(user=owners["responsible of the village"])
        end_post(actor=None, post_id=post.pk, on=today)
        Notice.objects.all().delete()

    run(county, hazard, 1)

    with tenant_scope(county.tenant.pk):
        told_of = set(Notice.objects.values_list("recipient_id", flat=True))
    assert owners["responsible of the township"] in told_of
    assert owners["responsible of the village"] not in told_of


def test_whoever_stands_in_is_told_as_well(county, hazard, owners):
    other = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        enter_leave(
            actor=None,
            user_id=owners["responsible of the village"],
            substitute_id=other.pk,
            begins_on=timezone.localdate(),
            ends_on=hazard.due_on + timedelta(days=5),
        )
        Notice.objects.all().delete()

    run(county, hazard, 1)

    with tenant_scope(county.tenant.pk):
        told_of = set(Notice.objects.values_list("recipient_id", flat=True))
    assert {other.pk, owners["responsible of the village"]} <= told_of


def test_the_ladder_of_a_bureau_names_the_posts_it_wants(county, hazard, owners):
    with tenant_scope(county.tenant.pk):
        rung = EscalationRung.objects.get(code="due-in-1")
        save_rung(
            rung_id=rung.pk,
            today=timezone.localdate(),
            area_roles=[],
            area_posts=["liaison"],
        )
    run(county, hazard, -3)
    with tenant_scope(county.tenant.pk):
        Notice.objects.all().delete()

    run(county, hazard, -1)

    with tenant_scope(county.tenant.pk):
        told_of = Notice.objects.filter(key__startswith="alert:")
        assert list(told_of.values_list("recipient_id", flat=True)) == [
            owners["liaison of the township"]
        ]


def test_a_rung_that_tells_nobody_is_refused(county):
    with tenant_scope(county.tenant.pk):
        seed_rungs()
        rung = EscalationRung.objects.get(code="due-in-1")

        with pytest.raises(DomainError) as refused:
            save_rung(rung_id=rung.pk, today=timezone.localdate(), area_roles=[])

        assert refused.value.field == "area_roles"
        rung.refresh_from_db()
        assert rung.area_roles


def test_a_week_of_passes_raises_each_rung_once(county, people, hazard):
    raised = [run(county, hazard, day) for day in range(-5, 10) for _twice in "12"]
    assert sum(raised) == 5
    with tenant_scope(county.tenant.pk):
        assert HazardAlert.objects.count() == 5


def test_after_days_of_downtime_reminders_are_skipped_and_escalations_are_not(
    county, people, hazard
):
    assert run(county, hazard, 4) == 2
    with tenant_scope(county.tenant.pk):
        codes = HazardAlert.objects.order_by("rung__offset_days")
        assert list(codes.values_list("rung__code", flat=True)) == [
            "overdue-1",
            "overdue-3",
        ]


def test_rungs_that_come_together_tell_each_person_once(county, people, hazard):
    run(county, hazard, 4)
    assert told(county, people) == sorted(
        ["department_staff", *FIRST, "township_leader"]
    )
    with tenant_scope(county.tenant.pk):
        alerts = Notice.objects.filter(key__startswith="alert:")
        leader = alerts.get(recipient=people["township_leader"])
        assert leader.params["rung"] == "逾期三天（橙色）"


def test_nothing_is_raised_for_what_is_submitted_or_closed(county, people, hazard):
    take_step(hazard, "submit", people["enterprise_officer"])
    assert run(county, hazard, 1) == 0


def test_a_new_deadline_starts_the_ladder_again(county, people, hazard):
    run(county, hazard, -3)
    take_step(hazard, "submit", people["enterprise_officer"])
    later = hazard.due_on + timedelta(days=30)
    again = take_step(
        hazard, "fail_recheck", people["grid_worker"], due_on=later, days=None
    )
    assert run(county, again, -3) == 1
    with tenant_scope(county.tenant.pk):
        days = HazardAlert.objects.order_by("due_on").values_list("due_on", flat=True)
        assert list(days) == [hazard.due_on, later]


def test_an_edited_ladder_moves_the_next_date(county, people, hazard):
    with tenant_scope(county.tenant.pk):
        EscalationRung.objects.update(is_active=False)
        EscalationRung.objects.filter(code="due-in-3").update(
            offset_days=-5, is_active=True
        )
        replan_alerts(on=timezone.localdate())
        hazard.refresh_from_db()
        assert hazard.next_alert_on == hazard.due_on - timedelta(days=5)


def test_the_service_itself_refuses_to_run_without_a_tenant(hazard):
    with pytest.raises(TenantScopeMissing):
        alert_deadlines(on=hazard.due_on)


def test_the_task_run_twice_raises_nothing_new(county, people, hazard):
    on = (hazard.due_on + timedelta(days=1)).isoformat()
    tasks.alert_deadlines.delay(on=on)
    tasks.alert_deadlines.delay(on=on)
    with tenant_scope(county.tenant.pk):
        assert HazardAlert.objects.count() == 1
        assert Notice.objects.filter(key__startswith="alert:").count() == 4


def test_failure_in_one_tenant_does_not_stop_the_others(
    county, people, hazard, monkeypatch
):
    broken = make_county()
    real = services.alert_deadlines

    def flaky(*, on):
        if active_tenant() == broken.tenant.pk:
            raise ValueError("bad data")
        return real(on=on)

    monkeypatch.setattr(services, "alert_deadlines", flaky)
    on = (hazard.due_on + timedelta(days=1)).isoformat()
    for tenant in (broken.tenant, county.tenant):
        try:
            tasks.alert_deadlines_of.apply(kwargs={"tenant_id": tenant.pk, "on": on})
        except ValueError:
            continue
    with tenant_scope(county.tenant.pk):
        assert HazardAlert.objects.count() == 1


def _many(plant, count):
    due_on = timezone.localdate() + timedelta(days=10)
    for _ in range(count):
        make_hazard(plant, state=HazardState.ASSIGNED, due_on=due_on)
    return due_on + timedelta(days=1)


def test_whoever_would_hear_of_too_many_at_once_gets_one_notice(
    county, plant, people, monkeypatch
):
    monkeypatch.setattr("hazards.services.alerts.MOST_NOTICES", 2)
    on = _many(plant, 3)
    with tenant_scope(county.tenant.pk):
        assert alert_deadlines(on=on).raised == 3

        assert Notice.objects.filter(key__startswith="alert:").count() == 0
        told = Notice.objects.filter(key__startswith="alerts-of:")
        assert sorted(told.values_list("recipient", flat=True)) == sorted(
            people[code].pk for code in ["department_staff", *FIRST]
        )
        assert HazardAlert.objects.filter(told_at__isnull=True).count() == 0


def test_who_was_told_of_many_hears_of_no_more_that_day(
    county, plant, people, monkeypatch
):
    monkeypatch.setattr("hazards.services.alerts.MOST_NOTICES", 2)
    on = _many(plant, 3)
    with tenant_scope(county.tenant.pk):
        alert_deadlines(on=on)
    _many(plant, 1)

    with tenant_scope(county.tenant.pk):
        assert alert_deadlines(on=on).raised == 1
        assert Notice.objects.filter(key__startswith="alert").count() == 4


def test_more_than_a_batch_is_raised_first_and_told_then(
    county, plant, people, monkeypatch
):
    monkeypatch.setattr("hazards.services.alerts.BATCH", 2)
    on = _many(plant, 3)
    passes = []
    for _ in range(2):
        with tenant_scope(county.tenant.pk):
            passes.append(alert_deadlines(on=on))

    assert [(p.handled, p.raised, p.told) for p in passes] == [(2, 2, 0), (1, 1, 3)]
    assert [p.is_last for p in passes] == [False, True]
    with tenant_scope(county.tenant.pk):
        assert Notice.objects.filter(key__startswith="alert:").count() == 12


def test_an_alert_that_nobody_was_told_of_is_told_by_the_next_pass(
    county, people, hazard
):
    with tenant_scope(county.tenant.pk):
        run(county, hazard, 1)
        HazardAlert.objects.update(told_at=None)
        Notice.objects.all().delete()

        assert run(county, hazard, 1) == 0
        assert Notice.objects.filter(key__startswith="alert:").count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_raise_each_alert_once(county, plant, people):
    due_on = timezone.localdate() + timedelta(days=1)
    hazards = [
        make_hazard(plant, state=HazardState.ASSIGNED, due_on=due_on) for _ in range(6)
    ]
    gate = threading.Barrier(4)

    def work():
        gate.wait()
        try:
            with tenant_scope(county.tenant.pk):
                alert_deadlines(on=due_on)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant_scope(county.tenant.pk):
        alert_deadlines(on=due_on)
        # Both reminders before the deadline have come; neither twice.
        assert HazardAlert.objects.count() == 2 * len(hazards)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(
    county, people, hazard, monkeypatch
):
    def dies(*_args, **_kwargs):
        raise OperationalError("the connection is gone")

    on = hazard.due_on + timedelta(days=1)
    with monkeypatch.context() as patch:
        patch.setattr("hazards.services.alerts.notify_many", dies)
        with pytest.raises(OperationalError), tenant_scope(county.tenant.pk):
            alert_deadlines(on=on)
    with tenant_scope(county.tenant.pk):
        assert HazardAlert.objects.count() == 0
        assert alert_deadlines(on=on).raised == 1
        assert Hazard.objects.get().next_alert_on == hazard.due_on + timedelta(days=3)
