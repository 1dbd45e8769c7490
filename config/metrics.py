"""Prometheus measurements of all web processes together; no tenant data."""

import os
from pathlib import Path
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily

# Set by whoever starts several web processes: each writes its numbers into files
# there, and any of them answers for all.
FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

REQUESTS: Final = Counter(
    "anwang_requests", "Answered requests.", ["view", "method", "status"]
)
LATENCY: Final = Histogram(
    "anwang_request_seconds",
    "Time to answer.",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def count_request(*, view: str, method: str, status: int, seconds: float) -> None:
    """Labels have few values: an invented method or address makes no new series."""
    method = method if method in _METHODS else "other"
    REQUESTS.labels(view=view, method=method, status=str(status)).inc()
    LATENCY.labels(view=view).observe(seconds)


class _Queues:
    """Lengths of the broker's queues, read at the moment of asking."""

    def __init__(self, lengths: dict[str, int]) -> None:
        self._lengths = lengths

    def collect(self) -> list[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            "anwang_queue_length", "Waiting tasks.", labels=["queue"]
        )
        for queue, length in self._lengths.items():
            family.add_metric([queue], length)
        return [family]


def exposition(queue_lengths: dict[str, int]) -> bytes:
    """The text Prometheus reads."""
    registry = CollectorRegistry()
    registry.register(_Queues(queue_lengths))
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder and Path(folder).is_dir():
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(LATENCY)
    return generate_latest(registry)
