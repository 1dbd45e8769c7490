"""Load a real place at its published size, and compare it with the figures."""

from __future__ import annotations

import resource
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.demo.people import DEMO_PASSWORD
from portal.demo.plan import DEFAULT_SEED
from portal.scenarios.counting import Compared, compare
from portal.scenarios.load import Run, load_scenario
from portal.scenarios.signing_in import sign_ins
from portal.scenarios.sizes import SCENARIOS, Scenario, sized
from tenants.models import Tenant


class Command(BaseCommand):
    help = (
        "Load one of the large scenarios: a real place with its published counts and"
        " invented content. Prints the counts beside the published ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(SCENARIOS))
        parser.add_argument("--years", type=int, default=1)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument(
            "--only-compare",
            action="store_true",
            help="load nothing, count what is loaded",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.MODE == "production":
            raise CommandError(
                _("The demo's passwords are known to everybody: not in production.")
            )
        if options["years"] < 1:
            raise CommandError(_("A scenario spans at least one year."))
        scenario = sized(options["name"], years=options["years"])
        codes = [place.code for place in scenario.places]
        tenants = Tenant.objects.filter(division_code__in=codes)
        if options["only_compare"]:
            self._report(compare(scenario, tenants))
            return
        if tenants.exists():
            raise CommandError(
                _("%(place)s is already loaded. FRESH=1 removes it first.")
                % {"place": scenario.name}
            )
        self._load(scenario, options)

    def _load(self, scenario: Scenario, options: dict[str, Any]) -> None:
        began = time.monotonic()
        loaded = load_scenario(
            Run(
                scenario=scenario,
                years=options["years"],
                today=timezone.localdate(),
                seed=options["seed"],
                processes=options["processes"],
            ),
            say=self._say,
        )
        self._say(
            _(
                "%(place)s: %(seconds).0f s in all; %(hazards)s hazards in"
                " %(filling).0f s (%(rate)s a second, %(own).0f s of processor time"
                " here); at most %(megabytes)s MB in a process"
            )
            % {
                "place": scenario.name,
                "seconds": time.monotonic() - began,
                "hazards": f"{loaded.hazards:,}",
                "filling": loaded.seconds,
                "rate": f"{loaded.hazards / max(loaded.seconds, 0.001):,.0f}",
                "own": loaded.processor_seconds,
                "megabytes": _peak_megabytes(),
            }
        )
        self._report(compare(scenario, loaded.tenants))
        self.stdout.write(
            _("To sign in (password %(password)s):") % {"password": DEMO_PASSWORD}
        )
        for label, username in sign_ins(scenario):
            self.stdout.write(f"  {label}\t{username}")

    def _report(self, figures: list[Compared]) -> None:
        for figure in figures:
            sign = "✓" if figure.fits else "✗"
            wanted = f"{'≥ ' if figure.at_least else ''}{figure.wanted:,}"
            self.stdout.write(f"  {sign} {figure.label}\t{figure.loaded:,}\t{wanted}")
        if not all(figure.fits for figure in figures):
            raise CommandError(_("A count differs from the published figure."))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _peak_megabytes() -> int:
    """The largest of this process and of those that have ended."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) // 1024
