"""One database per size, in an embedded PostgreSQL of the benchmark's own.

Commits are durable there as in production. A database is kept between runs and
made anew when the migrations or the data's own modules have changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from config import places, postgres

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE_DIR: Final = Path(__file__).resolve().parent.parent
# What the floor reads and writes: a list's own columns, without any wall.
_FLOOR: Final = (
    """
    CREATE TABLE floor_row AS SELECT id, number, title, place, source, level,
        suspected_major, state, longitude, latitude, reported_at, due_on,
        first_due_on, times_failed, closed_at, revision, tenant_id, township_id,
        area_node_id, department_node_id, enterprise_id, kind_id
    FROM hazards_hazard ORDER BY id
    """,
    "ALTER TABLE floor_row ADD PRIMARY KEY (id)",
    """
    CREATE INDEX floor_row_newest
        ON floor_row (tenant_id, township_id, state, reported_at DESC, id DESC)
    """,
    "CREATE TABLE floor_insert (LIKE floor_row INCLUDING ALL)",
)


def environment(var: Path, database: str) -> dict[str, str]:
    """For every child: this database, in both roles."""

    def address(role: str) -> str:
        return places.database_url(var, role=role, database=database)

    return {
        **os.environ,
        "DATABASE_URL": address(places.APP_ROLE),
        "DATABASE_OWNER_URL": address(places.OWNER_ROLE),
    }


def as_owner(var: Path, database: str) -> psycopg.Connection:
    return postgres.connect(
        places.socket_folder(var), role=places.OWNER_ROLE, database=database
    )


def ready(var: Path, count: int, *, fresh: bool = False) -> str:
    """The name of a database that holds ``count`` hazards, made now if need be."""
    name = f"anwang_bench_{count}"
    wanted = fingerprint()
    with as_owner(var, places.DATABASE) as owner:
        if not fresh and _comment(owner, name) == wanted:
            return name
    started = time.monotonic()
    make(var, name)
    _fill(var, name, count)
    with as_owner(var, name) as owner:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        owner.execute(statement.format(sql.Identifier(name), sql.Literal(wanted)))
    print(f"  {name} made in {time.monotonic() - started:.0f} s", flush=True)
    return name


def _comment(owner: psycopg.Connection, name: str) -> str:
    found = owner.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = %s",
        [name],
    ).fetchone()
    return str(found[0]) if found else ""


def make(var: Path, name: str) -> None:
    """An empty, migrated database of this name, in place of an older one."""
    with as_owner(var, places.DATABASE) as owner:
        here = sql.Identifier(name)
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(here))
        owner.execute(sql.SQL("CREATE DATABASE {}").format(here))
    with as_owner(var, name) as owner:
        for grant in postgres.grants(places.APP_ROLE):
            owner.execute(grant)
    children = environment(var, name)
    _run("manage.py", "migrate", "--verbosity=0", env=children, role="owner")


def _fill(var: Path, name: str, count: int) -> None:
    children = environment(var, name)
    _run("-m", "benchmarks.loading", str(count), env=children, role="app")
    with as_owner(var, name) as owner:
        for statement in _FLOOR:
            owner.execute(statement)
        owner.execute("VACUUM (ANALYZE)")


def _run(*arguments: str, env: Mapping[str, str], role: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env={**env, "ANWANG_DB_ROLE": role},
        check=True,
    )


def fingerprint() -> str:
    """Changes with every migration and with what the data are made by."""
    files = [
        *BASE_DIR.glob("*/migrations/*.py"),
        *(BASE_DIR / name / "walls.py" for name in ("hazards",)),
        *(
            BASE_DIR / "benchmarks" / name
            for name in ("county.py", "courses.py", "loading.py", "photographs.py")
        ),
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
