"""Periods: their names, their ends, and that they add up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grids import periods

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("unit", "key", "first", "last"),
    [
        ("week", "2026-W48", date(2026, 11, 23), date(2026, 11, 29)),
        ("month", "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("half_year", "2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("year", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("occasion", "2026-11-26", date(2026, 11, 26), date(2026, 11, 26)),
    ],
)
def test_a_day_lies_in_the_period_of_this_name(unit, key, first, last):
    found = periods.containing(unit, date(2026, 11, 26))

    assert (found.key, found.first, found.last) == (key, first, last)


def test_the_first_week_of_a_year_may_begin_in_the_year_before():
    assert periods.containing("week", date(2027, 1, 1)).key == "2026-W53"


@given(DAYS, st.sampled_from(periods.PERIODIC))
def test_periods_follow_each_other_without_gap(day, unit):
    found = periods.containing(unit, day)

    assert found.first <= day <= found.last
    assert found.before().last == found.first - timedelta(days=1)
    assert found.after().first == found.last + timedelta(days=1)


@given(st.integers(2001, 2099), st.sampled_from(periods.PERIODIC))
def test_what_ends_in_the_months_adds_up_to_what_ends_in_the_year(year, unit):
    whole = periods.containing("year", date(year, 1, 1))
    months = periods.ending_within("month", whole.first, whole.last)
    parts = [
        each
        for month in months
        for each in periods.ending_within(unit, month.first, month.last)
    ]

    assert len(months) == 12
    assert parts == periods.ending_within(unit, whole.first, whole.last)


@pytest.mark.parametrize(
    "key", ["", "2026-13", "2026-00", "2026-Q5", "x", "0000", "2026-1", "９９９９"]
)
def test_a_key_that_names_nothing_is_none(key):
    assert periods.named(key) is None


@given(DAYS, st.sampled_from(["month", "quarter", "half_year", "year"]))
def test_a_period_is_found_by_its_own_name(day, unit):
    found = periods.containing(unit, day)

    assert periods.named(found.key) == found
