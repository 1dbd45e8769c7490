"""One's own account: password, language, size of text, tokens, roles."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import ApiToken, User
from accounts.services import make_token
from grids.services import assign_roles_in_bulk
from tenants.tenancy import tenant_scope
from tests.factories import PASSWORD, make_county, make_user

NEW = "Another-2027-word"


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def _change(client, old=PASSWORD, new=NEW, again=None):
    content = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/accounts/password/", content)


def test_a_changed_password_keeps_this_session_and_ends_the_others(
    browser, person, tenant, log
):
    elsewhere = Client()
    elsewhere.force_login(person)
    before = browser.session.session_key

    response = _change(browser)

    assert (response.status_code, response["Location"]) == (302, "/accounts/me/")
    assert browser.get("/accounts/me/").status_code == 200
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert elsewhere.get("/accounts/me/").status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert log(tenant) == [("password_changed", True)]


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"old": "wrong-password"}, "old_password", "The old password is wrong."),
        ({"new": "short1"}, "new_password1", "at least 10 characters"),
        ({"new": "2839405716394"}, "new_password1", "entirely numeric"),
        ({"new": "wang.wei-12"}, "new_password1", "too much like"),
        ({"new": PASSWORD}, "new_password1", "you do not have yet"),
        ({"again": "Another-2028-word"}, "new_password2", "differ"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_its_place(
    given, field, sentence, browser, person
):
    response = _change(browser, **given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert sentence in response.context["form"].errors[field][0]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_old_password_cannot_be_guessed_for_ever(browser, person, tenant, log):
    statuses = [_change(browser, old="wrong-password").status_code for _ in range(6)]

    assert statuses == [*[422] * 5, 429]
    assert log(tenant) == [("password_changed", False)] * 5
    assert _change(browser).status_code == 429


def test_the_page_shows_ones_own_roles_and_where(tenant):
    county = make_county(tenant)
    person = make_user(tenant, on=county.township, role="township_staff")
    make_user(tenant, on=county.village, role="grid_worker")
    client = Client()
    client.force_login(person)

    response = client.get("/accounts/me/")

    held = [(role.node, role.url) for role in response.context["roles"]]
    assert held == [(county.township.name, f"/grids/{county.township.pk}/")]
    assert county.village.name not in response.content.decode()


def test_a_language_is_remembered_for_pages_and_letters(browser, person):
    response = browser.post(
        "/i18n/setlang/", {"language": "zh-hans", "next": "/accounts/me/"}
    )

    assert (response.status_code, response["Location"]) == (302, "/accounts/me/")
    assert response.cookies["django_language"].value == "zh-hans"
    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_a_language_that_is_not_offered_changes_nothing(browser, person):
    browser.post("/i18n/setlang/", {"language": "xx", "next": "/accounts/me/"})

    person.refresh_from_db()
    assert person.language == ""


def test_a_visitor_may_choose_a_language_too(db, client):
    response = client.post(
        "/i18n/setlang/", {"language": "en", "next": "//evil.example"}
    )

    assert response.cookies["django_language"].value == "en"
    assert response["Location"] == "/"


@pytest.mark.parametrize(("sent", "stored"), [("1", True), ("0", False), ("", False)])
def test_large_text_is_remembered(sent, stored, browser, person):
    response = browser.post("/accounts/me/large-text/", {"large_text": sent})

    assert response.cookies["large_text"].value == ("1" if stored else "0")
    person.refresh_from_db()
    assert person.large_text is stored


def test_a_new_token_is_shown_once_and_only_its_digest_is_kept(
    browser, person, tenant, log
):
    response = browser.post(
        "/accounts/me/tokens/", {"name": "GIS 对接", "password": PASSWORD}
    )

    key = response.context["new_key"]
    assert response.status_code == 201
    assert key in response.content.decode()
    assert response["Cache-Control"].startswith("max-age=0")
    assert key not in browser.get("/accounts/me/").content.decode()
    token = ApiToken.objects.get()
    assert (token.user_id, token.name) == (person.pk, "GIS 对接")
    assert key not in {token.digest, str(token.pk)}
    assert log(tenant) == [("token_made", True)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x", "expires_on": "2020-01-01"}, "expires_on"),
        ({"name": "x", "expires_on": "soon"}, "expires_on"),
        ({"name": "x", "password": "guessed-word"}, "password"),
        ({"name": "x", "password": ""}, "password"),
    ],
)
def test_a_token_that_will_not_do_is_refused_in_its_place(given, field, browser):
    given = {"password": PASSWORD} | given
    response = browser.post("/accounts/me/tokens/", given)

    assert response.status_code == 422
    assert list(response.context["token_form"].errors) == [field]
    assert ApiToken.objects.count() == 0


def test_a_token_is_revoked_by_its_owner_only(browser, person, tenant, log):
    browser.post("/accounts/me/tokens/", {"name": "x", "password": PASSWORD})
    token = ApiToken.objects.get()
    address = f"/accounts/me/tokens/{token.pk}/revoke/"
    colleague = Client()
    colleague.force_login(make_user(tenant))

    assert colleague.post(address).status_code == 404
    assert ApiToken.objects.count() == 1

    assert browser.post(address).status_code == 302
    assert ApiToken.objects.count() == 0
    assert log(tenant) == [("token_made", True), ("token_revoked", True)]


def test_nobody_sees_another_persons_tokens(browser, tenant):
    make_token(user=make_user(tenant), name="Colleague's")

    assert browser.get("/accounts/me/").context["tokens"] == []


def test_the_page_costs_the_same_for_any_number_of_roles(
    tenant, django_assert_max_num_queries
):
    county = make_county(tenant)
    person = make_user(tenant)
    with tenant_scope(tenant.pk):
        assign_roles_in_bulk(
            assignments=[
                (person.pk, "grid_worker", node.pk)
                for node in (county.township, county.village, county.other_village)
            ]
        )
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))

    # What the page asked before, and: posts, leaves, the second factor.
    with django_assert_max_num_queries(15):
        response = client.get("/accounts/me/")

    assert len(response.context["roles"]) == 3
