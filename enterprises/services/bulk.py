"""Enter many units at once: for the demo, for imports, for benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    EnterpriseState,
    IndustrySubcategory,
    PositionSource,
)
from enterprises.services.checks import (
    Facts,
    check_fields,
    judge_code,
    node_code,
)
from enterprises.services.codes import issue_codes
from enterprises.services.registering import OWN_CODE_SERIES, PERMISSION, own_code
from enterprises.services.scale import settle_scales
from grids.kinds import NodeKind
from grids.models import GridNode
from grids.services import NodeSpec, build_tree, nodes_with_codes
from tenants.errors import DomainError, NotAllowed
from tenants.locks import Lock, acquire
from tenants.services import take_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from accounts.models import User

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseRow:
    """A unit to enter. ``parent`` and ``subcategory`` are codes.

    A code whose check digit does not fit is taken as it is and marked: it comes
    from a list that nobody is there to correct.
    """

    parent: str
    name: str
    unit_type: str
    subcategory: str
    uscc: str = ""
    uscc_missing_reason: str = ""
    state: str = EnterpriseState.OPERATING
    registered_at: datetime | None = None
    facts: Facts = field(default_factory=Facts)


@transaction.atomic
def register_in_bulk(
    *, rows: Sequence[EnterpriseRow], actor: User | None = None
) -> list[Enterprise]:
    """Register all rows in their order, or none: the first wrong one is named.

    Set-based: one pass over the tree and a few statements, whatever the count.
    """
    acquire(Lock.GRID_TREE)
    if actor is not None:
        _require_everywhere(actor, {row.parent for row in rows})
    trades = {trade.code: trade for trade in IndustrySubcategory.objects.all()}
    _check_parents_in_force({row.parent for row in rows})
    enterprises = [_entry(row, trades) for row in rows]
    settle_scales(enterprises)
    _check_codes_once(enterprises)
    enter_all(entries=enterprises, parents=[row.parent for row in rows], actor=actor)
    return enterprises


def enter_all(
    *, entries: list[Enterprise], parents: Sequence[str], actor: User | None
) -> None:
    """Store entries that were judged, each with a grid of its own below its parent.

    The caller holds the tree's lock and has asked for the permission.
    """
    _number_those_without(entries)
    nodes = build_tree(
        specs=[
            NodeSpec(
                code=node_code(enterprise),
                parent=parent,
                kind=NodeKind.ENTERPRISE,
                name=enterprise.name,
            )
            for parent, enterprise in zip(parents, entries, strict=True)
        ]
    )
    for enterprise in entries:
        node = nodes[node_code(enterprise)]
        enterprise.area_node = node
        enterprise.township_id = node.township_id
    Enterprise.objects.bulk_create(entries, batch_size=BATCH)
    issue_codes(enterprises=entries, actor=actor)
    EnterpriseEvent.objects.bulk_create(_events(entries, actor), batch_size=BATCH)


def _check_parents_in_force(parents: set[str]) -> None:
    found = nodes_with_codes(parents)
    missing = parents - {code for code, n in found.items() if not n.is_retired}
    if missing:
        raise DomainError(
            _("These grids do not exist or are no longer in use: %(codes)s.")
            % {"codes": ", ".join(sorted(missing))},
            field="parent",
        )


def _require_everywhere(actor: User, parents: set[str]) -> None:
    wanted = {node.pk for node in nodes_with_codes(parents).values()}
    granted = GridNode.objects.granted(actor, PERMISSION).filter(pk__in=wanted)
    if granted.count() != len(wanted):
        raise NotAllowed(_("You are not allowed to do this here."))


def _entry(row: EnterpriseRow, trades: dict[str, IndustrySubcategory]) -> Enterprise:
    trade = trades.get(row.subcategory)
    if trade is None:
        raise _wrong(row, _("This industry subcategory does not exist."))
    enterprise = Enterprise(
        name=row.name,
        unit_type=row.unit_type,
        uscc=row.uscc,
        uscc_missing_reason=row.uscc_missing_reason.strip(),
        subcategory=trade,
        department_node_id=trade.department_node_id,
        state=row.state,
        registered_at=row.registered_at or timezone.now(),
        **row.facts,
    )
    if enterprise.has_position and not enterprise.position_source:
        enterprise.position_source = PositionSource.IMPORTED
    try:
        judge_code(enterprise)
        check_fields(enterprise)
    except DomainError as refusal:
        raise _wrong(row, str(refusal), refusal.field) from refusal
    return enterprise


def _check_codes_once(enterprises: list[Enterprise]) -> None:
    """No code twice, neither among the rows nor with the register."""
    coded = [enterprise.uscc for enterprise in enterprises if enterprise.uscc]
    taken = set(
        Enterprise.objects.filter(uscc__in=coded).values_list("uscc", flat=True)
    )
    for enterprise in enterprises:
        if not enterprise.uscc:
            continue
        if enterprise.uscc in taken:
            raise DomainError(
                _("%(name)s: the code %(code)s is already registered.")
                % {"name": enterprise.name, "code": enterprise.uscc},
                field="uscc",
            )
        taken.add(enterprise.uscc)


def _number_those_without(enterprises: list[Enterprise]) -> None:
    without = [enterprise for enterprise in enterprises if not enterprise.uscc]
    if not without:
        return
    day = timezone.localdate()
    first = take_numbers(series=OWN_CODE_SERIES, day=day, count=len(without))
    for n, enterprise in enumerate(without, start=first):
        enterprise.own_code = own_code(day=f"{day:%Y%m%d}", n=n)


def _events(
    enterprises: list[Enterprise], actor: User | None
) -> Iterator[EnterpriseEvent]:
    for enterprise in enterprises:
        yield EnterpriseEvent(
            enterprise=enterprise,
            name=EnterpriseAction.REGISTERED,
            actor=actor,
            at=enterprise.registered_at,
            details={"check_digit_accepted": enterprise.uscc_check_failed},
        )


def _wrong(row: EnterpriseRow, why: object, at: str | None = None) -> DomainError:
    return DomainError(
        _("%(name)s: %(why)s") % {"name": row.name, "why": why},
        field=at or "subcategory",
    )
