"""The admin: one bureau at a time, only what one may, every save by a service."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import make_token
from enterprises.models import EnterpriseEvent, IndustrySubcategory
from grids.models import GridEvent, GridNode, Role, RoleAssignment
from grids.roles import ROLES
from hazards.models import EscalationRung, Hazard, HazardKind
from hazards.services import seed_kinds, seed_rungs
from hazards.workflow import HazardState
from journal.models import SecurityEvent
from portal.services import open_bureau
from tenants.middleware import CHOSEN_TENANT
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import (
    PASSWORD,
    make_county,
    make_enterprise,
    make_hazard,
    make_node,
    make_tenant,
    make_user,
)
from workdays.models import Day, DeadlineRule
from workdays.services import seed_calendar, seed_rules

pytestmark = pytest.mark.django_db

TENANT_OWNED = (
    "grids_gridnode",
    "grids_role",
    "grids_roleassignment",
    "enterprises_enterprise",
    "enterprises_industrycategory",
    "enterprises_industrysubcategory",
    "workdays_day",
    "workdays_deadlinerule",
    "hazards_hazardkind",
    "hazards_escalationrung",
    "hazards_hazard",
)
ALL = ("tenants_tenant", "accounts_user", "journal_securityevent", "journal_seal")


@pytest.fixture
def county():
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_kinds()
        seed_rungs()
        seed_calendar()
        seed_rules()
    return county


@pytest.fixture
def admin(county):
    return make_user(county.tenant, on=county.root, role="tenant_admin", is_staff=True)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def keeper(county):
    """The security administrator, who gives the roles."""
    return make_user(
        county.tenant, on=county.root, role="security_admin", is_staff=True
    )


@pytest.fixture
def giver(keeper):
    client = Client()
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def operator(client):
    """A platform operator who has not chosen yet."""
    client.force_login(make_user(None, is_staff=True))
    client.cookies["django_language"] = "en"
    return client


def enter(client, tenant):
    return client.post(reverse("admin:choose_tenant"), {"tenant": tenant.pk})


def the_list(model):
    return reverse(f"admin:{model}_changelist")


def add(model):
    return reverse(f"admin:{model}_add")


def change(model, row):
    return reverse(f"admin:{model}_change", args=[row.pk])


def log_of(tenant):
    with tenant_scope(tenant.pk):
        return list(SecurityEvent.objects.order_by("at"))


# One bureau at a time ---------------------------------------------------------


@pytest.mark.parametrize("model", TENANT_OWNED)
def test_an_operator_chooses_a_bureau_before_any_list_of_one(operator, model):
    response = operator.get(the_list(model))

    assert (response.status_code, response.url) == (
        302,
        reverse("admin:choose_tenant"),
    )


def test_an_operators_way_in_leads_to_the_choice(operator, county):
    assert operator.get(reverse("admin:index")).url == reverse("admin:choose_tenant")
    assert (
        county.tenant.name
        in operator.get(reverse("admin:choose_tenant")).content.decode()
    )


def test_a_choice_stands_in_the_bureaus_security_log(operator, county):
    enter(operator, county.tenant)

    event = log_of(county.tenant)[-1]
    assert (event.name, event.actor.tenant_id) == ("tenant_chosen", None)
    assert operator.session[CHOSEN_TENANT] == county.tenant.pk


@pytest.mark.parametrize("model", [*TENANT_OWNED, *ALL])
def test_an_operator_works_in_the_chosen_bureau_and_sees_so(operator, county, model):
    enter(operator, county.tenant)

    response = operator.get(the_list(model))

    assert response.status_code == 200
    assert f"<strong>{county.tenant.name}</strong>" in response.content.decode()


def test_an_operator_sees_the_chosen_bureaus_rows_only(operator, county):
    other = make_county(make_tenant())
    enter(operator, county.tenant)

    rows = operator.get(the_list("grids_gridnode")).context["cl"].queryset
    with tenant_scope(county.tenant.pk):
        assert {row.tenant_id for row in rows} == {county.tenant.pk}
    address = change("grids_gridnode", other.village)
    assert operator.get(address).status_code == 404


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "1' OR 1=1"])
def test_a_bureau_that_does_not_exist_is_not_entered(operator, wanted):
    operator.post(reverse("admin:choose_tenant"), {"tenant": wanted})

    assert CHOSEN_TENANT not in operator.session


def test_an_operator_leaves_a_bureau_again(operator, county):
    enter(operator, county.tenant)
    operator.post(reverse("admin:choose_tenant"), {"tenant": ""})

    assert CHOSEN_TENANT not in operator.session


def test_nobody_of_a_bureau_chooses_another_one(browser, county):
    other = make_tenant()

    response = enter(browser, other)

    assert response.url == reverse("admin:index")
    assert CHOSEN_TENANT not in browser.session
    assert [e.name for e in log_of(other)] == []


# Who may -----------------------------------------------------------------------


def test_a_grid_worker_does_not_get_in(client, county):
    client.force_login(make_user(county.tenant, on=county.village, role="grid_worker"))

    for model in (*TENANT_OWNED, *ALL):
        assert client.get(the_list(model)).status_code in {302, 403}
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_an_auditor_reads_the_log_and_changes_nothing(client, county):
    auditor = make_user(county.tenant, on=county.root, role="auditor", is_staff=True)
    client.force_login(auditor)

    allowed = {
        model
        for model in (*TENANT_OWNED, *ALL)
        if client.get(the_list(model)).status_code == 200
    }
    event = log_of(county.tenant)[0]
    seen = client.get(change("journal_securityevent", event))
    sent = client.post(change("journal_securityevent", event), {"note": "x"})

    assert allowed == {"journal_securityevent", "journal_seal", "hazards_hazard"}
    assert seen.status_code == 200
    assert sent.status_code == 403
    for model in (*TENANT_OWNED, *ALL):
        assert client.get(add(model)).status_code == 403


def test_a_permission_on_a_township_does_not_open_the_back_office(client, county):
    staff = make_user(
        county.tenant, on=county.township, role="tenant_admin", is_staff=True
    )
    client.force_login(staff)

    for model in (*TENANT_OWNED, *ALL):
        assert client.get(the_list(model)).status_code == 403


def test_a_tenants_administrator_never_opens_bureaus(browser, county):
    other = make_tenant()

    assert browser.get(the_list("tenants_tenant")).status_code == 403
    assert browser.get(change("tenants_tenant", other)).status_code == 403
    assert browser.post(add("tenants_tenant"), {}).status_code == 403


def test_the_history_of_bureaus_answers_the_same_whatever_exists(browser, county):
    other = make_tenant()
    ids = (other.pk, county.tenant.pk, 99_999_999, "x", "-1")

    answers = {
        browser.get(f"/admin/tenants/tenant/{pk}/{page}/").status_code
        for pk in ids
        for page in ("history", "change")
    }

    assert answers == {403}


def test_the_groups_behind_the_roles_are_not_in_the_admin(browser):
    assert browser.get("/admin/auth/group/").status_code == 404


def test_looking_rows_up_past_the_guard_is_not_offered(operator, county):
    assert operator.get(f"/admin/r/1/{county.root.pk}/").status_code == 404


# What a list is filtered by ------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("accounts_user", "password__regex=^argon2"),
        ("accounts_user", "password__startswith=argon2"),
        ("accounts_user", "tokens__digest__startswith=a"),
        ("accounts_user", "is_active__regex=t"),
        ("accounts_user", "is_active__exact=%00"),
        ("grids_roleassignment", "user__password__regex=^argon2"),
        ("grids_roleassignment", "role__name__regex=^x"),
        ("hazards_hazard", "reported_by__password__startswith=argon2"),
        ("hazards_hazard", "title__regex=(a+)%2B$"),
        ("hazards_hazard", "state__exact=%00"),
        ("hazards_hazard", "reported_at__year=99999999999999999999"),
        ("hazards_hazard", "reported_at__year=9999&reported_at__month=12"),
        ("hazards_hazard", "reported_at__year=0001"),
        ("hazards_hazard", "reported_at__year=2026&reported_at__month=x"),
        ("hazards_hazard", "reported_at__gte=2026-01-01"),
        ("journal_securityevent", "actor__password__regex=^argon2"),
        ("journal_seal", "stream__regex=^h"),
    ],
)
def test_a_list_answers_no_question_that_its_filters_do_not_ask(
    operator, county, model, asked
):
    enter(operator, county.tenant)

    assert operator.get(f"{the_list(model)}?{asked}").status_code == 400


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("accounts_user", "is_active__exact=1&is_staff__exact=0"),
        ("grids_roleassignment", "ended=no"),
        ("grids_gridnode", "kind__exact=village&retired_on__isempty=1"),
        ("hazards_hazard", "state__exact=closed"),
        ("hazards_hazard", "reported_at__year=2026&reported_at__month=11"),
        ("hazards_hazard", "reported_at__year=2026&reported_at__month=2"),
        ("enterprises_industrysubcategory", "department_node__isempty=1"),
        ("journal_securityevent", "name__exact=sign_in&succeeded__exact=1"),
        ("journal_seal", "stream=hazards_hazardevent"),
    ],
)
def test_the_filters_beside_a_list_work(operator, county, model, asked):
    enter(operator, county.tenant)

    response = operator.get(f"{the_list(model)}?{asked}")

    assert response.status_code == 200
    assert response.context["cl"].has_active_filters or "__year" in asked


def test_assignments_are_filtered_by_their_role(giver, county):
    make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")

    page = giver.get(f"{the_list('grids_roleassignment')}?role__id__exact={role.pk}")

    assert page.status_code == 200
    assert page.context["cl"].result_count == 1


# Accounts ----------------------------------------------------------------------


def account(**given):
    return {
        "username": "li.na",
        "full_name": "李娜",
        "phone": "",
        "title": "",
        "email": "",
    } | given


def test_only_the_own_bureaus_accounts_are_listed(browser, admin, county):
    foreign = make_user(make_tenant(), full_name="外县人")
    make_user(None, is_staff=True, full_name="平台人")

    text = browser.get(the_list("accounts_user")).content.decode()

    assert admin.full_name in text
    assert foreign.full_name not in text
    assert "平台人" not in text


@pytest.mark.parametrize("page", ["change", "history", "password", "tokens", "delete"])
def test_an_account_of_another_bureau_is_as_unknown_as_none(browser, county, page):
    foreign = make_user(make_tenant())
    address = reverse(f"admin:accounts_user_{page}", args=[foreign.pk])

    assert browser.get(address).status_code == 404
    facts = account(is_staff="on", is_active="on", password="Grid-2026-other")
    assert browser.post(address, facts).status_code == 404

    foreign.refresh_from_db()
    assert foreign.username != "li.na"
    assert foreign.check_password(PASSWORD)


def test_a_new_account_belongs_to_the_bureau_and_is_logged(browser, admin, county):
    response = browser.post(
        add("accounts_user"), account(password="Grid-2026-fresh", is_staff="")
    )

    assert response.status_code == 302
    user = User.objects.get(username="li.na")
    assert (user.tenant_id, user.is_superuser) == (county.tenant.pk, False)
    assert user.check_password("Grid-2026-fresh")
    event = log_of(county.tenant)[-1]
    assert (event.name, event.actor, event.details["user"]) == (
        "user_created",
        admin,
        str(user.pk),
    )


def test_no_extra_field_makes_a_superuser_or_another_bureaus_account(
    browser, admin, county
):
    other = make_tenant()
    extra = {
        "is_superuser": "on",
        "tenant": other.pk,
        "user_permissions": "1",
        "groups": "1",
        "password": "Grid-2026-fresh",
    }
    browser.post(add("accounts_user"), account(**extra))
    browser.post(
        change("accounts_user", admin),
        account(username="boss", is_staff="on", is_active="on", **extra),
    )

    for user in (User.objects.get(username="li.na"), User.objects.get(pk=admin.pk)):
        assert (user.tenant_id, user.is_superuser) == (county.tenant.pk, False)
        assert not user.groups.exists()
        assert not user.user_permissions.exists()
    assert User.objects.get(pk=admin.pk).check_password(PASSWORD)


def test_a_weak_password_is_refused_at_its_field(browser):
    response = browser.post(add("accounts_user"), account(password="1234567890"))

    assert list(response.context["adminform"].form.errors) == ["password"]
    assert not User.objects.filter(username="li.na").exists()


def test_disabling_an_account_is_logged_and_ends_its_session(
    browser, county, client_of
):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    theirs = client_of(worker)
    assert theirs.get("/").status_code == 200

    browser.post(
        change("accounts_user", worker),
        account(username=worker.username, full_name=worker.full_name),
    )

    assert theirs.get("/").status_code == 302
    event = log_of(county.tenant)[-1]
    assert event.name == "user_changed"
    assert event.details["changed"] == ["is_active"]


@pytest.fixture
def client_of():
    def make(user):
        client = Client()
        client.force_login(user)
        return client

    return make


def test_nobody_locks_themselves_out_in_chinese(browser, admin):
    browser.cookies["django_language"] = "zh-hans"

    response = browser.post(
        change("accounts_user", admin), account(username=admin.username)
    )

    assert "请由同事操作" in response.content.decode()
    assert "lock yourself" not in response.content.decode()


def test_nobody_locks_themselves_out(browser, admin):
    response = browser.post(
        change("accounts_user", admin), account(username=admin.username)
    )

    assert response.status_code == 200
    assert "cannot lock yourself out" in response.content.decode()
    admin.refresh_from_db()
    assert (admin.is_active, admin.is_staff) == (True, True)


def test_a_forgotten_password_is_set_anew_and_logged(browser, county, client_of):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    theirs = client_of(worker)
    address = reverse("admin:accounts_user_password", args=[worker.pk])

    weak = browser.post(address, {"password": "short"})
    good = browser.post(address, {"password": "Grid-2026-again"})

    assert (weak.status_code, good.status_code) == (422, 302)
    worker.refresh_from_db()
    assert worker.check_password("Grid-2026-again")
    assert theirs.get("/").status_code == 302
    assert log_of(county.tenant)[-1].name == "password_changed"


def test_the_keys_of_an_account_are_seen_and_ended_by_its_administrator(
    browser, admin, county
):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    token, key = make_token(user=worker, name="巡查系统")
    address = reverse("admin:accounts_user_tokens", args=[worker.pk])

    linked = browser.get(change("accounts_user", worker)).content.decode()
    seen = browser.get(address).content.decode()
    ended = browser.post(address, {"token": token.pk})

    assert f'href="{address}"' in linked
    assert "巡查系统" in seen
    assert key not in seen
    assert token.digest not in seen
    assert ended.status_code == 302
    assert not worker.tokens.exists()
    event = log_of(county.tenant)[-1]
    assert (event.name, event.actor, event.details["token"]) == (
        "token_revoked",
        admin,
        str(token.pk),
    )


@pytest.mark.parametrize("wanted", ["", "x", "00000000-0000-7000-8000-000000000000"])
def test_a_key_that_does_not_exist_is_not_ended(browser, county, wanted):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    make_token(user=worker, name="巡查系统")
    address = reverse("admin:accounts_user_tokens", args=[worker.pk])

    assert browser.post(address, {"token": wanted}).status_code in {302, 404}
    assert worker.tokens.count() == 1


def test_disabling_and_enabling_gives_nothing_back(browser, county, client_of):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    make_token(user=worker, name="巡查系统")
    theirs = client_of(worker)
    facts = account(username=worker.username, full_name=worker.full_name)

    browser.post(change("accounts_user", worker), facts)
    browser.post(change("accounts_user", worker), {**facts, "is_active": "on"})

    worker.refresh_from_db()
    assert worker.is_active
    assert theirs.get("/").status_code == 302
    assert not worker.tokens.exists()
    names = [event.name for event in log_of(county.tenant)[-3:]]
    assert names == ["token_revoked", "user_changed", "user_changed"]


def test_an_operator_makes_operators_outside_of_any_bureau(operator):
    operator.post(add("accounts_user"), account(password="Grid-2026-fresh"))

    user = User.objects.get(username="li.na")
    assert (user.tenant_id, user.is_staff, user.is_superuser) == (None, True, True)
    (event,) = SecurityEvent.objects.filter(name="user_created")
    assert event.details["user"] == str(user.pk)


# Roles --------------------------------------------------------------------------


def test_a_role_is_given_and_ended(giver, county, keeper):
    user = make_user(county.tenant)
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")
    giver.post(
        add("grids_roleassignment"),
        {"user": user.pk, "role": role.pk, "node": county.village.pk},
    )
    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.get(user=user)
        assert (held.role.code, held.node_id) == ("grid_worker", county.village.pk)

    giver.post(
        the_list("grids_roleassignment"),
        {"action": "end_selected", "_selected_action": [held.pk]},
    )

    with tenant_scope(county.tenant.pk):
        held.refresh_from_db()
    assert held.ended_at is not None
    names = [e.name for e in log_of(county.tenant) if e.actor_id == keeper.pk]
    assert names == ["role_granted", "role_revoked"]


def test_no_role_goes_to_somebody_of_another_bureau(giver, county):
    foreign = make_user(make_tenant())
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")

    response = giver.post(
        add("grids_roleassignment"),
        {"user": foreign.pk, "role": role.pk, "node": county.village.pk},
    )

    assert list(response.context["adminform"].form.errors) == ["user"]
    assert foreign.full_name not in response.content.decode()


def test_what_a_role_holds_is_changed_for_its_holders_at_once(giver, county):
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="grid_worker")

    giver.post(
        change("grids_role", role),
        {"name": "村级网格员", "permissions": ["view_hazards"]},
    )

    with tenant_scope(county.tenant.pk):
        reach = GridNode.objects.reach_by_permission(worker)
        assert set(reach) == {"view_hazards"}
        assert Role.objects.get(pk=role.pk).name == "村级网格员"


def test_a_bureau_makes_a_role_of_its_own(giver, county):
    giver.post(
        add("grids_role"),
        {"code": "expert", "name": "专家", "permissions": ["view_hazards"]},
    )

    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="expert")
        held = role.group.permissions.values_list("codename", flat=True)
        assert list(held) == ["view_hazards"]


def test_nobody_gives_a_role_to_himself(giver, county, keeper):
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="bureau_leader")

    response = giver.post(
        add("grids_roleassignment"),
        {"user": keeper.pk, "role": role.pk, "node": county.root.pk},
    )

    assert list(response.context["adminform"].form.errors) == ["user"]


@pytest.mark.parametrize(
    ("held", "wanted"), [("auditor", "tenant_admin"), ("tenant_admin", "auditor")]
)
def test_nobody_is_administrator_and_auditor_at_once(giver, county, held, wanted):
    user = make_user(county.tenant, on=county.root, role=held)
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code=wanted)

    response = giver.post(
        add("grids_roleassignment"),
        {"user": user.pk, "role": role.pk, "node": county.root.pk},
    )

    assert list(response.context["adminform"].form.errors) == ["role"]
    with tenant_scope(county.tenant.pk):
        assert RoleAssignment.objects.filter(user=user).count() == 1


def test_the_last_administrator_is_not_ended(giver, county, admin):
    with tenant_scope(county.tenant.pk):
        held = RoleAssignment.objects.get(user=admin)
    end = {"action": "end_selected", "_selected_action": [held.pk]}

    response = giver.post(the_list("grids_roleassignment"), end, follow=True)

    assert "last one who manages accounts" in response.content.decode()
    with tenant_scope(county.tenant.pk):
        held.refresh_from_db()
        assert held.ended_at is None
    make_user(county.tenant, on=county.root, role="tenant_admin")
    giver.post(the_list("grids_roleassignment"), end)
    with tenant_scope(county.tenant.pk):
        held.refresh_from_db()
        assert held.ended_at is not None


def test_the_administrators_role_keeps_the_accounts(giver, county, admin):
    with tenant_scope(county.tenant.pk):
        role = Role.objects.get(code="tenant_admin")

    response = giver.post(
        change("grids_role", role),
        {"name": "系统管理员", "permissions": ["view_grids"]},
    )

    assert "last one who manages accounts" in response.content.decode()
    with tenant_scope(county.tenant.pk):
        assert role.group.permissions.filter(codename="manage_accounts").exists()


# Grids, register, rules ----------------------------------------------------------


def test_a_grid_is_renamed_and_moved_by_the_services(browser, county, admin):
    far = make_node(county.root, "township", name="临河镇")

    browser.post(
        change("grids_gridnode", county.village),
        {"parent": far.pk, "name": "东关社区", "code": county.village.code},
    )

    with tenant_scope(county.tenant.pk):
        node = GridNode.objects.get(pk=county.village.pk)
        assert (node.name, node.parent_id, node.township_id) == (
            "东关社区",
            far.pk,
            far.pk,
        )
        events = GridEvent.objects.filter(node=node, actor=admin)
        assert set(events.values_list("name", flat=True)) == {"moved", "edited"}


def test_a_taken_code_stands_at_its_field_and_nothing_moved(browser, county):
    far = make_node(county.root, "township", name="临河镇")

    response = browser.post(
        change("grids_gridnode", county.village),
        {"parent": far.pk, "name": "东关社区", "code": county.other_village.code},
    )

    assert list(response.context["adminform"].form.errors) == ["code"]
    with tenant_scope(county.tenant.pk):
        node = GridNode.objects.get(pk=county.village.pk)
        assert node.parent_id == county.township.pk


def test_grids_are_retired_from_the_list_and_refusals_say_why(browser, county):
    response = browser.post(
        the_list("grids_gridnode"),
        {
            "action": "retire_selected",
            "_selected_action": [county.village.pk, county.root.pk],
        },
        follow=True,
    )

    text = response.content.decode()
    assert "1 grid retired." in text
    assert "The county itself cannot be retired." in text


def test_an_enterprises_state_changes_with_a_reason_only(browser, county, admin):
    plant = make_enterprise(county.village)
    address = change("enterprises_enterprise", plant)

    refused = browser.post(address, {"state": "closed", "note": ""})
    browser.post(address, {"state": "closed", "note": "已搬迁", "name": "改名"})

    assert list(refused.context["adminform"].form.errors) == ["note"]
    with tenant_scope(county.tenant.pk):
        event = EnterpriseEvent.objects.get(enterprise=plant, name="state_changed")
        assert (event.actor, event.note) == (admin, "已搬迁")
        event.enterprise.refresh_from_db()
        assert (event.enterprise.state, event.enterprise.name) == (
            "closed",
            plant.name,
        )


def test_a_trades_enterprises_follow_its_department(browser, county):
    plant = make_enterprise(county.village, trade="0405")
    with tenant_scope(county.tenant.pk):
        trade = IndustrySubcategory.objects.get(code="0405")

    browser.post(
        change("enterprises_industrysubcategory", trade),
        {"department_node": county.department.pk},
    )

    with tenant_scope(county.tenant.pk):
        plant.refresh_from_db()
    assert plant.department_node_id == county.department.pk


def test_departments_are_assigned_in_the_list(browser, county):
    plant = make_enterprise(county.village, trade="0405")
    with tenant_scope(county.tenant.pk):
        trade = IndustrySubcategory.objects.get(code="0405")
    address = the_list("enterprises_industrysubcategory") + f"?q={trade.code}"

    browser.post(
        address,
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": trade.pk,
            "form-0-department_node": county.department.pk,
            "_save": "Save",
        },
    )

    with tenant_scope(county.tenant.pk):
        plant.refresh_from_db()
    assert plant.department_node_id == county.department.pk


def test_a_day_is_entered_corrected_and_taken_back(browser, county):
    day = date(2026, 11, 25)
    browser.post(
        add("workdays_day"), {"on": day.isoformat(), "name": "县庆", "is_workday": ""}
    )
    with tenant_scope(county.tenant.pk):
        row = Day.objects.get(on=day)
        assert (row.name, row.is_workday, row.source) == ("县庆", False, "own")

    browser.post(change("workdays_day", row), {"name": "县庆补班", "is_workday": "on"})
    with tenant_scope(county.tenant.pk):
        assert Day.objects.get(on=day).is_workday

    browser.post(
        the_list("workdays_day"),
        {"action": "take_back", "_selected_action": [row.pk]},
    )
    with tenant_scope(county.tenant.pk):
        assert not Day.objects.filter(on=day).exists()


def test_a_time_limit_is_changed_but_not_one_that_a_norm_binds(browser, county):
    with tenant_scope(county.tenant.pk):
        free = DeadlineRule.objects.filter(is_hard=False).first()
        bound = DeadlineRule.objects.filter(is_hard=True).first()

    browser.post(
        change("workdays_deadlinerule", free),
        {"value": "9", "choices": "5，9、 30", "basis": "本局规定"},
    )
    wrong = browser.post(
        change("workdays_deadlinerule", free), {"value": "9", "choices": "five"}
    )
    refused = browser.post(change("workdays_deadlinerule", bound), {"value": "9"})

    assert list(wrong.context["adminform"].form.errors) == ["choices"]
    assert refused.status_code == 403
    with tenant_scope(county.tenant.pk):
        free.refresh_from_db()
    assert (free.value, free.choices, free.basis) == (9, [5, 9, 30], "本局规定")


def test_a_kind_of_hazard_is_added_and_taken_out_of_use(browser, county):
    facts = {
        "heading": "消防安全",
        "name": "电动车进楼",
        "requirement": "移出楼道。",
        "days": "3",
        "rank": "5",
        "basis": "",
    }
    browser.post(
        add("hazards_hazardkind"), {"code": "e-bike", "is_active": "on", **facts}
    )
    with tenant_scope(county.tenant.pk):
        kind = HazardKind.objects.get(code="e-bike")

    browser.post(change("hazards_hazardkind", kind), facts)

    with tenant_scope(county.tenant.pk):
        kind.refresh_from_db()
    assert (kind.code, kind.is_active) == ("e-bike", False)


def test_an_edited_ladder_plans_running_clocks_anew(browser, county):
    plant = make_enterprise(county.village)
    today = timezone.localdate()
    due = today + timedelta(days=20)
    hazard = make_hazard(plant, state=HazardState.ASSIGNED, due_on=due)
    with tenant_scope(county.tenant.pk):
        rung = EscalationRung.objects.order_by("offset_days").first()
    before = hazard.next_alert_on

    browser.post(
        change("hazards_escalationrung", rung),
        {
            "name": rung.name,
            "offset_days": "-10",
            "area_roles": ["grid_worker"],
            "urgency": "info",
            "is_active": "on",
            "basis": "",
        },
    )

    with tenant_scope(county.tenant.pk):
        after = Hazard.objects.get(pk=hazard.pk).next_alert_on
    assert before == due + timedelta(days=rung.offset_days)
    assert after == due - timedelta(days=10)


def test_a_rung_that_tells_nobody_is_refused(browser, county):
    with tenant_scope(county.tenant.pk):
        rung = EscalationRung.objects.first()

    response = browser.post(
        change("hazards_escalationrung", rung),
        {"name": "x", "offset_days": "1", "urgency": "info"},
    )

    assert list(response.context["adminform"].form.errors) == ["area_roles"]


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_foreign_rows_of_a_bureau_read_like_none(browser, county, page):
    other = make_county(make_tenant())
    plant = make_enterprise(other.village)
    hazard = make_hazard(plant)

    for model, row in (
        ("grids_gridnode", other.village),
        ("enterprises_enterprise", plant),
        ("hazards_hazard", hazard),
    ):
        address = reverse(f"admin:{model}_{page}", args=[row.pk])
        assert browser.get(address).status_code == 404, address


# Bureaus --------------------------------------------------------------------------


def test_an_operator_opens_a_bureau_with_all_that_it_needs(operator):
    response = operator.post(
        add("tenants_tenant"),
        {
            "name": "临溪县应急管理局",
            "division_code": "990077",
            "level": "county",
            "centre_longitude": "118.5",
            "centre_latitude": "25.1",
        },
    )

    assert response.status_code == 302
    tenant = Tenant.objects.get(division_code="990077")
    with tenant_scope(tenant.pk):
        assert Role.objects.count() == len(ROLES)
        assert GridNode.objects.get().name == tenant.name
        assert DeadlineRule.objects.exists()


def test_a_taken_division_code_is_refused_at_its_field(operator, county):
    response = operator.post(
        add("tenants_tenant"),
        {
            "name": "临溪县应急管理局",
            "division_code": county.tenant.division_code,
            "level": "county",
            "centre_longitude": "0",
            "centre_latitude": "0",
        },
    )

    assert list(response.context["adminform"].form.errors) == ["division_code"]


def test_a_closed_bureau_lets_nobody_in(operator, county, admin, client_of):
    theirs = client_of(admin)
    assert theirs.get("/").status_code == 200

    operator.post(
        change("tenants_tenant", county.tenant),
        {
            "name": "改名县应急管理局",
            "centre_longitude": "0",
            "centre_latitude": "0",
            "map_zoom": "10",
        },
    )

    assert theirs.get("/").status_code == 302
    with tenant_scope(county.tenant.pk):
        assert GridNode.objects.get(pk=county.root.pk).name == "改名县应急管理局"


def test_a_bureau_does_not_stand_above_itself(operator, county):
    child = open_bureau(name="下级局", division_code="990078", parent=county.tenant)

    response = operator.post(
        change("tenants_tenant", county.tenant),
        {
            "name": county.tenant.name,
            "parent": child.pk,
            "centre_longitude": "0",
            "centre_latitude": "0",
            "map_zoom": "10",
            "is_active": "on",
        },
    )

    assert list(response.context["adminform"].form.errors) == ["parent"]


@pytest.mark.parametrize("address", ["list", "autocomplete"])
def test_a_phone_is_found_whole_and_not_by_parts(browser, giver, county, address):
    user = make_user(county.tenant, phone="13805580001", full_name="欧阳建国")

    def found(words):
        if address == "list":
            page = browser.get(the_list("accounts_user"), {"q": words})
            return user in page.context["cl"].result_list
        given = {
            "term": words,
            "app_label": "grids",
            "model_name": "roleassignment",
            "field_name": "user",
        }
        rows = giver.get(reverse("admin:autocomplete"), given).json()["results"]
        return str(user.pk) in [row["id"] for row in rows]

    assert found("13805580001")
    assert not any(found(part) for part in ("138", "0558", "0001", "1380558000"))
    assert found("欧阳")


def test_the_page_of_an_account_has_no_way_that_one_may_not_go(browser, giver, county):
    """Opening accounts and giving roles are two people's duties."""
    worker = make_user(county.tenant, on=county.village, role="grid_worker")
    page = reverse("admin:accounts_user_change", args=[worker.pk])
    security = reverse("admin:accounts_user_security", args=[worker.pk])

    opener = browser.get(page).content.decode()
    keeper = giver.get(page).content.decode()

    for way in (reverse("admin:grids_roleassignment_add"), security):
        assert way not in opener
        assert way in keeper
    assert "村网格员" in opener
    assert "The security administrator gives and takes roles." in opener
