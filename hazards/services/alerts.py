"""Deadlines that come near or pass raise their alerts: set-based, exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from enterprises.models import Enterprise
from grids import access
from hazards.models import EscalationRung, Hazard
from notices.messages import on_day
from notices.services import NoticeRow, notify_many
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH = 2_000

# Rungs before the deadline are only worth raising before it. Rows are locked and
# inserted in the order of their ids, so that two workers never deadlock; the
# unique key makes the second one's insert a no-op.
_RAISE = """
WITH due AS (
    SELECT id, tenant_id, due_on FROM hazards_hazard
    WHERE tenant_id = %(tenant)s AND next_alert_on <= %(today)s
    ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
), raised AS (
    INSERT INTO hazards_hazardalert
        (id, tenant_id, hazard_id, rung_id, due_on, raised_at)
    SELECT uuidv7(), due.tenant_id, due.id, rung.id, due.due_on, %(now)s
    FROM due JOIN hazards_escalationrung rung
      ON rung.tenant_id = due.tenant_id AND rung.is_active
     AND due.due_on + rung.offset_days <= %(today)s
     AND (rung.offset_days > 0 OR %(today)s <= due.due_on)
    ORDER BY due.id, rung.offset_days
    ON CONFLICT (tenant_id, hazard_id, rung_id, due_on) DO NOTHING
    RETURNING id, hazard_id, rung_id
), advanced AS (
    UPDATE hazards_hazard SET next_alert_on = (
        SELECT min(hazards_hazard.due_on + rung.offset_days)
        FROM hazards_escalationrung rung
        WHERE rung.tenant_id = hazards_hazard.tenant_id AND rung.is_active
          AND hazards_hazard.due_on + rung.offset_days > %(today)s
    )
    FROM due WHERE hazards_hazard.id = due.id
      AND hazards_hazard.tenant_id = due.tenant_id
    RETURNING hazards_hazard.id
)
SELECT (SELECT count(*) FROM advanced),
       (SELECT json_agg(json_build_array(id, hazard_id, rung_id)) FROM raised)
"""


class Raised(NamedTuple):
    """An alert that was just raised."""

    alert_id: UUID
    hazard_id: UUID
    rung_id: UUID


class Pass(NamedTuple):
    """What one batch did: clocks looked at, alerts raised."""

    handled: int
    raised: int

    @property
    def is_last(self) -> bool:
        return self.handled < BATCH


@transaction.atomic
def alert_deadlines(*, on: date) -> Pass:
    """Raise the alerts of one batch of deadlines that are due on this day.

    Alerts, the hazards' next date and the inbox rows stand together or not at
    all, whatever is killed between; running it again raises nothing twice. The
    caller repeats it, each time in a transaction of its own, until ``is_last``.
    """
    handled, raised = _raise_batch(on)
    _tell(raised, on=on)
    return Pass(handled, len(raised))


def _raise_batch(on: date) -> tuple[int, list[Raised]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "tenant": require_tenant(),
                "today": on,
                "now": timezone.now(),
                "batch": BATCH,
            },
        )
        handled, rows = cursor.fetchone()
    return handled, [Raised(*map(UUID, row)) for row in rows or ()]


def first_alert_on(due_on: date, *, today: date) -> date | None:
    """The day of the first rung that a fresh deadline will reach."""
    offsets = EscalationRung.objects.filter(is_active=True).values_list(
        "offset_days", flat=True
    )
    days = [due_on + timedelta(days=offset) for offset in offsets]
    return min((day for day in days if day >= today), default=None)


@transaction.atomic
def replan_alerts(*, on: date) -> int:
    """After the ladder was edited: set the next date of every running clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hazards_hazard SET next_alert_on = ("
            "  SELECT min(hazards_hazard.due_on + rung.offset_days)"
            "  FROM hazards_escalationrung rung"
            "  WHERE rung.tenant_id = hazards_hazard.tenant_id AND rung.is_active"
            "    AND hazards_hazard.due_on + rung.offset_days >= %(today)s)"
            " WHERE tenant_id = %(tenant)s AND state IN ('assigned', 'rectifying')",
            {"tenant": require_tenant(), "today": on},
        )
        return int(cursor.rowcount)


def _tell(raised: Sequence[Raised], *, on: date) -> None:
    """Put each alert into the inbox of everybody its rung names."""
    if not raised:
        return
    hazards = Hazard.objects.in_bulk({row.hazard_id for row in raised})
    names = dict(
        Enterprise.objects.filter(
            pk__in={h.enterprise_id for h in hazards.values() if h.enterprise_id}
        ).values_list("pk", "name")
    )
    rungs = EscalationRung.objects.in_bulk({row.rung_id for row in raised})
    nodes = {pk for hazard in hazards.values() for pk in hazard.lines()}
    people = access.roles_on(nodes)
    notify_many(_rows(raised, hazards, rungs, people, names, on))


def _rows(
    raised: Sequence[Raised],
    hazards: dict[UUID, Hazard],
    rungs: dict[UUID, EscalationRung],
    people: dict[UUID, list[tuple[str, UUID]]],
    names: dict[UUID, str],
    on: date,
) -> Iterator[NoticeRow]:
    """One notice per person and hazard, for the highest rung that names the person.

    After some days without a worker several rungs are reached at once: each is
    raised and recorded, but nobody is told the same thing twice.
    """
    ladder = sorted(raised, key=lambda row: rungs[row.rung_id].offset_days)
    highest = {
        (row.hazard_id, user): row
        for row in ladder
        for user in _named_by(rungs[row.rung_id], hazards[row.hazard_id], people)
    }
    for (_hazard_id, user), row in highest.items():
        hazard, rung = hazards[row.hazard_id], rungs[row.rung_id]
        yield NoticeRow(
            recipient_id=user,
            kind=_kind(hazard, on),
            params=_params(hazard, rung, names, on),
            address=hazard.get_absolute_url(),
            key=f"alert:{row.alert_id}",
            urgency=rung.urgency,
        )


def _named_by(
    rung: EscalationRung, hazard: Hazard, people: dict[UUID, list[tuple[str, UUID]]]
) -> set[UUID]:
    """Whom a rung names on the hazard's two lines."""
    on_area = people.get(hazard.area_node_id, ())
    on_department = _on_department_line(hazard, people)
    return {user for code, user in on_area if code in rung.area_roles} | {
        user for code, user in on_department if code in rung.department_roles
    }


def _on_department_line(
    hazard: Hazard, people: dict[UUID, list[tuple[str, UUID]]]
) -> list[tuple[str, UUID]]:
    if hazard.department_node_id is None:
        return []
    return people.get(hazard.department_node_id, [])


def _where(hazard: Hazard, names: dict[UUID, str]) -> str:
    if hazard.enterprise_id is None:
        return hazard.place
    return names.get(hazard.enterprise_id, hazard.place)


def _kind(hazard: Hazard, on: date) -> str:
    left = (hazard.due_on - on).days if hazard.due_on else 0
    if left > 1:
        return "hazard-due"
    near = {1: "hazard-due-tomorrow", 0: "hazard-due-today", -1: "hazard-overdue-one"}
    return near.get(left, "hazard-overdue")


def _params(
    hazard: Hazard, rung: EscalationRung, names: dict[UUID, str], on: date
) -> dict[str, Any]:
    due_on = hazard.due_on or on
    return {
        "number": hazard.number,
        "title": hazard.title,
        "enterprise": _where(hazard, names),
        "due_on": on_day(due_on),
        "days": abs((due_on - on).days),
        "rung": rung.name,
    }
