"""Raise the alerts of one day now, for every tenant or for one."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from hazards.services import alert_deadlines
from tenants.models import Tenant
from tenants.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Raise the alerts that are due, as beat does; each is raised only once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on",
            type=_day,
            help="a date (2026-11-24) or days from today (+1); default: today",
        )
        parser.add_argument("--tenant", help="division code; default: all")

    def handle(self, *_args: Any, **options: Any) -> None:
        on = options["on"] or timezone.localdate()
        if on > timezone.localdate() and settings.MODE == "production":
            raise CommandError(
                _(
                    "A day that has not come is for the demo only: its alerts"
                    " would be untrue and are never raised a second time."
                )
            )
        for tenant in _tenants(options["tenant"]):
            self.stdout.write(
                _("%(tenant)s, %(day)s: %(count)s alerts raised.")
                % {
                    "tenant": tenant.name,
                    "day": on.isoformat(),
                    "count": _raise_all(tenant, on),
                }
            )


def _day(text: str) -> date:
    try:
        if text[:1] in {"+", "-"}:
            return timezone.localdate() + timedelta(days=int(text))
        return date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise ArgumentTypeError(
            _("Give a date such as 2026-11-24, or days from today such as +1.")
        ) from error


def _tenants(division_code: str | None) -> list[Tenant]:
    tenants = Tenant.objects.filter(is_active=True)
    if division_code:
        tenants = tenants.filter(division_code=division_code)
    found = list(tenants)
    if division_code and not found:
        raise CommandError(_("No tenant has this division code."))
    return found


def _raise_all(tenant: Tenant, on: date) -> int:
    """Batch by batch, each in a transaction of its own, as the task does."""
    total = 0
    while True:
        with tenant_scope(tenant.pk):
            batch = alert_deadlines(on=on)
        total += batch.raised
        if batch.is_last:
            return total
