"""The databases of a test run: migrated as the owner, used as the application.

The migrated template is kept between runs and named after everything it was made
from; each test process gets a copy of it in a tenth of a second.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from config import postgres
from config.embedded import Servers, wanted_by_settings
from config.processes import FileLock

TEMPLATE: Final = "anwang_test_template_"
COPY: Final = "anwang_test_"
TEMPLATES_KEPT: Final = 3
TRIES: Final = 4

# Filled by migrations, so that a truncation between tests must leave them alone.
# tests/config/test_database.py compares this with a freshly migrated database.
KEPT_TABLES: Final = frozenset(
    {"auth_permission", "django_content_type", "django_migrations"}
)


@contextmanager
def migrated_database(worker: str) -> Iterator[str]:
    """A database of this process alone; Django is connected to it as the app."""
    servers = Servers(settings.VAR, durable=False, parts=wanted_by_settings())
    if wanted_by_settings():
        servers.take()
    name = f"{COPY}{os.getpid()}_{worker}"
    lock = FileLock(settings.VAR / "template.lock")
    lock.take(wait=True)
    try:
        template = _template()
        _administer("CREATE DATABASE {} TEMPLATE {}", name, template)
    finally:
        lock.release()
    use(name, settings.APP_DATABASE)
    try:
        yield name
    finally:
        connections.close_all()
        _drop(name)
        servers.release()


def use(name: str, role: dict[str, Any]) -> None:
    """Point Django at a database in a role; threads of live servers follow."""
    connection.close()
    connections.settings["default"].update({**role, "NAME": name})
    connection.settings_dict.update({**role, "NAME": name})


def connect_as_owner(database: str) -> psycopg.Connection:
    return _connect(settings.OWNER_DATABASE, database)


def _connect(role: dict[str, Any], database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=role["HOST"],
        port=role["PORT"] or None,
        user=role["USER"],
        password=role["PASSWORD"],
        dbname=database,
        autocommit=True,
    )


def truncate_as_owner(*_: Any, **__: Any) -> None:
    """What a test with real transactions leaves behind goes, triggers or not.

    The application may neither TRUNCATE nor delete what is append-only, so
    Django's own clearing between tests cannot work here.
    """
    connections.close_all()
    database = str(connection.settings_dict["NAME"])
    for _attempt in range(TRIES):
        try:
            _truncate(database)
        except psycopg.errors.DeadlockDetected:
            # The last request of a live server was still being answered.
            continue
        return
    _truncate(database)


def _truncate(database: str) -> None:
    with connect_as_owner(database) as owner, owner.transaction():
        tables = [name for name in tables_of(owner) if name not in KEPT_TABLES]
        guarded = _tables_that_refuse_truncation(owner)
        for table in guarded:
            _alter(owner, table, "DISABLE TRIGGER USER")
        listed = sql.SQL(", ").join(map(sql.Identifier, tables))
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(listed))
        for table in guarded:
            _alter(owner, table, "ENABLE TRIGGER USER")


def _alter(owner: psycopg.Connection, table: str, change: LiteralString) -> None:
    statement = sql.SQL("ALTER TABLE {} " + change)
    owner.execute(statement.format(sql.Identifier(table)))


def _tables_that_refuse_truncation(owner: psycopg.Connection) -> list[str]:
    found = owner.execute(
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid "
        "WHERE tgtype & 32 <> 0 AND NOT tgisinternal ORDER BY 1"
    )
    return [name for (name,) in found.fetchall()]


def tables_of(owner: psycopg.Connection) -> list[str]:
    found = owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [name for (name,) in found.fetchall()]


def _drop(name: str) -> None:
    """Drop a test database; what is still connected to it is sent away first.

    The owner may not end the application's sessions, so the application does.
    FORCE may not end an autovacuum worker, which counts as a superuser's: a plain
    DROP asks such a worker to leave and waits for it.
    """
    for _attempt in range(TRIES):
        _send_away(name)
        try:
            _administer("DROP DATABASE IF EXISTS {}", name)
        except psycopg.errors.ObjectInUse:
            continue
        return
    # The next run drops what is left over.


def _send_away(name: str) -> None:
    with _connect(settings.APP_DATABASE, settings.APP_DATABASE["NAME"]) as app:
        app.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )


def _administer(statement: str, *names: str) -> None:
    with connect_as_owner(settings.OWNER_DATABASE["NAME"]) as owner:
        owner.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _template() -> str:
    """The name of the migrated template, made now if nobody made it before."""
    wanted = TEMPLATE + _fingerprint()
    existing = _databases()
    _drop_leftovers(existing, wanted)
    if wanted in existing:
        return wanted
    draft = f"{TEMPLATE}draft_{os.getpid()}"
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", draft)
    _administer("CREATE DATABASE {}", draft)
    with connect_as_owner(draft) as owner:
        for grant in postgres.grants(settings.APP_DATABASE["USER"]):
            owner.execute(grant)
    use(draft, settings.OWNER_DATABASE)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    _administer("ALTER DATABASE {} RENAME TO {}", draft, wanted)
    return wanted


def _databases() -> list[str]:
    """Oldest first."""
    with connect_as_owner(settings.OWNER_DATABASE["NAME"]) as owner:
        found = owner.execute("SELECT datname FROM pg_database ORDER BY oid")
        return [name for (name,) in found.fetchall()]


def _drop_leftovers(existing: list[str], wanted: str) -> None:
    """Templates of older code, and copies of test processes that were killed."""
    old = [
        name
        for name in existing
        if name.startswith(TEMPLATE) and name != wanted and "draft" not in name
    ]
    dead = [
        name
        for name in existing
        if (found := re.fullmatch(rf"{COPY}(?:template_draft_)?(\d+)(?:_\w+)?", name))
        and not _is_alive(int(found[1]))
    ]
    for name in [*old[: -TEMPLATES_KEPT + 1], *dead]:
        _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _fingerprint() -> str:
    """Migrations, models, and every module of ours that a migration imports."""
    root = Path(settings.BASE_DIR)
    apps = [root / app for app in settings.INSTALLED_APPS if (root / app).is_dir()]
    files = {root / "config" / "postgres.py", root / "requirements.lock"}
    for app in apps:
        files.update(app.glob("models.py"), app.glob("models/*.py"))
        for migration in app.glob("migrations/*.py"):
            files.add(migration)
            for module in re.findall(
                r"(?m)^from ([\w.]+) import", migration.read_text()
            ):
                files.add(root / f"{module.replace('.', '/')}.py")
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.exists()):
        digest.update(f"{file.relative_to(root)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
