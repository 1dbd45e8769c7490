"""Where the project's files are, for every gate that reads them."""

import os
from collections.abc import Iterator
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]

# Not ours (installed, vendored, cached) or made at run time.
_PRUNED = frozenset(
    {"__pycache__", "build", "node_modules", "staticfiles", "var", "vendor"}
)
_HIDDEN_BUT_OURS = frozenset({".ci"})


def files(
    *suffixes: str, root: Path = ROOT, under: tuple[str, ...] = ()
) -> Iterator[Path]:
    """Every file of the project with one of these endings, in a stable order."""
    starts = [root / name for name in under] if under else [root]
    for start in starts:
        if start.is_dir():
            yield from _walk(start, suffixes)


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            hidden = entry.name.startswith(".") and entry.name not in _HIDDEN_BUT_OURS
            if not hidden and entry.name not in _PRUNED and not entry.is_symlink():
                yield from _walk(entry, suffixes)
        elif entry.name == ".git":  # in a second work tree it is a file
            continue
        elif not suffixes or entry.name.endswith(suffixes):
            yield entry


def set_django_up() -> None:
    """Load the apps with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
