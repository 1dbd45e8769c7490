"""Say where the boundaries of a county overlap, leave gaps or stick out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from grids.boundary_report import TOLERATED, families
from grids.geometry import area_in_words
from tenants.models import Tenant
from tenants.tenancy import tenant_scope

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from grids.boundary_report import Family


class Command(BaseCommand):
    help = "Lists overlaps and gaps of the grids' boundaries; fails if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "division_code", nargs="?", help="one county only, by its division code"
        )
        parser.add_argument(
            "--above",
            type=float,
            default=TOLERATED,
            help="square metres that are tolerated (default: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        tenants = Tenant.objects.filter(is_active=True).order_by("division_code")
        if code := options["division_code"]:
            tenants = tenants.filter(division_code=code)
            if not tenants:
                raise CommandError(f"There is no county {code}.")
        faults = 0
        for tenant in tenants:
            with tenant_scope(tenant.pk, read_only=True):
                found = families(above=options["above"])
            self.stdout.write(f"{tenant}: {len(found)} parents with boundaries below.")
            for family in found:
                faults += self._tell(family)
        if faults:
            raise CommandError(f"{faults} faults.")

    def _tell(self, family: Family) -> int:
        """One line per fault; grids without a boundary are said and no fault."""
        lines = [
            f"{o.first} and {o.second} overlap by {area_in_words(o.square_metres)}"
            for o in family.overlaps
        ]
        lines += [f"a gap of {area_in_words(gap)}" for gap in family.gaps]
        lines += [
            f"{node} sticks out by {area_in_words(area)}"
            for node, area in family.outside
        ]
        for line in lines:
            self.stdout.write(f"  {family.parent}: {line}")
        if family.undrawn:
            missing = ", ".join(str(node) for node in family.undrawn[:5])
            more = "…" if len(family.undrawn) > 5 else ""
            self.stdout.write(f"  {family.parent}: no boundary: {missing}{more}")
        return len(lines)
