"""Load the published holidays into every bureau, once a new year's are out."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tenants.models import Tenant
from tenants.tenancy import tenant_scope
from workdays.services import seed_calendar


class Command(BaseCommand):
    help = (
        "Load the schedule that the package chinesecalendar has; days that a bureau"
        " entered itself stay as they are."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        for tenant in Tenant.objects.all():
            with tenant_scope(tenant.pk):
                count = seed_calendar()
            self.stdout.write(
                _("%(tenant)s: %(count)s days changed.")
                % {"tenant": tenant.name, "count": count}
            )
