"""Deadlines that come near or pass raise their alerts: set-based, exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Enterprise
from grids import access
from grids.holders import posts_on
from hazards.models import EscalationRung, Hazard, HazardAlert
from notices.messages import on_day
from notices.models import Notice
from notices.services import NoticeRow, notify_many
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

BATCH = 10_000
TELL_BATCH = 20_000
# Whoever would hear of more deadlines than this at once gets one notice that opens
# the list instead: thirty messages are read by nobody.
MOST_NOTICES = 20

# Rungs before the deadline are only worth raising before it. Rows are locked and
# inserted in the order of their ids, so that two workers never deadlock; the
# unique key makes the second one's insert a no-op.
_RAISE: Final = """
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
    RETURNING 1
), following AS (
    SELECT day.due_on, min(day.due_on + rung.offset_days) AS next_on
    FROM (SELECT DISTINCT due_on FROM due) day
    LEFT JOIN hazards_escalationrung rung
      ON rung.tenant_id = %(tenant)s AND rung.is_active
     AND day.due_on + rung.offset_days > %(today)s
    GROUP BY day.due_on
), advanced AS (
    UPDATE hazards_hazard SET next_alert_on = following.next_on
    FROM due JOIN following USING (due_on)
    WHERE hazards_hazard.id = due.id AND hazards_hazard.tenant_id = due.tenant_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM advanced), (SELECT count(*) FROM raised)
"""


class Pass(NamedTuple):
    """What one batch did: clocks looked at, alerts raised, alerts told."""

    handled: int
    raised: int
    told: int

    @property
    def is_last(self) -> bool:
        return self.handled < BATCH and self.told < TELL_BATCH


@transaction.atomic
def alert_deadlines(*, on: date) -> Pass:
    """Raise the alerts of one batch of deadlines that are due on this day.

    Alerts, the hazards' next date and the inbox rows stand together or not at
    all, whatever is killed between. After a long silence there may be more than
    one batch: then all alerts are raised first, and an alert waits in the table
    until it was told, so that none is lost or told twice. Running it again raises
    nothing twice. The caller repeats it, each time in a transaction of its own,
    until ``is_last``.
    """
    handled, raised = _raise_batch(on)
    told = _tell_batch(on) if handled < BATCH else 0
    return Pass(handled, raised, told)


def _raise_batch(on: date) -> tuple[int, int]:
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
        handled, raised = cursor.fetchone()
    return handled, raised


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


def _tell_batch(on: date) -> int:
    """Put each waiting alert into the inbox of everybody its rung names."""
    alerts = _take_waiting()
    if not alerts:
        return 0
    hazards = Hazard.objects.for_alerts().in_bulk({a.hazard_id for a in alerts})
    rungs = EscalationRung.objects.in_bulk({alert.rung_id for alert in alerts})
    nodes = {pk for hazard in hazards.values() for pk in hazard.lines()}
    by_person = _by_person(alerts, hazards, rungs, _people_on(nodes, on))
    flooded = _flooded(by_person, on)
    few = {user: rows for user, rows in by_person.items() if user not in flooded}
    names = _names_of({a.hazard_id for rows in few.values() for a in rows}, hazards)
    notify_many(
        [
            *_one_by_one(few, hazards, rungs, names, on),
            *(_all_at_once(user, on) for user in flooded),
        ]
    )
    HazardAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(
        told_at=timezone.now()
    )
    return len(alerts)


def _take_waiting() -> list[HazardAlert]:
    """Alerts that nobody was told of yet; locked, so that one worker tells each."""
    waiting = HazardAlert.objects.filter(told_at__isnull=True).order_by("pk")
    return list(waiting.select_for_update(skip_locked=True)[:TELL_BATCH])


def _by_person(
    alerts: Sequence[HazardAlert],
    hazards: dict[UUID, Hazard],
    rungs: dict[UUID, EscalationRung],
    people: _People,
) -> dict[UUID, list[HazardAlert]]:
    """For each person one alert per hazard: the highest rung that names the person.

    After some days without a worker several rungs are reached at once: each is
    raised and recorded, but nobody is told the same thing twice.
    """
    ladder = sorted(alerts, key=lambda alert: rungs[alert.rung_id].offset_days)
    highest: dict[UUID, dict[UUID, HazardAlert]] = {}
    for alert in ladder:
        hazard = hazards[alert.hazard_id]
        for user in _named_by(rungs[alert.rung_id], hazard, people):
            highest.setdefault(user, {})[hazard.pk] = alert
    return {user: list(rows.values()) for user, rows in highest.items()}


def _flooded(by_person: dict[UUID, list[HazardAlert]], on: date) -> set[UUID]:
    """Who hears of too many, or did so today: one notice a day stands for all."""
    before = Notice.objects.filter(
        recipient__in=list(by_person), key=_day_key(on)
    ).values_list("recipient_id", flat=True)
    many = {user for user, rows in by_person.items() if len(rows) > MOST_NOTICES}
    return many | set(before)


def _day_key(on: date) -> str:
    return f"alerts-of:{on.isoformat()}"


def _all_at_once(user: UUID, on: date) -> NoticeRow:
    return NoticeRow(
        recipient_id=user,
        kind="hazard-many-alerts",
        params={"most": MOST_NOTICES, "day": on_day(on)},
        address=f"{reverse('hazards:list')}?overdue=on",
        key=_day_key(on),
        urgency="urgent",
    )


def _names_of(hazard_ids: set[UUID], hazards: dict[UUID, Hazard]) -> dict[UUID, str]:
    """The names of the enterprises of these hazards."""
    ids = [pk for h in hazard_ids if (pk := hazards[h].enterprise_id) is not None]
    found = Enterprise.objects.filter(pk__in=ids)
    return dict(found.values_list("pk", "name"))


def _one_by_one(
    by_person: dict[UUID, list[HazardAlert]],
    hazards: dict[UUID, Hazard],
    rungs: dict[UUID, EscalationRung],
    names: dict[UUID, str],
    on: date,
) -> Iterator[NoticeRow]:
    for user, rows in by_person.items():
        for alert in rows:
            hazard, rung = hazards[alert.hazard_id], rungs[alert.rung_id]
            yield NoticeRow(
                recipient_id=user,
                kind=_kind(hazard, on),
                params=_params(hazard, rung, names, on),
                address=hazard.get_absolute_url(),
                key=f"alert:{alert.pk}",
                urgency=rung.urgency,
            )


class _People(NamedTuple):
    """Who holds which role on each node or above, and which post nearest to it."""

    roles: dict[UUID, list[tuple[str, UUID]]]
    posts: dict[UUID, list[tuple[str, UUID]]]


def _people_on(nodes: set[UUID], on: date) -> _People:
    return _People(access.roles_on(nodes), posts_on(nodes, on=on))


def _named_by(rung: EscalationRung, hazard: Hazard, people: _People) -> set[UUID]:
    """Whom a rung names on the hazard's two lines."""
    named = _held(people, hazard.area_node_id, rung.area_roles, rung.area_posts)
    if hazard.department_node_id is not None:
        named |= _held(
            people,
            hazard.department_node_id,
            rung.department_roles,
            rung.department_posts,
        )
    return named


def _held(
    people: _People, node: UUID, roles: Sequence[str], posts: Sequence[str]
) -> set[UUID]:
    by_role = {user for code, user in people.roles.get(node, ()) if code in roles}
    by_post = {user for kind, user in people.posts.get(node, ()) if kind in posts}
    return by_role | by_post


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
