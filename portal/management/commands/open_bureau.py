"""Open a bureau: its grid, roles, calendar and rules; its first administrators."""

from __future__ import annotations

import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import create_user
from grids.models import GridNode
from grids.services import assign_role
from journal.models import SecurityAction
from journal.services import record_security
from portal.services import open_bureau
from tenants.errors import DomainError
from tenants.models import Tenant, TenantLevel
from tenants.tenancy import tenant_scope

# The three duties that level 3 keeps in three hands (docs/decisions/0029).
FIRST: Final = {
    "admin": ("tenant_admin", "opens accounts, keeps grids and rules"),
    "security": ("security_admin", "gives roles, keeps the rules of security"),
    "auditor": ("auditor", "reads the security log"),
}


class Command(BaseCommand):
    help = (
        "Open a bureau, and with --admin, --security and --auditor the first three"
        " administrators, one person each: system, security, audit. Their first"
        " passwords are lines of the standard input, in this order; each chooses"
        " another at the first sign-in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--code", required=True, help="six digits, GB/T 2260")
        parser.add_argument(
            "--level", choices=TenantLevel.values, default=TenantLevel.COUNTY.value
        )
        parser.add_argument("--parent", default="", help="division code of the parent")
        parser.add_argument("--longitude", type=float, default=0.0)
        parser.add_argument("--latitude", type=float, default=0.0)
        for name, (_role, what) in FIRST.items():
            parser.add_argument(f"--{name}", default="", help=f"user name, {what}")
            parser.add_argument(f"--{name}-name", default="", help="full name")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            tenant = open_bureau(
                name=options["name"],
                division_code=options["code"],
                level=options["level"],
                parent=_parent(options["parent"]),
                centre=(options["longitude"], options["latitude"]),
            )
            for name in FIRST:
                if options[name]:
                    _first_administrator(tenant, name, options)
        except DomainError as refusal:
            raise CommandError(f"{refusal.field}: {refusal}") from refusal
        self.stdout.write(_("%(name)s is open.") % {"name": tenant.name})
        if lacking := [f"--{name}" for name in FIRST if not options[name]]:
            self.stdout.write(
                _(
                    "Nobody holds %(duties)s yet: an operator gives the roles in"
                    " the admin, each to another person."
                )
                % {"duties": ", ".join(lacking)}
            )


def _parent(code: str) -> Tenant | None:
    if not code:
        return None
    parent = Tenant.objects.filter(division_code=code).first()
    if parent is None:
        raise DomainError(_("This bureau does not exist."), field="parent")
    return parent


def _first_administrator(tenant: Tenant, name: str, options: dict[str, Any]) -> None:
    with tenant_scope(tenant.pk):
        user = create_user(
            tenant=tenant,
            username=options[name],
            full_name=options[f"{name}_name"] or options[name],
            password=sys.stdin.readline().rstrip("\n"),
            is_staff=True,
            must_change=True,
        )
        record_security(
            name=SecurityAction.USER_CREATED,
            actor=None,
            note=str(user),
            user=str(user.pk),
            username=user.username,
        )
        root = GridNode.objects.get(parent__isnull=True)
        role, _what = FIRST[name]
        assign_role(actor=None, user_id=user.pk, role_code=role, node_id=root.pk)
