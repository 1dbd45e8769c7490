"""One measurement: send, and see what the servers' processes have spent."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks import load, processor

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cases import Case
    from benchmarks.serving import Served

ONE_BY_ONE = 1
SIDE_BY_SIDE = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """Milliseconds per request of one repetition."""

    web: float
    database: float
    p50: float
    p95: float

    @property
    def processor(self) -> float:
        return self.web + self.database


@dataclass(slots=True)
class Measured:
    """All repetitions of one case: one connection, and several at once."""

    case: Case
    alone: list[Sample] = field(default_factory=list)
    together: list[Sample] = field(default_factory=list)
    # The floor, just before each of ``alone``: the machine is shared.
    beside: list[Sample] = field(default_factory=list)

    def processor(self) -> float:
        return median(sample.processor for sample in self.alone)

    def over(self) -> float:
        """How many times its floor: pair by pair, then the middle."""
        pairs = zip(self.alone, self.beside, strict=True)
        return median(own.processor / low.processor for own, low in pairs)


def take(
    case: Case,
    server: Served,
    backends: Callable[[], set[int]],
    *,
    connections: int,
    count: int,
    skip: int,
) -> Sample:
    """Send ``count`` requests and share out what was spent meanwhile."""
    web = processor.spent_by(processor.family(server.pid))
    database = processor.spent_by(backends())
    requests = case.take(count, skip=skip)
    seconds = load.send(port=server.port, requests=requests, connections=connections)
    spent_web = processor.used(web, processor.spent_by(processor.family(server.pid)))
    spent_database = processor.used(database, processor.spent_by(backends()))
    times = quantiles(seconds, n=20)
    return Sample(
        web=spent_web / count * 1000,
        database=spent_database / count * 1000,
        p50=median(seconds) * 1000,
        p95=times[18] * 1000,
    )
