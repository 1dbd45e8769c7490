"""Kinds of hazards and rungs of the ladder, as a bureau changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hazards.models import EscalationRung, HazardKind
from hazards.services.alerts import replan_alerts
from tenants.errors import DomainError, refused_at_its_field
from tenants.texts import tidy

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

_NAMES_SOMEBODY: Final = (
    *("area_roles", "department_roles"),
    *("area_posts", "department_posts"),
)


@transaction.atomic
def save_kind(*, kind_id: UUID | None, **fields: Any) -> HazardKind:
    """Enter or change a row of the guided picker; its code never changes.

    ``fields`` are those of the model. Hazards keep the kind they have.
    """
    kind = _row(HazardKind, kind_id, fields)
    kind.save()
    return kind


@transaction.atomic
def save_rung(*, rung_id: UUID | None, today: date, **fields: Any) -> EscalationRung:
    """Enter or change a rung, and plan every running clock anew.

    Alerts that were raised stay; a rung that lies behind raises nothing.
    """
    rung = _row(EscalationRung, rung_id, fields)
    if not any(getattr(rung, name) for name in _NAMES_SOMEBODY):
        raise DomainError(
            _("Name at least one role or post that is told."), field="area_roles"
        )
    rung.save()
    replan_alerts(on=today)
    return rung


def _row(model: Any, pk: UUID | None, fields: dict[str, Any]) -> Any:
    row = model() if pk is None else model.objects.select_for_update().get(pk=pk)
    for name, value in fields.items():
        setattr(row, name, tidy(value) if isinstance(value, str) else value)
    with refused_at_its_field():
        row.full_clean()
    return row
