"""Behind printed codes: nothing of the visitor is kept, and guessing ends soon."""

import uuid

import pytest
from django.core.cache import caches
from django.test import Client

from portal import public_pages
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted(settings):
    """A counter that counts, in the place of Redis."""
    counting = "django.core.cache.backends.locmem.LocMemCache"
    counter = {"BACKEND": counting, "LOCATION": "counter"}
    settings.CACHES = {**settings.CACHES, "default": counter}
    caches["default"].clear()
    caches["public"].clear()


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def known(county):
    """The address of a code that hangs on a door, and of a posting."""
    plant = make_enterprise(county.village)
    with tenant_scope(county.tenant.pk):
        code = plant.qr_codes.get()
    return {
        "q": f"/q/{code.token}/",
        "g": f"/g/{county.tenant.pk}/{county.village.pk}/",
    }


def unknown(county, n=0):
    return {
        "q": f"/q/2345678923456789{n // 8 % 8 + 2}{n % 8 + 2}/",
        "g": f"/g/{county.tenant.pk}/{uuid.uuid4()}/",
    }


@pytest.mark.parametrize("kind", ["q", "g"])
def test_no_public_page_sets_a_cookie_or_holds_a_token(kind, known, county):
    for where in (
        known[kind],
        unknown(county)[kind],
        f"/{kind}/what/ever/",
        f"/{kind}/x",
    ):
        answer = Client().get(where, follow=True)

        assert not answer.cookies, where
        assert b"csrfmiddlewaretoken" not in answer.content
        assert b'name="csrf-token" content=""' in answer.content
        assert answer["Cache-Control"].startswith("public, max-age="), where


@pytest.mark.parametrize("kind", ["q", "g"])
def test_what_is_no_code_is_one_page_that_caches_keep(kind, known, county):
    answers = [
        Client().get(where)
        for where in (unknown(county)[kind], f"/{kind}/9/{uuid.uuid4()}/")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert answers[0]["Cache-Control"] == "public, max-age=60, s-maxage=60"
    # Elsewhere a page that is not there stays as it was.
    assert "public" not in Client().get("/no/such/page/").get("Cache-Control", "")


def test_a_posting_is_the_same_for_who_is_signed_in_and_names_nobody(known, county):
    client = Client()
    user = make_user(county.tenant, on=county.root, role="bureau_staff")
    client.force_login(user)

    assert str(user.pk) not in client.get(known["g"]).content.decode()


@pytest.mark.parametrize("kind", ["q", "g"])
def test_guessing_ends_and_what_hangs_elsewhere_stays_open(kind, known, county):
    codes = [
        Client().get(unknown(county, n)[kind]).status_code
        for n in range(public_pages.WRONG_AT_MOST + 3)
    ]

    assert codes == [404] * public_pages.WRONG_AT_MOST + [429] * 3
    held = Client().get(known[kind])
    assert (held.status_code, held["Retry-After"]) == (429, "60")
    assert not held.cookies
    # Another network is not held up, and what it made us keep is given out to all.
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert elsewhere.get(known[kind]).status_code == 200
    if kind == "q":
        assert Client().get(known[kind]).status_code == 200


def test_words_that_cannot_be_a_code_are_not_counted(known):
    for _n in range(public_pages.WRONG_AT_MOST + 3):
        assert Client().get("/q/hello/").status_code == 404

    assert Client().get(known["q"]).status_code == 200


def test_nobody_is_held_up_while_redis_is_away(known, county, settings):
    redis = {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": "unix:///nowhere/redis.sock",
    }
    settings.CACHES = {**settings.CACHES, "default": redis}

    for _n in range(public_pages.WRONG_AT_MOST + 3):
        assert Client().get(unknown(county)["q"]).status_code == 404
    assert Client().get(known["q"]).status_code == 200


def test_the_limiter_keeps_no_address():
    request = type("Asked", (), {"META": {"REMOTE_ADDR": "192.0.2.9"}})()

    public_pages.count_wrong_code(request)

    assert "192.0.2.9" not in public_pages._key(request)
    assert caches["default"].get(public_pages._key(request)) == 1
