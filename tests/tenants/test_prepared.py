"""Statements that are planned once per connection."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tenants.prepared import rows_of

pytestmark = pytest.mark.django_db


def _prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_what_is_asked_often_is_prepared_and_answers_the_same() -> None:
    answers = [
        rows_of("SELECT %(a)s::int + %(b)s::int AS summed", {"a": n, "b": 1})
        for n in range(8)
    ]

    assert answers == [[(n + 1,)] for n in range(8)]
    assert [s for s in _prepared() if "summed" in s] == [
        "SELECT $1::int + $2::int AS summed"
    ]


def test_what_django_asks_is_not_prepared() -> None:
    for n in range(8):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int AS plain", [n])

    assert [s for s in _prepared() if "plain" in s] == []


def test_a_prepared_statement_is_counted_like_any_other() -> None:
    with CaptureQueriesContext(connection) as captured:
        rows_of("SELECT %(a)s::int AS counted", {"a": 1})

    assert ["counted" in query["sql"] for query in captured.captured_queries] == [True]


def test_its_errors_are_those_of_django() -> None:
    with pytest.raises(DatabaseError):
        rows_of("SELECT 1 / %(zero)s::int", {"zero": 0})
