"""Duties without an owner: proposals first, then decisions with their document."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enterprises.models import BoundaryDecision, BoundaryDuty
from enterprises.services import (
    add_boundary_duty,
    decide_boundary_duty,
    seed_boundary_duties,
    seed_industries,
)
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_node, make_user

DAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _seeded(county):
    with tenant_scope(county.tenant.pk):
        seed_boundary_duties()
        yield


@pytest.fixture
def official(county):
    return make_user(county.tenant, on=county.root, role="bureau_staff")


@pytest.fixture
def duty(_seeded):
    return BoundaryDuty.objects.get(name="月子中心")


def decide(actor, duty, department, **given):
    facts = {
        "rule": "按照业务相近原则",
        "document": "县政〔2026〕12号",
        "decided_on": DAY,
        "valid_from": DAY,
    }
    return decide_boundary_duty(
        actor=actor,
        duty_id=duty.pk,
        department_node_id=department.pk,
        **(facts | given),
    )


def test_the_seeds_are_proposals_with_a_source_and_without_a_decision(county):
    assert seed_boundary_duties() == 0
    assert BoundaryDecision.objects.count() == 0
    assert BoundaryDuty.objects.undecided().count() == BoundaryDuty.objects.count()
    assert not BoundaryDuty.objects.filter(source="").exists()


def test_a_decision_gives_the_duty_an_owner(county, official, duty):
    decision = decide(official, duty, county.department)

    assert decision.decided_by == official
    assert duty not in BoundaryDuty.objects.undecided()


def test_a_new_decision_ends_the_one_before_and_keeps_it(county, official, duty):
    other = make_node(county.root, "department", name="卫生健康委")
    decide(official, duty, county.department)
    later = DAY + timedelta(days=20)

    decide(official, duty, other, decided_on=later, valid_from=later)

    assert [
        (d.department_node, d.valid_from, d.valid_to)
        for d in duty.decisions.order_by("valid_from")
    ] == [(county.department, DAY, later), (other, later, None)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rule": " "}, "rule"),
        ({"document": ""}, "document"),
        ({"valid_from": DAY - timedelta(days=1)}, "valid_from"),
    ],
)
def test_a_decision_needs_rule_document_and_days_in_order(
    county, official, duty, given, field
):
    with pytest.raises(DomainError) as refusal:
        decide(official, duty, county.department, **given)

    assert refusal.value.field == field
    assert BoundaryDecision.objects.count() == 0


def test_a_township_is_no_department(county, official, duty):
    with pytest.raises(DomainError) as refusal:
        decide(official, duty, county.township)

    assert refusal.value.field == "department_node"


def test_only_the_county_decides(county, clerk, duty):
    with pytest.raises(NotAllowed):
        decide(clerk, duty, county.department)
    with pytest.raises(NotAllowed):
        add_boundary_duty(actor=clerk, name="无人售货舱")

    assert BoundaryDecision.objects.count() == 0
    assert not BoundaryDuty.objects.filter(name="无人售货舱").exists()


def test_the_database_keeps_one_decision_in_force(county, official, duty):
    decide(official, duty, county.department)

    with pytest.raises(IntegrityError), transaction.atomic():
        BoundaryDecision.objects.create(
            duty=duty,
            department_node=county.department,
            rule="x",
            document="y",
            decided_on=DAY,
            valid_from=DAY,
        )


def test_pages_list_add_and_decide(county, official, duty, client_for):
    desk = client_for(official)
    form = {
        "department_node": str(county.department.pk),
        "rule": "业务相近",
        "document": "县政〔2026〕12号",
        "decided_on": "2026-11-02",
        "valid_from": "2026-11-02",
    }

    undecided = desk.get("/boundary-duties/").content.decode()
    added = desk.post("/boundary-duties/add/", {"name": "无人售货舱"})
    again = desk.post("/boundary-duties/add/", {"name": "无人售货舱"})
    refused = desk.post(f"/boundary-duties/{duty.pk}/decide/", form | {"document": ""})
    desk.post(f"/boundary-duties/{duty.pk}/decide/", form)
    page = desk.get(duty.get_absolute_url()).content.decode()

    assert "Without an owner" in undecided
    assert (added.status_code, again.status_code, refused.status_code) == (
        302,
        422,
        422,
    )
    assert county.department.name in page
    assert "县政〔2026〕12号" in page


def test_registering_such_a_unit_begins_with_the_trade_decided(
    county, official, clerk, duty, client_for
):
    trade = seed_industries()["1010"]
    decide(official, duty, county.department, subcategory_id=trade.pk)

    page = client_for(clerk).get(duty.get_absolute_url()).content.decode()
    form = client_for(clerk).get(f"/enterprises/register/?subcategory={trade.pk}")

    assert f"/enterprises/register/?subcategory={trade.pk}" in page
    assert f'value="{trade.pk}" selected' in form.content.decode()
