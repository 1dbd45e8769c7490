"""The figures as a table, and what they miss."""

from __future__ import annotations

import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import django

from benchmarks import databases, processor
from config import places

if TYPE_CHECKING:
    from benchmarks.cases import Case
    from benchmarks.measuring import Measured, Sample
    from benchmarks.run import Plan

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
GROWTH: Final = 1.5  # shared processors add up to 0.3 by themselves
# The map shows as many points as there are open cases, up to its limit.
MAY_GROW: Final = frozenset({"Board: points of the map"})
# A pile of work that is longer than the five rows shown is counted: one query.
MAY_ASK_MORE: Final = "Page: home"

_Results = dict[int, list["Measured"]]
_Asked = dict[int, list[dict[str, Any]]]


def versions(var: Path) -> str:
    with databases.as_owner(var, places.DATABASE) as owner:
        found = owner.execute("SHOW server_version").fetchone()
    postgres = str(found[0]).split()[0] if found else "?"
    return (
        f"{processor.machine()}; Python {platform.python_version()},"
        f" Django {django.get_version()}, psycopg {version('psycopg')},"
        f" Granian {version('granian')}, PostgreSQL {postgres}"
    )


def text(results: _Results, asked: _Asked, *, versions: str, plan: Plan) -> str:
    blocks = [
        (
            f"Measured on {datetime.now(UTC):%Y-%m-%d} on {versions};"
            f" {plan.repetitions} repetitions of {plan.requests} requests"
            " (four times as many for the floor), medians."
        ),
    ]
    for size, measured in results.items():
        blocks.append(f"### {size:,} hazards")
        blocks.append(_table(measured, asked[size]))
    if len(results) > 1:
        blocks += ["### Growth", _growth(results)]
    most = max(results)
    blocks += [f"### Plans with {most:,} hazards", _plans(asked[most])]
    return "\n\n".join(blocks)


def _plans(asked: list[dict[str, Any]]) -> str:
    """How each request reaches the hazards: the way first, then the tables."""
    lines = []
    for one in asked:
        lines.append(f"- {one['case']}")
        for plan in one["plans"]:
            way, _, statement = plan.partition("\n")
            named = dict.fromkeys(re.findall(r'(?:FROM|JOIN) "(\w+)"', statement))
            lines.append(f"  - {way} — reads {', '.join(named)}")
    return "\n".join(lines)


def _table(measured: list[Measured], asked: list[dict[str, Any]]) -> str:
    statements = {one["case"]: one for one in asked}
    lines = [
        (
            "| Request | Queries | CPU ms | of it web | of it PostgreSQL | × floor |"
            " Target | p50 ms | p95 ms | p50, 3 at once | p95, 3 at once |"
        ),
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in measured:
        case = one.case
        cells = [
            case.name,
            str(statements[case.name]["statements"])
            if case.name in statements
            else "1",
            f"{one.processor():.2f}",
            f"{_middle(one.alone, 'web'):.2f}",
            f"{_middle(one.alone, 'database'):.2f}",
            f"{one.over():.1f}" if case.floor else "",
            _target(case),
            *(
                f"{_middle(samples, what):.1f}"
                for samples in (one.alone, one.together)
                for what in ("p50", "p95")
            ),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _target(case: Case) -> str:
    told = [f"≤ {case.limit:g}"] if case.limit else []
    if case.p95:
        told.append(f"p95 ≤ {case.p95:g} ms")
    return ", ".join(told)


def _middle(samples: list[Sample], what: str) -> float:
    return median(getattr(sample, what) for sample in samples)


def _growth(results: _Results) -> str:
    few, many = min(results), max(results)
    lines = [
        f"| Request | × floor at {few:,} | × floor at {many:,} | times |",
        "|---|--:|--:|--:|",
    ]
    pairs = zip(results[few], results[many], strict=True)
    for small, large in pairs:
        if small.case.floor:
            a, b = small.over(), large.over()
            lines.append(f"| {small.case.name} | {a:.1f} | {b:.1f} | {b / a:.2f} |")
    return "\n".join(lines)


def missed(results: _Results, asked: _Asked) -> list[str]:
    """A sentence for each target that was not met."""
    told = []
    for size, measured in results.items():
        for one in measured:
            case = one.case
            if case.limit and (times := one.over()) > case.limit:
                told.append(
                    f"{size:,}: {case.name} takes {times:.1f} × {case.floor},"
                    f" more than {case.limit:g}."
                )
            if case.p95 and (p95 := _middle(one.alone, "p95")) > case.p95:
                told.append(f"{size:,}: {case.name} has a p95 of {p95:.0f} ms.")
        told += [
            f"{size:,}: {one['case']} reads a whole table: {scan[:200]}"
            for one in asked[size]
            for scan in one["scans"]
        ]
    return [*told, *_grown(results, asked)]


def _grown(results: _Results, asked: _Asked) -> list[str]:
    few, many = min(results), max(results)
    told = [
        f"{one['case']} asks {one['statements']} queries with {few:,} hazards and"
        f" {other['statements']} with {many:,}."
        for one, other in zip(asked[few], asked[many], strict=True)
        if one["statements"] != other["statements"]
        and not one["case"].startswith(MAY_ASK_MORE)
    ]
    for small, large in zip(results[few], results[many], strict=True):
        if not small.case.floor or small.case.name in MAY_GROW:
            continue
        times = large.over() / small.over()
        if times > GROWTH:
            told.append(f"{small.case.name} grows {times:.2f} times.")
    return told


def write(figures: str) -> None:
    """Put the figures between the marks of the document."""
    old = DOCUMENT.read_text()
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    new = pattern.sub(lambda _: f"{BEGIN}\n\n{figures}\n\n{END}", old)
    DOCUMENT.write_text(new)
