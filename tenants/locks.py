"""Locks that serialise a whole kind of work inside one tenant."""

from __future__ import annotations

from enum import IntEnum

from django.db import connection

from tenants.tenancy import require_tenant


class Lock(IntEnum):
    """What is locked. The numbers are part of the database's key: never reuse."""

    GRID_TREE = 1
    JOURNAL_SEAL = 2
    TALLY = 3
    JOBS = 4
    POSTS = 5


def acquire(lock: Lock) -> None:
    """Wait for the lock; it is given back when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [lock.value, require_tenant()]
        )


def try_acquire(lock: Lock) -> bool:
    """Take the lock if nobody holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [lock.value, require_tenant()]
        )
        return bool(cursor.fetchone()[0])
