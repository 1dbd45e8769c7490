"""How long a session rests, where one is signed in, and how that ends."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import UserSession
from grids.models import Role
from grids.services import assign_roles_in_bulk, set_role_demands
from journal.models import SecurityEvent
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD, make_user, root_of

ME = "/accounts/me/"


def _browser(agent="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537"):
    client = Client(headers={"user-agent": agent, "accept-language": "en"})
    client.post("/accounts/sign-in/", {"username": "wang.wei", "password": PASSWORD})
    return client


def _after(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def test_a_session_ends_after_half_an_hour_without_a_request(person, tenant, log):
    client = _browser()

    with _after(29):
        assert client.get(ME).status_code == 200
    with _after(58):
        assert client.get(ME).status_code == 200  # it was seen in between
    with _after(88):
        assert client.get(ME).status_code == 302
    assert UserSession.objects.count() == 0
    assert log(tenant) == [("sign_in", True), ("sign_out", True)]


def test_administrators_have_a_quarter_of_an_hour(person):
    type(person).objects.filter(pk=person.pk).update(is_staff=True)
    client = _browser()

    with _after(14):
        assert client.get(ME).status_code == 200
    with _after(30):
        assert client.get(ME).status_code == 302


def test_a_role_has_a_number_of_its_own_and_the_shortest_counts(person, tenant):
    make_user(tenant)  # somebody else's roles do not matter
    with tenant_scope(tenant.pk):
        root = root_of(tenant)
        assign_roles_in_bulk(assignments=[(person.pk, "grid_worker", root.pk)])
    client = _browser()
    with _after(119):
        assert client.get(ME).status_code == 200

    with tenant_scope(tenant.pk):
        role = Role.objects.get(code="grid_worker")
        set_role_demands(
            actor=None, role_id=role.pk, second_factor_required=False, idle_minutes=5
        )
    client = _browser()
    with _after(6):
        assert client.get(ME).status_code == 302


def test_no_session_lives_longer_than_half_a_day_however_busy(person):
    client = _browser()
    for hours in range(1, 60):
        with _after(hours * 15):
            if client.get(ME).status_code == 302:
                break

    assert hours * 15 == 12 * 60


def test_a_request_writes_once_a_minute_at_most(person):
    client = _browser()
    client.get(ME)
    seen = UserSession.objects.get().seen_at
    with _after(0.5):
        client.get(ME)
        assert UserSession.objects.get().seen_at == seen
    with _after(2):
        client.get(ME)
        assert UserSession.objects.get().seen_at > seen


def test_one_sees_where_one_is_signed_in_and_ends_the_others_at_once(
    person, tenant, log
):
    here, phone, office = (
        _browser(),
        _browser("Mozilla/5.0 (iPhone) MicroMessenger/8"),
        _browser("odd"),
    )
    page = here.get(ME).content.decode()
    assert "WeChat · iPhone" in page
    assert "Unknown device" in page
    assert page.count("This device") == 1

    mine = UserSession.objects.get(agent__contains="iPhone")
    here.post(f"/accounts/me/sessions/{mine.pk}/end/")
    assert [c.get(ME).status_code for c in (here, phone, office)] == [200, 302, 200]

    here.post("/accounts/me/sessions/end/")
    assert [c.get(ME).status_code for c in (here, phone, office)] == [200, 302, 302]
    assert log(tenant)[-2:] == [("session_ended", True)] * 2


def test_nobody_ends_the_session_of_another(person, tenant):
    other = _browser()
    stranger = make_user(tenant)
    client = Client()
    client.force_login(stranger)

    response = client.post(f"/accounts/me/sessions/{UserSession.objects.get().pk}/end/")

    assert response.status_code == 404
    assert other.get(ME).status_code == 200
    with tenant_scope(tenant.pk):
        assert not SecurityEvent.objects.filter(name="session_ended").exists()


def test_a_new_password_ends_the_others_and_keeps_this_one(person):
    here, elsewhere = _browser(), _browser()
    here.post(
        "/accounts/password/",
        {
            "old_password": PASSWORD,
            "new_password1": "My-own-2026-abc",
            "new_password2": "My-own-2026-abc",
        },
    )

    assert [c.get(ME).status_code for c in (here, elsewhere)] == [200, 302]
    assert UserSession.objects.get().session_key == here.session.session_key


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_typed_survives_a_session_that_rested_too_long(person, htmx):
    client = _browser()
    headers = {"HX-Request": "true"} if htmx else {}
    with _after(31):
        answer = client.post(
            "/accounts/me/tokens/",
            {"name": "平台对接"},
            headers=headers,
        )

    assert answer.status_code == 403
    assert "平台对接" in answer.content.decode()
