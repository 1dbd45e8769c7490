"""Rows that point to a grid go over to another, whichever app keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grids.models import SupervisedModel
from grids.pointing import Carried, Pointer, pointers, tell_carried

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from accounts.models import User
    from grids.models import GridNode


def carry_rows(
    *,
    before: GridNode,
    after: GridNode,
    actor: User | None,
    only: Collection[UUID] | None = None,
) -> dict[str, int]:
    """Point to ``after`` what points to ``before`` itself; returns how many by model.

    With ``only``, just these rows. The app that keeps them writes their events.
    """
    counted: dict[str, int] = {}
    for pointer in pointers():
        rows = pointer.carried([before.pk])
        if only is not None:
            rows = rows.filter(pk__in=only)
        keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
        if not keys:
            continue
        pointer.model.objects.filter(pk__in=keys).update(**_columns(pointer, after))
        tell_carried(pointer, Carried(pointer.field, keys, before, after, actor))
        counted[pointer.label] = counted.get(pointer.label, 0) + len(keys)
    return counted


def _columns(pointer: Pointer, after: GridNode) -> dict[str, Any]:
    """An area node never comes without its township: one key holds both."""
    columns: dict[str, Any] = {pointer.field: after}
    if pointer.field == "area_node" and issubclass(pointer.model, SupervisedModel):
        columns["township"] = after.township_id
    return columns
