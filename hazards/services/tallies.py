"""The counts beside the hazards: sum them up, and prove them right."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from hazards.models import Hazard, HazardTally
from tenants.locks import Lock, try_acquire
from tenants.tenancy import require_tenant

# One statement: whatever it deletes it adds up and puts back, so a reader sees
# either the differences or their sum.
_COMPACT = """
WITH gone AS (
    DELETE FROM hazards_hazardtally WHERE tenant_id = %(tenant)s
    RETURNING tenant_id, township_id, department_node_id, measure, state, level,
              month, n
)
INSERT INTO hazards_hazardtally (id, tenant_id, township_id, department_node_id,
    measure, state, level, month, n)
SELECT uuidv7(), tenant_id, township_id, department_node_id, measure, state, level,
       month, sum(n)
FROM gone
GROUP BY tenant_id, township_id, department_node_id, measure, state, level, month
HAVING sum(n) <> 0
"""


@transaction.atomic
def compact_tallies() -> int:
    """Sum the differences up; returns how many rows are left.

    A second worker finds the lock taken and leaves. Reporting goes on meanwhile:
    new differences are new rows.
    """
    if not try_acquire(Lock.TALLY):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COMPACT, {"tenant": require_tenant()})
        return int(cursor.rowcount)


def check_tallies() -> dict[Any, tuple[int, int]]:
    """Where the kept counts differ from a recount: key → (kept, counted)."""
    kept = Counter(
        {
            (township, department, state, level): total
            for township, department, state, level, total in HazardTally.objects.held().by(
                "township_id", "department_node_id", "state", "level"
            )
        }
    )
    counted = Counter(
        {
            (township, department, state, level): total
            for township, department, state, level, total in Hazard.objects.order_by()
            .values_list("township_id", "department_node_id", "state", "level")
            .annotate(total=Count("pk"))
        }
    )
    return {
        key: (kept[key], counted[key])
        for key in kept.keys() | counted.keys()
        if kept[key] != counted[key]
    }
