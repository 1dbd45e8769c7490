"""``python -m benchmarks.alerts SIZE``: how long a pass over the deadlines takes.

In a copy of the benchmark's database of that size every hazard gets a deadline that
passed yesterday: so many alerts come at once, then a thousand, then none. Raising
and telling are timed apart.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from psycopg import sql

FEW: Final = 1_000
_OVERDUE: Final = (
    "ALTER TABLE hazards_hazard DISABLE TRIGGER USER",  # the tallies are not measured
    """
    UPDATE hazards_hazard SET state = 'assigned', closed_at = NULL,
        due_on = current_date - 1, next_alert_on = current_date
    """,
    "ALTER TABLE hazards_hazard ENABLE TRIGGER USER",
    "VACUUM (ANALYZE) hazards_hazard",
)
_A_FEW: Final = sql.SQL(
    "UPDATE hazards_hazard SET due_on = current_date - 3, next_alert_on = current_date"
    " WHERE id IN (SELECT id FROM hazards_hazard ORDER BY id DESC LIMIT {})"
).format(FEW)
_CHILD: Final = "from benchmarks.alerts import passes; passes()"


def main() -> None:
    from benchmarks.__main__ import prepare_environment  # noqa: PLC0415

    prepare_environment()
    from benchmarks import databases  # noqa: PLC0415  after the environment
    from config import places  # noqa: PLC0415
    from config.embedded import servers  # noqa: PLC0415

    size = int(sys.argv[1])
    var = Path(os.environ["ANWANG_VAR"])
    with servers(var), databases.as_owner(var, places.DATABASE) as owner:
        source = databases.ready(var, size)
        copy = f"{source}_alerts"
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
            sql.Identifier(copy)
        )
        owner.execute(drop)
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(copy), sql.Identifier(source)
            )
        )
        try:
            with databases.as_owner(var, copy) as prepared:
                for statement in _OVERDUE:
                    prepared.execute(statement)
                _pass(f"{size:,} at once", databases.environment(var, copy))
                prepared.execute(_A_FEW)
                _pass(f"{FEW:,} new ones", databases.environment(var, copy))
                _pass("nothing to do", databases.environment(var, copy))
        finally:
            owner.execute(drop)


def _pass(what: str, env: dict[str, str]) -> None:
    print(f"{what}: ", end="", flush=True)
    subprocess.run([sys.executable, "-c", _CHILD], env=env, check=True)


def passes() -> None:
    """Batch after batch as the task does, in the role and database of the child."""
    import django  # noqa: PLC0415

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from benchmarks.county import DIVISION_CODE  # noqa: PLC0415
    from hazards.services import alert_deadlines  # noqa: PLC0415
    from tenants.models import Tenant  # noqa: PLC0415
    from tenants.tenancy import tenant_scope  # noqa: PLC0415

    tenant = Tenant.objects.get(division_code=DIVISION_CODE).pk
    today = timezone.localdate()
    raised, seconds = 0, {"raising": 0.0, "telling": 0.0}
    while True:
        started = time.monotonic()
        with tenant_scope(tenant):
            batch = alert_deadlines(on=today)
        seconds["telling" if batch.told else "raising"] += time.monotonic() - started
        raised += batch.raised
        if batch.is_last:
            break
    told = ", ".join(f"{what} {took:.2f} s" for what, took in seconds.items())
    print(f"{raised:,} alerts, {told}", flush=True)


if __name__ == "__main__":
    main()
