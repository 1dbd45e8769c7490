"""Every write to the register and to its industry categories."""

from enterprises.services.boundary import (
    add_boundary_duty,
    decide_boundary_duty,
    seed_boundary_duties,
)
from enterprises.services.bulk import EnterpriseRow, register_in_bulk
from enterprises.services.checks import CheckDigitDoubtful
from enterprises.services.codes import (
    code_with_token,
    issue_codes,
    issue_new_code,
    tenant_of_token,
    withdraw_code,
)
from enterprises.services.editing import (
    change_state,
    edit_enterprise,
    move_enterprise,
)
from enterprises.services.industries import seed_industries, set_departments
from enterprises.services.registering import register_enterprise
from enterprises.services.standing import (
    put_on_level_d,
    rate_enterprise,
    seed_rating,
    set_first_levels,
    withdraw_decision,
)
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
    "code_with_token",
    "decide_boundary_duty",
    "edit_enterprise",
    "end_direct_supervision",
    "issue_codes",
    "issue_new_code",
    "may_acknowledge",
    "move_enterprise",
    "put_on_level_d",
    "rate_enterprise",
    "register_enterprise",
    "register_in_bulk",
    "seed_boundary_duties",
    "seed_industries",
    "seed_rating",
    "set_departments",
    "set_first_levels",
    "supervise_directly",
    "tenant_of_token",
    "withdraw_code",
    "withdraw_decision",
]
