"""One page must not hold up the others."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from config.patience import limit_statements

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _without_end_afterwards() -> Iterator[None]:
    yield
    connection_created.disconnect(dispatch_uid="statement_timeout")
    connection.close()


def _timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


@pytest.mark.usefixtures("_without_end_afterwards")
def test_a_statement_of_the_web_server_ends_after_half_a_minute() -> None:
    before = _timeout()

    limit_statements()

    assert (before, _timeout()) == ("0", "30s")
