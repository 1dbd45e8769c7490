"""Duties without an owner: list them, and write down who was given them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.boundary_forms import BOUNDARY_FORMS, EDITION
from enterprises.models import (
    BoundaryDecision,
    BoundaryDuty,
    IndustrySubcategory,
)
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode
from tenants.days import check_far
from tenants.errors import DomainError
from tenants.texts import tidy, tidy_line

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User

PERMISSION = "manage_rules"
DECIDE = "supervise_directly"


@transaction.atomic
def seed_boundary_duties() -> int:
    """The business forms at the edge, as proposals without a decision."""
    known = set(BoundaryDuty.objects.values_list("name", flat=True))
    fresh = [
        BoundaryDuty(
            name=form.name,
            similar_to=form.similar_to,
            suggestion=form.suggestion,
            source=form.source,
            edition=EDITION,
        )
        for form in BOUNDARY_FORMS
        if form.name not in known
    ]
    return len(BoundaryDuty.objects.bulk_create(fresh))


@transaction.atomic
def add_boundary_duty(
    *,
    actor: User | None,
    name: str,
    similar_to: str = "",
    suggestion: str = "",
    source: str = "",
) -> BoundaryDuty:
    """One more business form that nobody claims."""
    _require(actor)
    name = tidy_line(name)
    if not name:
        raise DomainError(_("Enter a name."), field="name")
    if BoundaryDuty.objects.filter(name=name).exists():
        raise DomainError(_("This business form is in the list already."), field="name")
    duty: BoundaryDuty = BoundaryDuty.objects.create(
        name=name[:50],
        similar_to=tidy_line(similar_to)[:100],
        suggestion=tidy_line(suggestion)[:100],
        source=tidy_line(source)[:200],
    )
    return duty


@transaction.atomic
def decide_boundary_duty(
    *,
    actor: User | None,
    duty_id: UUID,
    department_node_id: UUID,
    rule: str,
    document: str,
    decided_on: date,
    valid_from: date,
    subcategory_id: UUID | None = None,
) -> BoundaryDecision:
    """Give a business form to a department; an earlier decision ends that day.

    Enterprises that are registered already stay with their trade: the decision
    says where the next ones go.
    """
    _require(actor)
    duty = BoundaryDuty.objects.select_for_update().filter(pk=duty_id).first()
    if duty is None:
        raise DomainError(_("This business form does not exist."))
    rule, document = tidy(rule), tidy_line(document)
    department = _department(department_node_id)
    if subcategory_id is not None:
        _check_trade(subcategory_id)
    _check_words(rule=rule, document=document)
    check_far(decided_on, field="decided_on")
    check_far(valid_from, field="valid_from")
    if valid_from < decided_on:
        raise DomainError(
            _("A decision holds from its own day on at the earliest."),
            field="valid_from",
        )
    earlier = BoundaryDecision.objects.filter(duty=duty, valid_to__isnull=True).first()
    if earlier is not None:
        if valid_from < earlier.valid_from:
            raise DomainError(
                _("It begins before the decision in force (%(day)s).")
                % {"day": earlier.valid_from},
                field="valid_from",
            )
        earlier.valid_to = valid_from
        earlier.save(update_fields=["valid_to"])
    decision: BoundaryDecision = BoundaryDecision.objects.create(
        duty=duty,
        department_node=department,
        subcategory_id=subcategory_id,
        rule=rule[:300],
        document=document[:100],
        decided_on=decided_on,
        valid_from=valid_from,
        decided_by=actor if actor is not None and actor.tenant_id else None,
    )
    return decision


def _require(actor: User | None) -> None:
    """The county decides: its administrator or whoever places units directly."""
    if actor is None:
        return
    root = GridNode.objects.get(parent__isnull=True)
    if not access.can(actor, DECIDE, [root.pk]):
        access.require(actor, PERMISSION, [root.pk])


def _department(node_id: UUID) -> GridNode:
    node: GridNode | None = (
        GridNode.objects.in_force().filter(pk=node_id, kind=NodeKind.DEPARTMENT).first()
    )
    if node is None:
        raise DomainError(_("This department does not exist."), field="department_node")
    return node


def _check_trade(subcategory_id: UUID) -> None:
    if not IndustrySubcategory.objects.filter(
        pk=subcategory_id, is_active=True
    ).exists():
        raise DomainError(
            _("This industry subcategory does not exist."), field="subcategory"
        )


def _check_words(*, rule: str, document: str) -> None:
    if not rule:
        raise DomainError(_("Write down by which rule."), field="rule")
    if not document:
        raise DomainError(_("Enter the number of the document."), field="document")
