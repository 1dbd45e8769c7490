"""``python -m config.checks.patterns``: the whole project against every rule."""

import sys
from pathlib import Path

from config.checks.patterns import python, templates, text
from config.checks.patterns.engine import (
    findings,
    judge,
    read_allowed,
    read_sources,
)

RULES = (*python.RULES, *templates.RULES, *text.RULES)
ALLOWED = Path(__file__).with_name("allowed.toml")


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    names = [rule.name for rule in RULES]
    wrong = judge(findings(read_sources(), RULES), read_allowed(ALLOWED), names)
    for line in wrong:
        print(line)
    if wrong:
        print(
            f"\n{len(wrong)} in all. Where it is truly needed, write the rule, the "
            f"file and the reason into {ALLOWED.name} beside the rules."
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
