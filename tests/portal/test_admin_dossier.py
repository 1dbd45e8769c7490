"""The rule rows of the dossier: a bureau changes them by their services, with a source."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import (
    DirectReason,
    ExpiryRung,
    LevelThreshold,
    ScaleBound,
    ScaleGroup,
    SpecialDomain,
)
from enterprises.services import (
    rate_enterprise,
    save_domain,
    seed_domains,
    seed_expiry_rungs,
    seed_rating,
    seed_scales,
)
from journal.models import SecurityAction, SecurityEvent
from tenants.errors import NotAllowed
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_user

pytestmark = pytest.mark.django_db
SOURCE = {"edition": "2027", "basis": "县安委办〔2027〕3号"}


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_rating()
        seed_scales()
        seed_domains()
        seed_expiry_rungs()
    return county


@pytest.fixture
def admin(county):
    return make_user(county.tenant, on=county.root, role="tenant_admin", is_staff=True)


@pytest.fixture
def browser(admin):
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin)
    return client


def change(row):
    return reverse(f"admin:enterprises_{row._meta.model_name}_change", args=[row.pk])


def row_of(county, model, **which):
    with tenant_scope(county.tenant.pk):
        return model.objects.get(**which)


def errors(response):
    return list(response.context["adminform"].form.errors)


def test_another_score_is_another_edition_and_old_decisions_keep_theirs(
    county, admin, browser
):
    plant = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        before = rate_enterprise(
            actor=None, enterprise_id=plant.pk, year=2026, score=Decimal(91)
        )
    row = row_of(county, LevelThreshold, level="A")
    facts = {"lowest": "92", "basis": SOURCE["basis"]}

    refused = browser.post(change(row), {**facts, "edition": row.edition})
    saved = browser.post(change(row), {**facts, "edition": "2027"})

    assert errors(refused) == ["edition"]
    assert saved.status_code == 302
    with tenant_scope(county.tenant.pk):
        old, new = LevelThreshold.objects.filter(level="A").order_by("lowest")
        assert (old.lowest, old.edition, old.is_active) == (90, "2026", False)
        assert (new.lowest, new.edition, new.is_active) == (92, "2027", True)
        assert (new.basis, new.is_proposed) == (SOURCE["basis"], False)
        other = make_enterprise(county.village)
        after = rate_enterprise(
            actor=None, enterprise_id=other.pk, year=2026, score=Decimal(91)
        )
        event = SecurityEvent.objects.get(name=SecurityAction.RULE_ROWS_CHANGED)
    assert (before.level, before.edition) == ("A", "2026")
    assert (after.level, after.edition) == ("B", "2027")
    assert event.actor == admin
    assert event.details["values"]["basis"] == SOURCE["basis"]


@pytest.mark.parametrize(
    ("level", "lowest"), [("A", "80"), ("B", "95"), ("C", "0"), ("D", "5")]
)
def test_the_levels_keep_their_order(level, lowest, county, browser):
    row = row_of(county, LevelThreshold, level=level)

    response = browser.post(change(row), {"lowest": lowest, **SOURCE})

    assert errors(response) == ["lowest"]
    assert row_of(county, LevelThreshold, level=level).lowest == row.lowest


def test_what_is_out_of_use_is_read_and_not_changed(county, browser):
    row = row_of(county, LevelThreshold, level="A")
    browser.post(change(row), {"lowest": "92", **SOURCE})

    page = browser.get(change(row))
    response = browser.post(change(row), {"lowest": "10", "edition": "2028"})

    assert page.status_code == 200
    assert response.status_code == 403
    with tenant_scope(county.tenant.pk):
        assert LevelThreshold.objects.get(pk=row.pk).lowest == 90


def test_a_domain_and_a_reason_are_added_changed_and_taken_out_of_use(county, browser):
    for model, code in ((SpecialDomain, "cold-chain"), (DirectReason, "arson")):
        address = reverse(f"admin:enterprises_{model._meta.model_name}_add")
        facts = {"name": "本县的一项", "order": "5", **SOURCE}
        browser.post(address, {"code": code, "is_active": "on", **facts})
        row = row_of(county, model, code=code)

        browser.post(change(row), {**facts, "name": "改名", "code": "other"})

        after = row_of(county, model, pk=row.pk)
        assert (after.code, after.name, after.is_active) == (code, "改名", False)
        assert (after.edition, after.basis) == ("2027", SOURCE["basis"])


def test_a_reminder_tells_a_role_of_the_bureau(county, browser):
    row = row_of(county, ExpiryRung, days=90)
    facts = {"days": "60", "is_active": "on", **SOURCE}

    nobody = browser.post(change(row), facts)
    strange = browser.post(change(row), {**facts, "area_roles": ["king"]})
    browser.post(change(row), {**facts, "area_roles": ["grid_worker"]})

    assert (errors(nobody), errors(strange)) == (["area_roles"], ["area_roles"])
    after = row_of(county, ExpiryRung, pk=row.pk)
    assert (after.days, after.area_roles, after.edition) == (
        60,
        ["grid_worker"],
        "2027",
    )


def test_the_bounds_of_a_size_class_keep_their_order(county, browser):
    with tenant_scope(county.tenant.pk):
        group = ScaleGroup.objects.get(code="industry")
        small, medium = (
            ScaleBound.objects.get(group=group, scale=scale)
            for scale in ("small", "medium")
        )
    facts = {"employees": "400", "revenue": "2500", "assets": ""}

    above = browser.post(change(small), facts)
    empty = browser.post(change(small), {"employees": "", "revenue": "", "assets": ""})
    browser.post(change(medium), facts)
    browser.post(change(group), {"designated_revenue": "3000", **SOURCE})

    assert (errors(above), errors(empty)) == (["employees"], ["employees"])
    after = row_of(county, ScaleBound, pk=medium.pk)
    assert (after.employees, after.revenue, after.assets) == (400, 2500, None)
    group = row_of(county, ScaleGroup, pk=group.pk)
    assert (group.designated_revenue, group.edition) == (3000, "2027")


def test_only_who_keeps_the_rules_changes_them(county):
    keeper = make_user(
        county.tenant, on=county.root, role="security_admin", is_staff=True
    )
    client = Client()
    client.force_login(keeper)
    row = row_of(county, SpecialDomain, code="gas")

    answer = client.post(change(row), {"name": "改", "order": "1", **SOURCE})
    with tenant_scope(county.tenant.pk), pytest.raises(NotAllowed):
        save_domain(actor=keeper, row_id=row.pk, name="改")

    assert answer.status_code == 403
    assert row_of(county, SpecialDomain, pk=row.pk).name == row.name


def test_rows_of_another_bureau_are_as_unknown_as_none(county, browser):
    other = make_county()
    with tenant_scope(other.tenant.pk):
        seed_domains()
        row = SpecialDomain.objects.get(code="gas")

    assert browser.post(change(row), {"name": "改"}).status_code == 404
    assert row_of(other, SpecialDomain, pk=row.pk).name == row.name
