"""When departments merge, each enterprise says in its course who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enterprises.models import Enterprise, EnterpriseAction, EnterpriseEvent
from grids.pointing import when_carried

if TYPE_CHECKING:
    from grids.pointing import Carried


def record_carried(carried: Carried) -> None:
    """One event for each enterprise whose department is another now."""
    EnterpriseEvent.objects.bulk_create(
        [
            EnterpriseEvent(
                enterprise_id=pk,
                name=EnterpriseAction.DEPARTMENT_CHANGED,
                actor=carried.actor,
                note=f"{carried.before.name} → {carried.after.name}",
                details={
                    "before": str(carried.before.pk),
                    "after": str(carried.after.pk),
                },
            )
            for pk in carried.rows
        ],
        batch_size=2000,
    )


def watch() -> None:
    """Called once, when the apps are ready."""
    when_carried(Enterprise._meta.label, record_carried)
