"""What a grid has to do now: each item with what is done, open and late."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils import timezone

from grids import periods
from grids.models import (
    KIND_OF_ROLE,
    DutyRole,
    WorkItemVersion,
    WorkRecord,
    WorkSchemeTerm,
)
from portal.reports.completion import scheme_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from grids.models import GridNode, WorkScheme
    from grids.periods import Period

RECORDS_SHOWN: Final = 30


@dataclass(slots=True)
class Task:
    """One item: its running period, how often it was done, what was missed."""

    version: WorkItemVersion
    period: Period
    done: int
    missed: Period | None = None

    @property
    def state(self) -> str:
        if not self.version.is_periodic:
            return "occasion"
        if self.done >= self.version.times:
            return "done"
        return "open"


@dataclass(slots=True)
class Aspect:
    name: str
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NodeWork:
    """Everything on the work page of a node."""

    scheme: WorkScheme | None
    aspects: list[Aspect]
    records: list[WorkRecord]
    done: int
    open: int
    late: int


def node_work(*, node: GridNode, on: date) -> NodeWork:
    """The items of this node's roles with the state of today (four queries)."""
    scheme = scheme_in_force(on)
    versions = versions_for(scheme, node.kind, on)
    pairs = [_periods_of(version, on) for version in versions]
    counts = _counts(node, [period for pair in pairs for period in pair])
    term = _begun(scheme, on)
    tasks = []
    for version, (now, before) in zip(versions, pairs, strict=True):
        task = Task(version, now, counts[version.item_id, now.key])
        if _was_due(version, before, node, term):
            missing = version.times - counts[version.item_id, before.key]
            task.missed = before if missing > 0 else None
        tasks.append(task)
    return NodeWork(
        scheme=scheme,
        aspects=_aspects(tasks),
        records=_records(node),
        done=sum(task.state == "done" for task in tasks),
        open=sum(task.state == "open" for task in tasks),
        late=sum(task.missed is not None for task in tasks),
    )


def versions_for(
    scheme: WorkScheme | None, kind: str, on: date
) -> list[WorkItemVersion]:
    """What a scheme asks of grids of a kind on a day, in its order (one query)."""
    if scheme is None:
        return []
    roles = [role for role in DutyRole if KIND_OF_ROLE[role] == kind]
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return list(
        WorkItemVersion.objects.filter(
            lasting,
            item__scheme=scheme,
            owner_role__in=roles,
            valid_from__lte=on,
        )
        .select_related("item")
        .order_by("item__aspect_code", "item__seq")
    )


def _periods_of(version: WorkItemVersion, on: date) -> tuple[Period, Period]:
    """The running period and the one before; of occasions this month and the last."""
    unit = version.unit if version.is_periodic else "month"
    now = periods.containing(unit, on)
    return now, now.before()


def _counts(node: GridNode, wanted: Iterable[Period]) -> Counter[tuple[UUID, str]]:
    """How often each item was done in each period; days count in their month."""
    wanted = list(wanted)
    found: Counter[tuple[UUID, str]] = Counter()
    if not wanted:
        return found
    rows = WorkRecord.objects.filter(
        node=node,
        withdrawn_at__isnull=True,
        period_last__gte=min(period.first for period in wanted),
    ).values_list("item_id", "period", "period_last", "version__unit")
    for item, key, last, unit in rows:
        found[item, key] += 1
        if unit == "occasion":
            found[item, periods.containing("month", last).key] += 1
    return found


def _begun(scheme: WorkScheme | None, on: date) -> date | None:
    if scheme is None:
        return None
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    begun: date | None = (
        WorkSchemeTerm.objects.filter(lasting, scheme=scheme, begins_on__lte=on)
        .values_list("begins_on", flat=True)
        .first()
    )
    return begun


def _was_due(
    version: WorkItemVersion, before: Period, node: GridNode, begun: date | None
) -> bool:
    """Was it due in the period before: item, scheme and node in force at its end,
    and the node there from its beginning?"""
    return (
        version.is_periodic
        and begun is not None
        and begun <= before.last
        and version.valid_from <= before.last
        and timezone.localdate(node.created_at) <= before.first
    )


def _aspects(tasks: Iterable[Task]) -> list[Aspect]:
    found: dict[str, Aspect] = {}
    for task in tasks:
        item = task.version.item
        found.setdefault(item.aspect_code, Aspect(item.aspect)).tasks.append(task)
    return list(found.values())


def _records(node: GridNode) -> list[Any]:
    return list(
        WorkRecord.objects.filter(node=node)
        .select_related("version", "done_by", "item")
        .order_by("-done_at", "-pk")[:RECORDS_SHOWN]
    )
