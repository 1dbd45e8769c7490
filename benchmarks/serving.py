"""The web servers under measurement: started as ``make up`` starts its own."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final

from config import up
from config.metrics import FOLDER_VARIABLE
from config.processes import dying_with_parent, end_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PLATFORM: Final = "config.wsgi:application"
FLOOR: Final = "benchmarks.floor:application"
STARTING: Final = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Shape:
    """How many processes and threads; None as ``make up`` has it."""

    workers: int | None = None
    threads: int | None = None


def command(application: str, port: int, shape: Shape) -> list[str]:
    """The command of ``make up`` for another application, port or shape."""
    words = up.web_command()
    words[-1] = application
    _set(words, "--port", port)
    if shape.workers:
        _set(words, "--workers", shape.workers)
    if shape.threads:
        _set(words, "--blocking-threads", shape.threads)
    return words


def _set(words: list[str], option: str, value: int) -> None:
    words[words.index(option) + 1] = str(value)


@contextmanager
def served(
    application: str,
    *,
    port: int,
    var: Path,
    environment: Mapping[str, str],
    shape: Shape = Shape(),
) -> Iterator[Served]:
    """A server that answers; it is gone when the block ends."""
    metrics = var / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for old in metrics.glob("*.db"):
        old.unlink()
    log = var / "logs" / f"web-{port}.log"
    log.unlink(missing_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command(application, port, shape),
            cwd=up.BASE_DIR,
            env={**environment, FOLDER_VARIABLE: str(metrics)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509
        )
    try:
        _await(process, port, log)
        yield Served(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            end_group(process)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until and process.poll() is None:
        try:
            caller = HTTPConnection("127.0.0.1", port, timeout=5)
            caller.request("GET", "/readyz")
            if caller.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    raise RuntimeError(f"The server did not start; see {log}.")
