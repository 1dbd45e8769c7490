"""Deadlines in Chinese working days that can say how they were counted.

Pure: no model, no clock. Every step of the count is a small JSON-able dict, so
that a case keeps its explanation and shows it in the reader's language for ever.
The counting rules: "日" means calendar days unless "工作日" is said, the first
day is not counted, and a last day that is not worked moves to the next one that is.
"""

import calendar as months
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from workdays.explaining import Step

DayRow = tuple[date, bool, str]

HARD_CAP_DAYS: Final = 365  # no rectification may be given longer than a year
ONE_DAY: Final = timedelta(days=1)

# Rest days that the law fixes by date; known before a year's schedule is out.
FIXED_HOLIDAYS: Final = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
# The schedule of a year reaches into the last week of the year before: New
# Year's holiday has been exchanged with days from 26 December on.
REACHES_BACK_TO: Final = (12, 26)


class Unit(TextChoices):
    HOUR = "hour", _("hours")
    DAY = "day", _("calendar days")
    WORKDAY = "workday", _("working days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")


class Calendar:
    """Which days are worked, from the exceptional days of one tenant.

    A year counts as published when it has its National Day: the yearly notice
    always sets it, while somebody may have entered single days beforehand.
    """

    def __init__(self, days: Iterable[DayRow] = ()) -> None:
        self._days = {on: (is_workday, name) for on, is_workday, name in days}
        self.published = frozenset(
            on.year
            for on, (is_workday, _name) in self._days.items()
            if not is_workday and (on.month, on.day) == (10, 1)
        )

    def is_workday(self, on: date) -> bool:
        if on in self._days:
            return self._days[on][0]
        return on.weekday() < 5 and not self._fixed_holiday(on)

    def reason(self, on: date) -> str:
        """The name of the holiday or exchanged day; empty for an ordinary day."""
        if on in self._days:
            return self._days[on][1]
        return self._fixed_holiday(on)

    def unpublished(self, on: date) -> set[int]:
        """The years whose schedule is missing to be sure about this day."""
        needed = {on.year}
        if (on.month, on.day) >= REACHES_BACK_TO:
            needed.add(on.year + 1)
        return needed - self.published

    def _fixed_holiday(self, on: date) -> str:
        if on.year in self.published:
            return ""
        return FIXED_HOLIDAYS.get((on.month, on.day), "")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date with the steps that led to it.

    ``due_at`` is set only where the limit is counted in hours.
    """

    due_on: date
    steps: tuple[Step, ...]
    due_at: datetime | None = None

    @property
    def warnings(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step["code"] in WARNINGS)


WARNINGS: Final = frozenset({"unpublished", "chosen_rest_day"})


def count(
    *,
    start: date,
    value: int,
    unit: str,
    calendar: Calendar,
    basis: str = "",
) -> Deadline:
    """The deadline ``value`` units after ``start``, with its explanation.

    ``start`` is the day of the event; for hours it must be an aware datetime.
    """
    steps: list[Step] = [_step("basis", basis=basis)] if basis else []
    if unit == Unit.HOUR:
        return _count_hours(start, value, steps)
    if isinstance(start, datetime):
        start = timezone.localdate(start)
    steps.append(_step("begins", on=start.isoformat()))
    counted = _COUNTERS[Unit(unit)](start, value, calendar)
    steps += counted.steps
    due_on, moved = _next_workday(counted.last, calendar)
    steps += moved
    steps += _unpublished(calendar, counted.decisive, due_on)
    steps.append(_step("due", on=due_on.isoformat()))
    return Deadline(due_on, tuple(steps))


def fixed(
    *,
    due_on: date,
    today: date,
    calendar: Calendar,
    cap_days: int = HARD_CAP_DAYS,
    basis: str = "",
) -> Deadline:
    """A deadline that somebody chose as a date. It stays on the chosen day.

    Raises ``DomainError`` at ``due_on`` for a day that is over or too far off.
    """
    if due_on < today:
        raise DomainError(
            _("The deadline lies in the past. Choose today or a later day."),
            field="due_on",
        )
    if due_on > today + timedelta(days=cap_days):
        raise DomainError(
            _("The deadline may lie at most %(days)s days ahead.") % {"days": cap_days},
            field="due_on",
        )
    steps = [_step("basis", basis=basis)] if basis else []
    steps.append(_step("chosen", on=due_on.isoformat()))
    if not calendar.is_workday(due_on):
        steps.append(_step("chosen_rest_day", days=_named([due_on], calendar)))
    steps += _unpublished(calendar, due_on, due_on)
    steps.append(_step("due", on=due_on.isoformat()))
    return Deadline(due_on, tuple(steps))


def days_left(due_on: date, today: date) -> int:
    """Calendar days until the deadline; 0 on the day, negative when overdue."""
    return (due_on - today).days


@dataclass(frozen=True, slots=True)
class _Counted:
    """The last day before any move, and the first day on which a rule hung."""

    last: date
    decisive: date
    steps: tuple[Step, ...]


def _count_days(start: date, value: int, _calendar: Calendar) -> _Counted:
    last = start + timedelta(days=value)
    return _Counted(last, last, (_step("days", value=value, on=last.isoformat()),))


def _count_months(start: date, value: int, _calendar: Calendar) -> _Counted:
    last = add_months(start, value)
    return _Counted(last, last, (_step("months", value=value, on=last.isoformat()),))


def _count_years(start: date, value: int, _calendar: Calendar) -> _Counted:
    last = add_months(start, value * 12)
    return _Counted(last, last, (_step("years", value=value, on=last.isoformat()),))


def _count_workdays(start: date, value: int, calendar: Calendar) -> _Counted:
    on, left = start, value
    rested: list[date] = []
    exchanged: list[date] = []
    while left:
        on += ONE_DAY
        if not calendar.is_workday(on):
            rested.append(on)
            continue
        left -= 1
        if on.weekday() >= 5:
            exchanged.append(on)
    steps = [_step("workdays", value=value, on=on.isoformat())]
    if rested:
        steps.append(_step("not_counted", days=_named(rested, calendar)))
    if exchanged:
        steps.append(_step("exchanged", days=_named(exchanged, calendar)))
    return _Counted(on, min(start + ONE_DAY, on), tuple(steps))


_COUNTERS: Final[dict[Unit, Callable[[date, int, Calendar], _Counted]]] = {
    Unit.DAY: _count_days,
    Unit.WORKDAY: _count_workdays,
    Unit.MONTH: _count_months,
    Unit.YEAR: _count_years,
}


def _count_hours(start: date, value: int, steps: list[Step]) -> Deadline:
    if not isinstance(start, datetime) or timezone.is_naive(start):
        raise TypeError("Hours are counted from an aware datetime.")
    due_at = start + timedelta(hours=value)
    steps.append(_step("hours", value=value, start=start.isoformat()))
    steps.append(_step("due_at", at=due_at.isoformat()))
    return Deadline(timezone.localdate(due_at), tuple(steps), due_at)


def _next_workday(last: date, calendar: Calendar) -> tuple[date, list[Step]]:
    on, passed = last, []
    while not calendar.is_workday(on):
        passed.append(on)
        on += ONE_DAY
    if not passed:
        return on, []
    return on, [_step("moved", to=on.isoformat(), days=_named(passed, calendar))]


def _unpublished(calendar: Calendar, first: date, last: date) -> list[Step]:
    years: set[int] = set()
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        years |= calendar.unpublished(date.fromordinal(ordinal))
    return [_step("unpublished", year=year) for year in sorted(years)]


def add_months(start: date, value: int) -> date:
    """The same day of a later month, or that month's last day (民法典 art. 202)."""
    year, month = divmod(start.year * 12 + start.month - 1 + value, 12)
    month += 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def _named(days: Iterable[date], calendar: Calendar) -> list[list[str]]:
    return [[on.isoformat(), calendar.reason(on)] for on in days]


def _step(code: str, **params: Any) -> Step:
    return {"code": code, "params": params}
