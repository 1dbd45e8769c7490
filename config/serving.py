"""What web and worker make sure of before they serve anybody."""

from typing import Final

from django.db import OperationalError, connection

from config.env import SettingsError

# A policy binds neither a superuser, nor BYPASSRLS, nor the owner of a table;
# row_security_active() knows all three.
_UNPROTECTED: Final = """
SELECT current_user,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user),
       EXISTS (SELECT 1 FROM pg_tables
               WHERE schemaname = 'public' AND tableowner = current_user),
       EXISTS (SELECT 1 FROM pg_class
               WHERE relrowsecurity AND NOT row_security_active(oid))
"""


def refuse_unsafe_role() -> None:
    """Row-level security must bind the role that serves, or nothing is served."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_UNPROTECTED)
            role, privileged, owns_tables, unprotected = cursor.fetchone()
    except OperationalError as error:
        raise SettingsError(
            "数据库没有应答，稍后再启动。 / The database does not answer; start later."
        ) from error
    finally:
        connection.close()
    if privileged or owns_tables or unprotected:
        raise SettingsError(
            f"数据库角色 {role} 不受行级安全约束（超级用户、BYPASSRLS 或表的属主）,"
            f"拒绝提供服务。 / The database role {role} is not bound by row-level "
            "security (a superuser, BYPASSRLS, or the owner of tables): refusing to "
            "serve."
        )
