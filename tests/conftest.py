"""What every test stands on: the real database, in the role of the platform."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.database import connect_as_owner, migrated_database, truncate_as_owner
from tests.world import World, make_world

TransactionTestCase._fixture_teardown = truncate_as_owner  # type: ignore[method-assign]


def pytest_runtest_setup() -> None:
    """The language that the last request of another test spoke is not this one's."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A migrated database of this process's own, seen as ``anwang_app``."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw")
    with django_db_blocker.unblock(), migrated_database(worker):
        yield


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection]:
    """A connection of the role that owns the tables, for tests of the walls."""
    with connect_as_owner(str(connection.settings_dict["NAME"])) as opened:
        yield opened


@pytest.fixture(scope="module")
def built_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """Two furnished counties, made once for a module; never committed.

    Not for a test marked ``django_db``, which would end this transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """The same behind a savepoint: what a test changes is gone after it."""
    with transaction.atomic():
        yield built_world
        transaction.set_rollback(True)
