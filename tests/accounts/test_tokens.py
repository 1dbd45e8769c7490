"""Keys for machines: how they are made, what they open, how they end."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken
from accounts.services import make_token
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

    answers = [client.post(TOKENS, wrong) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [*[401] * 10, 429]
    assert {answer.json()["code"] for answer in answers[:10]} == {"not_authenticated"}
    assert answers[-1].json()["code"] == "throttled"
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert ApiToken.objects.count() == 0


def test_sign_in_page_and_api_share_one_count(person, client):
    for _ in range(10):
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
