"""Remove files without rows and photos that nobody used, for every tenant."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.services import sweep
from tenants.models import Tenant
from tenants.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Sweep all files at once; the nightly task looks at a sixteenth."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for tenant in Tenant.objects.all():
            with tenant_scope(tenant.pk):
                swept = sweep(now=timezone.now())
            self.stdout.write(
                _(
                    "%(tenant)s: %(files)s files, %(photos)s photos, %(pictures)s pictures"
                )
                % {
                    "tenant": tenant.name,
                    "files": swept.files,
                    "photos": swept.photos,
                    "pictures": swept.pictures,
                }
            )
