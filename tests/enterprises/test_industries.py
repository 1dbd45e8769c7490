"""The industry categories of a tenant and what follows from them."""

from datetime import date

import pytest

from enterprises.industries import CATEGORIES
from enterprises.models import Enterprise, IndustryCategory, IndustrySubcategory
from enterprises.services import seed_industries, set_departments
from grids.services import retire_node
from tenants.errors import DomainError, NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_enterprise, make_node, make_user


def test_there_are_13_categories_and_116_subcategories():
    assert len(CATEGORIES) == 13
    assert sum(len(category.subcategories) for category in CATEGORIES) == 116


def test_seeding_twice_changes_nothing_and_keeps_what_the_county_changed(county):
    with tenant_scope(county.tenant.pk):
        first = seed_industries()
        IndustrySubcategory.objects.filter(code="0405").update(name="通用机械")

        second = seed_industries()

        assert IndustryCategory.objects.count() == 13
        assert IndustrySubcategory.objects.count() == 116
        assert {code: row.pk for code, row in first.items()} == {
            code: row.pk for code, row in second.items()
        }
        assert second["0405"].name == "通用机械"
        assert second["0411"].name == "家具木业"
        assert all(row.is_proposed for row in second.values())


def test_each_tenant_has_its_own(county, rival):
    with tenant_scope(rival.tenant.pk):
        seed_industries()
    with tenant_scope(county.tenant.pk):
        assert IndustrySubcategory.objects.count() == 0


def test_enterprises_follow_their_trade_to_its_department(county):
    moved = make_enterprise(county.village, trade="0501")
    other = make_enterprise(county.village, trade="0405")
    with tenant_scope(county.tenant.pk):
        changed = set_departments(
            actor=None, departments={"0501": county.department.pk}
        )
        again = set_departments(actor=None, departments={"0501": county.department.pk})

        departments = dict(Enterprise.objects.values_list("pk", "department_node_id"))
        assert (changed, again) == (1, 0)
        assert departments == {moved.pk: county.department.pk, other.pk: None}
        assert list(moved.events.order_by("at").values_list("name", flat=True)) == [
            "registered",
            "department_changed",
        ]


def test_a_trade_belongs_to_a_department_and_to_nothing_else(county, rival):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        for node in (county.village, rival.department):
            with pytest.raises(DomainError, match="does not exist"):
                set_departments(actor=None, departments={"0501": node.pk})
        assert not IndustrySubcategory.objects.exclude(department_node=None).exists()


def test_an_unknown_trade_is_refused(county):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        with pytest.raises(DomainError, match="does not exist"):
            set_departments(actor=None, departments={"9999": county.department.pk})


def test_only_who_manages_rules_maps_trades(county, clerk):
    with tenant_scope(county.tenant.pk):
        seed_industries()
        with pytest.raises(NotAllowed):
            set_departments(actor=clerk, departments={"0501": county.department.pk})
        admin = make_user(county.tenant, on=county.root, role="tenant_admin")
        assert (
            set_departments(actor=admin, departments={"0501": county.department.pk})
            == 0
        )


def test_a_retired_department_takes_no_trade(county):
    old = make_node(county.root, "department", name="老商务局")
    with tenant_scope(county.tenant.pk):
        seed_industries()
        retire_node(actor=None, node_id=old.pk, on=date(2026, 1, 1))
        with pytest.raises(DomainError, match="does not exist"):
            set_departments(actor=None, departments={"0501": old.pk})
