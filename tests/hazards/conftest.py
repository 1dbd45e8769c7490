"""What the tests of the pages share: a county, its people, and a browser each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from hazards.models import HazardKind
from hazards.services import seed_kinds, seed_rungs
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_jpeg, make_user
from workdays.services import seed_calendar, seed_rules


@pytest.fixture
def english():
    """Refusals are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def furnished(db):
    """A county with all the rows that a bureau has on its first day."""
    county = make_county()
    with tenant_scope(county.tenant.pk):
        seed_calendar()
        seed_rules()
        seed_kinds()
        seed_rungs()
    return county


@pytest.fixture
def enterprise(furnished):
    return make_enterprise(
        furnished.village,
        name="东风机械厂",
        safety_manager="赵六",
        department=furnished.department,
    )


@pytest.fixture
def kind(furnished):
    with tenant_scope(furnished.tenant.pk):
        return HazardKind.objects.get(code="exit-blocked")


@pytest.fixture
def worker(furnished):
    """The grid worker of the village."""
    return make_user(furnished.tenant, on=furnished.village, role="grid_worker")


@pytest.fixture
def official(furnished):
    """Staff of the township: assesses, assigns, rechecks, closes."""
    return make_user(furnished.tenant, on=furnished.township, role="township_staff")


@pytest.fixture
def officer(furnished, enterprise):
    """The safety officer of the enterprise."""
    return make_user(
        furnished.tenant, on=enterprise.area_node, role="enterprise_officer"
    )


@pytest.fixture
def client_for(english):
    def sign_in(user):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def picture():
    """A photo as a browser sends it; another number is another picture."""

    def upload(n=1, *, content=None):
        return SimpleUploadedFile(
            f"{n}.jpg", content or make_jpeg(seed=n), content_type="image/jpeg"
        )

    return upload
