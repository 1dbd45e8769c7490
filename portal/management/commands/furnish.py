"""Give bureaus that were opened earlier what later versions begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.services import furnish_bureau
from tenants.models import Tenant

if TYPE_CHECKING:
    from portal.services import Furnished


class Command(BaseCommand):
    help = (
        "Seed what later versions added: rule rows, roles and their permissions."
        " Rows and roles that a bureau changed stay as they are; running it twice"
        " changes nothing. Without --code all bureaus, each in its own transaction."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--code", default="", help="one bureau's division code")

    def handle(self, *_args: Any, **options: Any) -> None:
        bureaus = Tenant.objects.order_by("pk")
        if options["code"]:
            bureaus = bureaus.filter(division_code=options["code"])
            if not bureaus:
                raise CommandError(_("This bureau does not exist."))
        for tenant in bureaus:
            self._tell(tenant, furnish_bureau(tenant_id=tenant.pk))

    def _tell(self, tenant: Tenant, done: Furnished) -> None:
        self.stdout.write(tenant.name)
        for name, count in done.rows.items():
            self.stdout.write(f"  + {count} {name}")
        for role, names in done.roles.given.items():
            self.stdout.write(f"  + {role}: {', '.join(names)}")
        for role, names in done.roles.left.items():
            left = _("left as the bureau has it, without %(names)s")
            self.stdout.write(f"  = {role}: {left % {'names': ', '.join(names)}}")
        if done.roles.kinds:
            fit = _("%(count)d roles say which kinds of grids they fit")
            self.stdout.write(f"  + {fit % {'count': done.roles.kinds}}")
        if not (done.rows or done.roles.given or done.roles.kinds):
            self.stdout.write("  " + _("Nothing is missing."))
