"""The life of a hazard as data, and its rules as pure functions.

States and transitions follow reference 2.3 for GENERAL hazards. MAJOR hazards
take other roads (plan, five implementations, halt, listing): their transitions
will stand beside these, told apart by :func:`only_general`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError, NotAllowed
from tenants.workflow import Transition, Workflow

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from accounts.models import User
    from hazards.models import Hazard


class HazardState(TextChoices):
    REPORTED = "reported", _("Reported")
    ASSESSED = "assessed", _("Assessed")
    ASSIGNED = "assigned", _("Assigned")
    RECTIFYING = "rectifying", _("Being rectified")
    SUBMITTED = "submitted", _("Awaiting recheck")
    VERIFIED = "verified", _("Recheck passed")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")


class HazardLevel(TextChoices):
    UNASSESSED = "", _("Not assessed")
    GENERAL = "general", _("General")
    MAJOR = "major", _("Major")


# The enterprise is at work: its clock runs, reminders and alerts are sent.
# Tuples, because they also stand in constraints, whose order must not change.
ON_THE_CLOCK = (HazardState.ASSIGNED, HazardState.RECTIFYING)
FINAL = (HazardState.CLOSED, HazardState.REJECTED)
OPEN = tuple(state for state in HazardState if state not in FINAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a person gives with a step. Which fields count depends on the step.

    ``days`` (calendar days, see ``workdays``) and ``due_on`` are two ways to
    set a deadline; ``due_on`` wins. ``cost`` is in yuan.
    """

    note: str = ""
    photo_ids: tuple[UUID, ...] = ()
    level: str = ""
    enterprise_id: UUID | None = None
    department_node_id: UUID | None = None
    days: int | None = None
    due_on: date | None = None
    requirement: str = ""
    responsible: str = ""
    measures: str = ""
    cost: Decimal | None = None


def needs_note(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if not step.note.strip():
        raise DomainError(_("Say why."), field="note")


def needs_level(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if step.level not in HazardLevel.values or not step.level:
        raise DomainError(_("Choose the level."), field="level")


def only_general(hazard: Hazard, *, actor: User, step: Step) -> None:
    level = step.level or hazard.level
    if level == HazardLevel.MAJOR:
        raise DomainError(
            _(
                "A major hazard is decided by two people of the county department;"
                " mark it as suspected major and hand it to the bureau."
            ),
            field="level",
        )


def not_suspected_major(hazard: Hazard, *, actor: User, step: Step) -> None:
    """Whoever suspects a major hazard does not settle it alone (reference 2.3)."""
    if hazard.suspected_major:
        raise DomainError(
            _(
                "A suspected major hazard is assessed by the bureau first;"
                " secure the place and wait for the decision."
            )
        )


def needs_responsible(hazard: Hazard, *, actor: User, step: Step) -> None:
    if hazard.enterprise_id is None and not step.responsible.strip():
        raise DomainError(
            _("Name who must put it right: no enterprise is recorded."),
            field="responsible",
        )


def needs_deadline(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if step.days is None and step.due_on is None:
        raise DomainError(_("Set a deadline."), field="due_on")


def needs_requirement(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if not step.requirement.strip():
        raise DomainError(_("Say what must be done."), field="requirement")


def needs_measures(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if not step.measures.strip():
        raise DomainError(_("Describe what was done."), field="measures")


def needs_after_photo(_hazard: Hazard, *, actor: User, step: Step) -> None:
    if not step.photo_ids:
        raise DomainError(
            _("Add a photo taken after the rectification."), field="photos"
        )


def needs_second_person(hazard: Hazard, *, actor: User, step: Step) -> None:
    if hazard.rectified_by_id == actor.pk:
        raise NotAllowed(
            _("Nobody rechecks or closes their own rectification. Ask a colleague.")
        )


def only_the_finder(hazard: Hazard, *, actor: User, step: Step) -> None:
    if hazard.reported_by_id != actor.pk:
        raise NotAllowed(_("Only the person who found it can fix it on the spot."))


HAZARD_WORKFLOW = Workflow(
    initial=HazardState.REPORTED,
    transitions=(
        Transition(
            name="assess",
            label=_("Assess"),
            done=_("Assessed"),
            sources=frozenset({HazardState.REPORTED}),
            target=HazardState.ASSESSED,
            permission="assess_hazards",
            rules=(needs_level, only_general),
        ),
        Transition(
            name="fix_on_spot",
            label=_("Fixed on the spot"),
            done=_("Fixed on the spot"),
            sources=frozenset({HazardState.REPORTED}),
            target=HazardState.VERIFIED,
            permission="report_hazards",
            rules=(
                only_the_finder,
                not_suspected_major,
                only_general,
                needs_measures,
                needs_after_photo,
            ),
        ),
        Transition(
            name="assign",
            label=_("Assign with a deadline"),
            done=_("Assigned"),
            sources=frozenset({HazardState.ASSESSED}),
            target=HazardState.ASSIGNED,
            permission="assign_hazards",
            rules=(needs_responsible, needs_requirement, needs_deadline),
        ),
        Transition(
            name="start",
            label=_("Start rectification"),
            done=_("Rectification started"),
            sources=frozenset({HazardState.ASSIGNED}),
            target=HazardState.RECTIFYING,
            permission="rectify_hazards",
        ),
        Transition(
            name="submit",
            label=_("Submit rectification"),
            done=_("Rectification submitted"),
            sources=frozenset(ON_THE_CLOCK),
            target=HazardState.SUBMITTED,
            permission="rectify_hazards",
            rules=(needs_measures, needs_after_photo),
        ),
        Transition(
            name="pass_recheck",
            label=_("Recheck passed"),
            done=_("Recheck passed"),
            sources=frozenset({HazardState.SUBMITTED}),
            target=HazardState.VERIFIED,
            permission="recheck_hazards",
            rules=(needs_second_person,),
        ),
        Transition(
            name="fail_recheck",
            label=_("Recheck failed"),
            done=_("Recheck failed"),
            sources=frozenset({HazardState.SUBMITTED}),
            target=HazardState.RECTIFYING,
            permission="recheck_hazards",
            rules=(needs_second_person, needs_note, needs_deadline),
        ),
        Transition(
            name="close",
            label=_("Close the case"),
            done=_("Closed"),
            sources=frozenset({HazardState.VERIFIED}),
            target=HazardState.CLOSED,
            permission="close_hazards",
            rules=(needs_second_person,),
        ),
        Transition(
            name="reject",
            label=_("Reject"),
            done=_("Rejected"),
            sources=frozenset({HazardState.REPORTED, HazardState.ASSESSED}),
            target=HazardState.REJECTED,
            permission="assess_hazards",
            rules=(needs_note,),
        ),
        Transition(
            name="reopen",
            label=_("Reopen"),
            done=_("Reopened"),
            sources=frozenset(FINAL),
            target=HazardState.REPORTED,
            permission="reopen_hazards",
            rules=(needs_note,),
        ),
    ),
)

# What a person does next, as the one primary button; the rest is folded.
PRIMARY = (
    "assess",
    "assign",
    "submit",
    "pass_recheck",
    "close",
)
