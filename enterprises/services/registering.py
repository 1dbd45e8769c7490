"""Enter one unit into the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from django.db import transaction
from django.utils import timezone

from enterprises.models import Enterprise, EnterpriseAction
from enterprises.services.checks import (
    Facts,
    check_fields,
    find_subcategory,
    node_code,
    record,
    settle_code,
)
from enterprises.services.codes import issue_codes
from enterprises.services.scale import check_scale, settle_scales
from grids import access
from grids.kinds import NodeKind
from grids.services import add_node
from grids.services.tree import find_parent
from tenants.locks import Lock, acquire
from tenants.services import next_number

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

OWN_CODE_SERIES = "enterprise"
PERMISSION = "edit_enterprises"


@transaction.atomic
def register_enterprise(
    *,
    actor: User | None,
    parent_id: UUID,
    name: str,
    unit_type: str,
    subcategory_id: UUID,
    uscc: str = "",
    uscc_missing_reason: str = "",
    accept_check_digit: bool = False,
    **facts: Unpack[Facts],
) -> Enterprise:
    """Register a unit and make its own grid below ``parent_id``.

    The lock on the tree comes first: it also makes the question whether the
    code is taken a safe one. ``actor`` None is the platform itself. Raises
    ``DomainError`` at the field that is wrong, ``CheckDigitDoubtful`` for a code
    whose check digit does not fit, unless ``accept_check_digit``.
    """
    acquire(Lock.GRID_TREE)
    parent = find_parent(parent_id)
    if actor is not None:
        access.require(actor, PERMISSION, [parent.pk])
    subcategory = find_subcategory(subcategory_id)
    enterprise = Enterprise(
        name=name,
        unit_type=unit_type,
        uscc=uscc,
        uscc_missing_reason=uscc_missing_reason.strip(),
        subcategory=subcategory,
        department_node_id=subcategory.department_node_id,
        **facts,
    )
    settle_code(enterprise, actor=actor, accept_check_digit=accept_check_digit)
    check_fields(enterprise)
    settle_scales([enterprise])
    check_scale(enterprise)
    if not enterprise.uscc:
        enterprise.own_code = next_own_code()
    node = add_node(
        actor=actor,
        parent_id=parent.pk,
        kind=NodeKind.ENTERPRISE,
        code=node_code(enterprise),
        name=enterprise.name,
        permission=PERMISSION,
    )
    enterprise.area_node = node
    enterprise.township_id = node.township_id
    enterprise.save(force_insert=True)
    issue_codes(enterprises=[enterprise], actor=actor)
    record(
        enterprise,
        name=EnterpriseAction.REGISTERED,
        actor=actor,
        check_digit_accepted=enterprise.uscc_check_failed,
    )
    return enterprise


def next_own_code() -> str:
    """A number for a unit without a unified code, counted through each day."""
    day = timezone.localdate()
    return own_code(day=f"{day:%Y%m%d}", n=next_number(series=OWN_CODE_SERIES, day=day))


def own_code(*, day: str, n: int) -> str:
    return f"LS{day}{n:04d}"
