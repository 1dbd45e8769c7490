"""``make scenario``: load a real place at its published size.

Beside a running platform or without one: the servers are started when nobody
else uses them. Afterwards the tables are analysed, as the owner, because the first
questions about a freshly filled table would otherwise be answered the slow way.
"""

import argparse
import sys
from typing import Final

import django
import psycopg
from django.conf import settings
from psycopg import sql

from config import places, postgres
from config.embedded import servers, wanted_by_settings
from config.env import SettingsError
from config.processes import StartError
from config.up import make_tables, manage, say

TENANT_TABLES: Final = """
    SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attname = 'tenant_id' AND NOT a.attisdropped AND c.relkind = 'r'
      AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'accounts_user'
"""
# What hangs on a user and has no tenant of its own: groups, sessions of the admin.
_USER_KEYS: Final = """
    SELECT r.conrelid::regclass::text, a.attname
    FROM pg_constraint r
    JOIN pg_attribute a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[1]
    WHERE r.contype = 'f' AND r.confrelid = 'accounts_user'::regclass
      AND array_length(r.conkey, 1) = 1
      AND NOT EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = r.conrelid
                      AND t.attname = 'tenant_id' AND NOT t.attisdropped)
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make scenario")
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--years", default="1")
    parser.add_argument("--fresh", action="store_true")
    return parser.parse_args()


def remove(codes: list[str], *, database: str = places.DATABASE) -> int:
    """Take tenants out with everything they have; returns how many there were.

    Only from our own embedded database, as its superuser: what is append-only
    refuses everybody else, and rightly so.
    """
    folder = places.socket_folder(settings.VAR)
    with (
        postgres.connect(
            folder, role=postgres.SUPERUSER, database=database
        ) as connection,
        connection.transaction(),
    ):
        found = connection.execute(
            "SELECT id FROM tenants_tenant WHERE division_code = ANY(%s)", [codes]
        ).fetchall()
        ids = [pk for (pk,) in found]
        if ids:
            _remove(connection, ids)
    return len(ids)


def _remove(connection: psycopg.Connection, ids: list[int]) -> None:
    # Neither triggers nor foreign keys are asked: everything goes together.
    connection.execute("SET LOCAL session_replication_role = replica")
    for table, column in connection.execute(_USER_KEYS).fetchall():
        connection.execute(
            sql.SQL(
                "DELETE FROM {} WHERE {} IN"
                " (SELECT id FROM accounts_user WHERE tenant_id = ANY(%s))"
            ).format(sql.Identifier(table), sql.Identifier(column)),
            [ids],
        )
    tables = [name for (name,) in connection.execute(TENANT_TABLES).fetchall()]
    for table in [*sorted(tables), "accounts_user"]:
        connection.execute(
            sql.SQL("DELETE FROM {} WHERE tenant_id = ANY(%s)").format(
                sql.Identifier(table)
            ),
            [ids],
        )
    groups = "SELECT id FROM auth_group WHERE split_part(name, ':', 1) = ANY(%s)"
    names = [str(pk) for pk in ids]
    connection.execute(
        f"DELETE FROM auth_group_permissions WHERE group_id IN ({groups})",  # noqa: S608
        [names],
    )
    connection.execute(f"DELETE FROM auth_group WHERE id IN ({groups})", [names])  # noqa: S608
    connection.execute("DELETE FROM tenants_tenant WHERE id = ANY(%s)", [ids])


def load(asked: argparse.Namespace) -> None:
    django.setup()
    make_tables()
    if asked.fresh:
        _make_room(asked.name)
    manage("load_scenario", asked.name, "--years", asked.years)
    say("整理统计信息… / Analysing the tables…")
    wanted = settings.OWNER_DATABASE
    with psycopg.connect(
        host=wanted["HOST"] or None,
        port=wanted["PORT"] or None,
        user=wanted["USER"] or None,
        password=wanted["PASSWORD"] or None,
        dbname=wanted["NAME"],
        autocommit=True,
    ) as owner:
        owner.execute("VACUUM (ANALYZE)")


def _make_room(name: str) -> None:
    from portal.scenarios.sizes import SCENARIOS  # noqa: PLC0415 (after django.setup)

    if not settings.EMBEDDED_DATABASE:
        raise StartError(
            "FRESH=1 只能用于内置数据库；自己的数据库请自行清空。",
            "FRESH=1 is for the embedded database only: empty your own yourself.",
        )
    if scenario := SCENARIOS.get(name):
        remove([place.code for place in scenario.places])


def main() -> int:
    asked = arguments()
    if not asked.name:
        say(
            "用法 / Usage: make scenario NAME=taihe|quanshan|quanzhou|haining [YEARS=1]"
        )
        return 2
    try:
        parts = wanted_by_settings()
        if not parts:
            load(asked)
            return 0
        with servers(settings.VAR, parts=parts):
            load(asked)
    except (StartError, SettingsError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
