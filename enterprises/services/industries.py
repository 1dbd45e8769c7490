"""The industry categories of a tenant, and the department each trade belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enterprises.industries import BASIS, CATEGORIES, EDITION
from enterprises.models import (
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    IndustryCategory,
    IndustrySubcategory,
)
from enterprises.sizes import usual_code
from grids import access
from grids.kinds import NodeKind
from grids.models import GridNode
from tenants.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from accounts.models import User


@transaction.atomic
def seed_industries() -> dict[str, IndustrySubcategory]:
    """The 13 categories and 116 subcategories, by code; safe to repeat.

    What a county has changed meanwhile is left as it is.
    """
    categories = {
        category.code: category for category in IndustryCategory.objects.all()
    }
    fresh = [
        IndustryCategory(
            code=spec.code,
            name=spec.name,
            order=int(spec.code) * 10,
            usual_department=spec.usual_department,
        )
        for spec in CATEGORIES
        if spec.code not in categories
    ]
    IndustryCategory.objects.bulk_create(fresh)
    categories |= {category.code: category for category in fresh}
    known = {row.code: row for row in IndustrySubcategory.objects.all()}
    added = [
        IndustrySubcategory(
            category=categories[spec.code],
            code=f"{spec.code}{number:02d}",
            name=name,
            industry_code=usual_code(f"{spec.code}{number:02d}"),
            is_proposed=True,
            basis=BASIS,
            edition=EDITION,
        )
        for spec in CATEGORIES
        for number, name in enumerate(spec.subcategories, start=1)
        if f"{spec.code}{number:02d}" not in known
    ]
    IndustrySubcategory.objects.bulk_create(added)
    return known | {row.code: row for row in added}


@transaction.atomic
def set_departments(
    *, actor: User | None, departments: Mapping[str, UUID | None]
) -> int:
    """Map subcategories, by code, to their competent departments.

    The enterprises of these trades follow at once; cases already open stay with
    the department that has them. Returns how many enterprises changed.
    """
    if actor is not None:
        root = GridNode.objects.get(parent__isnull=True)
        access.require(actor, "manage_rules", [root.pk])
    rows = list(
        IndustrySubcategory.objects.select_for_update().filter(code__in=departments)
    )
    if len(rows) != len(departments):
        raise DomainError(
            _("This industry subcategory does not exist."), field="subcategory"
        )
    _check_departments({pk for pk in departments.values() if pk})
    for row in rows:
        row.department_node_id = departments[row.code]
    IndustrySubcategory.objects.bulk_update(rows, ["department_node"])
    return _carry_over(actor, rows)


def _check_departments(wanted: set[UUID]) -> None:
    found = GridNode.objects.in_force().filter(pk__in=wanted, kind=NodeKind.DEPARTMENT)
    if found.count() != len(wanted):
        raise DomainError(_("This department does not exist."), field="department_node")


def _carry_over(actor: User | None, rows: list[IndustrySubcategory]) -> int:
    departments = {row.pk: row.department_node_id for row in rows}
    changed = [
        enterprise
        for enterprise in Enterprise.objects.select_for_update(of=("self",)).filter(
            subcategory__in=departments
        )
        if enterprise.department_node_id != departments[enterprise.subcategory_id]
    ]
    events = []
    for enterprise in changed:
        before = enterprise.department_node_id
        enterprise.department_node_id = departments[enterprise.subcategory_id]
        events.append(
            EnterpriseEvent(
                enterprise=enterprise,
                name=EnterpriseAction.DEPARTMENT_CHANGED,
                actor=actor,
                details={
                    "before": str(before or ""),
                    "after": str(enterprise.department_node_id or ""),
                },
            )
        )
    Enterprise.objects.bulk_update(changed, ["department_node"], batch_size=2000)
    EnterpriseEvent.objects.bulk_create(events, batch_size=2000)
    return len(changed)
