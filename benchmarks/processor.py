"""Processor time of other processes, as the kernel counts it, in seconds."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_PROC = Path("/proc")


def spent_by(pids: set[int]) -> dict[int, float]:
    """User and system time of each process with all its threads."""
    return {pid: seconds for pid in pids if (seconds := _of(pid)) is not None}


def used(before: dict[int, float], after: dict[int, float]) -> float:
    """What was spent between two looks; a new process counts from its start."""
    return sum(now - before.get(pid, 0.0) for pid, now in after.items())


def family(pid: int) -> set[int]:
    """A process and everything below it."""
    try:
        whole = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return set()
    return {pid, *(child.pid for child in whole)}


def _of(pid: int) -> float | None:
    """From the scheduler in nanoseconds, else from the ticks of ten milliseconds."""
    folder = _PROC / str(pid)
    try:
        return sum(
            int(file.read_text().split()[0]) for file in folder.glob("task/*/schedstat")
        ) / 1e9 or _ticks(folder)
    except (OSError, IndexError):
        return None


def _ticks(folder: Path) -> float:
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Model and number of processors."""
    lines = (_PROC / "cpuinfo").read_text().splitlines()
    models = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return f"{models[0] if models else 'unknown'}, {os.cpu_count()} cores"
