"""Entering one unit: what is asked, what is refused, what is written."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from enterprises.models import Enterprise, IndustrySubcategory
from enterprises.services import (
    CheckDigitDoubtful,
    register_enterprise,
    seed_industries,
)
from grids.models import GridNode
from grids.services import retire_node
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_user

GOOD = "91350100M000100Y43"
DOUBTFUL = "91350100M000100Y44"


@pytest.fixture
def register(county, clerk):
    """Register in the county's village as the clerk, with what a test changes."""

    def call(**given):
        with tenant_scope(county.tenant.pk):
            trades = seed_industries()
            values = {
                "actor": clerk,
                "parent_id": county.village.pk,
                "name": "太和县东风机械制造有限公司",
                "unit_type": "company",
                "subcategory_id": trades["0405"].pk,
                "uscc": GOOD,
            }
            return register_enterprise(**{**values, **given})

    return call


@pytest.fixture
def nothing_stored(county):
    """After the test the register and the tree are as before it."""
    with tenant_scope(county.tenant.pk):
        nodes = GridNode.objects.count()
    yield
    with tenant_scope(county.tenant.pk):
        assert Enterprise.objects.count() == 0
        assert GridNode.objects.count() == nodes


def test_an_enterprise_gets_its_own_grid_on_the_line_of_its_village(county, register):
    enterprise = register()

    node = enterprise.area_node
    assert (node.kind, node.code, node.name) == (
        "enterprise",
        f"Q-{GOOD}",
        "太和县东风机械制造有限公司",
    )
    assert node.parent_id == county.village.pk
    assert enterprise.township_id == county.township.pk
    assert enterprise.state == "operating"
    assert not enterprise.uscc_check_failed


def test_the_register_remembers_who_entered_it(county, clerk, register):
    enterprise = register()
    with tenant_scope(county.tenant.pk):
        (event,) = enterprise.events.all()
        assert (event.name, event.actor_id) == ("registered", clerk.pk)


def test_the_department_comes_from_the_trade(county, register):
    make_enterprise(county.other_village, trade="0405", department=county.department)
    assert register().department_node_id == county.department.pk


def test_a_code_is_stored_compact_and_in_capitals(register):
    assert register(uscc=" 9135 0100 m000 100y43").uscc == GOOD


@pytest.mark.parametrize(
    ("uscc", "words"),
    [
        ("123", "this one has 3"),
        ("91350100M000100Y4I", "The letter I is never used"),
        ("91350100M000100Y4！", "only digits and capital letters"),
    ],
)
@pytest.mark.usefixtures("nothing_stored")
def test_a_malformed_code_is_refused_at_its_field(uscc, words, register):
    with pytest.raises(DomainError, match=words) as refusal:
        register(uscc=uscc, accept_check_digit=True)
    assert refusal.value.field == "uscc"


@pytest.mark.usefixtures("nothing_stored")
def test_a_check_digit_that_does_not_fit_is_asked_about(register):
    with pytest.raises(CheckDigitDoubtful) as refusal:
        register(uscc=DOUBTFUL)
    assert (refusal.value.field, refusal.value.status) == ("uscc", 422)


def test_a_check_digit_that_was_accepted_is_marked(county, register):
    enterprise = register(uscc=DOUBTFUL, accept_check_digit=True)

    assert enterprise.uscc_check_failed
    with tenant_scope(county.tenant.pk):
        assert enterprise.events.get().details == {"check_digit_accepted": True}


def test_accepting_marks_nothing_when_the_digit_fits(register):
    assert not register(accept_check_digit=True).uscc_check_failed


@time_machine.travel("2026-11-23 02:00+00:00", tick=False)
def test_a_unit_without_a_code_says_why_and_gets_a_number(register):
    shop = register(
        name="老李烟酒店",
        unit_type="three_small",
        uscc="",
        uscc_missing_reason="未办照",
    )
    second = register(
        name="老王烟酒店",
        unit_type="unlicensed",
        uscc=" ",
        uscc_missing_reason="未办照",
    )

    assert (shop.uscc, shop.own_code) == ("", "LS202611230001")
    assert (second.own_code, second.code) == ("LS202611230002", "LS202611230002")
    assert shop.area_node.code == "Q-LS202611230001"


@pytest.mark.usefixtures("nothing_stored")
def test_a_missing_code_needs_a_reason(register):
    with pytest.raises(DomainError) as refusal:
        register(uscc="", unit_type="three_small", uscc_missing_reason="  ")
    assert refusal.value.field == "uscc_missing_reason"


