"""Every write to the register and to its industry categories."""

from enterprises.services.boundary import (
    add_boundary_duty,
    decide_boundary_duty,
    seed_boundary_duties,
)
from enterprises.services.bulk import EnterpriseRow, register_in_bulk
from enterprises.services.checks import CheckDigitDoubtful
from enterprises.services.editing import (
    change_state,
    edit_enterprise,
    move_enterprise,
)
from enterprises.services.industries import seed_industries, set_departments
from enterprises.services.registering import register_enterprise
from enterprises.services.supervision import (
    acknowledge_copy,
    end_direct_supervision,
    may_acknowledge,
    supervise_directly,
)

__all__ = [
    "CheckDigitDoubtful",
    "EnterpriseRow",
    "acknowledge_copy",
    "add_boundary_duty",
    "change_state",
    "decide_boundary_duty",
    "edit_enterprise",
    "end_direct_supervision",
    "may_acknowledge",
    "move_enterprise",
    "register_enterprise",
    "register_in_bulk",
    "seed_boundary_duties",
    "seed_industries",
    "set_departments",
    "supervise_directly",
]
