"""Load the demo county, with a progress bar, and say how to sign in."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.demo.load import load_demo
from portal.demo.people import SIGN_INS
from portal.demo.places import DIVISION_CODE
from portal.demo.plan import DEFAULT_SEED
from tenants.models import Tenant

_BAR = 30


class Command(BaseCommand):
    help = "Load the demo county (fictional) with its people, enterprises and hazards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where there is any tenant already",
        )
        parser.add_argument(
            "--seed",
            type=int,
            default=DEFAULT_SEED,
            help="the same seed gives the same county (default: %(default)s)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError(
                _("The demo's passwords are known to everybody: not in production.")
            )
        if options["if_empty"] and Tenant.objects.exists():
            self.stdout.write(_("There is a tenant already; nothing was loaded."))
            return
        if Tenant.objects.filter(division_code=DIVISION_CODE).exists():
            raise CommandError(_("The demo county is already loaded."))
        began = time.monotonic()
        tenant = load_demo(
            seed=options["seed"], today=timezone.localdate(), progress=self._show
        )
        seconds = f"{time.monotonic() - began:.1f}"
        self.stdout.write(
            _("%(county)s was loaded in %(seconds)s seconds.")
            % {"county": tenant.name, "seconds": seconds}
        )
        if not options["if_empty"]:  # who starts everything says it at the end
            for sign_in in SIGN_INS:
                self.stdout.write("  " + "\t".join(sign_in))

    def _show(self, what: str, share: float) -> None:
        """A bar that grows in place; on no terminal, only the end is said."""
        if not sys.stdout.isatty():
            return
        done = round(_BAR * share)
        bar = "█" * done + "·" * (_BAR - done)
        self.stdout.write(f"\r  {bar} {share:4.0%} {what} ", ending="")
        if share >= 1:
            self.stdout.write("")
        self.stdout.flush()
