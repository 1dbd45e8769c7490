"""Working days and working hours: when people of the demo county do things."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import chinese_calendar

from workdays.deadlines import FIXED_HOLIDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)

# Beginnings of the fifteen-minute slots of a working day.
_SLOTS = tuple(
    time(hour, minute)
    for hour in (8, 9, 10, 11, 14, 15, 16, 17)
    for minute in (0, 15, 30, 45)
    if (hour, minute) not in {(8, 0), (8, 15), (11, 45), (17, 45)}
)


@cache
def is_workday(day: date) -> bool:
    """By the published calendar; in years without one as ``workdays`` guesses."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS


def workday_from(day: date) -> date:
    """The day itself if it is a working day, else the next one."""
    while not is_workday(day):
        day += _DAY
    return day


def workday_until(day: date) -> date:
    """The day itself if it is a working day, else the last one before."""
    while not is_workday(day):
        day -= _DAY
    return day


def due_on(assigned_on: date, days: int) -> date:
    """The first day isn't counted; a last day off moves to the next working day."""
    return workday_from(assigned_on + timedelta(days=days))


def later(rng: Random, day: date, low: int, high: int) -> date:
    return workday_from(day + timedelta(days=rng.randint(low, high)))


def moments(rng: Random, days: Sequence[date]) -> list[datetime]:
    """One moment in working hours for each day, strictly rising within a day."""
    rising: list[datetime] = []
    for day in sorted(set(days)):
        chosen = sorted(rng.sample(range(len(_SLOTS)), days.count(day)))
        for slot in chosen:
            start = datetime.combine(day, _SLOTS[slot], SHANGHAI)
            rising.append(start + timedelta(seconds=rng.randrange(15 * 60)))
    return rising
