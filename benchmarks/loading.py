"""``python -m benchmarks.loading COUNT``: fill an empty, migrated database.

Everything goes through the services that people's requests go through, or their
bulk siblings. Runs as the application's role; DATABASE_URL says where.
"""

from __future__ import annotations

import sys
import time
from itertools import islice
from typing import Final

import django

CHUNK: Final = 2_000
TELL_EVERY: Final = 10_000


def main() -> None:
    django.setup()
    from benchmarks.county import make_county  # noqa: PLC0415  after django.setup
    from benchmarks.courses import courses  # noqa: PLC0415
    from benchmarks.photographs import some_with_photos  # noqa: PLC0415
    from hazards.models import HazardKind  # noqa: PLC0415
    from hazards.services import compact_tallies, load_courses  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    count = int(sys.argv[1])
    started = time.monotonic()
    county = make_county()
    print(f"  county: {time.monotonic() - started:.0f} s", flush=True)
    with tenant_scope(county.tenant.pk):
        kinds = sorted(HazardKind.objects.values_list("code", flat=True))
    planned = courses(county, kinds=kinds, count=count)
    done = 0
    while chunk := list(islice(planned, CHUNK)):
        with tenant_scope(county.tenant.pk):
            load_courses(courses=some_with_photos(chunk))
        done += len(chunk)
        if done % TELL_EVERY == 0:
            passed = time.monotonic() - started
            print(f"  {done:,} hazards: {passed:.0f} s", flush=True)
    with tenant_scope(county.tenant.pk):
        compact_tallies()


if __name__ == "__main__":
    main()
