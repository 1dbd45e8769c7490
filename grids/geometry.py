"""Which boundary contains a position: GeoJSON polygons in WGS-84, no library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Ring = list[list[float]]


def contains(
    geometry: dict[str, Any] | None, longitude: float, latitude: float
) -> bool:
    """Is the position inside this Polygon or MultiPolygon (holes respected)?"""
    return any(
        _in_ring(rings[0], longitude, latitude)
        and not any(_in_ring(hole, longitude, latitude) for hole in rings[1:])
        for rings in _polygons(geometry)
    )


def _polygons(geometry: dict[str, Any] | None) -> Iterator[list[Ring]]:
    if not geometry:
        return
    if geometry.get("type") == "Polygon":
        yield geometry["coordinates"]
    elif geometry.get("type") == "MultiPolygon":
        yield from geometry["coordinates"]


def _in_ring(ring: Ring, x: float, y: float) -> bool:
    """Ray casting: count the edges crossed by a ray to the east."""
    inside = False
    for (x1, y1, *_a), (x2, y2, *_b) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
