"""Counts that the database keeps beside the hazards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from grids.models import GridNode
from grids.pointing import Fate
from hazards.querysets import HazardTallyQuerySet
from tenants.tenancy import TenantForeignKey, TenantManager, TenantModel


class HazardTally(TenantModel):
    """Counts kept beside the hazards, so that a total costs the same at any size.

    The database's trigger appends a row of differences with each write, which
    never waits for another writer; ``services.compact_tallies`` sums them up.
    ``measure`` is ``held`` (how many are in ``state`` now), ``reported`` or
    ``closed`` (how many in ``month``).
    """

    # The trigger counts again when the hazards are carried.
    when_grids_merge: ClassVar = {
        "township": Fate.FOLLOWS,
        "department_node": Fate.FOLLOWS,
    }

    measure = models.CharField(max_length=10)
    township = TenantForeignKey(
        GridNode, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department_node = TenantForeignKey(
        GridNode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=20, blank=True)
    level = models.CharField(max_length=10, blank=True)
    month = models.DateField(null=True)
    n = models.IntegerField()

    objects: ClassVar = TenantManager.from_queryset(HazardTallyQuerySet)()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "measure", "month", "township", "state"],
                include=["department_node", "level", "n"],
                name="hazard_tally",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.state} {self.n}"
