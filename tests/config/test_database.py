"""The tests themselves run as the running platform does."""

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tests.database import KEPT_TABLES, tables_of


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.mark.django_db
def test_tests_run_as_a_role_without_privileges() -> None:
    assert rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole "
        "FROM pg_roles WHERE rolname = current_user"
    ) == [("anwang_app", False, False, False, False)]


@pytest.mark.django_db
def test_the_role_of_the_tests_owns_nothing() -> None:
    owned = rows(
        "SELECT relname FROM pg_class WHERE relowner = current_user::regrole "
        "AND relnamespace = 'public'::regnamespace"
    )

    assert owned == []


@pytest.mark.django_db
def test_the_platform_cannot_truncate() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        rows("TRUNCATE django_session")


@pytest.mark.django_db
def test_the_platform_cannot_make_tables() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        rows("CREATE TABLE public.stray (id int)")


def test_exactly_the_kept_tables_are_filled_by_migrations(
    owner: psycopg.Connection,
) -> None:
    filled = {
        table
        for table in tables_of(owner)
        if owner.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()  # noqa: S608
    }

    assert filled == KEPT_TABLES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", [1, 2])
def test_a_test_with_real_transactions_finds_nothing_of_the_one_before(
    attempt: int,
) -> None:
    assert rows("SELECT count(*) FROM django_session") == [(0,)]

    insert = (
        "INSERT INTO django_session (session_key, session_data, expire_date) "
        "VALUES ('left over', '', now()) RETURNING session_key"
    )
    assert rows(insert) == [("left over",)]
