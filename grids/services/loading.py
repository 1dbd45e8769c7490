"""Work that was done and what offices have, many rows at once, by COPY.

For the demo and the scenarios: history that nobody is notified of. The rows are
those that ``record_work`` and ``mark_standard`` would have left, which a test
compares; they are taken as they are, and the database refuses what cannot be.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from grids.models import (
    OfficeMark,
    WorkAction,
    WorkEvent,
    WorkItemVersion,
    WorkPhoto,
    WorkRecord,
)
from tenants.copying import copy_rows
from tenants.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from grids.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """An item done on a node: the ``number``-th time within its period."""

    node_id: UUID
    version: WorkItemVersion
    period: Period
    number: int
    done_by_id: UUID
    done_at: datetime
    note: str = ""
    document: str = ""
    photo_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStatement:
    """Whether an office has something, as somebody stated it."""

    node_id: UUID
    standard_id: UUID
    has: bool
    since: date
    marked_by_id: UUID
    marked_at: datetime
    document: str = ""
    note: str = ""


@transaction.atomic
def load_work(*, done: Sequence[WorkDone]) -> int:
    """Record work that was done, with its events and photos; returns how many."""
    ids = [new_id() for _each in done]
    count = copy_rows(
        WorkRecord,
        (
            *("id", "node", "item", "version", "period", "period_last", "number"),
            *("done_by", "done_at", "note", "document"),
        ),
        (
            (
                *(pk, each.node_id, each.version.item_id, each.version.pk),
                *(each.period.key, each.period.last, each.number, each.done_by_id),
                *(each.done_at, each.note, each.document),
            )
            for pk, each in zip(ids, done, strict=True)
        ),
    )
    copy_rows(
        WorkEvent,
        ("id", "record", "at", "actor", "name", "note", "details"),
        (
            (
                *(new_id(), pk, each.done_at, each.done_by_id),
                *(WorkAction.RECORDED.value, "", _details(each)),
            )
            for pk, each in zip(ids, done, strict=True)
        ),
    )
    copy_rows(
        WorkPhoto,
        ("id", "record", "photo"),
        (
            (new_id(), pk, photo)
            for pk, each in zip(ids, done, strict=True)
            for photo in each.photo_ids
        ),
    )
    return count


@transaction.atomic
def load_offices(*, statements: Sequence[OfficeStatement]) -> int:
    """State what offices have, each row of each office once; returns how many."""
    return copy_rows(
        OfficeMark,
        (
            *("id", "node", "standard", "has", "since", "document", "note"),
            *("marked_by", "marked_at", "is_current"),
        ),
        (
            (
                *(new_id(), each.node_id, each.standard_id, each.has, each.since),
                *(each.document, each.note, each.marked_by_id, each.marked_at, True),
            )
            for each in statements
        ),
    )


def _details(each: WorkDone) -> str:
    details: dict[str, Any] = {"period": each.period.key, "number": each.number}
    return json.dumps(details)
