"""How much of the work that was due was done: by township and role, node, item.

Due is what the versions in force on the last day of each period ask of the
nodes in force on that day which were there when the period began: a grid set up
on the 27th owes nothing of that month. Done are the records of exactly these, so that done
never passes due, and parts equal the whole. Units under direct supervision are
no work of their township: they stand in the county's own line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from enterprises.models import Enterprise
from grids import periods
from grids.kinds import NodeKind
from grids.models import (
    KIND_OF_ROLE,
    DutyRole,
    GridNode,
    WorkItemVersion,
    WorkScheme,
    WorkSchemeTerm,
)
from portal.reports.rates import rate
from portal.reports.work_done import Known, Slot, counted_by_item, counted_by_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from accounts.models import User
    from grids.periods import Period
    from grids.querysets import Reach

SEE: Final = "view_grids"


@dataclass(slots=True)
class Share:
    """So much done of so much due."""

    done: int = 0
    due: int = 0

    @property
    def rate(self) -> Decimal | None:
        return rate(self.done, self.due)

    @property
    def open(self) -> int:
        return self.due - self.done

    def add(self, other: Share) -> None:
        self.done += other.done
        self.due += other.due


@dataclass(slots=True)
class Line:
    """A township, a node or an item, with its share per role and altogether."""

    key: Any
    label: Any
    shares: dict[str, Share] = field(default_factory=dict)
    whole: Share = field(default_factory=Share)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines, the roles that occur in them, and the sum."""

    roles: list[tuple[str, Any]]
    lines: list[Line]
    total: Line


