"""Figures that stand beside rows of the register and belong to apps above it.

Hazards are found in enterprises, and the register knows nothing of hazards: the app
that owns them declares how they are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grids import access

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from enterprises.models import Enterprise
    from grids.querysets import Reach

    Count = Callable[[list[Reach], Collection[UUID]], Mapping[UUID, int]]

_counts: dict[str, tuple[str, Any]] = {}


def register(name: str, *, see: str, count: Count) -> None:
    """Declare a figure: its attribute on the row, and who may see it.

    ``count`` is asked once per page, for all rows, within the nodes on which the
    person holds ``see``; rows it does not name count 0.
    """
    _counts[name] = (see, count)


def put(request: HttpRequest, rows: Sequence[Enterprise]) -> None:
    """Each figure onto each row; none where the person sees nothing of the kind."""
    reaches = access.reaches_of(request)
    for name, (see, count) in _counts.items():
        reach = reaches.get(see, [])
        found = count(reach, [row.pk for row in rows]) if reach and rows else {}
        for row in rows:
            setattr(row, name, found.get(row.pk, 0) if reach else None)
