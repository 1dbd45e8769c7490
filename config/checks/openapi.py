"""The API's contract: generated without a warning, and equal to the committed one."""

import difflib
import sys
import tempfile
from pathlib import Path

from django.core.management import CommandError, call_command

from config.checks.project import ROOT, set_django_up

COMMITTED = ROOT / "docs" / "openapi.yaml"
_MOST_LINES = 60


def main() -> int:
    """Compare, or with ``--write`` renew; 1 if they differ or do not validate."""
    set_django_up()
    try:
        current = generate()
    except CommandError as error:
        print(error)
        return 1
    if "--write" in sys.argv[1:]:
        COMMITTED.parent.mkdir(exist_ok=True)
        COMMITTED.write_text(current, encoding="utf-8")
        return 0
    if not COMMITTED.exists():
        print("docs/openapi.yaml is missing; python -m config.checks openapi --write")
        return 1
    changes = difference(COMMITTED.read_text(encoding="utf-8"), current)
    if changes:
        print("\n".join(changes[:_MOST_LINES]))
        print("The API changed; python -m config.checks openapi --write")
    return 1 if changes else 0


def generate() -> str:
    """The schema as YAML; ``CommandError`` on a warning or an invalid schema."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "openapi.yaml"
        call_command(
            "spectacular",
            file=str(target),
            validate=True,
            fail_on_warn=True,
            lang="en",
        )
        return target.read_text(encoding="utf-8")


def difference(committed: str, current: str) -> list[str]:
    """A unified difference, empty when both are the same."""
    return list(
        difflib.unified_diff(
            committed.splitlines(),
            current.splitlines(),
            "committed",
            "generated",
            lineterm="",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
