from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from hazards.models import Hazard
from portal.demo.people import DEMO_PASSWORD
from portal.demo.places import DIVISION_CODE
from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from tests.factories import make_tenant

pytestmark = pytest.mark.django_db


def test_it_loads_the_county_of_today_and_tells_how_to_sign_in() -> None:
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert f"township\t{DEMO_PASSWORD}" in out.getvalue()
    with tenant_scope(Tenant.objects.get().pk):
        latest = Hazard.objects.latest("reported_at").reported_at
        assert Hazard.objects.count() == 600
    assert timezone.localdate() - timezone.localdate(latest) < timedelta(days=14)


def test_a_database_with_a_tenant_is_left_alone() -> None:
    make_tenant()

    call_command("load_demo", "--if-empty", stdout=StringIO())

    assert Tenant.objects.count() == 1


def test_a_second_demo_county_is_refused() -> None:
    make_tenant(division_code=DIVISION_CODE)

    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())

    assert Tenant.objects.count() == 1


def test_production_never_gets_passwords_that_everybody_knows(
    settings: Settings,
) -> None:
    settings.MODE = "production"

    with pytest.raises(CommandError):
        call_command("load_demo", stdout=StringIO())

    assert not Tenant.objects.exists()
