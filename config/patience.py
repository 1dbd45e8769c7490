"""How long one question of a page to the database may take."""

from typing import Any, Final

from django.db import connections
from django.db.backends.signals import connection_created

STATEMENT_TIMEOUT: Final = "30s"


def limit_statements() -> None:
    """End what runs longer, in this process: one page must not hold up the others.

    Only the web server asks for it. Workers, loaders and migrations take their
    time.
    """
    connection_created.connect(_limit, dispatch_uid="statement_timeout")
    connections.close_all()


def _limit(connection: Any, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)", [STATEMENT_TIMEOUT]
        )
