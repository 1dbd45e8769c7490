"""What the services ask of an entry before it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from django.utils.translation import gettext_lazy as _

from enterprises import codes
from enterprises.models import (
    Enterprise,
    EnterpriseAction,
    EnterpriseEvent,
    IndustrySubcategory,
    PositionSource,
    UnitType,
)
from grids import access
from tenants.errors import DomainError, refused_at_its_field
from tenants.texts import tidy_line

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

MUST_HAVE_CODE = frozenset({UnitType.COMPANY, UnitType.COOPERATIVE, UnitType.SOCIAL})
_TYPED = (
    "name",
    "legal_person",
    "principal",
    "principal_phone",
    "safety_manager",
    "safety_manager_phone",
    "address",
    "uscc_missing_reason",
    "industry_code",
    "scale_reason",
)
KEYS = (
    *("tenant", "area_node", "township", "department_node", "subcategory"),
    *("merged_into", "scale_basis"),
)


class Facts(TypedDict, total=False):
    """What may be said of an enterprise besides its name, code and place."""

    legal_person: str
    principal: str
    principal_phone: str
    safety_manager: str
    safety_manager_phone: str
    address: str
    longitude: Any
    latitude: Any
    position_source: str
    position_accuracy: int | None
    employees: int | None
    revenue: Any
    assets: Any
    industry_code: str
    scale: str
    scale_reason: str
    above_designated_size: bool


class CheckDigitDoubtful(DomainError):
    """The check digit does not fit; the person may say that it is so on the paper."""

    code = "check_digit_doubtful"


def settle_code(
    enterprise: Enterprise, *, actor: User | None, accept_check_digit: bool
) -> None:
    """Bring the unified code into its form and judge it, beside the others.

    Raises ``DomainError`` at ``uscc`` for a wrong form or a code that somebody
    else has, at ``uscc_missing_reason`` for a missing one without a reason,
    and ``CheckDigitDoubtful`` until the person insists on the check digit.
    """
    judge_code(enterprise)
    if enterprise.uscc:
        _check_nobody_else_has(enterprise, actor)
    if enterprise.uscc_check_failed and not accept_check_digit:
        raise CheckDigitDoubtful(
            _(
                "The check digit does not fit: one of the characters is probably "
                "wrong. Compare the code with the licence."
            ),
            field="uscc",
        )


def judge_code(enterprise: Enterprise) -> None:
    """The same for the code alone: a check digit that does not fit is marked."""
    enterprise.uscc = codes.compact(enterprise.uscc)
    enterprise.uscc_check_failed = False
    if not enterprise.uscc:
        _check_missing_code(enterprise)
        return
    enterprise.uscc_missing_reason = ""
    if fault := codes.fault(enterprise.uscc):
        raise DomainError(fault, field="uscc")
    enterprise.uscc_check_failed = not codes.check_digit_fits(enterprise.uscc)


def _check_missing_code(enterprise: Enterprise) -> None:
    if enterprise.unit_type in MUST_HAVE_CODE:
        raise DomainError(
            _(
                "A unit of this kind has a code on its licence: enter it, "
                "or choose another kind of unit."
            ),
            field="uscc",
        )
    if not tidy_line(enterprise.uscc_missing_reason):
        raise DomainError(
            _("Enter the code, or say here why the unit has none."),
            field="uscc_missing_reason",
        )


def _check_nobody_else_has(enterprise: Enterprise, actor: User | None) -> None:
    others = Enterprise.objects.filter(uscc=enterprise.uscc).exclude(pk=enterprise.pk)
    if not others.exists():
        return
    seen = others if actor is None else others.visible_to(actor)
    if other := seen.first():
        raise DomainError(
            _("This code already belongs to “%(name)s”.") % {"name": other.name},
            field="uscc",
        )
    raise DomainError(
        _("This code is already registered in this county, outside your grids."),
        field="uscc",
    )


def check_fields(enterprise: Enterprise) -> None:
    """Lengths, choices, ranges and phones; raises ``DomainError`` at the field."""
    for field in _TYPED:
        setattr(enterprise, field, tidy_line(getattr(enterprise, field)))
    settle_position(enterprise)
    with refused_at_its_field():
        enterprise.clean_fields(exclude=KEYS)


def settle_position(enterprise: Enterprise) -> None:
    """A position is both numbers and a source, or nothing at all."""
    given = [enterprise.longitude is not None, enterprise.latitude is not None]
    if not any(given):
        enterprise.position_source = ""
        enterprise.position_accuracy = None
    elif not all(given):
        raise DomainError(
            _("Enter both longitude and latitude, or neither."),
            field="latitude" if given[0] else "longitude",
        )
    elif not enterprise.position_source:
        enterprise.position_source = PositionSource.MANUAL


def find_subcategory(subcategory_id: UUID) -> IndustrySubcategory:
    """The trade. Foreign and unknown ids read the same."""
    found = IndustrySubcategory.objects.filter(pk=subcategory_id).first()
    if found is None:
        raise DomainError(
            _("This industry subcategory does not exist."), field="subcategory"
        )
    if not found.is_active:
        raise DomainError(
            _("This industry subcategory is no longer in use."), field="subcategory"
        )
    return found


def node_code(enterprise: Enterprise) -> str:
    """The code of an enterprise's own grid: Q and its code."""
    return f"Q-{enterprise.code}"


def record(
    enterprise: Enterprise,
    *,
    name: EnterpriseAction,
    actor: User | None,
    note: str = "",
    **details: Any,
) -> EnterpriseEvent:
    lines = [enterprise.area_node_id]
    return EnterpriseEvent.objects.create(
        enterprise=enterprise,
        name=name,
        actor=actor,
        on_behalf_of_id=access.acting_for(actor, ["edit_enterprises"], lines),
        note=note,
        details=details,
    )
