"""What the tests of the register share: a county and people in it."""

import pytest
from django.test import Client
from django.utils import translation

from tests.factories import make_county, make_user


@pytest.fixture(autouse=True)
def _english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def county(db):
    return make_county()


@pytest.fixture
def rival(db):
    """Another tenant with rows of its own: leaks must be possible to be seen."""
    return make_county()


@pytest.fixture
def clerk(county):
    """Township staff: sees, registers and edits in the township."""
    return make_user(county.tenant, on=county.township, role="township_staff")


@pytest.fixture
def worker(county):
    """A village grid worker: sees, and edits nothing."""
    return make_user(county.tenant, on=county.village, role="grid_worker")


@pytest.fixture
def client_for():
    def sign_in(user):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in
