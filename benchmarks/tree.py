"""``python -m benchmarks --tree``: what the writes of a tree cost, in milliseconds.

Runs through the services, in one process, each write in a transaction of its own
that is committed. No floor: the targets are absolute.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from itertools import count
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import psycopg

from benchmarks import databases, processor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grids.models import GridNode

NAME: Final = "anwang_bench_tree"
# (townships, villages of each, enterprises of each): 8,500 and 12,765 nodes.
SHAPES: Final = {8_500: (20, 17, 25), 12_765: (29, 20, 22)}
TIMES: Final = 200
# What is measured, and how long its middle may take at 8,500 nodes.
TARGETS: Final = {
    "Build the whole tree": 1_000.0,
    "Add an enterprise's node anywhere": 60.0,
    "Register an enterprise anywhere": 60.0,
    "Check the tree": 50.0,
}


def run(var: Path) -> int:
    """Make the database, measure in a child that has its address."""
    databases.make(var, NAME)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.tree"],
        env=databases.environment(var, NAME) | {"ANWANG_LOG_LEVEL": "WARNING"},
        check=False,
    )
    return done.returncode


def measure() -> int:
    missed = []
    print("| | nodes | p50 ms | p95 ms | worst ms | processor ms | target |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for n, (size, shape) in enumerate(SHAPES.items()):
        for name, seconds, spent in _cases(f"99000{n + 1}", size, shape):
            took = [second * 1000 for second in seconds]
            p50 = median(took)
            p95 = quantiles(took, n=20)[18] if len(took) > 1 else p50
            target = TARGETS.get(name)
            print(
                f"| {name} | {size:,} | {p50:.1f} | {p95:.1f} | {max(took):.1f}"
                f" | {spent / len(took) * 1000:.1f} | {f'{target:.0f}' if target else ''} |",
                flush=True,
            )
            if target and size == min(SHAPES) and p50 > target:
                missed.append(f"{name}: {p50:.0f} ms instead of {target:.0f}")
    for line in missed:
        print(line)
    return 1 if missed else 0


def _cases(
    code: str, size: int, shape: tuple[int, int, int]
) -> Iterator[tuple[str, list[float], float]]:
    from django.db import connection  # noqa: PLC0415

    from enterprises.models import IndustrySubcategory, UnitType  # noqa: PLC0415
    from enterprises.services import register_enterprise  # noqa: PLC0415
    from grids.integrity import check_tree  # noqa: PLC0415
    from grids.models import GridNode  # noqa: PLC0415
    from grids.services import add_node, build_tree, move_node  # noqa: PLC0415
    from portal.services import open_bureau  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    rng, serial = random.Random(size), count()
    tenant = open_bureau(name="测树县应急管理局", division_code=code)

    def timed(name: str, work: Callable[[], object], times: int) -> Any:
        """What it took each time, and what the processors spent on all of them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids = {os.getpid(), cursor.fetchone()[0]}
        before = processor.spent_by(pids)
        took = [once(work) for _ in range(times)]
        return name, took, processor.used(before, processor.spent_by(pids))

    def once(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        with tenant_scope(tenant.pk):
            work()
        return time.perf_counter() - started

    specs = list(_specs(code, shape))[: size - 1]
    yield timed("Build the whole tree", lambda: build_tree(specs=specs), 1)
    _analyze()
    with tenant_scope(tenant.pk):
        villages = list(GridNode.objects.filter(kind="village"))
        towns = list(GridNode.objects.filter(kind="township"))
        trade = IndustrySubcategory.objects.all()[0]

    def add() -> None:
        add_node(
            actor=None,
            parent_id=rng.choice(villages).pk,
            kind="enterprise",
            code=f"X{next(serial)}",
            name="新来的厂",
        )

    def register() -> None:
        register_enterprise(
            actor=None,
            parent_id=rng.choice(villages).pk,
            name="新来的店",
            unit_type=UnitType.THREE_SMALL,
            subcategory_id=trade.pk,
            uscc_missing_reason="尚未办理",
        )

    def move() -> None:
        village = rng.choice(villages)
        elsewhere: list[GridNode] = [t for t in towns if t.pk != village.parent_id]
        move_node(
            actor=None,
            node_id=village.pk,
            new_parent_id=rng.choice(elsewhere).pk,
        )

    yield timed("Add an enterprise's node anywhere", add, TIMES)
    yield timed("Register an enterprise anywhere", register, TIMES)
    busy = villages[len(villages) // 2 :][:1]
    villages, all_of_them = busy, villages
    yield timed("Add to one village again and again", add, TIMES)
    villages = all_of_them
    yield timed("Move a village to another township", move, TIMES // 10)
    _analyze()
    yield timed("Check the tree", check_tree, TIMES // 10)
    with tenant_scope(tenant.pk):
        if defects := check_tree():
            raise RuntimeError(f"{len(defects)} nodes stand wrong.")
    connection.close()


def _analyze() -> None:
    """As autovacuum does a moment later: the owner's business."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("ANALYZE grids_gridnode")


def _specs(code: str, shape: tuple[int, int, int]) -> Iterator:  # type: ignore[type-arg]
    from grids.services import NodeSpec  # noqa: PLC0415

    townships, villages, enterprises = shape
    for t in range(townships):
        yield NodeSpec(f"T{t}", code, "township", f"{t + 1}镇")
        for v in range(villages):
            yield NodeSpec(f"T{t}V{v}", f"T{t}", "village", f"{t + 1}镇{v + 1}村")
            for e in range(enterprises):
                name = f"{t + 1}镇{v + 1}村{e + 1}厂"
                yield NodeSpec(f"T{t}V{v}E{e}", f"T{t}V{v}", "enterprise", name)


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(measure())
