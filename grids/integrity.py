"""MPTT columns are derived data, and here they decide who sees what: check them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from grids.models import GridNode
from grids.services.placing import lay_out, read
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from uuid import UUID

# Each way a column can contradict ``parent``. Siblings are compared with the
# next one by interval, which finds every overlap without a self-join.
_CHECK = """
WITH ordered AS (
    SELECT n.id, n.parent_id, n.tree_id, n.lft, n.rght, n.level, n.kind,
           n.parent_kind, n.township_id,
           lead(n.lft) OVER (PARTITION BY n.parent_id ORDER BY n.lft) AS next_lft
    FROM grids_gridnode n
)
SELECT o.id,
       CASE
           WHEN o.lft >= o.rght THEN 'empty interval'
           WHEN o.parent_id IS NULL AND (o.level <> 0 OR o.township_id <> o.id)
               THEN 'root'
           WHEN o.parent_id IS NOT NULL AND NOT (
               o.tree_id = p.tree_id AND o.lft > p.lft AND o.rght < p.rght
               AND o.level = p.level + 1) THEN 'outside its parent'
           WHEN o.parent_id IS NOT NULL AND o.parent_kind <> p.kind
               THEN 'kind of parent'
           WHEN o.parent_id IS NOT NULL AND o.township_id <>
               CASE WHEN o.kind = 'township' THEN o.id ELSE p.township_id END
               THEN 'township'
           ELSE 'overlaps a sibling'
       END
FROM ordered o LEFT JOIN grids_gridnode p ON p.id = o.parent_id
WHERE o.lft >= o.rght
   OR (o.parent_id IS NULL AND (o.level <> 0 OR o.township_id <> o.id))
   OR (o.parent_id IS NOT NULL AND NOT (
        o.tree_id = p.tree_id AND o.lft > p.lft AND o.rght < p.rght
        AND o.level = p.level + 1))
   OR (o.parent_id IS NOT NULL AND o.parent_kind <> p.kind)
   OR (o.parent_id IS NOT NULL AND o.township_id <>
        CASE WHEN o.kind = 'township' THEN o.id ELSE p.township_id END)
   OR o.next_lft <= o.rght
ORDER BY o.lft
"""


@dataclass(frozen=True, slots=True)
class Defect:
    """A node whose columns contradict its parent."""

    node_id: UUID
    what: str


def check_tree() -> list[Defect]:
    """Every defect of the active tenant's tree, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECK)
        return [Defect(*row) for row in cursor.fetchall()]


@transaction.atomic
def repair_tree() -> int:
    """Derive all columns from ``parent`` again; returns how many nodes changed."""
    acquire(Lock.GRID_TREE)
    before = {n.pk: n for n in read(GridNode.objects.all())}
    lay_out(keep=False)
    return sum(n != before[n.pk] for n in read(GridNode.objects.all()))