@pytest.mark.usefixtures("nothing_stored")
def test_a_company_always_has_a_code(register):
    with pytest.raises(DomainError, match="choose another kind") as refusal:
        register(uscc="", uscc_missing_reason="忘带执照")
    assert refusal.value.field == "uscc"


def test_a_code_that_somebody_has_is_refused_with_the_name(register):
    register(name="先来的厂")
    with pytest.raises(DomainError, match="“先来的厂”") as refusal:
        register(name="后来的厂")
    assert refusal.value.field == "uscc"


def test_a_name_that_one_may_not_see_is_not_told(county, register):
    register(name="看不见的厂")
    stranger = make_user(
        county.tenant, on=county.other_village, may=["edit_enterprises"]
    )
    with pytest.raises(DomainError, match="outside your grids") as refusal:
        register(actor=stranger, parent_id=county.other_village.pk, name="后来的厂")
    assert "看不见的厂" not in str(refusal.value)


def test_the_same_code_in_another_tenant_is_nobodys_business(rival, register):
    make_enterprise(rival.village, uscc=GOOD)
    assert register().uscc == GOOD


@pytest.mark.usefixtures("nothing_stored")
def test_a_foreign_grid_reads_like_one_that_never_existed(rival, register):
    words = set()
    for parent in (rival.village.pk, uuid4()):
        with pytest.raises(DomainError) as refusal:
            register(parent_id=parent)
        assert refusal.value.field == "parent"
        words.add(str(refusal.value))
    assert words == {"This grid does not exist."}


@pytest.mark.usefixtures("nothing_stored")
def test_a_retired_grid_takes_nobody(county, register):
    with tenant_scope(county.tenant.pk):
        retire_node(actor=None, node_id=county.village.pk, on=date(2026, 1, 1))
    with pytest.raises(DomainError, match="no longer in use") as refusal:
        register()
    assert refusal.value.field == "parent"


@pytest.mark.usefixtures("nothing_stored")
def test_a_department_is_no_place(county, register):
    boss = make_user(county.tenant, on=county.root, may=["edit_enterprises"])
    with pytest.raises(DomainError, match="cannot stand under"):
        register(actor=boss, parent_id=county.department.pk)


@pytest.mark.usefixtures("nothing_stored")
def test_nobody_registers_where_he_holds_nothing(county, worker, register):
    elsewhere = make_user(
        county.tenant, on=county.other_village, may=["edit_enterprises"]
    )
    for actor in (worker, elsewhere):
        with pytest.raises(NotAllowed):
            register(actor=actor)


@pytest.mark.usefixtures("nothing_stored")
def test_a_foreign_or_withdrawn_trade_is_refused(county, rival, register):
    with tenant_scope(rival.tenant.pk):
        foreign = seed_industries()["0405"].pk
    for trade in (foreign, uuid4()):
        with pytest.raises(DomainError, match="does not exist") as refusal:
            register(subcategory_id=trade)
        assert refusal.value.field == "subcategory"
    with tenant_scope(county.tenant.pk):
        seed_industries()
        IndustrySubcategory.objects.filter(code="0405").update(is_active=False)
    with pytest.raises(DomainError, match="no longer in use"):
        register()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "   "),
        ("name", "厂" * 101),
        ("unit_type", "pirate"),
        ("principal_phone", "call me"),
        ("safety_manager_phone", "<script>"),
        ("employees", -1),
        ("scale", "giant"),
    ],
)
@pytest.mark.usefixtures("nothing_stored")
def test_a_wrong_fact_is_refused_at_its_field(field, value, register):
    with pytest.raises(DomainError) as refusal:
        register(**{field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("position", "field"),
    [
        ({"longitude": "181", "latitude": "33"}, "longitude"),
        ({"longitude": "115", "latitude": "-90.1"}, "latitude"),
        ({"longitude": "115"}, "latitude"),
        ({"latitude": "33"}, "longitude"),
        (
            {"longitude": "115", "latitude": "33", "position_source": "x"},
            "position_source",
        ),
    ],
)
@pytest.mark.usefixtures("nothing_stored")
def test_a_position_is_whole_and_on_earth(position, field, register):
    with pytest.raises(DomainError) as refusal:
        register(**position)
    assert refusal.value.field == field


def test_the_row_and_its_grid_belong_together_in_the_database(register):
    register()
    connection.check_constraints()
