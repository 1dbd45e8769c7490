"""Small tools for whoever starts processes: locks, ends, and plain refusals."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartError(Exception):
    """Why it cannot start: one sentence, in Chinese and in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese} / {english}")


class FileLock:
    """An advisory lock that the kernel takes back however its holder ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_held_elsewhere(self) -> bool:
        if not self.take():
            return True
        self.release()
        return False


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Have the kernel signal this process when its parent is gone (Linux).

    Elsewhere the next start finds and ends what a killed parent left behind.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def dying_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """For ``preexec_fn``; a parent that died in between is noticed as well."""
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(number)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def end_group(leader: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a child and of everything it started."""
    try:
        os.killpg(leader.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
    finally:
        leader.poll()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Look again and again, 20 times a second."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
