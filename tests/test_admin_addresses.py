"""Every page of the admin, asked as every kind of person: model by model.

A model that is registered later comes into the sweep by itself and fails until
the table says who may see it.
"""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.services import seed_security
from enterprises.models import (
    DirectReason,
    ExpiryRung,
    IndustrySubcategory,
    LevelThreshold,
    ScaleBound,
    ScaleGroup,
    SpecialDomain,
)
from enterprises.services import (
    seed_domains,
    seed_expiry_rungs,
    seed_rating,
    seed_scales,
)
from grids.models import PostRule, Role, RoleAssignment
from grids.services import seed_posts, seed_print_rule
from hazards.models import EscalationRung, HazardKind
from journal.models import Seal, SecurityEvent
from journal.services import seal_events
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_hazard, make_user
from workdays.models import Day, DeadlineRule
from workdays.services import seed_calendar, seed_rules

pytestmark = pytest.mark.django_db

# Who sees the lists: the bureau's system administrator, its auditor, and its
# security administrator.
SEEN_BY = {
    "tenants_tenant": (False, False, False),
    "accounts_user": (True, False, True),
    "accounts_securityrules": (False, False, True),
    "grids_gridnode": (True, False, True),
    "grids_printrule": (True, False, False),
    "grids_role": (False, False, True),
    "grids_roleassignment": (False, False, True),
    "enterprises_enterprise": (True, False, False),
    "enterprises_industrycategory": (True, False, False),
    "enterprises_industrysubcategory": (True, False, False),
    "enterprises_levelthreshold": (True, False, False),
    "enterprises_directreason": (True, False, False),
    "enterprises_scalegroup": (True, False, False),
    "enterprises_scalebound": (True, False, False),
    "enterprises_specialdomain": (True, False, False),
    "enterprises_expiryrung": (True, False, False),
    "workdays_day": (True, False, False),
    "workdays_deadlinerule": (True, False, False),
    "hazards_hazardkind": (True, False, False),
    "hazards_escalationrung": (True, False, False),
    "hazards_hazard": (True, True, True),
    "journal_securityevent": (False, True, False),
    "journal_seal": (False, True, False),
    "grids_postrule": (True, False, True),  # who says which role a post gives
}
OF_ONE_ROW = ("change", "history", "delete")


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def rows(county):
    """One row of each registered model in the county."""
    person = make_user(county.tenant, on=county.village, role="grid_worker")
    plant = make_enterprise(county.village)
    hazard = make_hazard(plant)
    with tenant_scope(county.tenant.pk):
        seed_calendar()
        seed_rules()
        seed_posts()
        seed_rating()
        seed_scales()
        seed_domains()
        seed_expiry_rungs()
        seal_events()
        trade = IndustrySubcategory.objects.select_related("category").first()
        return {
            "tenants_tenant": county.tenant,
            "accounts_user": person,
            "accounts_securityrules": seed_security(),
            "grids_gridnode": county.village,
            "grids_printrule": seed_print_rule(),
            "grids_role": Role.objects.first(),
            "grids_roleassignment": RoleAssignment.objects.first(),
            "grids_postrule": PostRule.objects.first(),
            "enterprises_enterprise": plant,
            "enterprises_industrycategory": trade.category,
            "enterprises_industrysubcategory": trade,
            "enterprises_levelthreshold": LevelThreshold.objects.first(),
            "enterprises_directreason": DirectReason.objects.first(),
            "enterprises_scalegroup": ScaleGroup.objects.first(),
            "enterprises_scalebound": ScaleBound.objects.first(),
            "enterprises_specialdomain": SpecialDomain.objects.first(),
            "enterprises_expiryrung": ExpiryRung.objects.first(),
            "workdays_day": Day.objects.first(),
            "workdays_deadlinerule": DeadlineRule.objects.first(),
            "hazards_hazardkind": HazardKind.objects.first(),
            "hazards_escalationrung": EscalationRung.objects.first(),
            "hazards_hazard": hazard,
            "journal_securityevent": SecurityEvent.objects.first(),
            "journal_seal": Seal.objects.first(),
        }


