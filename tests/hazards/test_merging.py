"""Two entries that are one: what goes over, what stays, where codes lead."""

import pytest
from django.test import Client
from django.utils import translation

from enterprises.models import Enterprise, EnterpriseEvent, StaffMember
from enterprises.services import (
    add_staff,
    change_state,
    record_standardization,
    register_enterprise,
)
from grids.models import GridNode, RoleAssignment
from hazards.models import Hazard
from hazards.services import check_tallies, merge_enterprises
from tenants.errors import DomainError, InvalidTransition, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_hazard, make_user

pytestmark = pytest.mark.django_db
WHY = "营业执照相同，重复登记"


@pytest.fixture(autouse=True)
def _english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def pair(county):
    """The duplicate, and the entry that stays."""
    duplicate = make_enterprise(
        county.other_village, name="正昌木业", department=county.department
    )
    return duplicate, make_enterprise(county.village, name="青溪县正昌木业有限公司")


@pytest.fixture
def clerk(county):
    return make_user(county.tenant, on=county.township, role="township_staff")


def merge(pair, actor=None, **given):
    duplicate, stays = pair
    usual = {"enterprise_id": duplicate.pk, "into_id": stays.pk, "note": WHY}
    with tenant_scope(stays.tenant_id):
        return merge_enterprises(actor=actor, **(usual | given))


def again(row):
    with tenant_scope(row.tenant_id):
        return type(row).objects.get(pk=row.pk)


def test_the_duplicate_is_closed_and_its_grid_retired(pair, clerk):
    duplicate, stays = pair
    merge(pair, clerk)

    closed = again(duplicate)
    assert (closed.state, closed.merged_into_id) == ("closed", stays.pk)
    assert again(duplicate.area_node).is_retired
    with tenant_scope(stays.tenant_id):
        events = EnterpriseEvent.objects.exclude(name="registered").order_by("pk")
        assert {(e.enterprise_id, e.name, e.note) for e in events} == {
            (duplicate.pk, "merged", WHY),
            (stays.pk, "absorbed", WHY),
        }


def test_open_hazards_go_to_the_other_grid_and_settled_ones_stay_counted(pair, clerk):
    duplicate, stays = pair
    still_open = make_hazard(duplicate, state="assigned")
    settled = make_hazard(duplicate, state="closed")
    merge(pair, clerk)

    assert again(still_open).enterprise_id == stays.pk
    assert again(still_open).area_node_id == stays.area_node_id
    assert again(settled).enterprise_id == stays.pk
    assert again(settled).area_node_id == duplicate.area_node_id


def test_staff_and_certificates_go_over(pair):
    duplicate, stays = pair
    with tenant_scope(stays.tenant_id):
        add_staff(actor=None, enterprise_id=duplicate.pk, name="李", post="other")
        for entry in pair:
            record_standardization(
                actor=None,
                enterprise_id=entry.pk,
                level=3,
                number="AQB-1",
                issuer="市局",
                valid_from=again(entry).registered_at.date(),
            )
    merge(pair)

    with tenant_scope(stays.tenant_id):
        assert StaffMember.objects.get().enterprise_id == stays.pk
        assert [c.enterprise_id for c in stays.standardization.all()] == [stays.pk]


def test_roles_on_the_duplicate_end(pair, county):
    duplicate, _stays = pair
    officer = make_user(
        county.tenant, on=duplicate.area_node, role="enterprise_officer"
    )
    merge(pair)

    with tenant_scope(county.tenant.pk):
        assert not RoleAssignment.objects.filter(
            user=officer, ended_at__isnull=True
        ).exists()


def test_old_codes_lead_to_the_entry_that_stays(pair):
    duplicate, stays = pair
    with tenant_scope(stays.tenant_id):
        where = duplicate.qr_codes.get().get_absolute_url()
    merge(pair)

    page = Client().get(where).content.decode()
    assert stays.name in page
    assert stays.uscc in page


def test_the_old_unified_code_finds_the_entry_that_stays(pair, clerk, county):
    duplicate, stays = pair
    merge(pair)

    with tenant_scope(stays.tenant_id):
        found = Enterprise.objects.visible_to(clerk).current().search(duplicate.uscc)
        assert [row.pk for row in found] == [stays.pk]
        with pytest.raises(DomainError, match="already belongs"):
            register_enterprise(
                actor=clerk,
                parent_id=county.village.pk,
                name="第三次登记",
                unit_type="company",
                subcategory_id=stays.subcategory_id,
                uscc=duplicate.uscc,
            )


def test_a_chain_of_mergers_leads_to_the_last(pair, county):
    duplicate, middle = pair
    last = make_enterprise(county.village, name="最后的厂")
    with tenant_scope(last.tenant_id):
        where = duplicate.qr_codes.get().get_absolute_url()
    merge(pair)
    merge((middle, last))

    assert again(duplicate).merged_into_id == last.pk
    assert "最后的厂" in Client().get(where).content.decode()


def test_what_cannot_be_merged_is_refused_and_nothing_changes(pair, county, clerk):
    duplicate, stays = pair
    elsewhere = make_user(county.tenant, on=county.village, role="township_staff")
    for given, field in (
        ({"into_id": duplicate.pk}, "into"),
        ({"note": " "}, "note"),
        ({"into_id": county.village.pk}, "enterprise"),
    ):
        with pytest.raises(DomainError) as refusal:
            merge(pair, clerk, **given)
        assert refusal.value.field == field
    with pytest.raises(NotAllowed):  # may edit the one that stays, not the other
        merge(pair, elsewhere)
    with tenant_scope(stays.tenant_id):
        change_state(actor=None, enterprise_id=stays.pk, state="closed", note="停业")
    with pytest.raises(DomainError) as refusal:
        merge(pair, clerk)

    assert refusal.value.field == "into"
    assert again(duplicate).merged_into_id is None
    with tenant_scope(stays.tenant_id):
        assert not GridNode.objects.get(pk=duplicate.area_node_id).is_retired


def test_nothing_is_merged_twice(pair):
    merge(pair)
    with pytest.raises(InvalidTransition):
        merge(pair)


def test_a_merged_entry_stays_closed(pair):
    duplicate, _stays = pair
    merge(pair)
    with (
        tenant_scope(duplicate.tenant_id),
        pytest.raises(InvalidTransition, match="merged"),
    ):
        change_state(
            actor=None, enterprise_id=duplicate.pk, state="operating", note="x"
        )


def test_totals_stay_right(pair, clerk):
    duplicate, stays = pair
    make_hazard(duplicate, state="assigned")
    merge(pair, clerk)

    with tenant_scope(stays.tenant_id):
        assert Hazard.objects.count() == 1
        assert not check_tallies()
