"""Exact totals of filtered lists, from the kept counts where these suffice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grids.kinds import NodeKind
from grids.querysets import Reach
from hazards.models import HazardTally

# The filters that the tally knows; any other needs a real count.
KNOWN = frozenset({"township", "state", "level", "department"})


def kept_total(reach: Sequence[Reach], filters: Mapping[str, Any]) -> int | None:
    """The exact number of hazards under ``filters`` that this reach sees.

    ``None`` where the kept counts cannot say: the reach is smaller than a
    township, lies on both lines at once, or another filter is set. ``filters``
    holds cleaned values, empty ones left out: nodes, and lists of states.
    """
    if not reach or set(filters) - KNOWN:
        return None
    kinds = {r.kind for r in reach}
    narrowing: dict[str, Any] = {}
    if NodeKind.COUNTY not in kinds:
        if kinds != {NodeKind.TOWNSHIP}:
            return None
        narrowing["townships"] = [r.id for r in reach]
    tally = HazardTally.objects.held().narrowed(**narrowing)
    if "township" in filters:
        tally = tally.filter(township_id=filters["township"].pk)
    if "department" in filters:
        tally = tally.filter(department_node_id=filters["department"].pk)
    if "state" in filters:
        tally = tally.filter(state__in=filters["state"])
    if "level" in filters:
        tally = tally.filter(level=filters["level"])
    return tally.total()