def scheme_in_force(on: date) -> WorkScheme | None:
    """Which scheme is in force on a day."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    term = (
        WorkSchemeTerm.objects.filter(lasting, begins_on__lte=on)
        .select_related("scheme")
        .order_by("-begins_on")
        .first()
    )
    return None if term is None else term.scheme


def slots(span: Period) -> list[Slot]:
    """Everything that is due in a span, whichever scheme was in force (two queries)."""
    terms = list(WorkSchemeTerm.objects.filter(begins_on__lte=span.last))
    versions = WorkItemVersion.objects.filter(
        item__scheme__in={term.scheme_id for term in terms},
        unit__in=periods.PERIODIC,
        valid_from__lte=span.last,
    ).select_related("item")
    ending = {
        unit: periods.ending_within(unit, span.first, span.last)
        for unit in periods.PERIODIC
    }
    ruling = {
        period.last: _ruling(terms, period.last)
        for each in ending.values()
        for period in each
    }
    return [
        Slot(version, period)
        for version in versions
        for period in ending[version.unit]
        if version.valid_from <= period.last
        and (version.valid_to is None or version.valid_to > period.last)
        and version.item.scheme_id in ruling[period.last]
    ]


def _ruling(terms: Iterable[WorkSchemeTerm], on: date) -> set[UUID]:
    return {
        term.scheme_id
        for term in terms
        if term.begins_on <= on and (term.ends_on is None or term.ends_on > on)
    }


def by_township(*, user: User, span: Period) -> Table:
    """One line per township the user sees, and one for what lies in none."""
    reach = GridNode.objects.reach(user, SEE)
    due = slots(span)
    apart = _apart(reach, due)
    counted = _counted(_nodes(reach, due), "township_id", apart)
    done = counted_by_line(_known(_nodes(reach, due), "township_id", apart), due, span)
    names = dict(
        GridNode.objects.filter(pk__in={*counted, *(key for key, _role in done)})
        .order_by("level", "code")
        .values_list("pk", "name")
    )
    lines = {pk: Line(pk, name) for pk, name in names.items()}
    return _table(lines, _due(due, counted), done)


def by_node(*, user: User, span: Period, township: GridNode, role: str) -> Table:
    """One line per node of a township (the county: of none) for one role."""
    reach = GridNode.objects.reach(user, SEE)
    due = [slot for slot in slots(span) if slot.version.owner_role == role]
    apart = _apart(reach, due)
    nodes = _nodes(reach, due)
    here = Q(township=township.pk)
    own = Q(pk__in=apart)
    nodes = nodes.filter(here | own if township.parent_id is None else here & ~own)
    counted = _counted(nodes, "pk", frozenset())
    names = nodes.in_order().values_list("pk", "name")
    lines = {pk: Line(pk, name) for pk, name in names}
    done = counted_by_line(_known(nodes, "pk", frozenset()), due, span)
    return _table(lines, _due(due, counted), done)


def by_item(*, node: GridNode, span: Period) -> Table:
    """One line per item that was due on a node; nothing below it is counted."""
    due = [
        slot
        for slot in slots(span)
        if KIND_OF_ROLE[slot.version.owner_role] == node.kind
    ]
    asked: Counter[tuple[Any, str]] = Counter()
    lines: dict[Any, Line] = {}
    ordered = sorted(
        due, key=lambda slot: (slot.version.item.aspect_code, slot.version.item.seq)
    )
    for slot in ordered:
        version = slot.version
        if not _stood(node, slot.period):
            continue
        lines[version.item_id] = Line(
            version.item_id, f"{version.item.code} {version.name}"
        )
        asked[version.item_id, version.owner_role] += version.times
    done = counted_by_item(
        node.pk, due, span, stood=lambda period: _stood(node, period)
    )
    return _table(lines, asked, done)


def _stood(node: GridNode, period: Period) -> bool:
    """From the beginning of a period to its end."""
    return timezone.localdate(node.created_at) <= period.first and (
        node.retired_on is None or node.retired_on > period.last
    )


# Due ----------------------------------------------------------------------------


def _kinds(due: Sequence[Slot]) -> set[str]:
    return {KIND_OF_ROLE[slot.version.owner_role] for slot in due}


def _nodes(reach: Sequence[Reach], due: Sequence[Slot]) -> Any:
    return GridNode.objects.reached(list(reach)).filter(kind__in=_kinds(due))


def _apart(reach: Sequence[Reach], due: Sequence[Slot]) -> frozenset[UUID]:
    """The nodes of units under direct supervision, where units have work to do."""
    if NodeKind.ENTERPRISE not in _kinds(due):
        return frozenset()
    apart = Enterprise.objects.directly_supervised().order_by()
    return frozenset(apart.values_list("area_node_id", flat=True))


def _counted(
    nodes: Any, column: str, apart: frozenset[UUID]
) -> dict[Any, Counter[tuple[str, date, date | None]]]:
    """Per township or node how many of each kind began and ended when.

    Those ``apart`` are counted in the county's own line.
    """
    found: dict[Any, Counter[tuple[str, date, date | None]]] = defaultdict(Counter)
    grouped = (
        nodes.exclude(pk__in=apart)
        .order_by()
        .annotate(since=TruncDate("created_at"))
        .values_list(column, "kind", "since", "retired_on")
        .annotate(Count("pk"))
    )
    for key, kind, since, until, n in grouped:
        found[key][kind, since, until] += n
    if apart:
        root = _root()
        alone = nodes.filter(pk__in=apart).annotate(since=TruncDate("created_at"))
        for kind, since, until in alone.values_list("kind", "since", "retired_on"):
            found[root][kind, since, until] += 1
    return found


def _known(nodes: Any, column: str, apart: frozenset[UUID]) -> dict[UUID, Known]:
    """Every node by its id, with the line in which it stands; one query."""
    root = _root() if apart else None
    rows = (
        nodes.order_by()
        .annotate(since=TruncDate("created_at"))
        .values_list("pk", column, "kind", "since", "retired_on")
    )
    return {
        pk: Known(root if pk in apart else line, kind, since, until)
        for pk, line, kind, since, until in rows
    }


def _root() -> UUID:
    root: UUID = GridNode.objects.values_list("pk", flat=True).get(parent__isnull=True)
    return root


def _due(
    due: Iterable[Slot], counted: dict[Any, Counter[tuple[str, date, date | None]]]
) -> Counter[tuple[Any, str]]:
    """Per line and role how often something was due."""
    weights: Counter[tuple[str, Period]] = Counter()
    for slot in due:
        weights[slot.version.owner_role, slot.period] += slot.version.times
    asked: Counter[tuple[Any, str]] = Counter()
    for key, groups in counted.items():
        for (role, period), times in weights.items():
            nodes = sum(
                n
                for (kind, since, until), n in groups.items()
                if kind == KIND_OF_ROLE[role]
                and since <= period.first
                and (until is None or until > period.last)
            )
            if nodes:
                asked[key, role] += nodes * times
    return asked


def _table(
    lines: dict[Any, Line],
    due: Counter[tuple[Any, str]],
    done: Counter[tuple[Any, str]],
) -> Table:
    total = Line(None, "")
    for (key, role), n in due.items():
        share = Share(done[key, role], n)
        line = lines[key]
        line.shares[role] = share
        line.whole.add(share)
        total.shares.setdefault(role, Share()).add(share)
        total.whole.add(share)
    roles = [(role.value, role.label) for role in DutyRole if role in total.shares]
    return Table(roles, [line for line in lines.values() if line.whole.due], total)
