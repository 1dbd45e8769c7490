"""Signing in and out in the browser."""

from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import User
from journal.models import SecurityEvent
from tenants.errors import DomainError
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD, make_user

SIGN_IN = "/accounts/sign-in/"


def _sign_in(client, username="wang.wei", password=PASSWORD, **given):
    return client.post(SIGN_IN, {"username": username, "password": password, **given})


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize(
    "name",
    [
        *("wang.wei", "13800000001", " wang.wei ", "Wang.WEI"),
        *(
            "\uff57\uff41\uff4e\uff47.\uff37\uff25\uff29",
            "\uff11\uff13\uff18\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11",
        ),
    ],
)
def test_a_user_name_or_a_phone_number_signs_in(name, person, tenant, client, log):
    response = _sign_in(client, name)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert log(tenant) == [("sign_in", True)]


def test_nobody_is_called_like_the_phone_of_somebody(person, tenant, client):
    with pytest.raises(DomainError) as refusal:
        make_user(tenant, username=person.phone)

    assert refusal.value.field == "username"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(tenant=tenant, username="13800000002", full_name="x")


def test_two_names_never_differ_in_case_only(person, tenant):
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        make_user(tenant, username="WANG.wei")

    assert (refusal.value.field, str(refusal.value)) == (
        "username",
        "This user name is already in use.",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(tenant=tenant, username="Wang.Wei", full_name="x")


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(str.upper, id="upper case"),
        pytest.param(str.title, id="title case"),
        pytest.param(
            lambda name: "".join(chr(ord(c) + 0xFEE0) for c in name), id="full width"
        ),
        pytest.param(lambda name: name.replace("i", "\u0131"), id="dotless i"),
        pytest.param(lambda name: name.replace("s", "\u017f"), id="long s"),
    ],
)
def test_another_spelling_tells_nobody_whether_a_name_is_known(
    spelling, tenant, client
):
    """Three guesses at the name and three at its other spelling, each name anew."""
    make_user(tenant, username="division")
    make_user(tenant, phone="13800000001")
    pairs = [("division", "divisiom"), ("13800000001", "13800000002")]

    said = [
        [
            [
                _sign_in(client, name, "wrong").status_code
                for name in (*[typed] * 3, *[spelling(typed)] * 3)
            ]
            for typed in pair
        ]
        for pair in pairs
    ]

    assert [known == unknown for known, unknown in said] == [True, True]


def test_a_taken_name_or_phone_is_said_plainly_at_its_field(person, tenant):
    said = {}
    for facts in ({"username": person.username}, {"phone": person.phone}):
        with translation.override("en"), pytest.raises(DomainError) as refusal:
            make_user(tenant, **facts)
        said[refusal.value.field] = str(refusal.value)

    assert said == {
        "username": "This user name is already in use.",
        "phone": "This mobile number is already in use.",
    }


def test_the_log_says_who_from_where(person, tenant, client):
    client.post(
        SIGN_IN,
        {"username": "wang.wei", "password": PASSWORD},
        headers={"User-Agent": "Phone/1"},
        REMOTE_ADDR="192.0.2.7",
    )

    with tenant_scope(tenant.pk):
        event = SecurityEvent.objects.get(name="sign_in")
    assert (event.actor_id, event.address, event.agent) == (
        person.pk,
        "192.0.2.7",
        "Phone/1",
    )


def test_the_session_gets_a_new_id(person, client):
    client.get(SIGN_IN)
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key

    _sign_in(client)

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("wang.wei", "wrong-password"),
        ("nobody.here", PASSWORD),
        ("13800000001", "Grid-2025-safe"),
    ],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    username, password, person, english
):
    response = _sign_in(english, username, password)

    page = response.content.decode()
    assert response.status_code == 422
    assert "The user name or the password is wrong." in page
    assert f'value="{username}"' in page
    assert password not in page
    assert "_auth_user_id" not in english.session


def test_a_failure_is_logged_where_the_account_belongs(person, tenant, client, log):
    _sign_in(client, password="wrong-password")
    _sign_in(client, "nobody.here")

    assert log(tenant) == [("sign_in_failed", False)]
    assert log(None) == [("sign_in_failed", False)]


def test_a_failure_says_whose_account_it_was(person, tenant, client):
    client.cookies["django_language"] = "en"
    _sign_in(client, "13800000001", "wrong-password")
    _sign_in(client, "nobody.here")

    with tenant_scope(tenant.pk):
        event = SecurityEvent.objects.filter(name="sign_in_failed").get()
    assert event.note == f"{person.full_name} (wang.wei)"
    assert SecurityEvent.objects.get().note == "Unknown name"


def test_the_log_keeps_no_unknown_name_because_it_may_be_a_password(db, client):
    _sign_in(client, "My-Secret-2026", "wang.wei")

    event = SecurityEvent.objects.get()
    assert "My-Secret-2026" not in f"{event.note} {event.details}"


@pytest.mark.parametrize("closed", ["account", "tenant"])
def test_who_is_out_of_service_is_refused_like_a_wrong_password(
    closed, person, tenant, english
):
    if closed == "account":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    else:
        Tenant.objects.filter(pk=tenant.pk).update(is_active=False)

    response = _sign_in(english)

    assert response.status_code == 422
    assert "The user name or the password is wrong." in response.content.decode()


def test_a_disabled_account_is_out_at_once(person, client):
    _sign_in(client)
    assert client.get("/accounts/me/").status_code == 200

    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/accounts/me/").status_code == 302


