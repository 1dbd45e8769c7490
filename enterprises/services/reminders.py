"""Certificates that run out: told once per rung, and late only the most urgent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from enterprises import notices
from enterprises.concerns import EDITION, RUNG_BASIS, RUNGS
from enterprises.models import (
    Enterprise,
    ExpiryReminder,
    ExpiryRung,
    StaffCertificate,
    StandardizationCertificate,
)
from enterprises.querysets import SUPERVISED_STATES
from grids import access
from notices.messages import in_words, on_day
from notices.services import NoticeRow, notify_many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

BATCH = 500


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that runs out, and the rung that is reached."""

    certificate_id: UUID
    column: str
    enterprise_id: UUID
    ends_on: date
    rung: ExpiryRung
    what: str


@transaction.atomic
def seed_expiry_rungs() -> int:
    """The reminders a new tenant begins with; keeps what is there."""
    known = set(ExpiryRung.objects.values_list("days", flat=True))
    return len(
        ExpiryRung.objects.bulk_create(
            ExpiryRung(
                days=days,
                area_roles=list(area),
                department_roles=list(department),
                edition=EDITION,
                basis=RUNG_BASIS,
                is_proposed=True,
            )
            for days, area, department in RUNGS
            if days not in known
        )
    )


@transaction.atomic
def remind_of_endings(*, on: date) -> int:
    """One batch of reminders that are due on a day; repeat until it returns 0.

    Reminder and inbox rows stand together or not at all. Each certificate is in
    the window of one rung only, so that after days without a worker the most
    urgent one is told and the others never.
    """
    found: list[Ending] = []
    for rung, window in _windows(on):
        for kind in _KINDS:
            if len(found) < BATCH:
                found += kind(rung, window, BATCH - len(found))
    ExpiryReminder.objects.bulk_create(
        ExpiryReminder(
            **{f"{ending.column}_id": ending.certificate_id},
            ends_on=ending.ends_on,
            days=ending.rung.days,
        )
        for ending in found
    )
    notify_many(list(_notices(found, on)))
    return len(found)


def _windows(on: date) -> Iterator[tuple[ExpiryRung, tuple[date, date]]]:
    """For each rung the ends for which it is the most urgent one reached."""
    rungs = list(ExpiryRung.objects.filter(is_active=True).order_by("days"))
    first = on
    for rung in rungs:
        last = on + timedelta(days=rung.days)
        yield rung, (first, last)
        first = last + timedelta(days=1)


def _untold(column: str, ends: str, rung: ExpiryRung) -> Any:
    told = ExpiryReminder.objects.filter(
        **{column: OuterRef("pk")}, ends_on=OuterRef(ends), days=rung.days
    )
    return ~Exists(told)


def _standardizations(rung: ExpiryRung, window: Any, limit: int) -> list[Ending]:
    """Of supervised enterprises, where no newer certificate is recorded."""
    newer = StandardizationCertificate.objects.in_force().filter(
        enterprise=OuterRef("enterprise"), valid_to__gt=OuterRef("valid_to")
    )
    rows = (
        StandardizationCertificate.objects.in_force()
        .filter(
            ~Exists(newer),
            valid_to__range=window,
            enterprise__state__in=SUPERVISED_STATES,
        )
        .filter(_untold("standardization", "valid_to", rung))
    )
    return [
        Ending(pk, "standardization", owner, end, rung, notices.STANDARDIZATION)
        for pk, owner, end in _locked(
            rows, "standardization", "valid_to", "enterprise_id", rung, limit
        )
    ]


def _staff(rung: ExpiryRung, window: Any, limit: int) -> list[Ending]:
    found: list[Ending] = []
    for ends, what in (("valid_to", notices.STAFF), ("review_due", notices.REVIEW)):
        rows = (
            StaffCertificate.objects.in_force()
            .filter(
                **{f"{ends}__range": window},
                member__left_on__isnull=True,
                member__enterprise__state__in=SUPERVISED_STATES,
            )
            .filter(_untold("staff_certificate", ends, rung))
        )
        column = "staff_certificate"
        owner = "member__enterprise_id"
        found += [
            Ending(pk, column, enterprise, end, rung, what)
            for pk, enterprise, end in _locked(
                rows, column, ends, owner, rung, limit - len(found)
            )
            if (pk, end) not in {(e.certificate_id, e.ends_on) for e in found}
        ]
    return found


_KINDS = (_standardizations, _staff)


def _locked(
    rows: Any, column: str, ends: str, owner: str, rung: ExpiryRung, limit: int
) -> list[tuple[Any, Any, Any]]:
    """The rows, locked in the order of their ids, still untold after the lock.

    A second worker leaves out what the first one is at.
    """
    if limit <= 0:
        return []
    locked = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    chosen = list(locked.values_list("pk", owner, ends)[:limit])
    told = set(
        ExpiryReminder.objects.filter(
            **{f"{column}__in": [pk for pk, _owner, _end in chosen]}, days=rung.days
        ).values_list(column, "ends_on")
    )
    return [row for row in chosen if (row[0], row[2]) not in told]


def _notices(found: list[Ending], on: date) -> Iterator[NoticeRow]:
    """To the roles a rung names on both lines of the enterprise."""
    entries = Enterprise.objects.in_bulk({ending.enterprise_id for ending in found})
    nodes = {pk for entry in entries.values() for pk in entry.lines()}
    people = access.roles_on(nodes) if nodes else {}
    for ending in found:
        entry, rung = entries[ending.enterprise_id], ending.rung
        for user in _told(entry, rung, people):
            left = (ending.ends_on - on).days
            yield NoticeRow(
                recipient_id=user,
                kind="certificate-ending" if left else "certificate-ending-today",
                params={
                    "days": left,
                    "enterprise": entry.name,
                    "what": in_words(ending.what),
                    "ends_on": on_day(ending.ends_on),
                },
                address=entry.get_absolute_url(),
                key=f"ending:{ending.certificate_id}:{ending.ends_on}:{rung.days}",
            )


def _told(entry: Enterprise, rung: ExpiryRung, people: Any) -> list[UUID]:
    area = people.get(entry.area_node_id, ())
    department = people.get(entry.department_node_id, ())
    named = {user for code, user in area if code in rung.area_roles}
    named |= {user for code, user in department if code in rung.department_roles}
    return sorted(named)
