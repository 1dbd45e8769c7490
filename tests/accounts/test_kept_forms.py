"""A session that ends while somebody writes: what was typed survives."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ApiToken
from tests.factories import PASSWORD, make_user

FORM = "/accounts/me/tokens/"  # a form like any other: one text and a day
TYPED = {"name": '巡查系统 <对接> & "测试"', "expires_on": ""}
SAME_SITE = {"Origin": "http://testserver"}


@pytest.fixture
def browser(db):
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    client.get("/accounts/sign-in/")
    return client


def _token(client):
    return client.cookies["csrftoken"].value


def _inputs(response):
    """Every hidden input of the page's form, as a browser would send it."""
    page = response.content.decode()
    form = page[page.index('class="auth-form"') :]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in found}


def _post(client, path, content, **given):
    content = {"csrfmiddlewaretoken": _token(client), **content}
    return client.post(path, content, **given)


def test_a_form_sent_after_the_session_ended_is_kept_and_sent_after_signing_in(
    browser, person
):
    asked = _post(browser, FORM, TYPED)
    assert asked.status_code == 403
    assert "What you typed is kept" in asked.content.decode()

    shown = browser.post(
        "/accounts/sign-in-again/",
        {**_inputs(asked), "username": "wang.wei", "password": PASSWORD},
    )
    assert shown.status_code == 200
    assert f'action="{FORM}"' in shown.content.decode()

    done = browser.post(FORM, _inputs(shown) | {"password": PASSWORD})

    assert done.status_code == 201
    assert [token.name for token in ApiToken.objects.all()] == [TYPED["name"]]


def test_a_wrong_password_on_the_way_loses_nothing(browser, person):
    asked = _post(browser, FORM, TYPED)
    kept = _inputs(asked)

    again = browser.post(
        "/accounts/sign-in-again/",
        {**kept, "username": "wang.wei", "password": "wrong-password"},
    )

    assert again.status_code == 422
    assert "The user name or the password is wrong." in again.content.decode()
    assert _inputs(again)["kept"] == kept["kept"]


def test_several_values_of_one_field_are_all_kept(browser):
    asked = _post(browser, FORM, {"name": ["a", "b"], "note": "第一行\r\n第二行"})

    kept = asked.context["kept"]
    assert kept.fields == (("name", "a"), ("name", "b"), ("note", "第一行\r\n第二行"))


def test_files_cannot_be_kept_and_the_page_says_so(browser):
    photo = SimpleUploadedFile("a.jpg", b"x", "image/jpeg")

    asked = _post(browser, FORM, {**TYPED, "photo": photo})

    assert "Photos and files cannot be kept" in asked.content.decode()
    assert asked.context["kept"].lost_files is True


def test_passwords_are_never_written_into_a_page(browser):
    asked = _post(
        browser,
        "/accounts/password/",
        {"old_password": "Secret-1-old", "new_password1": "Secret-2-new"},
        headers={"Referer": "http://testserver/accounts/password/"},
    )

    assert (asked.status_code, asked["Location"]) == (
        302,
        "/accounts/sign-in/?next=/accounts/password/",
    )


def test_htmx_replaces_the_whole_page(browser):
    asked = _post(browser, FORM, TYPED, headers={"HX-Request": "true"})

    assert (asked.status_code, asked["HX-Retarget"]) == (403, "body")


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "[]",
        "null",
        '{"address": "https://evil.example/", "page": "", "fields": []}',
        '{"address": "//evil.example/", "page": "", "fields": []}',
        '{"address": "javascript:alert(1)", "page": "", "fields": []}',
        '{"address": "/x/", "page": "", "fields": [["a"]]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_kept_form_leads_to_the_plain_sign_in(kept, browser, person):
    response = _post(browser, "/accounts/sign-in-again/", {"kept": kept})

    assert (response.status_code, response["Location"]) == (302, "/accounts/sign-in/")


def test_a_form_page_elsewhere_is_not_linked(browser, person):
    kept = '{"address": "/x/", "page": "https://evil.example/", "fields": []}'

    shown = _post(
        browser,
        "/accounts/sign-in-again/",
        {"kept": kept, "username": "wang.wei", "password": PASSWORD},
    )

    assert "evil.example" not in shown.content.decode()


def test_a_page_whose_token_is_void_is_sent_again_with_a_fresh_one(person):
    """As after signing in from another tab."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/accounts/me/")

    refused = client.post(
        FORM, {**TYPED, "csrfmiddlewaretoken": "x" * 64}, headers=SAME_SITE
    )
    assert refused.status_code == 403
    assert ApiToken.objects.count() == 0

    done = client.post(
        FORM, _inputs(refused) | {"password": PASSWORD}, headers=SAME_SITE
    )

    assert done.status_code == 201
    assert ApiToken.objects.get().name == TYPED["name"]


def test_a_void_token_and_no_session_ask_for_the_sign_in_and_keep_the_form(browser):
    asked = browser.post(FORM, TYPED, headers=SAME_SITE)

    assert asked.status_code == 403
    assert ("name", TYPED["name"]) in asked.context["kept"].fields


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/"},
        {},
    ],
)
def test_what_another_site_sent_is_never_offered_for_a_second_try(headers, person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    refused = client.post(FORM, TYPED, headers=headers)

    assert refused.status_code == 403
    assert TYPED["name"][:4] not in refused.content.decode()
    assert "csrfmiddlewaretoken" not in refused.content.decode()
    assert ApiToken.objects.count() == 0


def test_a_sign_in_page_that_was_open_too_long_keeps_the_name(browser, person):
    browser.cookies.clear()
    browser.cookies["django_language"] = "en"

    refused = browser.post(
        "/accounts/sign-in/",
        {"username": "wang.wei", "password": PASSWORD, "next": "/notices/"},
        headers=SAME_SITE,
    )

    page = refused.content.decode()
    assert refused.status_code == 403
    assert "Please sign in once more." in page
    assert 'value="wang.wei"' in page
    assert PASSWORD not in page
    done = browser.post(
        "/accounts/sign-in/",
        {**_inputs(refused), "username": "wang.wei", "password": PASSWORD},
        headers=SAME_SITE,
    )
    assert (done.status_code, done["Location"]) == (302, "/notices/")


def test_another_person_may_sign_in_where_a_form_was_kept(browser, tenant, person):
    """The form then goes out in the name of whoever signed in."""
    other = make_user(tenant)
    asked = _post(browser, FORM, TYPED)

    shown = browser.post(
        "/accounts/sign-in-again/",
        {**_inputs(asked), "username": other.username, "password": PASSWORD},
    )
    browser.post(FORM, _inputs(shown) | {"password": PASSWORD})

    assert ApiToken.objects.get().user_id == other.pk


def test_after_signing_in_again_nobody_is_told_that_the_page_was_open_too_long(
    browser, person
):
    asked = _post(browser, FORM, TYPED)

    shown = browser.post(
        "/accounts/sign-in-again/",
        {**_inputs(asked), "username": "wang.wei", "password": PASSWORD},
    )

    assert "You are signed in again." in shown.content.decode()
    assert "open too long" not in shown.content.decode()


def test_a_form_whose_page_cannot_show_it_again_offers_no_such_button(browser, person):
    photo = SimpleUploadedFile("a.jpg", b"x", "image/jpeg")
    asked = _post(browser, FORM, {**TYPED, "photo": photo})

    shown = browser.post(
        "/accounts/sign-in-again/",
        {**_inputs(asked), "username": "wang.wei", "password": PASSWORD},
    )

    assert "reopen-form" not in shown.content.decode()
    assert "Send without photos" in shown.content.decode()