@pytest.mark.parametrize("name", ["wang.wei", "nobody.here"])
def test_after_five_failures_even_the_right_password_waits(
    name, person, tenant, english, log
):
    for _ in range(5):
        _sign_in(english, name, "wrong-password")

    responses = [_sign_in(english, name) for _ in range(3)]

    assert {response.status_code for response in responses} == {429}
    assert "Wait 15 minutes, then try again." in responses[0].content.decode()
    assert "_auth_user_id" not in english.session
    # Five failures, and one row for all the refusals.
    assert len(log(tenant if name == "wang.wei" else None)) == 6


def test_signing_in_and_its_limit_need_no_redis(person, english, monkeypatch):
    def down(*_, **__):
        raise RedisDown

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(
            type(cache._connections["default"]), name, down, raising=False
        )

    assert [_sign_in(english, password="x").status_code for _ in range(6)] == [
        *[422] * 5,
        429,
    ]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/hazards/?state=overdue", "/hazards/?state=overdue"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_on_to_a_page_of_this_site_only(
    wanted, reached, person, client
):
    assert _sign_in(client, next=wanted)["Location"] == reached


def test_where_one_wanted_to_go_survives_a_wrong_password(person, english):
    form = english.get(f"{SIGN_IN}?next=/notices/").content.decode()
    again = _sign_in(english, password="wrong", next="/notices/").content.decode()

    hidden = '<input type="hidden" name="next" value="/notices/">'
    assert hidden in form
    assert hidden in again


def test_who_is_signed_in_already_goes_straight_on(person, client):
    _sign_in(client)

    assert client.get(f"{SIGN_IN}?next=/notices/")["Location"] == "/notices/"


@pytest.mark.parametrize("username", ["", "x" * 51, "a\x00b"])
def test_a_malformed_name_is_refused_in_its_place(username, db, english):
    response = _sign_in(english, username)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["username"]


def test_a_new_device_starts_in_the_language_and_text_size_of_its_user(person, client):
    type(person).objects.update(language="en", large_text=True)

    cookies: SimpleCookie = _sign_in(client).cookies

    assert cookies["django_language"].value == "en"
    assert cookies["large_text"].value == "1"
    assert "Change password" in client.get("/accounts/me/").content.decode()


def test_signing_out_ends_the_session_and_is_logged(person, tenant, client, log):
    _sign_in(client)
    key = client.session.session_key

    response = client.post("/accounts/sign-out/")

    assert (response.status_code, response["Location"]) == (302, SIGN_IN)
    assert not Session.objects.filter(session_key=key).exists()
    assert log(tenant) == [("sign_in", True), ("sign_out", True)]


def test_signing_out_twice_is_harmless_and_needs_a_post(person, client):
    client.force_login(person)
    client.get("/accounts/sign-out/")
    assert client.get("/accounts/me/").status_code == 200

    assert client.post("/accounts/sign-out/").status_code == 302


def test_another_sites_form_cannot_sign_anybody_out(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    response = client.post(
        "/accounts/sign-out/", headers={"Origin": "https://evil.example"}
    )

    assert response.status_code == 403
    assert "_auth_user_id" in client.session


def test_a_platform_operator_signs_in_without_a_tenant(db, client, log):
    make_user(None, username="operator", is_staff=True)

    assert _sign_in(client, "operator").status_code == 302
    assert client.get("/accounts/me/").status_code == 200
    assert log(None) == [("sign_in", True)]


def test_the_admin_has_no_door_of_its_own(db, client):
    response = client.get("/admin/login/?next=/admin/")

    assert response["Location"] == f"{SIGN_IN}?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "x"})["Location"].startswith(
        SIGN_IN
    )


def test_who_may_not_open_the_admin_is_told_and_not_sent_in_circles(person, client):
    client.force_login(person)

    assert client.get("/admin/", follow=True).status_code == 403


def test_every_page_asks_for_a_sign_in_unless_it_says_otherwise(db, client):
    assert client.get(reverse("notices:list")).status_code == 302
    assert client.get("/healthz").status_code == 200


def test_a_machine_that_wants_json_gets_json(db, client):
    response = client.get("/notices/", headers={"Accept": "application/json"})

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_htmx_is_sent_to_the_sign_in_as_a_whole_page(db, client):
    response = client.get(
        "/notices/?show=all",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/notices/?page=2",
        },
    )

    assert response["HX-Redirect"] == f"{SIGN_IN}?next=/notices/%3Fpage%3D2"


def test_user_name_and_phone_are_one_account_to_guess_at(person, english):
    names = ["wang.wei", "13800000001"]
    for n in range(5):
        _sign_in(english, names[n % 2], "wrong-password")

    assert [_sign_in(english, name).status_code for name in names] == [429, 429]
    # Elsewhere the owner still gets in, and is not held up by what was counted.
    elsewhere = Client(REMOTE_ADDR="192.0.2.77")
    assert _sign_in(elsewhere, "13800000001").status_code == 302


def _counted_hashes(monkeypatch):
    """Each hash that is computed; one that verifies by encoding anew counts once."""
    hasher, hashed, inside = type(get_hasher()), [], []

    def counted(real):
        def call(*given, **more):
            hashed.extend([] if inside else [real.__name__])
            inside.append(real)
            try:
                return real(*given, **more)
            finally:
                inside.pop()

        return call

    for name in ("encode", "verify"):
        monkeypatch.setattr(hasher, name, counted(getattr(hasher, name)))
    return hashed


@pytest.mark.parametrize("which", ["known", "unknown", "disabled", "no password"])
def test_a_refusal_costs_one_hash_and_reads_the_same_for_every_name(
    which, person, english, monkeypatch
):
    if which == "disabled":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    if which == "no password":
        person.set_unusable_password()
        person.save()
    name = "nobody.here" if which == "unknown" else "wang.wei"
    hashed = _counted_hashes(monkeypatch)

    answer = _sign_in(english, name, "wrong-password")

    assert (answer.status_code, len(hashed)) == (422, 1)
    assert "The user name or the password is wrong." in answer.content.decode()
