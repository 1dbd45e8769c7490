"""Certificates that run out: told once per rung, late only the most urgent."""

from datetime import date, timedelta

import pytest

from enterprises.models import ExpiryReminder, ExpiryRung
from enterprises.services import (
    add_staff,
    add_staff_certificate,
    change_state,
    end_staff,
    record_standardization,
    remind_of_endings,
    revoke_standardization,
    seed_expiry_rungs,
)
from enterprises.tasks import remind_of_endings_of
from notices.models import Notice
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_user

END = date(2027, 6, 30)


@pytest.fixture
def enterprise(county):
    plant = make_enterprise(county.village, department=county.department)
    with tenant_scope(county.tenant.pk):
        seed_expiry_rungs()
        yield plant


@pytest.fixture
def people(county, enterprise):
    return {
        role: make_user(county.tenant, on=node, role=role)
        for role, node in (
            ("enterprise_officer", enterprise.area_node),
            ("township_staff", county.township),
            ("department_staff", county.department),
            ("grid_worker", county.village),
        )
    }


@pytest.fixture
def certificate(enterprise):
    return certify(enterprise)


def certify(enterprise, number="1", end=END):
    return record_standardization(
        actor=None,
        enterprise_id=enterprise.pk,
        level=3,
        number=number,
        issuer="市应急管理局",
        valid_from=date(2024, 7, 1),
        valid_to=end,
    )


def days_before(days):
    return remind_of_endings(on=END - timedelta(days=days))


def told(people):
    return {
        role: Notice.objects.filter(recipient=user).count()
        for role, user in people.items()
    }


@pytest.mark.parametrize(
    ("days", "raised"), [(91, 0), (90, 1), (31, 1), (30, 1), (1, 1), (0, 1), (-1, 0)]
)
def test_a_reminder_is_due_from_its_day_to_the_last(days, raised, certificate):
    assert days_before(days) == raised


def test_each_rung_tells_its_roles_once_however_often_it_runs(people, certificate):
    assert [days_before(90), days_before(90), days_before(60)] == [1, 0, 0]
    assert told(people) == {
        "enterprise_officer": 1,
        "township_staff": 0,
        "department_staff": 0,
        "grid_worker": 0,
    }
    assert [days_before(30), days_before(30), days_before(0)] == [1, 0, 0]
    assert told(people) == {
        "enterprise_officer": 2,
        "township_staff": 1,
        "department_staff": 1,
        "grid_worker": 0,
    }


def test_a_late_run_tells_only_the_most_urgent(people, certificate):
    assert days_before(12) == 1

    assert list(ExpiryReminder.objects.values_list("days", flat=True)) == [30]
    assert told(people)["enterprise_officer"] == 1


def test_a_newer_certificate_makes_the_old_one_s_end_unimportant(
    enterprise, certificate
):
    certify(enterprise, "2", END + timedelta(days=1000))
    assert days_before(30) == 0


def test_nothing_is_said_of_what_no_longer_counts(enterprise, certificate):
    revoke_standardization(actor=None, certificate_id=certificate.pk, reason="事故")
    assert days_before(30) == 0
    certify(enterprise, "2")
    change_state(actor=None, enterprise_id=enterprise.pk, state="closed", note="停业")
    assert days_before(30) == 0


def test_staff_are_reminded_of_reviews_and_ends_until_they_leave(enterprise, people):
    member = add_staff(
        actor=None, enterprise_id=enterprise.pk, name="孙某", post="special_operator"
    )
    add_staff_certificate(
        actor=None,
        member_id=member.pk,
        kind="special_operation",
        valid_to=END,
        review_due=END - timedelta(days=200),
    )
    assert [days_before(230), days_before(90)] == [1, 1]
    end_staff(actor=None, member_id=member.pk)
    assert days_before(30) == 0

    assert told(people)["enterprise_officer"] == 2
    assert "孙" not in str(list(Notice.objects.values("params", "key")))


def test_a_rung_that_is_switched_off_tells_nothing(certificate):
    ExpiryRung.objects.filter(days=90).update(is_active=False)
    assert [days_before(80), days_before(30)] == [0, 1]


def test_more_than_a_batch_is_told_in_several(enterprise, certificate, monkeypatch):
    monkeypatch.setattr("enterprises.services.reminders.BATCH", 2)
    other = make_enterprise(enterprise.area_node.parent)
    for n in range(4):
        certify(other, f"{n}", END)
    total = 0
    while raised := days_before(30):
        total += raised

    assert total == 5


def test_the_task_tells_one_county_only(enterprise, certificate, rival):
    day = (END - timedelta(days=30)).isoformat()

    assert remind_of_endings_of(tenant_id=rival.tenant.pk, on=day) == 0
    assert remind_of_endings_of(tenant_id=enterprise.tenant_id, on=day) == 1
    assert remind_of_endings_of(tenant_id=enterprise.tenant_id, on=day) == 0
