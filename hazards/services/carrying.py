"""When grids merge or split, each case says in its course where it lies now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grids.pointing import when_carried
from hazards.models import Hazard, HazardEvent

if TYPE_CHECKING:
    from grids.pointing import Carried


def record_carried(carried: Carried) -> None:
    """One event for each case, open or closed; its state stays what it is."""
    states = Hazard.objects.filter(pk__in=carried.rows).values_list("pk", "state")
    by_department = carried.field == "department_node"
    HazardEvent.objects.bulk_create(
        [
            HazardEvent(
                hazard_id=pk,
                name="department_merged" if by_department else "grid_changed",
                actor=carried.actor,
                to_state=state,
                note=f"{carried.before.name} → {carried.after.name}",
                details={
                    "before": str(carried.before.pk),
                    "after": str(carried.after.pk),
                },
            )
            for pk, state in states
        ],
        batch_size=2000,
    )


def watch() -> None:
    """Called once, when the apps are ready."""
    when_carried(Hazard._meta.label, record_carried)
