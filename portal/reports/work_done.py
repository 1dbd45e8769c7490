"""Which records answer to what was due: read from one table, matched here.

A join to versions and terms would cost what the statistics of the day make of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from grids import periods
from grids.models import KIND_OF_ROLE, WorkItemVersion, WorkRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from uuid import UUID

    from grids.periods import Period


@dataclass(frozen=True, slots=True)
class Slot:
    """An item due so many times in a period that ends on a day."""

    version: WorkItemVersion
    period: Period


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked of a node when its records are counted."""

    line: Any
    kind: str
    since: date
    retired_on: date | None

    def stood(self, period: Period) -> bool:
        """Was it in force from the beginning of a period to its end?"""
        return self.since <= period.first and (
            self.retired_on is None or self.retired_on > period.last
        )


def counted_by_line(
    known: dict[UUID, Known], due: Sequence[Slot], span: Period
) -> Counter[tuple[Any, str]]:
    """The records that answer to what was due: same item, period, number within it.

    One table is read and grouped, a query for each role, without a join whose cost
    would hang on statistics. An item that said the same all the time is counted as a whole; one
    that changed, and a node that came or was retired meanwhile, period by period.
    """
    asked = {(slot.version.item_id, slot.period.key): slot for slot in due}
    steady = _steady(due, span)
    begins = min((slot.period.first for slot in due), default=span.first)
    left = [
        pk
        for pk, node in known.items()
        if node.retired_on is not None or node.since > begins
    ]
    rows = WorkRecord.objects.filter(
        withdrawn_at__isnull=True,
        period_last__range=(span.first, span.last),
        item__in={item for item, _period in asked},
    ).order_by()
    found: Counter[tuple[Any, str]] = Counter()

    def add(pk: UUID, role: str, n: int) -> None:
        node = known.get(pk)
        if node is not None and KIND_OF_ROLE[role] == node.kind:
            found[node.line, role] += n

    for role, items in _by_role(steady).items():
        # Grouped by the node alone: a row per village, not one per village and item.
        whole = rows.filter(_within_times(items)).exclude(node__in=left)
        for pk, n in whole.values_list("node_id").annotate(Count("pk")):
            add(pk, role, n)
    rest = rows.exclude(item__in=list(steady)) | rows.filter(node__in=left)
    for pk, item, period, number in rest.values_list(
        "node_id", "item_id", "period", "number"
    ):
        slot, node = asked.get((item, period)), known.get(pk)
        if slot is None or node is None or number > slot.version.times:
            continue
        if node.stood(slot.period):
            add(pk, slot.version.owner_role, 1)
    return found


def _steady(due: Sequence[Slot], span: Period) -> dict[UUID, WorkItemVersion]:
    """The items of one version that was due in every period of the span."""
    by_item: dict[UUID, list[Slot]] = defaultdict(list)
    for slot in due:
        by_item[slot.version.item_id].append(slot)
    whole = {
        unit: len(periods.ending_within(unit, span.first, span.last))
        for unit in periods.PERIODIC
    }
    return {
        item: its[0].version
        for item, its in by_item.items()
        if len({slot.version.pk for slot in its}) == 1
        and len(its) == whole[its[0].version.unit]
    }


def _by_role(
    steady: dict[UUID, WorkItemVersion],
) -> dict[str, dict[UUID, WorkItemVersion]]:
    found: dict[str, dict[UUID, WorkItemVersion]] = {}
    for item, version in steady.items():
        found.setdefault(version.owner_role, {})[item] = version
    return found


def _within_times(steady: dict[UUID, WorkItemVersion]) -> Q:
    by_times: dict[int, list[UUID]] = defaultdict(list)
    for item, version in steady.items():
        by_times[version.times].append(item)
    joined = Q()
    for times, items in by_times.items():
        joined |= Q(item__in=items, number__lte=times)
    return joined


def counted_by_item(
    node_id: UUID,
    due: Sequence[Slot],
    span: Period,
    *,
    stood: Callable[[Period], bool],
) -> Counter[tuple[Any, str]]:
    """The same for one node, a line per item."""
    asked = {(slot.version.item_id, slot.period.key): slot for slot in due}
    rows = WorkRecord.objects.filter(
        node=node_id,
        withdrawn_at__isnull=True,
        period_last__range=(span.first, span.last),
    )
    found: Counter[tuple[Any, str]] = Counter()
    for item, period, number in rows.values_list("item_id", "period", "number"):
        slot = asked.get((item, period))
        if slot and number <= slot.version.times and stood(slot.period):
            found[item, slot.version.owner_role] += 1
    return found
