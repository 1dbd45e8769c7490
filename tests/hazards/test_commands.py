"""Alerts by hand: for operators, and for the tour that waits for no deadline."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hazards.models import HazardAlert
from hazards.workflow import HazardState
from notices.models import Notice
from tenants.tenancy import tenant_scope
from tests.factories import make_county, make_enterprise, make_hazard, make_user

pytestmark = pytest.mark.django_db

ENGLISH = "{name}, {day}: {count} alerts raised.\n"


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def hazard(county):
    plant = make_enterprise(county.village, department=county.department)
    make_user(county.tenant, on=county.township, role="township_staff")
    return make_hazard(plant, state=HazardState.ASSIGNED, due_on=timezone.localdate())


def alerts_of(county):
    with tenant_scope(county.tenant.pk):
        return list(
            HazardAlert.objects.order_by("rung__offset_days").values_list(
                "rung__code", flat=True
            )
        )


def line(county, day: date, count: int) -> str:
    return ENGLISH.format(name=county.tenant.name, day=day, count=count)


def test_a_day_ahead_raises_its_alert_once(county, hazard, capsys):
    tomorrow = hazard.due_on + timedelta(days=1)

    call_command("alert_deadlines", "--on", "+1")
    call_command("alert_deadlines", "--on", tomorrow.isoformat())

    assert capsys.readouterr().out == line(county, tomorrow, 1) + line(
        county, tomorrow, 0
    )
    assert alerts_of(county) == ["overdue-1"]
    with tenant_scope(county.tenant.pk):
        kinds = list(Notice.objects.filter(key__startswith="alert:").values("kind"))
    assert kinds == [{"kind": "hazard-overdue-one"}]


def test_without_a_day_it_is_the_pass_of_today(county, hazard, capsys):
    call_command("alert_deadlines")

    assert capsys.readouterr().out == line(county, timezone.localdate(), 0)
    assert alerts_of(county) == []


def test_only_the_named_tenant_is_alerted(county, hazard, capsys):
    other = make_county()

    call_command(
        "alert_deadlines", "--on", "+1", "--tenant", other.tenant.division_code
    )

    assert alerts_of(county) == []
    assert capsys.readouterr().out == line(
        other, timezone.localdate() + timedelta(days=1), 0
    )


def test_an_unknown_tenant_is_named(county):
    with pytest.raises(CommandError, match="No tenant has this division code"):
        call_command("alert_deadlines", "--tenant", "000000")


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "+x", "+99999999"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(CommandError, match="Give a date such as 2026-11-24"):
        call_command("alert_deadlines", "--on", text)


def test_a_day_ahead_is_refused_in_production(county, hazard, settings):
    settings.MODE = "production"

    with pytest.raises(CommandError, match="A day that has not come"):
        call_command("alert_deadlines", "--on", "+1")

    assert alerts_of(county) == []
