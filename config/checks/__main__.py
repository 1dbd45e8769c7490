"""``python -m config.checks``: every gate by default, or those that are named."""

import argparse
import sys

from config.checks.runner import Options, run_steps
from config.checks.steps import STEPS, chosen


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, run the steps, return the exit code."""
    names = ", ".join(step.name for step in STEPS)
    parser = argparse.ArgumentParser(
        prog="python -m config.checks",
        description="Run the gates of the project.",
        epilog=f"Steps, in order: {names}. Arguments after -- go to pytest.",
    )
    parser.add_argument(
        "steps",
        nargs="*",
        metavar="STEP",
        help="lint (all but pytest), test (everything, the default), or step names",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="let format, lint, openapi, translations and templates repair the files",
    )
    own, passed_on = _split(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(own)
    try:
        steps = chosen(options.steps)
    except KeyError as unknown:
        parser.error(f"no step {unknown}; there are: {names}")
    return run_steps(steps, Options(write=options.write, pytest_arguments=passed_on))


def _split(arguments: list[str]) -> tuple[list[str], tuple[str, ...]]:
    if "--" not in arguments:
        return arguments, ()
    at = arguments.index("--")
    return arguments[:at], tuple(arguments[at + 1 :])


if __name__ == "__main__":
    sys.exit(main())
