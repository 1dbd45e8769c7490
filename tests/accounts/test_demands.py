"""A second factor that is asked for holds at once: for sessions, keys, operators."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import make_token, second_factor
from grids.models import Role, RoleAssignment
from grids.services import assign_role, end_assignment, set_role_demands
from journal.models import SecurityEvent
from tenants.tenancy import tenant_scope
from tests.accounts.test_second_factor import PAGE, _code, _set_up
from tests.factories import PASSWORD, make_user, root_of

ME = "/accounts/me/"


def _demand(tenant, code, *, required):
    with tenant_scope(tenant.pk):
        role = Role.objects.get(code=code)
        set_role_demands(
            actor=None,
            role_id=role.pk,
            second_factor_required=required,
            idle_minutes=None,
        )


def _signed_in(user):
    client = Client()
    client.post("/accounts/sign-in/", {"username": user.username, "password": PASSWORD})
    return client


def _with(key):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def clerk(tenant):
    return make_user(tenant, on=root_of(tenant), role="bureau_staff")


def test_a_demand_holds_for_running_sessions_at_their_next_request(tenant, clerk):
    client = _signed_in(clerk)
    assert client.get(ME).status_code == 200

    _demand(tenant, "bureau_staff", required=True)

    assert client.get(ME)["Location"] == PAGE
    assert client.get("/api/v1/hazards/").status_code == 403
    _demand(tenant, "bureau_staff", required=False)
    assert client.get(ME).status_code == 200


def test_a_role_that_asks_for_it_asks_from_the_next_request_on(tenant, clerk):
    client = _signed_in(clerk)
    with tenant_scope(tenant.pk):
        given = assign_role(
            actor=None,
            user_id=clerk.pk,
            role_code="auditor",
            node_id=root_of(tenant).pk,
        )
    assert client.get(ME)["Location"] == PAGE

    with tenant_scope(tenant.pk):
        end_assignment(actor=None, assignment_id=given.pk)
    assert client.get(ME).status_code == 200


def test_keys_rest_until_the_second_factor_is_set_up(tenant, clerk):
    key = make_token(user=clerk, name="GIS")[1]
    _demand(tenant, "bureau_staff", required=True)

    assert _with(key).get("/api/v1/hazards/").status_code == 401

    _set_up(clerk)
    assert _with(key).get("/api/v1/hazards/").status_code == 200
    second_factor.remove(user=clerk)
    assert _with(key).get("/api/v1/hazards/").status_code == 401


def test_what_is_kept_beside_the_accounts_is_what_their_roles_say(tenant, clerk):
    make_user(tenant, on=root_of(tenant), role="auditor")
    _demand(tenant, "bureau_staff", required=True)

    with tenant_scope(tenant.pk):
        asked = RoleAssignment.objects.filter(
            ended_at__isnull=True, role__second_factor_required=True
        ).values_list("user_id", flat=True)
        kept = User.objects.filter(tenant=tenant, second_factor_required=True)
        assert set(kept.values_list("pk", flat=True)) == set(asked)
        assert len(set(asked)) == 2


# Operators of the platform -------------------------------------------------------


@pytest.fixture
def operator(db):
    return make_user(None, is_staff=True)


def test_an_operator_sets_one_up_first_where_the_platform_asks(operator, settings):
    settings.OPERATORS_NEED_SECOND_FACTOR = True
    client = _signed_in(operator)

    assert client.get("/admin/")["Location"] == PAGE
    # The very first operator is not locked out: this page is open.
    assert client.get(PAGE).status_code == 200
    client.post(f"{PAGE}begin/")
    confirmed = client.post(f"{PAGE}confirm/", {"code": _code(operator)})
    assert confirmed.status_code == 200
    assert client.get("/admin/", follow=True).status_code == 200
    # From then on the password alone opens nothing.
    assert _signed_in(operator).get("/admin/choose/").status_code == 302


def test_an_operator_is_not_asked_where_the_platform_does_not(operator, settings):
    settings.OPERATORS_NEED_SECOND_FACTOR = False

    assert _signed_in(operator).get("/admin/choose/").status_code == 200


def test_an_operator_who_lost_it_begins_anew_by_a_command(operator, settings):
    settings.OPERATORS_NEED_SECOND_FACTOR = True
    _set_up(operator)

    call_command(
        "remove_second_factor", f"--username={operator.username}", stdout=StringIO()
    )

    assert not second_factor.is_on(operator)
    assert _signed_in(operator).get("/admin/")["Location"] == PAGE
    logged = SecurityEvent.objects.get(name="second_factor_removed")
    assert logged.details["user"] == str(operator.pk)


def test_the_command_is_for_operators_only(person):
    _set_up(person)

    with pytest.raises(CommandError):
        call_command("remove_second_factor", f"--username={person.username}")

    assert second_factor.is_on(person)
