"""The published calendar comes to every bureau, and keeps off its own days."""

from datetime import date

import pytest
from django.core.management import call_command

from tenants.tenancy import tenant_scope
from tests.factories import make_tenant
from workdays.models import Day
from workdays.services import seed_calendar, set_day

pytestmark = pytest.mark.django_db


def test_the_schedule_is_loaded_where_it_is_missing(settings, capsys):
    settings.LANGUAGE_CODE = "en"
    complete, empty = make_tenant(), make_tenant()
    with tenant_scope(complete.pk):
        count = seed_calendar()

    call_command("load_calendar")

    assert capsys.readouterr().out.splitlines() == [
        f"{complete.name}: 0 days changed.",
        f"{empty.name}: {count} days changed.",
    ]
    with tenant_scope(empty.pk):
        assert Day.objects.filter(on=date(2026, 10, 1), is_workday=False).count() == 1


def test_a_day_that_the_bureau_entered_itself_stays():
    tenant = make_tenant()
    with tenant_scope(tenant.pk):
        set_day(on=date(2026, 10, 1), is_workday=True, name="抗洪")

    call_command("load_calendar")

    with tenant_scope(tenant.pk):
        assert Day.objects.get(on=date(2026, 10, 1)).is_workday is True
