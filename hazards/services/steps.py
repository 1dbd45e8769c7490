"""Take one step of the workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.models import Enterprise
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode
from hazards.models import Hazard, HazardDeadline, HazardEvent, PhotoPhase
from hazards.services import telling
from hazards.services.alerts import first_alert_on
from hazards.services.reporting import keep_photos, photo_details
from hazards.workflow import HAZARD_WORKFLOW, HazardLevel, Step
from tenants.errors import DomainError, NotAllowed
from tenants.texts import tidy, tidy_line
from workdays.services import deadline, fixed_deadline

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from workdays.deadlines import Deadline

AFTER_PHOTOS = frozenset({"submit", "fix_on_spot", "pass_recheck", "fail_recheck"})


@transaction.atomic
def advance_hazard(
    *,
    hazard_id: UUID,
    transition: str,
    actor: User,
    step: Step | None = None,
    revision: int | None = None,
) -> Hazard:
    """Take the step ``transition`` on a hazard.

    The row is locked first, so of two people who press at once the second is
    told that the hazard has moved on instead of overwriting the first.
    ``revision``, when given, is the one the page was drawn from. Raises
    ``InvalidTransition`` (409), ``NotAllowed`` (403) or a ``DomainError`` at
    the field (422); nothing is changed then.
    """
    step = _tidied(step or Step())
    hazard = Hazard.objects.select_for_update(of=("self",)).get(pk=hazard_id)
    move = HAZARD_WORKFLOW.resolve(transition, state=hazard.state)
    if revision is not None and revision != hazard.revision:
        HAZARD_WORKFLOW.resolve("", state=hazard.state)
    stood_in_for = access.require(actor, move.permission, hazard.lines())
    for rule in move.rules:
        rule(hazard, actor=actor, step=step)

    now = timezone.now()
    before = hazard.state
    details = photo_details(step.photo_ids)
    apply = _EFFECTS.get(transition)
    if apply is not None:
        details |= apply(hazard, actor, step, now)
    hazard.state = move.target
    if not hazard.is_on_the_clock:
        hazard.next_alert_on = None
    hazard.revision += 1
    hazard.save()
    event = HazardEvent.objects.create(
        hazard=hazard,
        name=move.name,
        actor=actor,
        on_behalf_of_id=stood_in_for,
        at=now,
        from_state=before,
        to_state=hazard.state,
        note=step.note or step.measures,
        details=details,
    )
    if transition in AFTER_PHOTOS:
        keep_photos(
            hazard=hazard,
            event=event,
            photo_ids=step.photo_ids,
            phase=PhotoPhase.AFTER,
            actor=actor,
        )
    telling.tell_step(hazard=hazard, event=event)
    return hazard


def _tidied(step: Step) -> Step:
    return replace(
        step,
        note=tidy(step.note),
        measures=tidy(step.measures),
        requirement=tidy(step.requirement),
        responsible=tidy_line(step.responsible),
    )


def _assess(hazard: Hazard, actor: User, step: Step, _now: Any) -> dict[str, Any]:
    hazard.level = step.level
    details: dict[str, Any] = {"level": step.level}
    if step.enterprise_id and step.enterprise_id != hazard.enterprise_id:
        details |= _change_enterprise(hazard, actor, step.enterprise_id)
    if step.department_node_id:
        details |= _change_department(hazard, step.department_node_id)
    return details


def _change_enterprise(
    hazard: Hazard, actor: User, enterprise_id: UUID
) -> dict[str, Any]:
    enterprise = (
        Enterprise.objects.visible_to(actor)
        .select_related("area_node")
        .filter(pk=enterprise_id)
        .first()
    )
    if enterprise is None:
        raise DomainError(_("This enterprise does not exist."), field="enterprise")
    lines = [
        pk for pk in (enterprise.area_node_id, enterprise.department_node_id) if pk
    ]
    if not access.can(actor, "assess_hazards", lines):
        raise NotAllowed(_("You are not allowed to assess hazards there."))
    before = str(hazard.enterprise_id or "")
    hazard.enterprise = enterprise
    hazard.area_node = enterprise.area_node
    hazard.township_id = enterprise.area_node.township_id
    hazard.department_node_id = enterprise.department_node_id
    return {"enterprise": {"before": before, "after": str(enterprise.pk)}}


def _change_department(hazard: Hazard, node_id: UUID) -> dict[str, Any]:
    node = (
        GridNode.objects.in_force().filter(pk=node_id, kind=NodeKind.DEPARTMENT).first()
    )
    if node is None:
        raise DomainError(_("This department does not exist."), field="department_node")
    before = str(hazard.department_node_id or "")
    hazard.department_node = node
    return {"department": {"before": before, "after": str(node.pk)}}


def _assign(hazard: Hazard, actor: User, step: Step, now: Any) -> dict[str, Any]:
    hazard.requirement = step.requirement
    hazard.responsible = step.responsible or _usual_responsible(hazard)
    hazard.assigned_at = now
    details = _set_deadline(hazard, actor, step)
    return details | {
        "requirement": hazard.requirement,
        "responsible": hazard.responsible,
    }


def _usual_responsible(hazard: Hazard) -> str:
    enterprise = hazard.enterprise
    if enterprise is None:
        return ""
    return (enterprise.safety_manager or enterprise.principal or enterprise.name)[:50]


def _set_deadline(hazard: Hazard, actor: User, step: Step) -> dict[str, Any]:
    """Put a new deadline in force; the older ones and the first one are kept."""
    found = deadline_of(step, today=timezone.localdate())
    before = hazard.due_on
    hazard.due_on = found.due_on
    hazard.first_due_on = hazard.first_due_on or found.due_on
    hazard.next_alert_on = first_alert_on(found.due_on, today=timezone.localdate())
    HazardDeadline.objects.create(
        hazard=hazard,
        round=hazard.deadlines.count() + 1,
        due_on=found.due_on,
        steps=list(found.steps),
        set_by=actor,
    )
    return {
        "due_on": found.due_on.isoformat(),
        "due_before": before.isoformat() if before else "",
    }


def deadline_of(step: Step, *, today: date) -> Deadline:
    """The deadline that a step asks for, with its explanation."""
    if step.due_on is not None:
        return fixed_deadline(due_on=step.due_on, today=today)
    return deadline(start=today, days=step.days)


def _submit(hazard: Hazard, actor: User, step: Step, now: Any) -> dict[str, Any]:
    hazard.rectified_by = actor
    hazard.measures = step.measures
    hazard.cost = step.cost
    hazard.submitted_at = now
    hazard.verified_by = None
    hazard.verified_at = None
    return {"cost": str(step.cost) if step.cost is not None else ""}


def _fix_on_spot(hazard: Hazard, actor: User, step: Step, now: Any) -> dict[str, Any]:
    details = _submit(hazard, actor, step, now)
    hazard.level = hazard.level or HazardLevel.GENERAL
    hazard.verified_at = now
    return details


def _pass_recheck(hazard: Hazard, actor: User, _step: Step, now: Any) -> dict[str, Any]:
    hazard.verified_by = actor
    hazard.verified_at = now
    return {}


def _fail_recheck(hazard: Hazard, actor: User, step: Step, _now: Any) -> dict[str, Any]:
    hazard.times_failed += 1
    return _set_deadline(hazard, actor, step) | {"times_failed": hazard.times_failed}


def _close(hazard: Hazard, _actor: User, _step: Step, now: Any) -> dict[str, Any]:
    hazard.closed_at = now
    return {}


def _reopen(hazard: Hazard, _actor: User, _step: Step, _now: Any) -> dict[str, Any]:
    """Back to the beginning; the course and all earlier deadlines are kept."""
    before = hazard.due_on.isoformat() if hazard.due_on else ""
    hazard.closed_at = None
    hazard.due_on = None
    hazard.verified_by = None
    hazard.verified_at = None
    return {"due_before": before}


_Effect = Callable[[Hazard, User, Step, Any], dict[str, Any]]
_EFFECTS: dict[str, _Effect] = {
    "assess": _assess,
    "assign": _assign,
    "submit": _submit,
    "fix_on_spot": _fix_on_spot,
    "pass_recheck": _pass_recheck,
    "fail_recheck": _fail_recheck,
    "close": _close,
    "reopen": _reopen,
}
