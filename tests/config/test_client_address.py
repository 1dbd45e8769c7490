"""Whom a request comes from, as limits and the security log see it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import ObserveRequests

PROXY = "10.0.0.1"


def _seen(headers):
    seen = []

    def view(request):
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    ObserveRequests(view)(RequestFactory(REMOTE_ADDR=PROXY).get("/", headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("203.0.113.5, 192.0.2.9", "192.0.2.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.9, unknown", PROXY),
        ("", PROXY),
    ],
)
def test_behind_our_proxy_the_last_address_counts(forwarded, address, settings):
    settings.BEHIND_PROXY = True

    assert _seen({"X-Forwarded-For": forwarded}) == address


def test_without_a_proxy_nobody_chooses_their_own_address(settings):
    settings.BEHIND_PROXY = False

    assert _seen({"X-Forwarded-For": "192.0.2.9"}) == PROXY
