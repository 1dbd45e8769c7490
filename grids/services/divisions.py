"""Enter divisions from a list: all of them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.division_plan import plan_divisions
from grids.models import GridNode
from grids.services.building import NodeSpec, build_tree, rename_in_bulk
from tenants.errors import Conflict, DomainError
from tenants.locks import Lock, acquire

if TYPE_CHECKING:
    from accounts.models import User
    from grids.division_plan import Plan

MANAGE: Final = "manage_grids"


def require_divisions(actor: User) -> None:
    """Whoever manages the grids of the whole county."""
    access.require(actor, MANAGE, [GridNode.objects.get(parent__isnull=True).pk])


@transaction.atomic
def import_divisions(*, actor: User, text: str, renames: bool, seen: str) -> Plan:
    """Do what the preview with the fingerprint ``seen`` has shown.

    Judged again under the lock of the tree. Raises ``Conflict`` where it would do
    something else by now, ``DomainError`` at ``lines`` while a row is bad; then
    nothing is stored. Each grid gets the event that it gets when it is entered or
    renamed alone.
    """
    acquire(Lock.GRID_TREE)
    require_divisions(actor)
    plan = plan_divisions(text=text, renames=renames)
    if plan.bad:
        raise DomainError(
            _("Nothing was changed: %(count)s rows cannot be taken.")
            % {"count": len(plan.bad)},
            field="lines",
        )
    if plan.fingerprint != seen:
        raise Conflict(
            _("The list or the tree has changed since you looked. Look at it again.")
        )
    root = GridNode.objects.get(parent__isnull=True)
    behalf = access.acting_for(actor, [MANAGE], [root.pk])
    specs = [
        NodeSpec(row.code, row.parent.code, row.kind, row.line.name)
        for row in plan.new
        if row.parent is not None
    ]
    if specs:
        build_tree(specs=specs, actor=actor, on_behalf_of=behalf)
    if renames and plan.renamed:
        names = {
            row.place.pk: (row.line.name, row.place.code)
            for row in plan.renamed
            if row.place is not None and row.place.pk is not None
        }
        rename_in_bulk(names=names, actor=actor, on_behalf_of=behalf)
    return plan
