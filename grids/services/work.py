"""Record that work was done, and take a mistaken record back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evidence.services import attach
from grids import access, periods
from grids.models import (
    KIND_OF_ROLE,
    DutyEvidence,
    GridNode,
    WorkAction,
    WorkEvent,
    WorkItemVersion,
    WorkPhoto,
    WorkRecord,
    WorkSchemeTerm,
)
from tenants.days import check_far
from tenants.errors import Conflict, DomainError, InvalidTransition
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from grids.periods import Period

PERMISSION = "record_work"


@transaction.atomic
def record_work(
    *,
    actor: User | None,
    node_id: UUID,
    item_id: UUID,
    on: date,
    note: str = "",
    document: str = "",
    photo_ids: Sequence[UUID] = (),
) -> WorkRecord:
    """An item was done on a node, for the period in which ``on`` lies.

    ``on`` may lie in the running period or in the one before it: later than that
    a record says nothing any more. Each record counts up within the period, and
    no more than are due are taken. The node's row is locked, so that two people
    at once are counted one after the other.
    """
    node = _locked_node(node_id)
    if actor is not None:
        access.require(actor, PERMISSION, [node.pk])
    today = timezone.localdate()
    check_far(on, field="on")
    version = version_on(item_id, on)
    period = periods.containing(version.unit, on)
    _check_time(version, period, on=on, today=today)
    _check_place(version, node, period)
    note, document = tidy(note), tidy_line(document)
    _check_evidence(version, note=note, document=document, photos=len(photo_ids))
    number = _next_number(version, node, period)
    record: WorkRecord = WorkRecord.objects.create(
        node=node,
        item_id=item_id,
        version=version,
        period=period.key,
        period_last=period.last,
        number=number,
        done_by=actor,
        note=note[:500],
        document=document[:100],
    )
    if actor is not None:
        attached = attach(photo_ids=photo_ids, actor=actor)
        WorkPhoto.objects.bulk_create(
            [WorkPhoto(record=record, photo_id=pk) for pk in attached]
        )
    _event(record, WorkAction.RECORDED, actor)
    return record


@transaction.atomic
def withdraw_record(*, actor: User | None, record_id: UUID, reason: str) -> WorkRecord:
    """Take a mistaken record back, with a reason; the row and its photos stay."""
    record: WorkRecord | None = (
        WorkRecord.objects.select_for_update(of=("self",))
        .select_related("item")
        .filter(pk=record_id)
        .first()
    )
    if record is None:
        raise DomainError(_("This record does not exist."))
    if actor is not None:
        access.require(actor, PERMISSION, [record.node_id])
    if record.withdrawn_at is not None:
        raise InvalidTransition(_("This record was withdrawn already."))
    reason = tidy(reason)
    if not reason:
        raise DomainError(_("Say why the record is withdrawn."), field="reason")
    record.withdrawn_at = timezone.now()
    record.save(update_fields=["withdrawn_at"])
    _event(record, WorkAction.WITHDRAWN, actor, note=reason)
    return record


def version_on(item_id: UUID, on: date) -> WorkItemVersion:
    """What an item said on a day, if its scheme was in force then."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    version: WorkItemVersion | None = (
        WorkItemVersion.objects.filter(in_force, item_id=item_id, valid_from__lte=on)
        .select_related("item")
        .first()
    )
    if version is None:
        raise DomainError(_("This work item was not in force on that day."), field="on")
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    if not WorkSchemeTerm.objects.filter(
        lasting, scheme=version.item.scheme_id, begins_on__lte=on
    ).exists():
        raise DomainError(_("This scheme was not in force on that day."), field="on")
    return version


def _locked_node(node_id: UUID) -> GridNode:
    node: GridNode | None = (
        GridNode.objects.select_for_update(of=("self",)).filter(pk=node_id).first()
    )
    if node is None:
        raise DomainError(_("This grid does not exist."), field="node")
    if node.is_retired:
        raise DomainError(_("This grid is no longer in use."), field="node")
    return node


def _check_time(
    version: WorkItemVersion, period: Period, *, on: date, today: date
) -> None:
    if on > today:
        raise DomainError(_("Work cannot be recorded before it is done."), field="on")
    earliest = periods.containing(version.unit, today).before().first
    if not version.is_periodic:
        earliest = periods.containing("month", today).before().first
    if on < earliest:
        raise DomainError(
            _("Only the running period and the one before it can be recorded."),
            field="on",
        )


def _check_place(version: WorkItemVersion, node: GridNode, period: Period) -> None:
    if KIND_OF_ROLE[version.owner_role] != node.kind:
        raise DomainError(
            _("This item is the work of another level: %(role)s.")
            % {"role": version.get_owner_role_display()},
            field="item",
        )
    if timezone.localdate(node.created_at) > period.last:
        raise DomainError(_("This grid did not exist yet on that day."), field="on")


def _check_evidence(
    version: WorkItemVersion, *, note: str, document: str, photos: int
) -> None:
    if version.evidence == DutyEvidence.TEXT and not (note or photos):
        raise DomainError(_("Say in a sentence what was done."), field="note")
    if version.evidence == DutyEvidence.PHOTO and not photos:
        raise DomainError(_("Add at least one photo of it."), field="photos")
    if version.evidence == DutyEvidence.DOCUMENT and not (document or photos):
        raise DomainError(
            _("Enter the number of the document, or add a photo of it."),
            field="document",
        )


def _next_number(version: WorkItemVersion, node: GridNode, period: Period) -> int:
    taken = set(
        WorkRecord.objects.filter(
            node=node,
            item=version.item_id,
            period=period.key,
            withdrawn_at__isnull=True,
        ).values_list("number", flat=True)
    )
    if version.is_periodic and len(taken) >= version.times:
        raise Conflict(_("All that is due in this period is recorded already."))
    return next(n for n in range(1, len(taken) + 2) if n not in taken)


def _event(
    record: WorkRecord, name: WorkAction, actor: User | None, *, note: str = ""
) -> None:
    details: dict[str, Any] = {"period": record.period, "number": record.number}
    WorkEvent.objects.create(
        record=record,
        name=name,
        actor=actor,
        on_behalf_of_id=access.acting_for(actor, [PERMISSION], [record.node_id]),
        note=note,
        details=details,
    )
