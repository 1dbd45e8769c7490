"""The roles every new tenant begins with: few verbs of the domain each.

The tenant may rename them and change what they hold; the codes stay, because
alert rungs name them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grids.kinds import NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role to seed. ``name`` is data of the tenant, hence Chinese.

    ``kinds`` are the grids it fits (docs/set-up.md, section 4); none: any.
    """

    code: str
    name: str
    permissions: frozenset[str]
    second_factor_required: bool = False
    idle_minutes: int | None = None
    kinds: tuple[NodeKind, ...] = ()


# Three duties that 等保 level 3 keeps apart (三员分立): whoever opens accounts gives
# no roles, and neither of the two administers the log of what they do.
DUTIES: Final = {
    "system": frozenset({"manage_accounts"}),
    "security": frozenset({"assign_roles", "manage_security"}),
    "audit": frozenset({"view_security_log"}),
}


def duties_of(permissions: Iterable[str]) -> frozenset[str]:
    """Which of the three these permissions belong to."""
    held = frozenset(permissions)
    return frozenset(name for name, marks in DUTIES.items() if marks & held)


_COUNTY: Final = (NodeKind.COUNTY,)
_SEE: Final = frozenset({"view_grids", "view_enterprises", "view_hazards"})
_JUDGE: Final = frozenset(
    {"report_hazards", "assess_hazards", "assign_hazards", "recheck_hazards"}
)
_CLOSE: Final = frozenset({"close_hazards", "reopen_hazards"})
_BOARD: Final = frozenset({"view_board", "export_rows"})
_GROUND: Final = frozenset(
    {"edit_enterprises", "appoint_posts", "record_work", "show_personal_data"}
)

# Townships appoint: what runs the platform itself never comes with a post.
RESERVED: Final = frozenset(
    {
        "manage_accounts",
        "assign_roles",
        "manage_security",
        "manage_rules",
        "view_security_log",
    }
)

ROLES: Final[tuple[RoleSpec, ...]] = (
    RoleSpec(
        "tenant_admin",
        "系统管理员",
        _SEE
        | {
            "manage_grids",
            "edit_enterprises",
            "appoint_posts",
            "manage_accounts",
            "manage_rules",
            "view_board",
        },
        second_factor_required=True,
        kinds=_COUNTY,
    ),
    RoleSpec(
        "security_admin",
        "安全管理员",
        _SEE | {"assign_roles", "manage_security"},
        second_factor_required=True,
        kinds=_COUNTY,
    ),
    RoleSpec("bureau_leader", "局领导", _SEE | _CLOSE | _BOARD, kinds=_COUNTY),
    RoleSpec(
        "bureau_staff",
        "应急局工作人员",
        _SEE
        | _JUDGE
        | _CLOSE
        | _BOARD
        | _GROUND
        | {"rate_enterprises", "supervise_directly"},
        kinds=_COUNTY,
    ),
    RoleSpec(
        "department_staff",
        "行业部门工作人员",
        _SEE
        | _JUDGE
        | _CLOSE
        | _BOARD
        | {"rate_enterprises", "record_work", "show_personal_data"},
        kinds=(NodeKind.DEPARTMENT,),
    ),
    RoleSpec(
        "township_leader",
        "乡镇负责人",
        _SEE | _JUDGE | _CLOSE | _BOARD | {"appoint_posts", "show_personal_data"},
        kinds=(NodeKind.TOWNSHIP,),
    ),
    RoleSpec(
        "township_staff",
        "乡镇工作人员",
        _SEE | _JUDGE | _CLOSE | _BOARD | _GROUND,
        kinds=(NodeKind.TOWNSHIP,),
    ),
    RoleSpec(
        "grid_worker",
        "村网格员",
        _SEE | {"report_hazards", "recheck_hazards", "record_work"},
        idle_minutes=120,
        kinds=(NodeKind.VILLAGE, NodeKind.SUBGRID),
    ),
    # What posts give (grids/posts.py): they see, report and are told.
    RoleSpec(
        "responsible_person",
        "安全监管责任人",
        _SEE | {"report_hazards", "view_board"},
    ),
    RoleSpec("liaison_leader", "联系领导", _SEE | {"report_hazards", "view_board"}),
    RoleSpec(
        "enterprise_officer",
        "企业安全管理员",
        _SEE | {"report_hazards", "rectify_hazards"},
        kinds=(NodeKind.ENTERPRISE,),
    ),
    RoleSpec(
        "auditor",
        "审计员",
        _SEE | {"view_board", "view_security_log", "export_rows"},
        second_factor_required=True,
        kinds=_COUNTY,
    ),
)
