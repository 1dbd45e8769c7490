"""``python -m benchmarks.visible SIZE``: a page of 20 visible hazards, for any grant.

Grants of every size, from one enterprise to the county, on one and on many nodes, along
either line, are given to one account in a transaction that is taken back. What is timed
is the whole way from the account to 20 rows: reading the grants, asking, building the
rows. The slowest plan is told with what it reads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

PAGE: Final = 20
TIMES: Final = 60
TARGET: Final = 15.0  # milliseconds
_CHILD: Final = (
    "import sys; from benchmarks.visible import measure; sys.exit(measure())"
)


def main() -> int:
    """1 if the middle of a grant's times is above the target."""
    from benchmarks.__main__ import prepare_environment  # noqa: PLC0415

    prepare_environment()
    from benchmarks import databases  # noqa: PLC0415  after the environment
    from config.embedded import servers  # noqa: PLC0415

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    var = Path(os.environ["ANWANG_VAR"])
    with servers(var):
        env = databases.environment(var, databases.ready(var, size))
        return subprocess.run([sys.executable, "-c", _CHILD], env=env).returncode  # noqa: PLW1510


def measure() -> int:
    """In a child that has the database's address."""
    import django  # noqa: PLC0415

    django.setup()
    from benchmarks.county import DIVISION_CODE  # noqa: PLC0415
    from hazards.models import Hazard  # noqa: PLC0415
    from tenants.models import Tenant  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.get(division_code=DIVISION_CODE).pk
    with tenant_scope(tenant):
        print(f"{Hazard.objects.count():,} hazards, {PAGE} a page, {TIMES} times each")
    print("| held on | sees | p50 ms | p95 ms | pages read |")
    print("|---|---:|---:|---:|---:|")
    slow = 0
    for name, role, nodes in _grants(tenant):
        sees, times, pages = _timed(tenant, role, nodes)
        middle, high = median(times), quantiles(times, n=20)[18]
        slow += middle > TARGET
        print(
            f"| {name} | {sees:,} | {middle:.1f} | {high:.1f} | {pages:,} |", flush=True
        )
    return 1 if slow else 0


def _grants(tenant: int) -> Iterator[tuple[str, str, list[UUID]]]:
    """Name, role, nodes."""
    from enterprises.models import Enterprise  # noqa: PLC0415
    from grids.kinds import NodeKind  # noqa: PLC0415
    from grids.models import GridNode  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    with tenant_scope(tenant):
        of = {
            kind: list(
                GridNode.objects.filter(kind=kind)
                .in_order()
                .values_list("pk", flat=True)
            )
            for kind in (
                *(NodeKind.COUNTY, NodeKind.TOWNSHIP, NodeKind.VILLAGE),
                NodeKind.DEPARTMENT,
            )
        }
        units = Enterprise.objects.order_by("pk").values_list("area_node", flat=True)
        doors = list(dict.fromkeys(units[: 50 * len(of[NodeKind.VILLAGE]) : 50]))
    yield "the county", "bureau_staff", of[NodeKind.COUNTY]
    yield "1 township", "township_staff", of[NodeKind.TOWNSHIP][:1]
    yield "every other township", "township_staff", of[NodeKind.TOWNSHIP][::2]
    yield "1 department", "department_staff", of[NodeKind.DEPARTMENT][:1]
    yield "5 departments", "department_staff", of[NodeKind.DEPARTMENT][::4]
    yield "1 village", "grid_worker", of[NodeKind.VILLAGE][:1]
    yield "20 villages apart", "grid_worker", of[NodeKind.VILLAGE][::9][:20]
    yield "every village", "grid_worker", of[NodeKind.VILLAGE]
    yield "1 enterprise", "enterprise_officer", doors[:1]
    yield "20 enterprises apart", "enterprise_officer", list(islice(doors, 20))
    yield (
        "20 villages and 1 department",
        "grid_worker",
        [
            *of[NodeKind.VILLAGE][::9][:20],
            *of[NodeKind.DEPARTMENT][:1],
        ],
    )


def _timed(tenant: int, role: str, nodes: list[UUID]) -> tuple[int, list[float], int]:
    """How many are seen, seconds a thousandfold of each time, 8 kB pages of a plan."""
    from django.db import connection, transaction  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from grids.services import assign_roles_in_bulk  # noqa: PLC0415
    from hazards.models import Hazard  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    with tenant_scope(tenant), transaction.atomic():
        user = User.objects.create_user(
            username="bench-visible", tenant_id=tenant, full_name="", password=None
        )
        assign_roles_in_bulk(assignments=[(user.pk, role, node) for node in nodes])
        times = []
        for _ in range(TIMES):
            started = time.perf_counter()
            shown: Any = Hazard.objects.visible_to(user).for_list()
            list(shown[:PAGE])
            times.append((time.perf_counter() - started) * 1000)
        sees = Hazard.objects.visible_to(user).count()
        statement, values = shown[:PAGE].query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", values
            )
            plan = cursor.fetchone()[0][0]["Plan"]
        transaction.set_rollback(True)
    return sees, times, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


if __name__ == "__main__":
    sys.exit(main())
