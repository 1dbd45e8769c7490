"""The lock files: no address in them, every package pinned by hash, wishes met."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from config.checks.project import ROOT

RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)")
_ADDRESS = re.compile(r"://|(?<!\S)@\s|--(?:extra-)?index-url|--find-links|--trusted")


@dataclass(frozen=True)
class Pin:
    """One locked package."""

    name: str
    version: str
    hashes: int


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wrong = list(faults(ROOT, project))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def faults(folder: Path, project: Mapping[str, Any]) -> Iterator[str]:
    """Everything wrong with both files, one line each."""
    runtime_wishes = project["project"]["dependencies"]
    groups = project.get("dependency-groups", {})
    wishes = [*runtime_wishes, *groups.get("dev", [])]
    pins: dict[str, dict[str, Pin]] = {}
    for name, wanted in ((RUNTIME, runtime_wishes), (DEVELOPMENT, wishes)):
        if not (folder / name).exists():
            yield f"{name} is missing"
            return
        text = (folder / name).read_text(encoding="utf-8")
        yield from (f"{name}: {fault}" for fault in unclean(text))
        pins[name] = read_pins(text)
        yield from (f"{name}: {fault}" for fault in unmet(wanted, pins[name]))
    for name, pin in sorted(pins[RUNTIME].items()):
        other = pins[DEVELOPMENT].get(name)
        if other is None or other.version != pin.version:
            found = other.version if other else "nothing"
            yield f"{DEVELOPMENT}: {name} is {found}, but {pin.version} at run time"


def unclean(text: str) -> Iterator[str]:
    """Addresses, options, packages without a hash or without an exact version."""
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.split("#", 1)[0]
        if _ADDRESS.search(line):
            yield f"line {number}: an address or an index stands here"
        elif bare.startswith("-"):
            yield f"line {number}: an option stands here"
    for entry in _entries(text):
        try:
            requirement = Requirement(_HASH.sub("", entry).strip())
        except InvalidRequirement:
            yield f'"{entry.split()[0]}" cannot be read'
            continue
        if not _HASH.search(entry):
            yield f"{requirement.name} has no hash"
        if not re.fullmatch(r"==[^*,]+", str(requirement.specifier)):
            yield f"{requirement.name} is not pinned to one version"


def read_pins(text: str) -> dict[str, Pin]:
    """The locked packages by their canonical name."""
    pins: dict[str, Pin] = {}
    for entry in _entries(text):
        try:
            requirement = Requirement(_HASH.sub("", entry).strip())
        except InvalidRequirement:
            continue
        name = canonicalize_name(requirement.name)
        version = str(requirement.specifier).removeprefix("==")
        pins[name] = Pin(name, version, len(_HASH.findall(entry)))
    return pins


def unmet(wishes: Iterable[str], pins: Mapping[str, Pin]) -> Iterator[str]:
    """Wishes of pyproject.toml that no pin satisfies."""
    for wish in map(Requirement, wishes):
        pin = pins.get(canonicalize_name(wish.name))
        if pin is None:
            yield f"{wish.name} is wanted by pyproject.toml but not locked"
        elif not wish.specifier.contains(pin.version, prereleases=True):
            yield f"{wish} is wanted by pyproject.toml, but {pin.version} is locked"


def _entries(text: str) -> Iterator[str]:
    """Requirements with their hashes, each on one line, without comments."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        bare = line.split("#", 1)[0].strip()
        if bare and not bare.startswith("-"):
            yield bare


if __name__ == "__main__":
    sys.exit(main())
