"""Exact totals of filtered lists, from the kept counts where these suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count

from enterprises import beside
from hazards.models import Hazard, HazardTally
from hazards.work import SEE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from grids.querysets import Reach

# The filters that the tally knows; any other needs a real count.
KNOWN = frozenset({"township", "state", "level", "department"})


def kept_total(reach: Sequence[Reach], filters: Mapping[str, Any]) -> int | None:
    """The exact number of hazards under ``filters`` that this reach sees.

    ``None`` where the kept counts cannot say: some node of the reach is smaller
    than a township, or another filter is set. ``filters`` holds cleaned values,
    empty ones left out: nodes, a list of states, a level.
    """
    if set(filters) - KNOWN:
        return None
    tally = HazardTally.objects.held().reached_by(reach)
    if tally is None:
        return 0 if not reach else None
    if "township" in filters:
        tally = tally.filter(township_id=filters["township"].pk)
    if "department" in filters:
        tally = tally.filter(department_node_id=filters["department"].pk)
    if "state" in filters:
        tally = tally.filter(state__in=filters["state"])
    if "level" in filters:
        tally = tally.filter(level=filters["level"])
    return tally.total()


def open_by_enterprise(
    reach: list[Reach], enterprises: Collection[UUID]
) -> dict[UUID, int]:
    """How many open hazards each of these enterprises has within the reach."""
    rows = Hazard.objects.reached_by(reach).open().order_by()
    counted = rows.filter(enterprise_id__in=enterprises).values("enterprise_id")
    return dict(counted.annotate(n=Count("pk")).values_list("enterprise_id", "n"))


def declare() -> None:
    """Put open hazards beside the rows of the register; called when apps are ready."""
    beside.register("open_hazards", see=SEE, count=open_by_enterprise)
