"""The personal data of the register: phones of the people of an enterprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.masking import mask_phone
from accounts.personal_data import Holder, register
from enterprises.models import Enterprise, StaffMember

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def _enterprise(user: User, pk: UUID) -> Holder | None:
    row = Enterprise.objects.visible_to(user).filter(pk=pk).first()
    return None if row is None else Holder(row, row.name, tuple(row.lines()))


register(
    "enterprise",
    fields={
        "principal_phone": (mask_phone, _("Principal's phone")),
        "safety_manager_phone": (mask_phone, _("Safety manager's phone")),
    },
    find=_enterprise,
)


def _member(user: User, pk: UUID) -> Holder | None:
    """Somebody on the staff list of an enterprise that the one who asks may see."""
    seen = Enterprise.objects.visible_to(user).order_by().values("pk")
    rows = StaffMember.objects.select_related("enterprise")
    row = rows.filter(pk=pk, enterprise__in=seen).first()
    if row is None:
        return None
    whose = f"{row.enterprise.name} · {row.name}"
    return Holder(row, whose, tuple(row.enterprise.lines()))


register("staff-member", fields={"phone": (mask_phone, _("Phone"))}, find=_member)
