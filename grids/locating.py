"""Find the grid that a position lies in."""

from __future__ import annotations

from grids.geometry import contains
from grids.kinds import NodeKind
from grids.models import GridNode

_DEEPEST_FIRST = (NodeKind.SUBGRID, NodeKind.VILLAGE, NodeKind.TOWNSHIP)


def grid_at(longitude: float, latitude: float) -> GridNode | None:
    """The smallest area node in force whose boundary contains the position."""
    candidates = (
        GridNode.objects.in_force()
        .filter(kind__in=_DEEPEST_FIRST, boundary__isnull=False)
        .only("id", "tenant_id", "kind", "boundary", "name", "township_id")
    )
    by_depth = sorted(candidates, key=lambda node: _DEEPEST_FIRST.index(node.kind))
    for node in by_depth:
        if contains(node.boundary, longitude, latitude):
            return node
    return None
