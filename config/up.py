"""``make up``: everything on one machine, until Ctrl-C.

First it looks whether it can start at all, and says what is in the way in one
sentence. Then come the servers, the migrations, the demo county, and the three
children: web, worker and beat.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings

from config import preflight
from config.embedded import Servers, wanted_by_settings
from config.env import SettingsError
from config.processes import FileLock, StartError, die_with_parent, dying_with_parent
from config.supervisor import Child, Supervisor, end_children_left_behind

BASE_DIR: Final = Path(__file__).resolve().parent.parent
ANYWHERE: Final = frozenset({"0.0.0.0", "[::]", "::"})  # noqa: S104


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# Preparing the database ------------------------------------------------------


def manage(*arguments: str, role: str = "app") -> None:
    """One command of Django in a process of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={**os.environ, "ANWANG_DB_ROLE": role},
        process_group=0,  # Ctrl-C is for us; we end it without its traceback
        preexec_fn=dying_with_parent(),
        check=False,
    )
    if done.returncode:
        raise StartError(
            f"命令 {arguments[0]} 失败，原因见上文。",
            f"The command {arguments[0]} failed; see above.",
        )


def migrations_are_missing() -> bool:
    from django.db import connection  # noqa: PLC0415 (after django.setup)

    from config.health import pending_migrations  # noqa: PLC0415

    missing = pending_migrations()
    connection.close()
    return missing


def wants_demo() -> bool:
    return settings.MODE == "demo" and "--without-demo" not in sys.argv


def has_a_tenant() -> bool:
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    found = apps.get_model("tenants", "Tenant").objects.exists()
    connection.close()
    return bool(found)


def demo_is_loaded() -> bool:
    """Somebody may have loaded another place first, or another name and password."""
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from portal.demo.places import DIVISION_CODE  # noqa: PLC0415

    tenants = apps.get_model("tenants", "Tenant").objects
    found = tenants.filter(division_code=DIVISION_CODE).exists()
    connection.close()
    return bool(found)


def make_tables() -> None:
    """Grants and migrations as the owner, if missing."""
    if migrations_are_missing():
        say("建立数据表… / Making the tables…")
        if not settings.EMBEDDED_DATABASE:
            manage("grant_app_role", role="owner")
        manage("migrate", "--verbosity", "0", role="owner")


def prepare_database() -> None:
    """The tables, then the demo county, if missing."""
    django.setup()
    make_tables()
    if wants_demo() and not has_a_tenant():
        say("载入演示县… / Loading the demo county…")
        manage("load_demo", "--if-empty")


# The children ----------------------------------------------------------------


def children() -> list[Child]:
    python, logs = sys.executable, settings.VAR / "logs"
    celery = [python, "-m", "celery", "--app", "config", "--quiet"]
    return [
        Child("web", web_command(), logs / "web.log"),
        Child(
            "worker",
            [
                *celery,
                "worker",
                "--queues=default",
                "--concurrency=2",
                "--without-gossip",
                "--without-mingle",
                "--loglevel=INFO",
            ],
            logs / "worker.log",
        ),
        Child(
            "beat",
            [*celery, "beat", "--loglevel=INFO"],
            logs / "beat.log",
        ),
    ]


def web_command() -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", settings.BIND, "--port", str(settings.PORT)),
        *("--workers", str(settings.WEB_WORKERS), "--blocking-threads", "4"),
        *("--blocking-threads-idle-timeout", "600", "--no-ws"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "5", "--backpressure", "64"),
        *("--log-config", str(BASE_DIR / "config" / "granian-logging.json")),
        "config.wsgi:application",
    ]


def address() -> str:
    here = settings.BIND in {*ANYWHERE, "127.0.0.1"}
    return f"http://{'localhost' if here else settings.BIND}:{settings.PORT}/"


def is_served() -> bool:
    host = "127.0.0.1" if settings.BIND in ANYWHERE else settings.BIND.strip("[]")
    try:
        caller = HTTPConnection(host, settings.PORT, timeout=5)
        caller.request("GET", "/readyz", headers={"Host": "localhost"})
        return caller.getresponse().status == 200
    except (OSError, HTTPException):
        return False


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, user name and password, as the demo county tells them."""
    if not wants_demo() or not demo_is_loaded():
        return []
    from portal.demo import SIGN_INS  # noqa: PLC0415 (its models need django.setup)

    return list(SIGN_INS)


def greet(started: float) -> None:
    say("")
    say(f"安网已启动({time.monotonic() - started:.1f} 秒) / Anwang is up: {address()}")
    for role, username, password in sign_ins():
        say(f"  {role}\t{username}\t{password}")
    say("按 Ctrl-C 停止 / Ctrl-C stops it")


# The whole -------------------------------------------------------------------


class Interrupted(BaseException):
    """Ctrl-C before there was anything to supervise."""


def interrupt(*_: Any) -> None:
    raise Interrupted


def listen_for_signals(handler: Callable[..., None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def start_and_supervise(started: float) -> None:
    """Hold the servers, run the children, and leave nothing behind."""
    parts = wanted_by_settings()
    servers = Servers(settings.VAR, parts=parts)
    supervisor = Supervisor(children(), settings.VAR, say=say)
    listen_for_signals(interrupt)
    try:
        if parts:
            say("启动数据库和 Redis… / Starting PostgreSQL and Redis…")
            servers.take()
        prepare_database()
        listen_for_signals(supervisor.request_stop)
        if parts:
            threading.Thread(target=tend, args=[servers], daemon=True).start()
        supervisor.start()
        supervisor.watch(ready=is_served, greet=lambda: greet(started))
    except Interrupted:
        say("")
    finally:
        listen_for_signals(supervisor.request_stop)
        supervisor.stop()
        if parts:
            servers.release(patience=4)
        say("已停止 / Stopped")


def tend(servers: Servers) -> None:
    """A killed keeper is replaced; the kernel has ended its servers."""
    while True:
        time.sleep(1)
        try:
            servers.ensure()
        except StartError as error:
            say(str(error))
            time.sleep(10)


def main() -> int:
    started = time.monotonic()
    try:
        var = settings.VAR
        preflight.require_writable(var)
        preflight.require_space(var)
        lock = FileLock(var / "up.lock")
        preflight.require_alone(lock, var)
        end_children_left_behind(var)
        preflight.require_port(settings.BIND, settings.PORT)
        preflight.require_databases()
        if warning := preflight.warning_of_redis():
            say(warning)
        start_and_supervise(started)
    except (StartError, SettingsError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    if "--with-parent" in sys.argv:
        die_with_parent()  # make was killed: nothing stays behind
    sys.exit(main())