def browser_of(tenant, node=None, role="", *, is_staff=True):
    client = Client()
    client.force_login(make_user(tenant, on=node, role=role, is_staff=is_staff))
    return client


def pages(rows):
    """``(model, page, address)`` of every list, form and row."""
    for model, row in rows.items():
        for page in ("changelist", "add"):
            yield model, page, reverse(f"admin:{model}_{page}")
        for page in OF_ONE_ROW:
            yield model, page, reverse(f"admin:{model}_{page}", args=[row.pk])


def answers(client, rows, method="get"):
    send = getattr(client, method)
    return {
        (model, page): send(address).status_code for model, page, address in pages(rows)
    }


def test_every_model_of_the_admin_stands_in_the_table(rows):
    registered = {m._meta.label_lower.replace(".", "_") for m in admin.site._registry}

    assert registered == set(SEEN_BY) == set(rows)


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_are_asked_to_sign_in(rows, method):
    found = answers(Client(), rows, method)

    assert set(found.values()) <= {302, 403}
    assert 302 in found.values() or method == "post"


@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_staff_gets_to_no_page(county, rows, method):
    client = browser_of(county.tenant, county.root, "tenant_admin", is_staff=False)

    assert set(answers(client, rows, method).values()) == {302}


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_bureaus_administrator_meets_no_row(rows, method):
    other = make_county()
    client = browser_of(other.tenant, other.root, "tenant_admin")

    found = answers(client, rows, method)

    # What nobody changes refuses before it looks: for own rows all the same.
    for model, (administrator, _auditor, _security) in SEEN_BY.items():
        for page in OF_ONE_ROW:
            hidden = (administrator and method == "get") or page == "delete"
            allowed = {404} if hidden else {403, 404}
            assert found[model, page] in allowed, (model, page)


@pytest.mark.parametrize(
    ("who", "role"), [(0, "tenant_admin"), (1, "auditor"), (2, "security_admin")]
)
def test_people_of_the_bureau_see_what_their_role_says(county, rows, who, role):
    client = browser_of(county.tenant, county.root, role)

    found = answers(client, rows)

    for model, seen in SEEN_BY.items():
        wanted = 200 if seen[who] else 403
        assert found[model, "changelist"] == wanted, model
        assert found[model, "change"] == wanted, model
        assert found[model, "history"] == wanted, model
        assert found[model, "delete"] == 404, model


def test_an_operator_without_a_bureau_meets_no_row_of_one(rows):
    client = browser_of(None)

    found = answers(client, rows)

    for (model, page), status in found.items():
        if page == "delete":
            assert status == 404, model
        elif model == "tenants_tenant":
            assert status == 200, page
        elif model in {"accounts_user", "journal_securityevent", "journal_seal"}:
            assert status == {"change": 404, "history": 404}.get(
                page, 403 if page == "add" and model != "accounts_user" else 200
            ), (model, page)
        else:
            assert status == 302, (model, page)


def test_an_operator_in_the_bureau_opens_everything(county, rows):
    client = browser_of(None)
    client.post(reverse("admin:choose_tenant"), {"tenant": county.tenant.pk})

    found = answers(client, rows)

    for (model, page), status in found.items():
        if page in {"changelist", "change", "history"}:
            assert status == 200, (model, page)


def test_search_fields_offer_nothing_of_another_bureau(county, rows):
    other = make_county()
    stranger = make_user(other.tenant, full_name="外县人")
    client = browser_of(county.tenant, county.root, "tenant_admin")
    question = {"app_label": "grids", "model_name": "roleassignment"}

    def offered(field, term):
        answer = client.get(
            reverse("admin:autocomplete"),
            {**question, "field_name": field, "term": term},
        )
        return [row["text"] for row in answer.json()["results"]]

    assert offered("user", stranger.full_name) == []
    assert offered("node", other.village.name) == []
    village = county.village
    assert offered("node", village.name) == [f"{village.name} ({village.code})"]
