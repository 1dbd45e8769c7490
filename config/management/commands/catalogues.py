"""``manage.py catalogues``: renew, fill and check the Chinese translations."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.checks import catalogues


class Command(BaseCommand):
    """Needs no database and no server, only the development packages."""

    help = "Extract, merge and check translations without gettext's tools."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="renew locale/ from the sources"
        )
        parser.add_argument(
            "--merge",
            action="append",
            default=[],
            type=Path,
            metavar="FILE.json",
            help='fill in translations from {"English": "中文"}; may be repeated',
        )
        parser.add_argument(
            "--check", action="store_true", help="fail on anything that is not right"
        )

    def handle(self, **options: Any) -> None:
        if not (options["write"] or options["merge"] or options["check"]):
            raise CommandError("One of --write, --merge FILE.json, --check is needed.")
        if options["write"] or options["merge"]:
            self._renew(options["merge"])
        if options["check"]:
            self._check()

    def _renew(self, merged: list[Path]) -> None:
        catalogue = catalogues.read()
        added, dropped = catalogues.renew(catalogue, catalogues.messages())
        for path in merged:
            try:
                translations = catalogues.read_translations(path)
            except (OSError, ValueError) as error:
                raise CommandError(f"{path}: {error}") from error
            for text in catalogues.merge(catalogue, translations):
                self.stderr.write(f"{path.name}: not in any source: {text!r}")
        catalogues.save(catalogue)
        empty = sum(not catalogues.translation_of(entry) for entry in catalogue)
        self.stdout.write(
            f"{len(catalogue)} texts, {len(added)} new, {len(dropped)} dropped, "
            f"{empty} without Chinese."
        )

    def _check(self) -> None:
        compiled = catalogues.CATALOGUE.with_suffix(".mo")
        wrong = list(
            catalogues.faults(
                catalogues.read(),
                catalogues.messages(),
                compiled.read_bytes() if compiled.exists() else None,
            )
        )
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} faults in the translations.")
