"""Who is told of what, in the same transaction as the thing itself.

Rows in the inbox need no broker: with Redis away nobody misses anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enterprises.models import DirectSupervision
from grids import access
from notices.messages import on_day
from notices.services import NoticeRow, notify_many

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from hazards.models import Hazard, HazardEvent

# After which step who has the next one: told along both lines.
NEXT: dict[str, str] = {
    "assess": "assign_hazards",
    "assign": "rectify_hazards",
    "submit": "recheck_hazards",
    "fail_recheck": "rectify_hazards",
    "pass_recheck": "close_hazards",
    "fix_on_spot": "close_hazards",
    "reopen": "assess_hazards",
}
# After which step the reporter hears how it went.
REPORTER_HEARS = frozenset({"reject", "close"})


def tell_reported(*, hazard: Hazard, event: HazardEvent) -> None:
    """Those who may assess; a suspected major hazard reaches the leaders too.

    Of a unit under direct supervision it goes to whoever supervises it first, and
    not to the township that is not measured by it.
    """
    people = _first_to_assess(hazard)
    kind = "hazard-reported"
    if hazard.suspected_major:
        kind = "hazard-suspected-major"
        people |= _holders("close_hazards", hazard)
    urgency = "urgent" if hazard.suspected_major else "info"
    _send(people, hazard=hazard, event=event, kind=kind, urgency=urgency)


def tell_step(*, hazard: Hazard, event: HazardEvent) -> None:
    """Those who have the next step, and the reporter at the end."""
    people: set[UUID] = set()
    permission = NEXT.get(event.name)
    if permission:
        people |= _holders(permission, hazard)
    if event.name in REPORTER_HEARS:
        people.add(hazard.reported_by_id)
    urgency = "warning" if event.name in {"fail_recheck", "reopen"} else "info"
    _send(
        people, hazard=hazard, event=event, kind=f"hazard-{event.name}", urgency=urgency
    )


def _first_to_assess(hazard: Hazard) -> set[UUID]:
    if hazard.enterprise_id is not None:
        running = DirectSupervision.objects.filter(
            enterprise=hazard.enterprise_id, until__isnull=True
        )
        supervisor = list(running.values_list("by_node_id", flat=True))
        if supervisor:
            return access.nearest_holders("assess_hazards", supervisor)
    return _holders("assess_hazards", hazard)


def _holders(permission: str, hazard: Hazard) -> set[UUID]:
    """Those who do this work where the hazard lies, nearest first.

    A county's leaders may assess everything and want to hear of little: only
    holders on the nearest level that has any are told.
    """
    return access.nearest_holders(permission, hazard.lines())


def _send(
    people: Iterable[UUID],
    *,
    hazard: Hazard,
    event: HazardEvent,
    kind: str,
    urgency: str,
) -> None:
    notify_many(
        NoticeRow(
            recipient_id=person,
            kind=kind,
            params=params_of(hazard, event),
            address=hazard.get_absolute_url(),
            key=f"event:{event.pk}",
            urgency=urgency,
        )
        for person in sorted(set(people) - {event.actor_id}, key=str)
    )


def params_of(hazard: Hazard, event: HazardEvent) -> dict[str, Any]:
    return {
        "number": hazard.number,
        "title": hazard.title,
        "place": hazard.place,
        "actor": str(event.actor or ""),
        "note": event.note,
        "requirement": hazard.requirement,
        "due_on": on_day(hazard.due_on) if hazard.due_on else "",
    }
