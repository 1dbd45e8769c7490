"""Deadlines: the law's way of counting, over real holiday schedules."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.errors import DomainError
from workdays.deadlines import Calendar, Unit, add_months, count, days_left, fixed
from workdays.explaining import explain
from workdays.published import published_days

CALENDAR = Calendar(published_days().values())
SHANGHAI = ZoneInfo("Asia/Shanghai")


def due(start, value, unit=Unit.DAY):
    return count(start=start, value=value, unit=unit, calendar=CALENDAR).due_on


def codes(deadline):
    return [step["code"] for step in deadline.steps]


# Known vectors of 调休


@pytest.mark.parametrize(
    ("on", "is_workday", "reason"),
    [
        (date(2024, 2, 9), True, ""),  # 除夕 2024 was no public holiday
        (date(2024, 2, 10), False, "春节"),
        (date(2024, 2, 17), False, "春节"),
        (date(2024, 2, 18), True, "春节调休"),
        (date(2024, 9, 14), True, "中秋调休"),
        (date(2024, 9, 29), True, "国庆节调休"),
        (date(2024, 10, 12), True, "国庆节调休"),
        (date(2025, 1, 26), True, "春节调休"),
        (date(2025, 9, 28), True, "国庆节调休"),
        (date(2025, 10, 1), False, "国庆节"),
        (date(2025, 10, 6), False, "中秋"),
        (date(2025, 10, 8), False, "国庆节"),
        (date(2025, 10, 9), True, ""),
        (date(2025, 10, 11), True, "国庆节调休"),
        (date(2025, 10, 12), False, ""),
        (date(2026, 1, 2), False, "元旦"),
        (date(2026, 1, 4), True, "元旦调休"),
        (date(2026, 2, 14), True, "春节调休"),
        (date(2026, 2, 23), False, "春节"),
        (date(2026, 9, 20), True, "国庆节调休"),
        (date(2026, 10, 7), False, "国庆节"),
        (date(2026, 10, 10), True, "国庆节调休"),
    ],
)
def test_the_calendar_knows_exchanged_days(on, is_workday, reason):
    assert (CALENDAR.is_workday(on), CALENDAR.reason(on)) == (is_workday, reason)


@pytest.mark.parametrize(
    ("start", "value", "unit", "expected"),
    [
        # The day of the event does not count.
        (date(2025, 9, 1), 7, Unit.DAY, date(2025, 9, 8)),
        # 1 October is a holiday: on to the first working day, the 9th.
        (date(2025, 9, 24), 7, Unit.DAY, date(2025, 10, 9)),
        # A Sunday that is worked in exchange is a fine last day.
        (date(2025, 9, 21), 7, Unit.DAY, date(2025, 9, 28)),
        # An ordinary Saturday moves to Monday.
        (date(2025, 8, 30), 7, Unit.DAY, date(2025, 9, 8)),
        # Three working days over National Day 2025: 30 September, 9 and 10 October.
        (date(2025, 9, 29), 3, Unit.WORKDAY, date(2025, 10, 10)),
        # The fourth is the exchanged Saturday.
        (date(2025, 9, 29), 4, Unit.WORKDAY, date(2025, 10, 11)),
        # Spring Festival 2026: from 13 February over the 14th, worked, to the 24th.
        (date(2026, 2, 13), 2, Unit.WORKDAY, date(2026, 2, 24)),
        (date(2026, 1, 30), 1, Unit.MONTH, date(2026, 2, 28)),
        (date(2026, 1, 1), 1, Unit.YEAR, date(2027, 1, 4)),
        (date(2024, 2, 29), 1, Unit.YEAR, date(2025, 2, 28)),
    ],
)
def test_deadlines_fall_on_known_days(start, value, unit, expected):
    assert due(start, value, unit) == expected


def test_hours_run_through_holidays():
    start = datetime(2025, 10, 1, 9, 30, tzinfo=SHANGHAI)

    deadline = count(start=start, value=24, unit=Unit.HOUR, calendar=CALENDAR)

    assert deadline.due_at == start + timedelta(hours=24)
    assert deadline.due_on == date(2025, 10, 2)


def test_hours_need_a_moment():
    with pytest.raises(TypeError, match="aware datetime"):
        count(start=date(2025, 10, 1), value=24, unit=Unit.HOUR, calendar=CALENDAR)


def test_a_moment_counts_as_its_day_in_china():
    late = datetime(2025, 9, 1, 17, 0, tzinfo=ZoneInfo("UTC"))  # already 2 September

    assert due(late, 7) == date(2025, 9, 9)


# The explanation


def test_every_line_of_the_explanation_is_there():
    deadline = count(
        start=date(2025, 9, 24),
        value=7,
        unit=Unit.DAY,
        calendar=CALENDAR,
        basis="一般隐患限期整改",
    )

    assert codes(deadline) == ["basis", "begins", "days", "moved", "due"]
    with override("en"):
        assert explain(deadline.steps) == [
            "Basis: 一般隐患限期整改",
            "Counted from Sept. 24, 2025 (Wednesday); that day itself does not count.",
            "7 calendar days; the last day is Oct. 1, 2025 (Wednesday).",
            (
                "Not worked: 2025-10-01 to 2025-10-05 国庆节, 2025-10-06 中秋,"
                " 2025-10-07 to 2025-10-08 国庆节. The deadline moves to"
                " Oct. 9, 2025 (Thursday)."
            ),
            "Due by the end of Oct. 9, 2025 (Thursday).",
        ]
    assert deadline.warnings == ()


def test_exchanged_days_are_named_when_they_count():
    deadline = count(
        start=date(2025, 9, 26), value=8, unit=Unit.WORKDAY, calendar=CALENDAR
    )

    assert deadline.due_on == date(2025, 10, 14)
    with override("en"):
        assert explain(deadline.steps)[2:4] == [
            (
                "Not worked and not counted: 2025-09-27 weekend, 2025-10-01 to 2025-10-05"
                " 国庆节, 2025-10-06 中秋, 2025-10-07 to 2025-10-08 国庆节,"
                " 2025-10-12 weekend."
            ),
            (
                "Weekend days that are worked and counted: 2025-09-28 国庆节调休,"
                " 2025-10-11 国庆节调休."
            ),
        ]


def test_steps_survive_a_round_through_json():
    deadline = count(
        start=date(2025, 9, 24), value=7, unit=Unit.DAY, calendar=CALENDAR, basis="x"
    )

    again = json.loads(json.dumps(deadline.steps))

    assert again == list(deadline.steps)
    assert explain(again) == explain(deadline.steps)


def test_a_step_of_a_later_version_is_left_out():
    assert explain([{"code": "paused", "params": {}}]) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_of_step_can_be_said(language):
    moment = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)
    every = [
        *count(start=moment, value=2, unit=Unit.HOUR, calendar=CALENDAR).steps,
        *count(
            start=date(2025, 9, 26), value=9, unit=Unit.WORKDAY, calendar=CALENDAR
        ).steps,
        *count(
            start=date(2026, 12, 1), value=2, unit=Unit.MONTH, calendar=CALENDAR
        ).steps,
        *count(
            start=date(2026, 1, 1), value=1, unit=Unit.YEAR, calendar=CALENDAR
        ).steps,
        *fixed(
            due_on=date(2027, 1, 2), today=date(2026, 12, 1), calendar=CALENDAR
        ).steps,
    ]

    with override(language):
        sentences = explain(every)

    assert len(sentences) == len(every)
    assert all(sentence and "%(" not in sentence for sentence in sentences)


# Years whose schedule is not out


def test_a_deadline_in_an_unpublished_year_warns_and_says_which():
    deadline = count(
        start=date(2026, 12, 28), value=7, unit=Unit.DAY, calendar=CALENDAR
    )

    assert [step["params"] for step in deadline.warnings] == [{"year": 2027}]
    with override("en"):
        assert explain(deadline.warnings)[0].startswith(
            "The holiday schedule of 2027 is not published yet."
        )


def test_the_last_week_of_december_depends_on_the_next_year():
    """30 and 31 December 2018 were holidays by the schedule of 2019."""
    before = [d for d in published_days().values() if d[0].year < 2019]
    calendar = Calendar([day for day in before if day[0] < date(2018, 12, 26)])

    assert calendar.unpublished(date(2018, 12, 25)) == set()
    assert calendar.unpublished(date(2018, 12, 28)) == {2019}


def test_fixed_holidays_are_rest_days_before_the_schedule_is_out():
    assert not CALENDAR.is_workday(date(2027, 1, 1))
    assert CALENDAR.reason(date(2027, 5, 1)) == "劳动节"
    assert CALENDAR.is_workday(date(2027, 5, 4))


def test_a_single_day_entered_beforehand_does_not_make_a_year_published():
    calendar = Calendar([(date(2027, 1, 1), False, "元旦")])

    assert calendar.published == frozenset()


def test_a_published_year_gets_no_warning():
    assert (
        count(
            start=date(2026, 11, 2), value=30, unit=Unit.DAY, calendar=CALENDAR
        ).warnings
        == ()
    )


# A date chosen by hand


def test_a_chosen_day_stays_and_says_that_it_is_no_working_day():
    deadline = fixed(
        due_on=date(2026, 10, 3), today=date(2026, 9, 20), calendar=CALENDAR
    )

    assert deadline.due_on == date(2026, 10, 3)
    assert codes(deadline) == ["chosen", "chosen_rest_day", "due"]
    assert [step["code"] for step in deadline.warnings] == ["chosen_rest_day"]


def test_today_may_be_chosen():
    today = date(2026, 9, 21)

    assert codes(fixed(due_on=today, today=today, calendar=CALENDAR)) == [
        "chosen",
        "due",
    ]


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 9, 20), "in the past"),
        (date(1, 1, 1), "in the past"),
        (date(2027, 9, 22), "at most 365 days"),
        (date(9999, 12, 31), "at most 365 days"),
    ],
)
def test_a_day_that_is_over_or_too_far_off_is_refused(due_on, words):
    with override("en"), pytest.raises(DomainError, match=words) as refusal:
        fixed(due_on=due_on, today=date(2026, 9, 21), calendar=CALENDAR)

    assert refusal.value.field == "due_on"


def test_days_left_turn_negative_after_the_day():
    due_on = date(2026, 3, 1)

    assert days_left(due_on, date(2026, 2, 26)) == 3
    assert days_left(due_on, due_on) == 0
    assert days_left(due_on, date(2026, 3, 8)) == -7


# What holds for every start and length

SOME_DAY = st.dates(min_value=date(2020, 1, 1), max_value=date(2026, 6, 1))


@settings(deadline=None)
@given(start=SOME_DAY, value=st.integers(1, 120))
def test_a_counted_deadline_is_the_first_working_day_not_before_the_last(start, value):
    last = start + timedelta(days=value)
    found = due(start, value)

    assert found >= last
    assert CALENDAR.is_workday(found)
    between = [last + timedelta(days=n) for n in range((found - last).days)]
    assert not any(CALENDAR.is_workday(on) for on in between)


@settings(deadline=None)
@given(start=SOME_DAY, value=st.integers(1, 60))
def test_counted_working_days_are_exactly_as_many_as_asked(start, value):
    found = due(start, value, Unit.WORKDAY)
    days = [start + timedelta(days=n) for n in range(1, (found - start).days + 1)]

    assert sum(CALENDAR.is_workday(on) for on in days) == value
    assert CALENDAR.is_workday(found)


@settings(deadline=None)
@given(start=SOME_DAY, value=st.integers(0, 48))
def test_months_keep_the_day_or_take_the_last(start, value):
    found = add_months(start, value)

    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == value
    assert found.day == start.day or (
        found.day < start.day and (found + timedelta(days=1)).day == 1
    )
