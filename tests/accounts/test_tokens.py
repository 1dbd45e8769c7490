"""Keys for machines: how they are made, what they open, how they end."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.services import edit_user, make_token, set_password
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD, make_tenant, make_user

TOKENS, CURRENT = "/api/v1/tokens/", "/api/v1/tokens/current/"
SCHEMA = "/api/v1/schema/"  # any address that asks who one is


def _with(key):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def key(person):
    return make_token(user=person, name="GIS")[1]


def test_a_name_and_a_password_make_a_token(person, tenant, log):
    response = APIClient().post(
        TOKENS, {"username": "13800000001", "password": PASSWORD, "name": "GIS"}
    )

    assert response.status_code == 201
    assert sorted(response.json()) == ["expires_on", "id", "key", "name"]
    assert _with(response.json()["key"]).get(SCHEMA).status_code == 200
    assert log(tenant) == [("token_made", True)]


@pytest.mark.parametrize("username", ["wang.wei", "nobody.here"])
def test_a_wrong_password_makes_none_and_is_counted(username, person):
    client = APIClient()
    wrong = {"username": username, "password": "wrong-password"}

    answers = [client.post(TOKENS, wrong) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [*[401] * 5, 429]
    assert {answer.json()["code"] for answer in answers[:5]} == {"not_authenticated"}
    assert answers[-1].json()["code"] == "throttled"
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert ApiToken.objects.count() == 0


def test_sign_in_page_and_api_share_one_count(person, client):
    for _ in range(5):
        APIClient().post(TOKENS, {"username": "wang.wei", "password": "wrong"})

    page = client.post(
        "/accounts/sign-in/", {"username": "wang.wei", "password": PASSWORD}
    )

    assert page.status_code == 429


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "username"),
        ({"username": "x" * 51}, "username"),
        ({"username": "a\x00b"}, "username"),
        ({"username": ["a"]}, "username"),
        ({"password": "x" * 201}, "password"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_malformed_requests_name_the_field(given, field, person):
    body = {"username": "wang.wei", "password": PASSWORD, **given} if given else {}

    response = APIClient().post(TOKENS, body)

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert field in response.json()["fields"]
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer two words",
        "Bearer \xe4",
        "Basic d2FuZw==",
        "",
    ],
)
def test_without_a_valid_key_nobody_gets_in(header, key):
    response = APIClient().delete(CURRENT, HTTP_AUTHORIZATION=header)

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Bearer"
    assert ApiToken.objects.count() == 1


def test_the_word_bearer_may_be_written_small(key):
    response = APIClient().get(SCHEMA, HTTP_AUTHORIZATION=f"bearer {key}")

    assert response.status_code == 200


def test_a_key_is_valid_to_the_end_of_its_last_day(person):
    today = timezone.localdate()
    last_day = make_token(user=person, name="a", expires_on=today)[1]
    over = make_token(user=person, name="b", expires_on=today - timedelta(days=1))[1]

    assert _with(last_day).get(SCHEMA).status_code == 200
    assert _with(over).get(SCHEMA).status_code == 401


@pytest.mark.parametrize("closed", ["account", "tenant"])
def test_the_key_of_somebody_out_of_service_opens_nothing(closed, person, tenant, key):
    if closed == "account":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    else:
        Tenant.objects.filter(pk=tenant.pk).update(is_active=False)

    assert _with(key).get(SCHEMA).status_code == 401


def test_a_key_without_a_last_day_is_valid_for_half_a_year(person):
    token, _key = make_token(user=person, name="GIS")

    assert token.expires_on == timezone.localdate() + timedelta(days=180)


def test_no_key_is_valid_for_more_than_a_year(person, client):
    last = timezone.localdate() + timedelta(days=365)
    given = {"username": "wang.wei", "password": PASSWORD, "name": "GIS"}
    late = {**given, "expires_on": last + timedelta(days=1)}
    client.force_login(person)

    refused = APIClient().post(TOKENS, late)
    page = client.post("/accounts/me/tokens/", late)

    assert (refused.status_code, list(refused.json()["fields"])) == (
        422,
        ["expires_on"],
    )
    assert page.status_code == 422
    assert ApiToken.objects.count() == 0
    assert APIClient().post(TOKENS, {**given, "expires_on": last}).status_code == 201


def test_keys_end_with_a_changed_password_and_the_log_names_them(
    person, key, client, tenant, log
):
    client.force_login(person)

    client.post(
        "/accounts/password/",
        {
            "old_password": PASSWORD,
            "new_password1": "Another-2026-one",
            "new_password2": "Another-2026-one",
        },
    )

    assert _with(key).get(SCHEMA).status_code == 401
    assert log(tenant)[-2:] == [("token_revoked", True), ("password_changed", True)]


def test_keys_end_with_a_password_that_was_set_anew(person, key):
    set_password(user_id=person.pk, password="Another-2026-one")

    assert _with(key).get(SCHEMA).status_code == 401


def test_no_key_and_no_session_comes_back_with_the_account(person, key, client):
    client.force_login(person)
    facts = {
        name: getattr(person, name)
        for name in ("username", "full_name", "phone", "title", "email", "is_staff")
    }

    edit_user(user_id=person.pk, is_active=False, **facts)
    edit_user(user_id=person.pk, is_active=True, **facts)

    assert _with(key).get(SCHEMA).status_code == 401
    assert client.get("/accounts/me/").status_code == 302


@pytest.mark.parametrize("content_type", ["multipart", "text/plain"])
def test_a_key_is_asked_for_in_json_only(content_type, person):
    given = {"username": "wang.wei", "password": PASSWORD}
    if content_type == "multipart":
        response = APIClient().post(TOKENS, given, format="multipart")
    else:
        response = Client().post(TOKENS, "x", content_type=content_type)

    assert response.status_code == 415
    assert sorted(response.json()) == ["code", "detail"]
    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize("url", [TOKENS, "/api/v1/evidence/which/"])
def test_json_without_end_is_a_wrong_body(url, person):
    client = Client()
    client.force_login(person)

    response = client.post(url, "[" * 200_000, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "invalid")


def test_a_body_that_is_too_much_is_told_in_the_shape_of_the_api(db):
    body = '{"username": "' + "x" * 3_000_000 + '"}'

    response = Client().post(TOKENS, body, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_the_last_use_is_written_once_a_day(person, key, django_assert_num_queries):
    client = _with(key)
    client.get(SCHEMA)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()

    with django_assert_num_queries(1):  # the token with its user and tenant
        client.get(SCHEMA)

    ApiToken.objects.update(last_used_on=date(2026, 1, 1))
    client.get(SCHEMA)
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_a_token_ends_itself(key, tenant, log):
    client = _with(key)

    assert client.delete(CURRENT).status_code == 204
    assert client.get(SCHEMA).status_code == 401
    assert ApiToken.objects.count() == 0
    assert log(tenant) == [("token_revoked", True)]


def test_a_session_has_no_current_token(person, key):
    browser = Client()
    browser.force_login(person)

    assert browser.delete(CURRENT).status_code == 404
    assert ApiToken.objects.count() == 1


def test_a_key_beside_a_session_of_another_tenant_is_not_heard(person, key, tenant):
    """The scope belongs to the session's user; nobody acts inside another's."""
    stranger = make_user(make_tenant())
    browser = Client()
    browser.force_login(stranger)

    response = browser.delete(CURRENT, headers={"Authorization": f"Bearer {key}"})

    assert response.status_code == 404
    with tenant_scope(tenant.pk):
        assert ApiToken.objects.filter(user=person).count() == 1


def test_the_description_of_the_api_tells_how_to_send_a_key(key):
    schema = _with(key).get(SCHEMA, {"format": "json"}).json()

    assert schema["components"]["securitySchemes"]["token"] == {
        "type": "http",
        "scheme": "bearer",
    }
    assert schema["paths"]["/api/v1/tokens/"]["post"]["operationId"] == "tokens_create"
