"""Two entries that are one enterprise: the second is folded into the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import (
    Enterprise,
    EnterpriseAction,
    EnterpriseDocument,
    EnterpriseDomain,
    EnterpriseState,
    StaffMember,
    StandardizationCertificate,
)
from enterprises.querysets import SUPERVISED_STATES
from enterprises.services.checks import record
from enterprises.services.codes import editable
from grids.models import RoleAssignment
from grids.services import end_assignment, retire_node
from tenants.errors import DomainError, InvalidTransition
from tenants.locks import Lock, acquire
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

EDIT = "edit_enterprises"


@transaction.atomic
def fold_enterprise(
    *, actor: User | None, enterprise_id: UUID, into_id: UUID, note: str
) -> tuple[Enterprise, Enterprise]:
    """Close an entry as a duplicate of another, which takes over what it holds.

    Staff, papers, certificates and domains go over; levels and events stay where
    they were written and are shown along with the other's. Its codes and its
    unified code lead to the other entry. The caller takes over the hazards and then
    calls ``close_folded_grid`` (``hazards.services.merge_enterprises``): a grid with
    open cases is not retired.
    """
    acquire(Lock.GRID_TREE)
    if enterprise_id == into_id:
        raise DomainError(_("Choose another entry than this one."), field="into")
    first, second = sorted((enterprise_id, into_id))
    locked = {pk: editable(pk, actor) for pk in (first, second)}
    entry, into = locked[enterprise_id], locked[into_id]
    _check(entry, into, note)
    _hand_over(entry, into)
    Enterprise.objects.filter(merged_into=entry).update(merged_into=into)
    entry.merged_into = into
    if entry.state in SUPERVISED_STATES:
        entry.state = EnterpriseState.CLOSED
    entry.save(update_fields=["merged_into", "state"])
    for row, name, other in (
        (entry, EnterpriseAction.MERGED, into),
        (into, EnterpriseAction.ABSORBED, entry),
    ):
        record(
            row,
            name=name,
            actor=actor,
            note=tidy_line(note)[:500],
            other={"id": str(other.pk), "name": other.name, "code": other.code},
        )
    return entry, into


def _check(entry: Enterprise, into: Enterprise, note: str) -> None:
    if entry.merged_into_id is not None:
        raise InvalidTransition(_("This entry was merged already."))
    if into.merged_into_id is not None or into.state not in SUPERVISED_STATES:
        raise DomainError(
            _("Merge into an entry that is in use; this one is closed."), field="into"
        )
    if not tidy_line(note):
        raise DomainError(_("Say how you know that they are the same."), field="note")


def _hand_over(entry: Enterprise, into: Enterprise) -> None:
    """What both hold already stays with the old entry."""
    StaffMember.objects.filter(enterprise=entry).update(enterprise=into)
    numbers = StandardizationCertificate.objects.filter(enterprise=into)
    StandardizationCertificate.objects.filter(enterprise=entry).exclude(
        number__in=list(numbers.values_list("number", flat=True))
    ).update(enterprise=into)
    hashes = EnterpriseDocument.objects.filter(enterprise=into, removed_at__isnull=True)
    EnterpriseDocument.objects.filter(enterprise=entry).exclude(
        sha256__in=list(hashes.values_list("sha256", flat=True))
    ).update(enterprise=into)
    domains = EnterpriseDomain.objects.filter(enterprise=into)
    EnterpriseDomain.objects.filter(enterprise=entry).exclude(
        domain__in=list(domains.values_list("domain", flat=True))
    ).update(enterprise=into)


@transaction.atomic
def close_folded_grid(*, actor: User | None, entry: Enterprise) -> None:
    """Retire the grid of an entry that was folded; the roles on it end."""
    held = RoleAssignment.objects.filter(
        node_id=entry.area_node_id, ended_at__isnull=True
    )
    for assignment in held:
        # Whoever may merge may end what stood on the entry: it is the platform's
        # own consequence, and the security log names the actor of the merger.
        end_assignment(actor=None, assignment_id=assignment.pk)
    if not entry.area_node.is_retired:
        retire_node(
            actor=actor,
            node_id=entry.area_node_id,
            on=timezone.localdate(),
            permission=EDIT,
        )
