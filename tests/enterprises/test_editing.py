"""Changing an entry: facts, state, place."""

from uuid import uuid4

import pytest

from enterprises.models import Enterprise
from enterprises.services import (
    CheckDigitDoubtful,
    change_state,
    edit_enterprise,
    move_enterprise,
    seed_industries,
)
from grids.services import move_node
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_node, make_user

DOUBTFUL = "91350100M000100Y44"


@pytest.fixture
def enterprise(county):
    return make_enterprise(
        county.village, name="老名字厂", principal="张三", principal_phone="13800000001"
    )


@pytest.fixture
def scope(county):
    with tenant_scope(county.tenant.pk):
        yield


def fresh(enterprise):
    return Enterprise.objects.get(pk=enterprise.pk)


@pytest.mark.usefixtures("scope")
def test_the_grid_takes_the_new_name(enterprise, clerk):
    edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, name=" 新名字厂 ")

    assert fresh(enterprise).name == "新名字厂"
    assert fresh(enterprise).area_node.name == "新名字厂"


@pytest.mark.usefixtures("scope")
def test_an_edit_names_what_changed_and_keeps_people_out_of_the_journal(
    enterprise, clerk
):
    edit_enterprise(
        actor=clerk,
        enterprise_id=enterprise.pk,
        employees=12,
        principal="李四",
        principal_phone="13900000002",
    )

    event = enterprise.events.get(name="edited")
    assert event.actor_id == clerk.pk
    assert event.details == {
        "changed": {"employees": [None, 12], "principal": None, "principal_phone": None}
    }


@pytest.mark.usefixtures("scope")
def test_an_edit_without_a_difference_writes_nothing(enterprise, clerk):
    edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, name=enterprise.name)
    assert [e.name for e in enterprise.events.all()] == ["registered"]


@pytest.mark.usefixtures("scope")
def test_the_department_follows_a_new_trade(county, enterprise, clerk):
    make_enterprise(county.village, trade="0501", department=county.department)
    trade = seed_industries()["0501"]
    edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, subcategory_id=trade.pk)
    assert fresh(enterprise).department_node_id == county.department.pk


@pytest.mark.usefixtures("scope")
def test_a_new_code_is_judged_and_an_accepted_one_is_not_asked_about_again(
    enterprise, clerk
):
    with pytest.raises(CheckDigitDoubtful):
        edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, uscc=DOUBTFUL)
    assert fresh(enterprise).uscc == enterprise.uscc

    edit_enterprise(
        actor=clerk,
        enterprise_id=enterprise.pk,
        uscc=DOUBTFUL,
        accept_check_digit=True,
    )
    edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, employees=3)

    assert fresh(enterprise).uscc_check_failed
    assert fresh(enterprise).employees == 3
    assert fresh(enterprise).area_node.code == f"Q-{DOUBTFUL}"


@pytest.mark.usefixtures("scope")
def test_a_unit_that_gets_its_code_keeps_the_temporary_number(county, clerk):
    shop = make_enterprise(
        county.village, unit_type="three_small", uscc_missing_reason="未办照"
    )
    number = shop.own_code
    edit_enterprise(
        actor=clerk,
        enterprise_id=shop.pk,
        unit_type="individual",
        uscc="91350100M000100Y43",
    )

    shop = fresh(shop)
    assert (shop.uscc, shop.own_code) == ("91350100M000100Y43", number)
    assert shop.uscc_missing_reason == ""
    assert shop.area_node.code == "Q-91350100M000100Y43"


@pytest.mark.usefixtures("scope")
def test_the_code_of_another_is_refused(county, enterprise, clerk):
    other = make_enterprise(county.village, name="另一家厂")
    with pytest.raises(DomainError, match="“另一家厂”"):
        edit_enterprise(actor=clerk, enterprise_id=enterprise.pk, uscc=other.uscc)
    assert fresh(enterprise).uscc == enterprise.uscc


@pytest.mark.usefixtures("scope")
def test_who_may_not_edit_changes_nothing(enterprise, worker):
    for attempt in (
        lambda: edit_enterprise(actor=worker, enterprise_id=enterprise.pk, name="x"),
        lambda: change_state(
            actor=worker, enterprise_id=enterprise.pk, state="closed", note="x"
        ),
        lambda: move_enterprise(
            actor=worker, enterprise_id=enterprise.pk, new_parent_id=uuid4()
        ),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert fresh(enterprise).name == "老名字厂"
    assert [e.name for e in enterprise.events.all()] == ["registered"]


@pytest.mark.usefixtures("scope")
def test_a_foreign_enterprise_reads_like_one_that_never_existed(rival, clerk):
    foreign = make_enterprise(rival.village)
    words = set()
    for pk in (foreign.pk, uuid4()):
        with pytest.raises(DomainError) as refusal:
            edit_enterprise(actor=clerk, enterprise_id=pk, name="x")
        words.add(str(refusal.value))
    assert words == {"This enterprise does not exist."}


@pytest.mark.usefixtures("scope")
def test_a_state_changes_with_a_reason(enterprise, clerk):
    change_state(
        actor=clerk, enterprise_id=enterprise.pk, state="suspended", note="停产检修"
    )

    event = enterprise.events.get(name="state_changed")
    assert fresh(enterprise).state == "suspended"
    assert (event.note, event.details) == (
        "停产检修",
        {"before": "operating", "after": "suspended"},
    )


@pytest.mark.parametrize(
    ("state", "note", "error", "field"),
    [
        ("closed", "  ", DomainError, "note"),
        ("vanished", "x", DomainError, "state"),
        ("operating", "x", InvalidTransition, "state"),
    ],
)
@pytest.mark.usefixtures("scope")
def test_a_state_change_that_makes_no_sense_is_refused(
    state, note, error, field, enterprise, clerk
):
    with pytest.raises(error) as refusal:
        change_state(actor=clerk, enterprise_id=enterprise.pk, state=state, note=note)
    assert refusal.value.field == field
    assert fresh(enterprise).state == "operating"


@pytest.mark.usefixtures("scope")
def test_a_move_takes_the_township_along(county, enterprise):
    boss = make_user(county.tenant, on=county.root, role="bureau_staff")
    far = make_node(make_node(county.root, "township", name="远镇"), name="远村")
    move_enterprise(
        actor=boss, enterprise_id=enterprise.pk, new_parent_id=far.pk, note="搬迁"
    )

    assert fresh(enterprise).township.name == "远镇"
    assert fresh(enterprise).area_node.parent_id == far.pk
    event = enterprise.events.get(name="moved")
    assert event.details["after"] == {"id": str(far.pk), "name": "远村"}


@pytest.mark.usefixtures("scope")
def test_a_move_needs_the_permission_at_both_ends(county, enterprise, clerk):
    far = make_node(county.root, "township", name="远镇")
    with pytest.raises(NotAllowed):
        move_enterprise(actor=clerk, enterprise_id=enterprise.pk, new_parent_id=far.pk)
    assert fresh(enterprise).township_id == county.township.pk


@pytest.mark.usefixtures("scope")
def test_a_move_to_where_it_stands_is_refused(county, enterprise, clerk):
    with pytest.raises(DomainError, match="already stands"):
        move_enterprise(
            actor=clerk, enterprise_id=enterprise.pk, new_parent_id=county.village.pk
        )


@pytest.mark.usefixtures("scope")
def test_when_a_village_moves_its_enterprises_go_with_it(county, enterprise):
    far = make_node(county.root, "township", name="远镇")
    move_node(actor=None, node_id=county.village.pk, new_parent_id=far.pk)
    assert fresh(enterprise).township_id == far.pk
