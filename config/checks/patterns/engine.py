"""Sources, rules, findings, and the list of excused ones."""

import ast
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config.checks.project import ROOT, files

SHORTEST_REASON = 15


@dataclass(frozen=True)
class Source:
    """One file: its path from the root of the project, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def app(self) -> str:
        return self.path.split("/", 1)[0]

    def line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


# A hit: the line's number, and the words that were found there.
Hit = tuple[int, str]


@dataclass(frozen=True)
class Rule:
    """What is forbidden, in which files, and why."""

    name: str
    why: str
    applies: Callable[[Source], bool]
    find: Callable[[Source], Iterator[Hit]]


@dataclass(frozen=True)
class Finding:
    """One place that breaks one rule."""

    rule: str
    path: str
    line: int
    words: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.words} — {self.why}"


@dataclass(frozen=True)
class Allowed:
    """One written exception."""

    rule: str
    file: str
    reason: str


def read_sources(root: Path = ROOT) -> Iterator[Source]:
    """Every text file of the project."""
    for path in files(root=root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield Source(path.relative_to(root).as_posix(), text)


def read_allowed(path: Path) -> list[Allowed]:
    """The exceptions; ``KeyError`` when a field is missing."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Allowed(entry["rule"], entry["file"], " ".join(entry["reason"].split()))
        for entry in table.get("allowed", [])
    ]


def findings(sources: Iterable[Source], rules: Sequence[Rule]) -> Iterator[Finding]:
    """Every place in these sources that breaks one of these rules."""
    for source in sources:
        for rule in rules:
            if rule.applies(source):
                try:
                    hits = sorted(set(rule.find(source)))
                except SyntaxError as error:
                    hits = [(error.lineno or 1, f"cannot be read: {error.msg}")]
                for line, words in hits:
                    yield Finding(rule.name, source.path, line, words, rule.why)


def judge(
    found: Iterable[Finding], allowed: Sequence[Allowed], names: Iterable[str]
) -> list[str]:
    """What is wrong after the exceptions: findings, and exceptions gone stale."""
    known = set(names)
    excused = {(entry.rule, entry.file) for entry in allowed}
    used: set[tuple[str, str]] = set()
    wrong: list[str] = []
    for finding in found:
        key = (finding.rule, finding.path)
        if key in excused:
            used.add(key)
        else:
            wrong.append(str(finding))
    for entry in allowed:
        wrong.extend(_faults(entry, known, used))
    return wrong


def _faults(
    entry: Allowed, known: set[str], used: set[tuple[str, str]]
) -> Iterator[str]:
    where = f"allowed.toml: {entry.rule} in {entry.file}"
    if entry.rule not in known:
        yield f"{where}: there is no such rule"
    elif (entry.rule, entry.file) not in used:
        yield f"{where}: stale, nothing is found there any more; remove the entry"
    if len(entry.reason) < SHORTEST_REASON:
        yield f"{where}: the reason must be a sentence"
