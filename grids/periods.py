"""Weeks, months, quarters: the periods in which work is due. Pure.

A period counts where it ends: what is due in the twelve months of a year adds
up to what is due in the year, and nothing is counted twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
PERIODIC: Final = ("week", *_MONTHS)
_KEY: Final = re.compile(r"(?P<year>[12]\d{3})(-(?P<part>\d{2}|Q[1-4]|H[12]))?")
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2999


@dataclass(frozen=True, slots=True)
class Period:
    """``2026-W47``, ``2026-11``, ``2026-Q4``, ``2026-H2``, ``2026``; or one day."""

    unit: str
    key: str
    first: date
    last: date

    def before(self) -> Period:
        return containing(self.unit, self.first - timedelta(days=1))

    def after(self) -> Period:
        return containing(self.unit, self.last + timedelta(days=1))


def containing(unit: str, day: date) -> Period:
    """The period of this length in which the day lies; for occasions the day."""
    if unit == "occasion":
        return Period(unit, day.isoformat(), day, day)
    if unit == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(unit, f"{year}-W{week:02d}", first, first + timedelta(days=6))
    months = _MONTHS[unit]
    number = (day.month - 1) // months
    first = date(day.year, number * months + 1, 1)
    key = {
        "month": f"{day.year}-{day.month:02d}",
        "quarter": f"{day.year}-Q{number + 1}",
        "half_year": f"{day.year}-H{number + 1}",
        "year": f"{day.year}",
    }[unit]
    return Period(unit, key, first, _month_after(first, months) - timedelta(days=1))


def ending_within(unit: str, first: date, last: date) -> list[Period]:
    """The periods of this length whose last day lies in the span."""
    found = []
    period = containing(unit, first)
    while period.last <= last:
        found.append(period)
        period = period.after()
    return found


def named(key: str) -> Period | None:
    """The month, quarter, half-year or year of this key; None where it says none."""
    match = _KEY.fullmatch(key)
    if match is None or not _FIRST_YEAR <= int(match["year"]) <= _LAST_YEAR:
        return None
    year, part = int(match["year"]), match["part"]
    if part is None:
        return containing("year", date(year, 1, 1))
    if part[0] == "Q":
        return containing("quarter", date(year, int(part[1]) * 3, 1))
    if part[0] == "H":
        return containing("half_year", date(year, int(part[1]) * 6, 1))
    return (
        containing("month", date(year, int(part), 1)) if 1 <= int(part) <= 12 else None
    )


def _month_after(first: date, months: int) -> date:
    ahead = first.month - 1 + months
    return date(first.year + ahead // 12, ahead % 12 + 1, 1)
