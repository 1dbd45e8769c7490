"""Many rows at once: COPY into a temporary table, then one INSERT … SELECT.

COPY into a table under row-level security is refused, and ``bulk_create`` spends
more time on building its statement than PostgreSQL on running it. Triggers,
constraints and policies see the rows as they see any other insert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from django.db import connection, transaction
from psycopg import sql

from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenants.tenancy import TenantModel


@transaction.atomic
def copy_rows(
    model: type[TenantModel], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows of the active tenant; returns how many.

    ``fields`` name every column that has no default in the database, but never
    the tenant: that is the active one. Values are as psycopg wants them: JSON as
    its text, keys as ids.
    """
    tenant_id = require_tenant()
    table = model._meta.db_table
    column_of = {field.name: field.column for field in model._meta.concrete_fields}
    columns = [sql.Identifier(str(column_of[name])) for name in fields]
    names = {
        "table": sql.Identifier(table),
        "incoming": sql.Identifier(f"incoming_{table}"),
        "columns": sql.SQL(", ").join(columns),
    }

    def composed(text: LiteralString) -> str:
        return sql.SQL(text).format(**names).as_string()

    with connection.cursor() as cursor:
        cursor.execute(
            composed(
                "CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP AS"
                " SELECT {columns} FROM {table} WITH NO DATA"
            )
        )
        with cursor.copy(
            composed("COPY pg_temp.{incoming} ({columns}) FROM STDIN")
        ) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            composed(
                "INSERT INTO public.{table} (tenant_id, {columns})"
                " SELECT %s, {columns} FROM pg_temp.{incoming}"
            ),
            [tenant_id],
        )
        count = int(cursor.rowcount)
        # A second call in the same transaction makes it anew.
        cursor.execute(composed("DROP TABLE pg_temp.{incoming}"))
    return count
