"""The whole run: databases, servers, repetitions, the table."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from benchmarks import databases, ground, tables, tree
from benchmarks.cases import Case, from_json
from benchmarks.measuring import (
    ONE_BY_ONE,
    SIDE_BY_SIDE,
    Measured,
    Sample,
    take,
)
from benchmarks.serving import FLOOR, PLATFORM, Served, Shape, served
from config.embedded import servers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

FLOOR_TIMES: Final = 4  # the floor is quick: more of it, to be as exact
WARMING: Final = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is sent."""

    requests: int
    repetitions: int

    def count(self, case: Case) -> int:
        return self.requests * (FLOOR_TIMES if case.is_floor else 1)

    @property
    def writes(self) -> int:
        """Enough of what can be sent only once, also for the floor."""
        each = self.requests * FLOOR_TIMES
        return WARMING + 3 * self.repetitions * each + 4


def run(chosen: argparse.Namespace) -> int:
    """Measure every size; the exit status says whether a target was missed."""
    var = Path(settings.VAR)
    if chosen.tree:
        with servers(var):
            return tree.run(var)
    if chosen.ground:
        with servers(var):
            return ground.run(var)
    plan = Plan(chosen.requests, chosen.repetitions)
    shape = Shape(chosen.workers, chosen.threads)
    results: dict[int, list[Measured]] = {}
    asked: dict[int, list[dict[str, Any]]] = {}
    with servers(var):
        for size in chosen.sizes:
            print(f"{size:,} hazards", flush=True)
            name = databases.ready(var, size, fresh=chosen.fresh)
            env = databases.environment(var, name)
            cases = _cases(env, plan, chosen.only)
            asked[size] = _queries(env, cases)
            results[size] = _measure(var, name, env, cases, plan, shape)
            kept = [asdict(measured) for measured in results[size]]
            for measured in kept:
                del measured["case"]["requests"]  # they hold keys
            (var / f"results-{size}.json").write_text(json.dumps(kept, indent=1))
            (var / f"queries-{size}.json").write_text(
                json.dumps(asked[size], indent=1, ensure_ascii=False)
            )
        versions = tables.versions(var)
    text = tables.text(results, asked, versions=versions, plan=plan)
    print(text)
    if chosen.write:
        tables.write(text)
    missed = tables.missed(results, asked)
    for line in missed:
        print(line)
    return 1 if missed else 0


def _child(module: str, *words: str, env: Mapping[str, str], said: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        input=said,
        env=dict(env),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def cases_of(env: Mapping[str, str], *, writes: int) -> list[Case]:
    """What is asked, with ``writes`` requests of what can be sent only once."""
    return from_json(_child("benchmarks.cases", str(writes), env=env))


def _cases(env: Mapping[str, str], plan: Plan, only: str) -> list[Case]:
    cases = cases_of(env, writes=plan.writes)
    return [case for case in cases if case.is_floor or only in case.name]


def _queries(env: Mapping[str, str], cases: list[Case]) -> list[dict[str, Any]]:
    """Of the platform's cases; a report takes the two requests kept for it."""
    said = json.dumps(
        [
            {**asdict(case), "requests": [asdict(r) for r in case.requests[-2:]]}
            for case in cases
            if not case.is_floor
        ]
    )
    quiet = {**env, "ANWANG_LOG_LEVEL": "WARNING"}
    return list(json.loads(_child("benchmarks.queries", env=quiet, said=said)))


def _measure(
    var: Path,
    database: str,
    env: Mapping[str, str],
    cases: list[Case],
    plan: Plan,
    shape: Shape,
) -> list[Measured]:
    measured = [Measured(case) for case in cases]
    with ExitStack() as stack:
        owner = stack.enter_context(databases.as_owner(var, database))

        def backends() -> set[int]:
            found = owner.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )
            return {pid for (pid,) in found.fetchall()}

        port = settings.PORT
        floor, platform = (
            stack.enter_context(
                served(what, port=port + n, var=var, environment=env, shape=shape)
            )
            for n, what in enumerate((FLOOR, PLATFORM))
        )

        def server(case: Case) -> Served:
            return floor if case.is_floor else platform

        sent = dict.fromkeys((case.name for case in cases), 0)
        by_name = {case.name: case for case in cases}

        def sample(case: Case, connections: int, count: int) -> Sample:
            result = take(
                case,
                server(case),
                backends,
                connections=connections,
                count=count,
                skip=sent[case.name],
            )
            sent[case.name] += count
            return result

        for one in measured:
            sample(one.case, 8, WARMING)
        for n in range(plan.repetitions):
            for one in measured:
                if one.case.floor:
                    floor_case = by_name[one.case.floor]
                    count = plan.count(floor_case) // 2
                    one.beside.append(sample(floor_case, ONE_BY_ONE, count))
                count = plan.count(one.case)
                one.alone.append(sample(one.case, ONE_BY_ONE, count))
                one.together.append(sample(one.case, SIDE_BY_SIDE, count))
            print(f"  repetition {n + 1} of {plan.repetitions}", flush=True)
    return measured
