"""Check that nothing in the journal was changed, removed or slipped in."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from journal import services
from tenants.models import Tenant
from tenants.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Verify the hash chain over all events, per tenant and for the platform."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", help="division code; default: all")

    def handle(self, *_args: Any, **options: Any) -> None:
        tenants: list[Tenant | None] = list(Tenant.objects.all())
        if options["tenant"]:
            tenants = [t for t in tenants if t and t.division_code == options["tenant"]]
            if not tenants:
                raise CommandError(_("No tenant has this division code."))
        else:
            tenants.append(None)
        if sum([self._verify(tenant) for tenant in tenants]):
            raise CommandError(_("The journal is not what was sealed."))

    def _verify(self, tenant: Tenant | None) -> int:
        name = tenant.name if tenant else _("Platform")
        with tenant_scope(tenant.pk, read_only=True) if tenant else nullcontext():
            findings = list(services.verify())
            head = services.head()
        for finding in findings:
            line = f"{name}: {finding.kind} {finding.stream} {finding.detail}"
            self.stdout.write(self.style.ERROR(line))
        if not findings:
            self.stdout.write(f"{name}: OK {head}")
        return len(findings)
