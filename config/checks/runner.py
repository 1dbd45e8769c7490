"""Runs the steps: static ones two at a time, pytest alone, one summary at the end."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from config.checks.project import ROOT

SIDE_BY_SIDE = 2
MOST_LINES = 60
# How pytest ends: "=== 3 passed, 1 skipped in 2.50s ===".
CLOSING_LINE = re.compile(
    r"^(=+ )?(no tests ran|\d+ (passed|failed|errors?|skipped|deselected|x\w+))\b"
    r".* in [\d.]+s"
)
_MARKS = {True: "PASS", False: "FAIL"}


@dataclass(frozen=True)
class Options:
    """What the command line asks of the steps."""

    write: bool = False
    pytest_arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A gate: a name, what it makes sure of, and the commands that do so."""

    name: str
    title: str
    commands: Callable[[Options], Sequence[Sequence[str]]]
    environment: Callable[[], Mapping[str, str]] = field(default=dict)
    alone: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a step went, and what it said."""

    step: Step
    passed: bool
    seconds: float
    output: str = ""
    last_line: str = ""


def run_steps(steps: Sequence[Step], options: Options) -> int:
    """Run all, even after a failure; 0 only if every step passed."""
    started = time.monotonic()
    outcomes: list[Outcome] = []
    quiet = [step for step in steps if not step.alone]
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        for outcome in pool.map(lambda step: run_quietly(step, options), quiet):
            _show(outcome, whole=len(steps) == 1)
            outcomes.append(outcome)
    for step in steps:
        if step.alone:
            outcome = run_aloud(step, options)
            _show(outcome)
            outcomes.append(outcome)
    _summarise(outcomes, time.monotonic() - started)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run_quietly(step: Step, options: Options) -> Outcome:
    """Run a step's commands, keep what they print, stop at the first failure."""
    started = time.monotonic()
    said: list[str] = []
    passed = True
    for command in step.commands(options):
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_environment(step),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
        )
        said.append(done.stdout)
        passed = passed and done.returncode == 0
        if not passed:
            break
    return Outcome(step, passed, time.monotonic() - started, "".join(said))


def run_aloud(step: Step, options: Options) -> Outcome:
    """Run a step that prints as it goes; remember its closing line."""
    started = time.monotonic()
    passed, last = True, ""
    print(f"\n── {step.name}: {step.title}", flush=True)
    for command in step.commands(options):
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(step),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
        ) as child:
            for line in child.stdout or ():
                sys.stdout.write(line)
                sys.stdout.flush()
                if CLOSING_LINE.match(line):
                    last = line.strip()
        passed = passed and child.returncode == 0
    return Outcome(step, passed, time.monotonic() - started, last_line=last)


def _environment(step: Step) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **step.environment()}


def _show(outcome: Outcome, *, whole: bool = True) -> None:
    step = outcome.step
    print(
        f"{_MARKS[outcome.passed]}  {step.name:<13}{outcome.seconds:6.1f} s"
        f"  {step.title}",
        flush=True,
    )
    if not outcome.passed and outcome.output.strip():
        lines = outcome.output.rstrip().splitlines()
        shown = lines if whole else shortened(lines, step.name)
        print("\n".join(f"      │ {line}" for line in shown), flush=True)


def shortened(lines: Sequence[str], name: str) -> Sequence[str]:
    """The beginning and the end of what a step said, when it said too much."""
    if len(lines) <= MOST_LINES:
        return lines
    half = MOST_LINES // 2
    left_out = len(lines) - 2 * half
    hint = f"… {left_out} lines left out; all of them: python -m config.checks {name}"
    return [*lines[:half], hint, *lines[-half:]]


def _summarise(outcomes: Sequence[Outcome], seconds: float) -> None:
    failed = [outcome.step.name for outcome in outcomes if not outcome.passed]
    print(f"\n── {len(outcomes)} steps in {seconds:.0f} s")
    for outcome in outcomes:
        print(f"   {_MARKS[outcome.passed]}  {outcome.step.name}")
    if failed:
        print(f"FAILED: {', '.join(failed)}")
    else:
        print("All steps passed.")
    for outcome in outcomes:
        if outcome.last_line:
            print(outcome.last_line)
    sys.stdout.flush()
