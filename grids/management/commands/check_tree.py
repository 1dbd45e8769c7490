"""Compare the derived columns of each tree with the parents, and repair."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from grids.integrity import check_tree, repair_tree
from tenants.models import Tenant
from tenants.tenancy import tenant_scope


class Command(BaseCommand):
    help = "Check every tenant's grid tree; with --repair derive it from parents."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        broken = 0
        for tenant in Tenant.objects.all():
            with tenant_scope(tenant.pk):
                defects = check_tree()
                for defect in defects:
                    self.stdout.write(f"{tenant}: {defect.node_id} {defect.what}")
                if defects and options["repair"]:
                    self.stdout.write(f"{tenant}: {repair_tree()}")
                    defects = check_tree()
                broken += len(defects)
        if broken:
            raise CommandError(_("The tree contradicts its parents."))
        self.stdout.write("OK")
