"""``python -m benchmarks --ground``: the reports on owners and on completed work.

12,765 enterprises in 314 villages of 32 townships with their posts, and a year of
all 53 work items, each done every month. Each report is asked as a page asks it, in one
process. No floor: the target is absolute, in processor time of process and database.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, datetime
from datetime import time as time_of_day
from itertools import product
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import psycopg

from benchmarks import databases, processor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from accounts.models import User
    from grids.models import GridNode
    from tenants.models import Tenant

NAME: Final = "anwang_bench_ground"
CODE: Final = "990003"
TOWNSHIPS: Final = 32
VILLAGES: Final = 314
ENTERPRISES: Final = 12_765
DEPARTMENTS: Final = 20
TIMES: Final = 40
TARGET: Final = 300.0  # milliseconds
BATCH: Final = 40_000


def run(var: Path) -> int:
    """Make the database, measure in a child that has its address."""
    databases.make(var, NAME)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ground"],
        env=databases.environment(var, NAME) | {"ANWANG_LOG_LEVEL": "WARNING"},
        check=False,
    )
    return done.returncode


def measure() -> int:
    missed = []
    print("| | rows | p50 ms | p95 ms | processor ms | target |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, rows, took, spent in _cases():
        ms = [seconds * 1000 for seconds in took]
        each = spent / len(took) * 1000
        print(
            f"| {name} | {rows:,} | {median(ms):.1f} | {quantiles(ms, n=20)[18]:.1f}"
            f" | {each:.1f} | {TARGET:.0f} |",
            flush=True,
        )
        if each > TARGET:
            missed.append(f"{name}: {each:.0f} ms instead of {TARGET:.0f}")
    for line in missed:
        print(line)
    return 1 if missed else 0


def _cases() -> Iterator[tuple[str, int, list[float], float]]:
    from grids import periods  # noqa: PLC0415
    from grids.models import WorkRecord  # noqa: PLC0415
    from portal.reports.completion import by_township  # noqa: PLC0415
    from portal.reports.owners import owners  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    year = date.today().year - 1  # noqa: DTZ011  a whole year that is over
    tenant, leader = _make(year)
    _analyze()
    span = periods.named(str(year))
    if span is None:
        raise RuntimeError("A year is a period.")
    with tenant_scope(tenant.pk):
        records = WorkRecord.objects.count()
    yield (
        "Owners of all enterprises",
        ENTERPRISES,
        *_timed(tenant, lambda: owners(user=leader, on=date.today())),  # noqa: DTZ011
    )
    yield (
        "Completion of a year by township",
        records,
        *_timed(tenant, lambda: by_township(user=leader, span=span)),
    )


def _timed(tenant: Tenant, work: Callable[[], Any]) -> tuple[list[float], float]:
    """What it took each time, and what the processors spent on all of them."""
    from django.db import connection  # noqa: PLC0415

    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    def once() -> float:
        started = time.perf_counter()
        with tenant_scope(tenant.pk):
            work()
        return time.perf_counter() - started

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pids = {os.getpid(), cursor.fetchone()[0]}
    once()
    before = processor.spent_by(pids)
    took = [once() for _ in range(TIMES)]
    return took, processor.used(before, processor.spent_by(pids))


def _make(year: int) -> tuple[Tenant, User]:
    from accounts.models import User  # noqa: PLC0415
    from accounts.services import create_users  # noqa: PLC0415
    from enterprises.models import IndustrySubcategory  # noqa: PLC0415
    from enterprises.services import register_in_bulk, set_departments  # noqa: PLC0415
    from grids.models import GridNode  # noqa: PLC0415
    from grids.services import assign_roles_in_bulk, build_tree  # noqa: PLC0415
    from portal.services import open_bureau  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = open_bureau(name="测算县应急管理局", division_code=CODE)
    with tenant_scope(tenant.pk):
        nodes = build_tree(specs=list(_specs()))
        trades = list(IndustrySubcategory.objects.order_by("code"))
        offices = [nodes[f"B{d:02d}"] for d in range(DEPARTMENTS)]
        set_departments(
            actor=None,
            departments={
                trade.code: offices[n % DEPARTMENTS].pk
                for n, trade in enumerate(trades)
                if n % 10
            },
        )
        register_in_bulk(rows=list(_units([trade.code for trade in trades])))
        leader, *people = create_users(
            [
                User(tenant=tenant, username=f"person-{n}", full_name=f"测算{n}")
                for n in range(VILLAGES + TOWNSHIPS + 1)
            ]
        )
        root = GridNode.objects.get(parent__isnull=True)
        assign_roles_in_bulk(assignments=[(leader.pk, "bureau_leader", root.pk)])
        _appoint(nodes, people)
        _work_through(year, nodes, people)
    return tenant, leader


def _specs() -> Iterator[Any]:
    from grids.services import NodeSpec  # noqa: PLC0415

    for d in range(DEPARTMENTS):
        yield NodeSpec(f"B{d:02d}", CODE, "department", f"第{d + 1}局")
    for t in range(TOWNSHIPS):
        yield NodeSpec(f"T{t:02d}", CODE, "township", f"{t + 1}镇")
    for v in range(VILLAGES):
        yield NodeSpec(f"V{v:03d}", f"T{v % TOWNSHIPS:02d}", "village", f"{v + 1}村")


def _units(trades: list[str]) -> Iterator[Any]:
    from enterprises.models import UnitType  # noqa: PLC0415
    from enterprises.services import EnterpriseRow  # noqa: PLC0415

    for n in range(ENTERPRISES):
        yield EnterpriseRow(
            parent=f"V{n % VILLAGES:03d}",
            name=f"第{n + 1}厂",
            unit_type=UnitType.THREE_SMALL,
            subcategory=trades[n % len(trades)],
            uscc_missing_reason="尚未办理",
        )


def _appoint(nodes: dict[str, GridNode], people: list[User]) -> None:
    """Every tenth village lacks its worker, every twentieth has two of a post."""
    from grids.services import NewPost, appoint_in_bulk  # noqa: PLC0415

    held = []
    for v in range(VILLAGES):
        held += [(v, f"V{v:03d}", "worker")] if v % 10 else []
        held += [(VILLAGES + v % TOWNSHIPS, f"V{v:03d}", "responsible")]
        held += [] if v % 20 else [(v, f"V{v:03d}", "responsible")]
    held += [(d, f"B{d:02d}", "responsible") for d in range(DEPARTMENTS - 2)]
    today = date.today()  # noqa: DTZ011
    appoint_in_bulk(
        posts=[
            NewPost(
                user_id=people[n].pk,
                node_id=nodes[code].pk,
                kind=kind,
                begins_on=date(today.year - 1, 1, 1),
            )
            for n, code, kind in held
        ],
        on=today,
    )


def _work_through(year: int, nodes: dict[str, GridNode], people: list[User]) -> None:
    """Every item monthly, all the year, in every village: the most there can be."""
    from django.utils import timezone  # noqa: PLC0415

    from grids import periods  # noqa: PLC0415
    from grids.models import (  # noqa: PLC0415
        GridNode,
        WorkItemVersion,
        WorkSchemeTerm,
    )
    from grids.services import WorkDone, load_work  # noqa: PLC0415

    begun = date(year, 1, 1)
    WorkSchemeTerm.objects.update(begins_on=begun)
    WorkItemVersion.objects.update(valid_from=begun, unit="month", times=1)
    created = datetime.combine(begun, time_of_day.min, timezone.get_current_timezone())
    GridNode.objects.update(created_at=created)
    scheme = WorkSchemeTerm.objects.get().scheme_id
    zone = timezone.get_current_timezone()
    months = periods.ending_within("month", begun, date(year, 12, 31))
    versions = list(WorkItemVersion.objects.filter(item__scheme=scheme))
    done = [
        WorkDone(
            node_id=nodes[f"V{v:03d}"].pk,
            version=version,
            period=month,
            number=1,
            done_by_id=people[v].pk,
            done_at=datetime.combine(month.last, time_of_day(9), zone),
            note="已完成。",
        )
        for month, version, v in product(months, versions, range(VILLAGES))
    ]
    for first in range(0, len(done), BATCH):
        load_work(done=done[first : first + BATCH])


def _analyze() -> None:
    """As autovacuum does a moment later: the owner's business."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(measure())
