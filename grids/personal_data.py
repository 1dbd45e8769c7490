"""The personal data of the people of the platform: their phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.masking import mask_phone
from accounts.models import User
from accounts.personal_data import Holder, register
from grids.models import GridNode, RoleAssignment
from tenants.tenancy import require_tenant

if TYPE_CHECKING:
    from uuid import UUID


def _user(asking: User, pk: UUID) -> Holder | None:
    """Somebody who holds a role on a grid that the one who asks may see."""
    held = RoleAssignment.objects.in_force().filter(
        user_id=pk, node__in=GridNode.objects.granted(asking, "view_grids")
    )
    nodes = tuple(held.values_list("node_id", flat=True))
    user = User.objects.filter(pk=pk, tenant_id=require_tenant()).first()
    return None if user is None or not nodes else Holder(user, str(user), nodes)


register("user", fields={"phone": (mask_phone, _("Mobile phone"))}, find=_user)
