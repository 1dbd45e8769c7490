"""The embedded PostgreSQL and Redis, for whoever needs them for a while.

``python -m config.embedded COMMAND …`` runs one command beside them.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from config import keeper, places
from config.env import SettingsError
from config.processes import FileLock, StartError, wait_until

BOTH: Final = ("postgres", "redis")


class Servers:
    """A share in the running servers of one ``var/``."""

    def __init__(
        self, var: Path, *, durable: bool = True, parts: Iterable[str] = BOTH
    ) -> None:
        self.var = var
        self._durable = durable
        self._parts = frozenset(parts)
        self._share = FileLock(keeper.users_file(var))

    def take(self) -> None:
        """Use the running servers, or have them started.

        The last keeper may just be stopping its servers: the share waits for it.
        """
        (self.var / "logs").mkdir(parents=True, exist_ok=True)
        _refuse_foreign_folder(places.socket_folder(self.var))
        self._share.take(shared=True, wait=True)
        self.ensure()

    def ensure(self) -> None:
        """Start a keeper when there is none, for instance because it was killed."""
        start = FileLock(self.var / "start.lock")
        start.take(wait=True)
        try:
            if keeper.ready_file(self.var).exists() and self._kept():
                return
            if not self._kept():
                keeper.ready_file(self.var).unlink(missing_ok=True)
                keeper.failure_file(self.var).unlink(missing_ok=True)
                keeper.spawn(self.var, durable=self._durable, parts=self._parts)
            self._await_ready()
        finally:
            start.release()

    def release(self, *, patience: float = 0) -> bool:
        """Give the share back; true when the servers are down within patience.

        While somebody else uses them they stay up, and nobody waits for their end.
        """
        self._share.release()
        if self._is_shared_by_others():
            return False
        return wait_until(lambda: not self._kept(), seconds=patience)

    def _is_shared_by_others(self) -> bool:
        """Whoever uses the servers shares the lock; who stops them has it alone."""
        if not self._share.is_held_elsewhere() or not self._share.take(shared=True):
            return False
        self._share.release()
        return True

    def _kept(self) -> bool:
        return FileLock(keeper.keeper_file(self.var)).is_held_elsewhere()

    def _await_ready(self) -> None:
        ready, failed = keeper.ready_file(self.var), keeper.failure_file(self.var)
        wait_until(lambda: ready.exists() or failed.exists(), seconds=90)
        if ready.exists():
            return
        told = failed.read_text() if failed.exists() else ""
        chinese, _, english = told.partition(" / ")
        log = self.var / "logs" / "keeper.log"
        raise StartError(
            chinese or f"内置服务没有启动，原因见 {log}。",
            english or f"The embedded servers did not start; see {log}.",
        )


@contextmanager
def servers(
    var: Path, *, durable: bool = True, parts: Iterable[str] = BOTH
) -> Iterator[Servers]:
    """Hold the servers of ``var`` for the length of a block."""
    held = Servers(var, durable=durable, parts=parts)
    held.take()
    try:
        yield held
    finally:
        held.release(patience=10)


def _refuse_foreign_folder(folder: Path) -> None:
    """The short folder stands in /tmp, where somebody else might have put it."""
    if folder.is_symlink() or (folder.exists() and not os.access(folder, os.W_OK)):
        raise StartError(
            f"目录 {folder} 属于别人，请删除它，或换一个 ANWANG_VAR。",
            f"The folder {folder} belongs to somebody else: remove it, or set "
            "another ANWANG_VAR.",
        )


def wanted_by_settings() -> list[str]:
    """What no address was given for."""
    wanted = []
    if settings.EMBEDDED_DATABASE:
        wanted.append("postgres")
    if settings.EMBEDDED_REDIS:
        wanted.append("redis")
    return wanted


def main() -> int:
    """Run a command of the project with the servers at hand."""
    command = sys.argv[1:]
    parts = wanted_by_settings()
    if not parts:
        return subprocess.call(command)
    # Ctrl-C is for the command; the servers leave after it.
    signal.signal(signal.SIGINT, lambda *_: None)
    with servers(settings.VAR, durable=not settings.TESTING, parts=parts):
        return subprocess.call(command)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (StartError, SettingsError) as refusal:
        sys.exit(str(refusal))
