"""Load the calendar and the rules of a bureau, and count deadlines with them."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from tenants.tenancy import require_tenant
from tenants.texts import tidy, tidy_line
from workdays import deadlines
from workdays.deadlines import Calendar, Deadline
from workdays.models import Day, DaySource, DeadlineRule
from workdays.published import published_days
from workdays.rules import MAJOR_RECTIFY_CAP, RULES

# Past every count: the longest run of rest days, and the year behind it, whose
# schedule reaches back into December.
MARGIN = timedelta(days=400)


@transaction.atomic
def seed_calendar() -> int:
    """Load the published schedule into the active tenant; returns what changed.

    Safe to repeat, for example after the package brought a new year: rows that
    the bureau entered or edited itself stay as they are.
    """
    published = published_days()
    known = {day.on: day for day in Day.objects.all()}
    tenant_id = require_tenant()
    new = [
        Day(
            tenant_id=tenant_id,
            on=on,
            is_workday=is_workday,
            name=name,
            source=DaySource.PUBLISHED,
        )
        for on, is_workday, name in published.values()
        if on not in known
    ]
    seeded = [d for d in known.values() if d.source == DaySource.PUBLISHED]
    corrected = [
        day
        for day in seeded
        if day.on in published
        and (day.on, day.is_workday, day.name) != published[day.on]
    ]
    for day in corrected:
        _on, day.is_workday, day.name = published[day.on]
    withdrawn = [day.pk for day in seeded if day.on not in published]
    Day.objects.bulk_create(new, ignore_conflicts=True)
    Day.objects.bulk_update(corrected, ["is_workday", "name"])
    Day.objects.filter(pk__in=withdrawn).delete()
    return len(new) + len(corrected) + len(withdrawn)


@transaction.atomic
def seed_rules() -> int:
    """Give the active tenant every time limit it lacks; returns how many."""
    known = set(DeadlineRule.objects.values_list("key", flat=True))
    rules = [
        DeadlineRule(
            tenant_id=require_tenant(),
            key=seed.key,
            name=seed.name,
            value=seed.value,
            unit=seed.unit,
            choices=list(seed.choices),
            is_hard=seed.is_hard,
            basis=seed.basis,
            edition=seed.edition,
            is_proposed=seed.is_proposed,
        )
        for seed in RULES
        if seed.key not in known
    ]
    DeadlineRule.objects.bulk_create(rules, ignore_conflicts=True)
    return len(rules)


@transaction.atomic
def set_day(*, on: date, is_workday: bool, name: str) -> Day:
    """Enter or correct one day by hand; the published schedule leaves it alone."""
    name = tidy_line(name)
    if not name:
        raise DomainError(
            _("Say what kind of day this is, for example the holiday's name."),
            field="name",
        )
    day, _created = Day.objects.update_or_create(
        on=on,
        defaults={
            "is_workday": is_workday,
            "name": name,
            "source": DaySource.OWN,
        },
    )
    return day


@transaction.atomic
def remove_day(*, on: date) -> bool:
    """Take a day entered by hand back; returns whether there was one.

    What the published schedule says about the day comes back at once.
    """
    count, _details = Day.objects.filter(on=on, source=DaySource.OWN).delete()
    if count:
        seed_calendar()
    return bool(count)


@transaction.atomic
def set_rule(
    *, key: str, value: int, choices: list[int] | None = None, basis: str | None = None
) -> DeadlineRule:
    """Change a time limit of the active tenant. Deadlines already set stay."""
    rule = get_rule(key)
    if value < 1:
        raise DomainError(_("A time limit is at least 1."), field="value")
    rule.value = value
    if choices is not None:
        if not all(isinstance(length, int) and length >= 1 for length in choices):
            raise DomainError(
                _("The lengths to choose from are whole numbers from 1."),
                field="choices",
            )
        rule.choices = sorted(set(choices))
    if basis is not None:
        rule.basis = tidy(basis)
    rule.save(update_fields=["value", "choices", "basis"])
    return rule


def get_rule(key: str) -> DeadlineRule:
    """The active tenant's time limit; a missing one is a fault of the set-up."""
    return DeadlineRule.objects.get(key=key)


def calendar(*, first: date, last: date) -> Calendar:
    """The days of whole years around the span, in one query.

    Nothing is kept between calls: whoever counts many deadlines at once holds
    the calendar and calls ``deadlines.count`` with it.
    """
    days = Day.objects.between(
        date(first.year, 1, 1), date((last + MARGIN).year, 12, 31)
    )
    return Calendar(days.as_rows())


def deadline(
    *, start: date, key: str | None = None, days: int | None = None
) -> Deadline:
    """The deadline by a rule, by a length chosen under a rule, or by plain days.

    ``key`` alone takes the rule's own length; with ``days`` the length must be
    one the rule offers. Raises ``DomainError`` at ``days`` otherwise.
    """
    if key is None:
        return _plain_deadline(start, days)
    rule = get_rule(key)
    if days is not None:
        _check_choice(rule, days)
    value = rule.value if days is None else days
    return deadlines.count(
        start=start,
        value=value,
        unit=rule.unit,
        calendar=_calendar_for(start, value, rule.unit),
        basis=f"{rule.name}:{rule.basis}" if rule.basis else rule.name,
    )


def _plain_deadline(start: date, days: int | None) -> Deadline:
    if days is None:
        raise TypeError("A deadline needs a rule or a number of days.")
    if not 1 <= days <= deadlines.HARD_CAP_DAYS:
        raise DomainError(
            _("Choose between 1 and %(days)s days.")
            % {"days": deadlines.HARD_CAP_DAYS},
            field="days",
        )
    return deadlines.count(
        start=start,
        value=days,
        unit=deadlines.Unit.DAY,
        calendar=_calendar_for(start, days, deadlines.Unit.DAY),
    )


def fixed_deadline(*, due_on: date, today: date, basis: str = "") -> Deadline:
    """A deadline chosen as a date, checked against today and the longest allowed."""
    cap = DeadlineRule.objects.filter(key=MAJOR_RECTIFY_CAP)
    days = cap.values_list("value", flat=True).first()
    return deadlines.fixed(
        due_on=due_on,
        today=today,
        calendar=calendar(first=min(due_on, today), last=min(due_on, _far(today))),
        cap_days=min(days or deadlines.HARD_CAP_DAYS, deadlines.HARD_CAP_DAYS),
        basis=basis,
    )


def _far(today: date) -> date:
    return today + timedelta(days=deadlines.HARD_CAP_DAYS)


def _check_choice(rule: DeadlineRule, days: int) -> None:
    if days == rule.value or days in rule.choices:
        return
    offered = ", ".join(str(length) for length in sorted({rule.value, *rule.choices}))
    raise DomainError(
        _("Choose one of the lengths %(offered)s.") % {"offered": offered},
        field="days",
    )


_LONGEST = {
    deadlines.Unit.HOUR: timedelta(hours=1),
    deadlines.Unit.DAY: timedelta(days=1),
    deadlines.Unit.WORKDAY: timedelta(days=2),
    deadlines.Unit.MONTH: timedelta(days=31),
    deadlines.Unit.YEAR: timedelta(days=366),
}


def _calendar_for(start: date, value: int, unit: str) -> Calendar:
    return calendar(first=start, last=start + value * _LONGEST[deadlines.Unit(unit)])
