"""A method that an address does not take is answered with a page."""

import pytest
from django.test import Client

from tests.factories import make_tenant, make_user


@pytest.mark.django_db
def test_a_method_that_is_not_taken_gets_a_page_with_a_way_home():
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(make_tenant()))

    response = client.post("/notices/")

    page = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "This address shows no page" in page
    assert '<a class="btn btn-primary" href="/">' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "then"),
    [
        ("/accounts/sign-in-again/", "/accounts/sign-in/"),
        ("/accounts/sign-out/", "/accounts/me/"),
        ("/i18n/setlang/", "/"),
    ],
)
def test_whoever_looks_at_an_address_for_sending_is_led_to_a_page(client, path, then):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, then)
