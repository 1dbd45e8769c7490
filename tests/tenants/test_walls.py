"""The catalogue of the database: no table of a tenant stands without its walls."""

import pytest
from django.apps import apps
from django.db import connection, models

from journal.models import PlatformOrTenantModel, Seal, SecurityEvent, Unsealed
from tenants.tenancy import TenantForeignKey, TenantModel

pytestmark = pytest.mark.django_db

OURS = [
    "tenants",
    "accounts",
    "journal",
    "workdays",
    "evidence",
    "notices",
    "grids",
    "enterprises",
    "risks",
    "hazards",
    "inspections",
    "assessment",
    "portal",
]
SHARED_ON_PURPOSE = {
    "tenants.Tenant": "is the tenant",
    "accounts.User": "looked up at sign-in, before there is a tenant",
    "accounts.ApiToken": "looked up before there is a tenant, by a digest only",
    "accounts.UserSession": "like the session it names; only its owner lists it",
    "accounts.FormerPassword": "part of an account; asked before there is a tenant",
    "accounts.SecondFactor": "part of an account; asked before there is a tenant",
    "accounts.RecoveryCode": "part of an account; asked before there is a tenant",
    "enterprises.CodeDirectory": "looked up before there is a tenant; digests only",
    "accounts.SignInAttempts": "counted before there is a tenant; holds digests only",
    "journal.SecurityEvent": "may belong to the platform; has the nullable policy",
    "journal.Unsealed": "may belong to the platform; has the nullable policy",
    "journal.Seal": "may belong to the platform; has the nullable policy",
}
NULLABLE = {SecurityEvent, Unsealed, Seal}


def our_models():
    return [m for label in OURS for m in apps.get_app_config(label).get_models()]


def walled():
    return [m for m in our_models() if issubclass(m, TenantModel) or m in NULLABLE]


def test_every_model_belongs_to_a_tenant_or_says_why_not():
    shared = {m._meta.label for m in our_models() if not issubclass(m, TenantModel)}
    assert shared == set(SHARED_ON_PURPOSE)  # in both directions: no stale excuse


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_table_with_a_tenant_has_the_policy():
    protected = {
        table
        for table, using, check in rows(
            "SELECT c.relname, pg_get_expr(p.polqual, p.polrelid),"
            " pg_get_expr(p.polwithcheck, p.polrelid)"
            " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
            " WHERE c.relrowsecurity AND p.polname = 'tenant_isolation'"
        )
        if using == check and "app.tenant_id" in using
    }
    assert protected == {m._meta.db_table for m in walled()}


def test_every_table_with_a_tenant_column_is_known_to_these_tests():
    with_column = {
        table
        for (table,) in rows(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'tenant_id' AND table_schema = 'public'"
        )
    }
    open_on_purpose = {"accounts_user", "enterprises_codedirectory"}
    assert with_column == {m._meta.db_table for m in walled()} | open_on_purpose


def test_keys_between_tenants_rows_carry_the_tenant():
    composite = {
        (table, columns)
        for table, columns in rows(
            "SELECT c.conrelid::regclass::text,"
            " (SELECT string_agg(a.attname, ',' ORDER BY k.n)"
            "  FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n)"
            "  JOIN pg_attribute a ON a.attrelid = c.conrelid"
            "   AND a.attnum = k.attnum)"
            " FROM pg_constraint c WHERE c.contype = 'f'"
        )
    }
    missing = []
    for model in our_models():
        if not issubclass(model, TenantModel):
            continue
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            target = field.related_model
            if not issubclass(target, TenantModel):
                continue
            assert isinstance(field, TenantForeignKey), field
            table = model._meta.db_table
            covered = any(
                t == table and set(cols.split(",")) >= {"tenant_id", field.column}
                for t, cols in composite
            )
            if not covered:
                missing.append(f"{table}.{field.column}")
    assert missing == []


def test_unique_keys_begin_with_the_tenant():
    tables = {m._meta.db_table for m in walled()}
    wrong = [
        (table, index)
        for table, index, first, primary in rows(
            "SELECT c.relname, i.relname, a.attname, x.indisprimary"
            " FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
            " JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]"
            " WHERE x.indisunique"
        )
        if table in tables and not primary and first != "tenant_id"
    ]
    # A group belongs to one role of one tenant: the key is the shared table's.
    assert wrong == [
        (table, index)
        for table, index in wrong
        if table == "grids_role" and "group_id" in index
    ]


def test_primary_keys_of_tenants_rows_are_made_by_us():
    kinds = {
        m._meta.label: type(m._meta.pk).__name__
        for m in walled()
        if issubclass(m, (TenantModel, PlatformOrTenantModel))
    }
    assert set(kinds.values()) == {"UUIDField"}


def test_this_process_runs_as_a_role_without_privileges():
    ((name, is_super, bypasses, owned),) = rows(
        "SELECT current_user, r.rolsuper, r.rolbypassrls,"
        " (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid)"
        " FROM pg_roles r WHERE r.rolname = current_user"
    )
    assert (is_super, bypasses, owned) == (False, False, 0)
    assert name == "anwang_app"


def test_security_is_active_for_every_table():
    inactive = [
        m._meta.db_table
        for m in walled()
        if not rows(f"SELECT row_security_active('{m._meta.db_table}')")[0][0]
    ]
    assert inactive == []
