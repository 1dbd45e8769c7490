"""The A to D level as arithmetic: what a score gives, and how far a year may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

LEVELS: Final = "ABCD"


def level_of(score: Decimal, thresholds: Iterable[tuple[str, Decimal]]) -> str:
    """The best level whose lowest score is reached; the worst where none is."""
    reached = [level for level, lowest in thresholds if score >= lowest]
    return min(reached, key=LEVELS.index, default=LEVELS[-1])


def one_step(wanted: str, previous: str) -> str:
    """The level nearest to ``wanted`` that is at most one step from ``previous``."""
    at = LEVELS.index(previous)
    nearest = max(at - 1, min(LEVELS.index(wanted), at + 1))
    return LEVELS[nearest]


def steps_between(one: str, other: str) -> int:
    return abs(LEVELS.index(one) - LEVELS.index(other))


def neighbours(level: str) -> str:
    """The levels that a yearly decision may choose from."""
    return "".join(each for each in LEVELS if steps_between(each, level) <= 1)
