"""Every write to the register and to its industry categories."""

from enterprises.services.bulk import EnterpriseRow, register_in_bulk
from enterprises.services.checks import CheckDigitDoubtful
from enterprises.services.editing import (
    change_state,
    edit_enterprise,
    move_enterprise,
)
from enterprises.services.industries import seed_industries, set_departments
from enterprises.services.registering import register_enterprise

__all__ = [
    "CheckDigitDoubtful",
    "EnterpriseRow",
    "change_state",
    "edit_enterprise",
    "move_enterprise",
    "register_enterprise",
    "register_in_bulk",
    "seed_industries",
    "set_departments",
]
