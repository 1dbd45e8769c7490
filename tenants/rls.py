"""The walls in the database: row-level security and same-tenant foreign keys.

Every app's migrations list their tenant-owned models in one :class:`Walls`
operation; the SQL is derived from the models, in this one place, because a
PostgreSQL distributed by Citus wants another form of the policy.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

# A sub-select, so that the setting is read once per query and not once per row:
# the bare call costs 2.5 to 3.5 times as much on whole-tenant reads.
CURRENT_TENANT = "(SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)"


def policy(table: str, *, nullable: bool = False) -> list[str]:
    """SQL that lets only the current tenant's rows be seen and written.

    With ``nullable``, rows without a tenant belong to the platform and are seen
    exactly where no tenant is set. The owner of the table is not forced under
    the policy (see docs/decisions): it migrates and backs up, and never serves.
    """
    test = "IS NOT DISTINCT FROM" if nullable else "="
    condition = f"tenant_id {test} {CURRENT_TENANT}"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        (
            f"CREATE POLICY tenant_isolation ON {table}"
            f" USING ({condition}) WITH CHECK ({condition})"
        ),
    ]


def drop_policy(table: str) -> list[str]:
    return [
        f"DROP POLICY IF EXISTS tenant_isolation ON {table}",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]


class Walls(Operation):
    """Put the tenant walls around models created earlier in the same app.

    For each: the policy, ``UNIQUE (tenant_id, id)`` and, for every
    ``TenantForeignKey``, a composite foreign key. ``nullable`` is for the few
    tables whose rows may belong to the platform.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, *models: str, nullable: bool = False) -> None:
        self.models = models
        self.nullable = nullable

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        return (type(self).__qualname__, self.models, {"nullable": self.nullable})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for name in self.models:
            model = to_state.apps.get_model(app_label, name)
            for statement in [
                *policy(model._meta.db_table, nullable=self.nullable),
                *_keys(model),
            ]:
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        for name in self.models:
            model = to_state.apps.get_model(app_label, name)
            for statement in drop_policy(model._meta.db_table):
                schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Put the tenant walls around {', '.join(self.models)}"


class SameTenantKey(Operation):
    """The composite key of a ``TenantForeignKey`` that came after the walls."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, field: str) -> None:
        self.model = model
        self.field = field

    def deconstruct(self) -> tuple[str, tuple[str, str], dict[str, Any]]:
        return (type(self).__qualname__, (self.model, self.field), {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing that Django's models know of changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        field = model._meta.get_field(self.field)
        statement = same_tenant_key(model._meta.db_table, field)
        schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """The key goes with its column."""

    def describe(self) -> str:
        return f"Keep {self.model}.{self.field} in one tenant"


def _keys(model: Any) -> list[str]:
    table = model._meta.db_table
    key = model._meta.pk.column
    statements = [
        (
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_tenant"
            f" UNIQUE (tenant_id, {key})"
        )
    ]
    statements += [
        same_tenant_key(table, field)
        for field in model._meta.local_fields
        if type(field).__name__ == "TenantForeignKey"
    ]
    return statements


def same_tenant_key(table: str, field: Any) -> str:
    """``FOREIGN KEY (tenant_id, x_id) REFERENCES x (tenant_id, id)``."""
    target = field.related_model._meta
    name = f"{table}_{field.column}_same_tenant"[:63]
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name}"
        f" FOREIGN KEY (tenant_id, {field.column})"
        f" REFERENCES {target.db_table} (tenant_id, {target.pk.column})"
        " DEFERRABLE INITIALLY DEFERRED"
    )
