"""Merge two entries of the register with the hazards found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from enterprises.services import close_folded_grid, fold_enterprise
from hazards.models import Hazard
from hazards.workflow import FINAL

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from enterprises.models import Enterprise


@transaction.atomic
def merge_enterprises(
    *, actor: User | None, enterprise_id: UUID, into_id: UUID, note: str
) -> Enterprise:
    """Fold an entry into another; all its hazards are the other's from now on.

    Open cases go to the grids and the department of the other entry, where the
    people are who will settle them. Settled ones stay counted where they were.
    """
    entry, into = fold_enterprise(
        actor=actor, enterprise_id=enterprise_id, into_id=into_id, note=note
    )
    hazards = Hazard.objects.filter(enterprise=entry)
    hazards.exclude(state__in=FINAL).update(
        enterprise=into,
        area_node_id=into.area_node_id,
        township_id=into.township_id,
        department_node_id=into.department_node_id,
    )
    hazards.update(enterprise=into)
    close_folded_grid(actor=actor, entry=entry)
    return into
