"""Boundary duties that were decided, and units under direct supervision with copies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from enterprises.models import BoundaryDuty, CopyNotice, SupervisionLevel
from enterprises.services import (
    acknowledge_copy,
    decide_boundary_duty,
    end_direct_supervision,
    supervise_directly,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from accounts.models import User
    from enterprises.models import Enterprise
    from grids.models import GridNode

_RULE: Final = "《安全生产法》第十条，业务相近原则"
# Every third form is still without an owner.
_UNDECIDED: Final = 3
_LEVELS: Final = (
    (SupervisionLevel.COUNTY, ""),
    (SupervisionLevel.CITY, "市应急管理局"),
    (SupervisionLevel.PROVINCE, "省应急管理厅"),
    (SupervisionLevel.COUNTY, ""),
    (SupervisionLevel.CENTRAL, "应急管理部"),
)
_REASON: Final = "规模较大、工艺复杂，由上级或部门直接监管，抄告属地。"
_HANDED_BACK: Final = "生产规模缩减，交由属地网格监管。"


def decide_some(
    departments: Sequence[GridNode], *, on: date, short: str
) -> tuple[int, int]:
    """Two of three boundary duties get a department; returns decided and left.

    The department is the one whose name the suggestion begins with, or in turn.
    """
    decided, duties = 0, list(BoundaryDuty.objects.order_by("name"))
    for n, duty in enumerate(duties):
        if n % _UNDECIDED == _UNDECIDED - 1:
            continue
        day = on - timedelta(days=30 + 9 * n)
        decide_boundary_duty(
            actor=None,
            duty_id=duty.pk,
            department_node_id=_department(departments, duty.suggestion, n).pk,
            rule=f"{_RULE}，参照“{duty.similar_to}”",
            document=f"{short}安委〔{day:%Y}〕{11 + n}号",
            decided_on=day,
            valid_from=day,
        )
        decided += 1
    return decided, len(duties) - decided


def _department(departments: Sequence[GridNode], suggestion: str, n: int) -> GridNode:
    for wanted in suggestion.split("；"):
        for department in departments:
            if wanted[:2] in department.name:
                return department
    return departments[n % len(departments)]


def supervise_some(
    enterprises: Sequence[Enterprise],
    *,
    by_node: GridNode,
    staff_of: Mapping[UUID, User],
    on: date,
    short: str,
) -> int:
    """These units leave the basic grid; each other copy is acknowledged.

    ``staff_of`` names somebody of each township. The last one is handed back.
    """
    for n, enterprise in enumerate(enterprises):
        level, name = _LEVELS[n % len(_LEVELS)]
        since = on - timedelta(days=20 + 11 * n)
        document = f"{short}安委办〔{since:%Y}〕{20 + n}号"
        placed = supervise_directly(
            actor=None,
            enterprise_id=enterprise.pk,
            level=level,
            by_node_id=(enterprise.department_node or by_node).pk,
            by_name=name,
            since=since,
            document=document,
            reason=_REASON,
        )
        if n % 2 == 0 and (clerk := staff_of.get(enterprise.township_id)):
            copy = CopyNotice.objects.get(supervision=placed)
            acknowledge_copy(actor=clerk, copy_id=copy.pk)
    if len(enterprises) > 2:
        end_direct_supervision(
            actor=None, enterprise_id=enterprises[-1].pk, until=on, reason=_HANDED_BACK
        )
    return len(enterprises)
