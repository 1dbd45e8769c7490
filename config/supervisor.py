"""Runs a few children, starts the dead again, stops all within ten seconds."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from config.metrics import FOLDER_VARIABLE
from config.processes import dying_with_parent, end_group, wait_until

BASE_DIR: Final = Path(__file__).resolve().parent.parent
GENTLE: Final = 5.0
SLOWEST_START: Final = 30.0
LARGEST_LOG: Final = 10 * 1024 * 1024


@dataclass
class Child:
    """A process in a group of its own, with its log."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)

    def start(self, environment: dict[str, str]) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_prepare_child(),  # noqa: PLW1509
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_alive():
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        if self.process is not None:
            end_group(self.process)


class Supervisor:
    """Everything a child needs from its parent."""

    def __init__(
        self, children: list[Child], var: Path, *, say: Callable[[str], None]
    ) -> None:
        self._children = children
        self._var = var
        self._say = say
        self._stopping = threading.Event()
        self._environment = {**os.environ, FOLDER_VARIABLE: str(var / "metrics")}

    def request_stop(self, *_: Any) -> None:
        """For signals, also while the database is still being prepared."""
        self._stopping.set()

    def start(self) -> None:
        """Fresh measurements, then the first child alone: people wait for it."""
        measurements = self._var / "metrics"
        measurements.mkdir(exist_ok=True)
        for old in measurements.glob("*.db"):
            old.unlink()
        self._start(self._children[:1])

    def _start(self, children: list[Child]) -> None:
        for child in children:
            if not self._stopping.is_set():
                child.start(self._environment)
                self._write_down()

    def watch(
        self,
        *,
        ready: Callable[[], bool],
        greet: Callable[[], None],
    ) -> None:
        """Until a signal: greet when the first is ready, then start the others.

        From then on, whoever died is started again.
        """
        greeted = warned = False
        started = time.monotonic()
        while not self._stopping.wait(0.2):
            if not greeted and ready():
                greeted = True
                greet()
                self._start(self._children[1:])
            late = not greeted and time.monotonic() - started > SLOWEST_START
            if late and not warned:
                warned = True
                self._warn(self._children[0])
            for child in self._children:
                if child.process and not child.is_alive():
                    self._restart(child)

    def _warn(self, child: Child) -> None:
        self._say(
            f"{child.name} 还没有就绪，原因可能在 {child.log} / "
            f"{child.name} is not ready yet; {child.log} may say why"
        )

    def _restart(self, child: Child) -> None:
        child.deaths += 1
        code = child.process.returncode if child.process else None
        self._say(
            f"{child.name} 意外退出({code})，正在重启，日志见 {child.log} / "
            f"{child.name} ended ({code}) and is started again; see {child.log}"
        )
        child.end()
        self._stopping.wait(min(0.2 * child.deaths, 5))
        if not self._stopping.is_set():
            child.start(self._environment)
            self._write_down()

    def stop(self) -> None:
        """Ask all at once, then kill the groups of those who did not listen."""
        for child in self._children:
            child.ask_to_stop()
        wait_until(
            lambda: not any(child.is_alive() for child in self._children),
            seconds=GENTLE,
        )
        for child in self._children:
            child.end()
        _children_file(self._var).unlink(missing_ok=True)

    def _write_down(self) -> None:
        groups = [child.process.pid for child in self._children if child.process]
        file = _children_file(self._var)
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps({"groups": groups}))
        draft.replace(file)


def end_children_left_behind(var: Path) -> None:
    """Kill the groups of a supervisor that was itself killed.

    On Linux its children had the kernel's signal; a grandchild, or a child on
    another system, may still hold the port. A group's number is not given to
    anybody else as long as one member lives; after a restart of the machine it may
    be, so only processes that run in the folder of this project are ended.
    """
    try:
        record = json.loads(_children_file(var).read_text())
    except (OSError, ValueError):
        return
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        if process.info["cwd"] == str(BASE_DIR) and _is_of(process, record["groups"]):
            _kill(process)
    _children_file(var).unlink(missing_ok=True)


def _is_of(process: psutil.Process, groups: list[int]) -> bool:
    try:
        return os.getpgid(process.pid) in groups
    except OSError:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(5)
    except psutil.Error:
        return


def _prepare_child() -> Callable[[], None]:
    prepare = dying_with_parent(signal.SIGTERM)

    def run() -> None:
        os.setpgid(0, 0)
        prepare()

    return run


def _children_file(var: Path) -> Path:
    return var / "children.json"
