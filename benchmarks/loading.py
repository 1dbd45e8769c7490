"""``python -m benchmarks.loading COUNT``: fill an empty, migrated database.

Everything goes through the services that people's requests go through, or their
bulk siblings. Runs as the application's role; DATABASE_URL says where. Two
processes share a large county out.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from benchmarks.county import County

CHUNK: Final = 2_000
TELL_EVERY: Final = 10_000
PROCESSES: Final = 2


def main() -> None:
    django.setup()
    from django.db import connections  # noqa: PLC0415

    from benchmarks.county import make_county  # noqa: PLC0415  after django.setup
    from hazards.services import compact_tallies  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    count = int(sys.argv[1])
    started = time.monotonic()
    county = make_county()
    print(f"  county: {time.monotonic() - started:.0f} s", flush=True)
    # The first chunk stores the picture that all photos share; then there is
    # nothing left that two processes would both want to make.
    load(county, count, started, chunks=range(1))
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    children = [
        fork.Process(target=load, args=(county, count, started), kwargs={"chunks": c})
        for c in stretches(count)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        sys.exit("A process that loaded hazards failed; see above.")
    with tenant_scope(county.tenant.pk):
        compact_tallies()


def stretches(count: int) -> list[range]:
    """Which chunks each process loads after the first one.

    Whole stretches of time: neighbouring chunks share a day, and whoever takes
    its numbers second waits until the first has committed.
    """
    chunks = -(-count // CHUNK)
    edges = [1 + (chunks - 1) * n // PROCESSES for n in range(PROCESSES + 1)]
    return [range(a, b) for a, b in pairwise(edges) if a < b]


def load(county: County, count: int, started: float, *, chunks: range) -> None:
    """Draw all courses, which costs little, and load these chunks of them."""
    from benchmarks.courses import courses  # noqa: PLC0415
    from benchmarks.photographs import some_with_photos  # noqa: PLC0415
    from hazards.models import HazardKind  # noqa: PLC0415
    from hazards.services import load_courses  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    with tenant_scope(county.tenant.pk):
        kinds = sorted(HazardKind.objects.values_list("code", flat=True))
    planned = courses(county, kinds=kinds, count=count)
    done = 0
    for n in range(chunks.stop):
        chunk = list(islice(planned, CHUNK))
        if n not in chunks:
            continue
        with tenant_scope(county.tenant.pk):
            load_courses(courses=some_with_photos(chunk))
        done += len(chunk)
        if done % TELL_EVERY == 0:
            passed = time.monotonic() - started
            print(f"  {done:,} hazards by one process: {passed:.0f} s", flush=True)


if __name__ == "__main__":
    main()
