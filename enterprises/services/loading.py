"""Levels and certificates of many enterprises at once, by COPY.

For the demo and the scenarios: history that nobody is notified of. The rows are
those that the services of a single decision would have left. Levels are judged by
the thresholds in use and by the rule of one step a year.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from enterprises.models import (
    DecisionKind,
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    LevelDecision,
    LevelThreshold,
    StaffCertificate,
    StaffMember,
    StandardizationCertificate,
)
from enterprises.standing import LEVELS, level_of, one_step
from tenants.copying import copy_rows
from tenants.ids import new_id
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The score of an enterprise in a year. The ratings of one come in their order."""

    enterprise_id: UUID
    year: int
    score: Decimal
    decided_on: date
    decided_by_id: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCertificate:
    """Somebody of an enterprise with a certificate."""

    enterprise_id: UUID
    name: str
    post: str
    kind: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date
    review_due: date | None = None
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standardized:
    """A standardization certificate."""

    enterprise_id: UUID
    level: int
    number: str
    issuer: str
    valid_from: date
    valid_to: date
    recorded_at: datetime


@transaction.atomic
def load_levels(*, ratings: Sequence[Rating]) -> int:
    """Decide a level per rating and keep the last as the enterprise's own."""
    rows = list(LevelThreshold.objects.filter(is_active=True))
    thresholds = [(row.level, row.lowest) for row in rows]
    edition = max(row.edition for row in rows)
    held: dict[UUID, str] = {}
    decisions, events = [], []
    for each in ratings:
        before = held.get(each.enterprise_id, "")
        computed = level_of(each.score, thresholds)
        level = one_step(computed, before) if before else computed
        kind = (DecisionKind.YEARLY if before else DecisionKind.INITIAL).value
        held[each.enterprise_id] = level
        decisions.append(
            (
                *(new_id(), each.enterprise_id, each.year, kind, before, level),
                *(each.score, computed, edition, "", each.decided_on),
                *(each.decided_by_id, each.recorded_at, ""),
            )
        )
        details = {"before": before, "after": level, "year": each.year, "kind": kind}
        events.append(
            (
                *(new_id(), each.enterprise_id, each.recorded_at, each.decided_by_id),
                *(EnterpriseAction.LEVEL_DECIDED.value, "", json.dumps(details)),
            )
        )
    count = copy_rows(
        LevelDecision,
        (
            *("id", "enterprise", "year", "kind", "previous", "level"),
            *("score", "computed", "edition", "note", "decided_on"),
            *("decided_by", "recorded_at", "withdrawn_because"),
        ),
        decisions,
    )
    copy_rows(EnterpriseEvent, _EVENT, events)
    _keep(held)
    return count


@transaction.atomic
def load_certificates(
    *, standardized: Sequence[Standardized], held: Sequence[HeldCertificate]
) -> int:
    """Certificates of enterprises and of their people; returns how many."""
    count = copy_rows(
        StandardizationCertificate,
        (
            *("id", "enterprise", "level", "number", "issuer"),
            *("valid_from", "valid_to", "revoked_because"),
        ),
        (
            (
                *(new_id(), each.enterprise_id, each.level, tidy_line(each.number)),
                *(tidy_line(each.issuer), each.valid_from, each.valid_to, ""),
            )
            for each in standardized
        ),
    )
    copy_rows(
        EnterpriseEvent,
        _EVENT,
        (
            (
                *(new_id(), each.enterprise_id, each.recorded_at, None),
                *(EnterpriseAction.CERTIFIED.value, "", _certified(each)),
            )
            for each in standardized
        ),
    )
    members = [new_id() for _each in held]
    copy_rows(
        StaffMember,
        (
            *("id", "enterprise", "name", "post", "job", "phone", "id_ending"),
            "joined_at",
        ),
        (
            (pk, each.enterprise_id, each.name, each.post, "", "", "", each.joined_at)
            for pk, each in zip(members, held, strict=True)
        ),
    )
    return count + copy_rows(
        StaffCertificate,
        (
            *("id", "member", "kind", "number", "issuer"),
            *("valid_from", "valid_to", "review_due"),
        ),
        (
            (
                *(new_id(), pk, each.kind, each.number, each.issuer),
                *(each.valid_from, each.valid_to, each.review_due),
            )
            for pk, each in zip(members, held, strict=True)
        ),
    )


_EVENT = ("id", "enterprise", "at", "actor", "name", "note", "details")


def _certified(each: Standardized) -> str:
    return json.dumps(
        {
            "level": each.level,
            "number": each.number,
            "valid_to": each.valid_to.isoformat(),
        }
    )


def _keep(held: dict[UUID, str]) -> None:
    """Which level each enterprise holds now: one statement for each level."""
    for level in LEVELS:
        keys = [pk for pk, one in held.items() if one == level]
        Enterprise.objects.filter(pk__in=keys).update(management_level=level)
