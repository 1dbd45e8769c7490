"""The embedded servers live as long as somebody uses them, whatever is killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis
from redis.exceptions import RedisError

from config import keeper, places, postgres
from config.embedded import Servers
from config.processes import FileLock, StartError, wait_until


@pytest.fixture
def var(folder: Path) -> Path:
    return folder


@pytest.fixture
def servers(var: Path) -> Iterator[Servers]:
    held = Servers(var)
    held.take()
    yield held
    held.release(patience=15)


def ask(
    var: Path, query: str, role: str = places.OWNER_ROLE
) -> list[tuple[object, ...]]:
    connection = postgres.connect(
        places.socket_folder(var), role=role, database=places.DATABASE
    )
    with connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def answers(var: Path) -> bool:
    try:
        with Redis.from_url(places.redis_url(var)) as redis:
            redis.ping()
    except RedisError:
        return False
    return postgres.answers(places.socket_folder(var))


def processes(var: Path, name: str) -> list[psutil.Process]:
    """Postmaster, Redis or keeper of this folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if str(var) in " ".join(process.info["cmdline"] or [])
        and name in " ".join(process.info["cmdline"])
    ]


def kill(var: Path, name: str) -> None:
    (victim,) = processes(var, name)
    os.kill(victim.pid, signal.SIGKILL)
    assert wait_until(lambda: not victim.is_running(), seconds=5)


def test_killed_servers_come_back_with_their_data(servers: Servers) -> None:
    ask(servers.var, "CREATE TABLE kept AS SELECT 42 AS answer")

    kill(servers.var, "bin/postgres")
    kill(servers.var, "redis-server")

    assert wait_until(lambda: answers(servers.var), seconds=20)
    assert ask(servers.var, "SELECT answer FROM kept", places.APP_ROLE) == [(42,)]


def test_after_a_killed_keeper_the_next_user_starts_everything_again(
    servers: Servers,
) -> None:
    ask(servers.var, "CREATE TABLE kept AS SELECT 42 AS answer")

    kill(servers.var, "config.keeper")
    servers.ensure()

    assert answers(servers.var)
    assert ask(servers.var, "SELECT answer FROM kept") == [(42,)]
    assert len(processes(servers.var, "bin/postgres")) == 1


def test_the_servers_stop_with_their_last_user(var: Path) -> None:
    first, second = Servers(var, durable=False), Servers(var, durable=False)
    first.take()
    second.take()

    assert first.release() is False
    assert answers(var)
    assert second.release(patience=15) is True
    assert processes(var, "") == []


def test_a_long_path_gets_its_sockets_in_a_short_folder(folder: Path) -> None:
    var = folder / ("long" * 25)
    held = Servers(var, durable=False)
    held.take()
    try:
        assert answers(var)
        assert len(str(places.socket_folder(var))) < 30
        assert places.socket_folder(var).stat().st_mode & 0o777 == 0o700
    finally:
        held.release(patience=15)


def test_traces_of_a_machine_that_lost_its_power_do_not_hinder(var: Path) -> None:
    held = Servers(var, durable=False)
    held.take()
    held.release(patience=15)
    alive = f"{os.getpid()}\n{var}/postgres\n0\n5432\n{var}/run\n\n0 0\nready   \n"
    (var / "postgres" / "postmaster.pid").write_text(alive)
    (var / "run" / ".s.PGSQL.5432.lock").write_text(alive)
    (var / "run" / ".s.PGSQL.5432").touch()
    (var / "servers.ready").touch()

    held = Servers(var, durable=False)
    held.take()

    assert answers(var)
    held.release(patience=15)


def test_a_folder_that_is_not_a_database_is_told_in_one_sentence(var: Path) -> None:
    (var / "logs").mkdir()
    data = var / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    held = Servers(var, durable=False)

    with pytest.raises(StartError, match="The embedded postgres did not start; see"):
        held.take()

    held.release(patience=15)


def test_the_roles_have_the_rights_of_their_work_and_no_more(servers: Servers) -> None:
    found = ask(
        servers.var,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
        "WHERE rolname LIKE 'anwang%' ORDER BY 1",
    )

    assert found == [
        ("anwang_app", False, False, False, False),
        ("anwang_owner", False, False, True, False),
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(servers.var, "CREATE TABLE stray (id int)", places.APP_ROLE)


def test_nothing_listens_on_the_network(servers: Servers) -> None:
    (server,) = processes(servers.var, "bin/postgres")
    (redis,) = processes(servers.var, "redis-server")

    assert server.net_connections("inet") == []
    assert redis.net_connections("inet") == []


def test_a_lock_is_free_as_soon_as_its_holder_is_gone(var: Path) -> None:
    lock = FileLock(keeper.users_file(var))

    assert lock.take()
    assert FileLock(keeper.users_file(var)).is_held_elsewhere()
    lock.release()
    assert not FileLock(keeper.users_file(var)).is_held_elsewhere()
