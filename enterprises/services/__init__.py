"""Every write to the register and to its industry categories."""

from enterprises.services.boundary import (
    add_boundary_duty,
    decide_boundary_duty,
    seed_boundary_duties,
)
from enterprises.services.bulk import EnterpriseRow, register_in_bulk
from enterprises.services.certificates import (
    record_standardization,
    revoke_standardization,
)
from enterprises.services.checks import CheckDigitDoubtful
from enterprises.services.codes import (
    code_with_token,
    issue_codes,
    issue_new_code,
    tenant_of_token,
    withdraw_code,
)
from enterprises.services.configuration import (
    save_direct_reason,
    save_domain,
    save_expiry_rung,
    save_scale_bound,
    save_scale_group,
    save_threshold,
)
from enterprises.services.documents import add_document, remove_document
from enterprises.services.domains import seed_domains, set_domains
from enterprises.services.editing import (
    change_state,
    edit_enterprise,
    move_enterprise,
)
from enterprises.services.folding import close_folded_grid, fold_enterprise
from enterprises.services.industries import seed_industries, set_departments
from enterprises.services.registering import register_enterprise
from enterprises.services.reminders import remind_of_endings, seed_expiry_rungs
from enterprises.services.scale import seed_scales
from enterprises.services.staff import (
    add_staff,
    add_staff_certificate,
    edit_staff,
    end_staff,
    may_keep_staff,
    withdraw_staff_certificate,
)
from enterprises.services.standing import (
    put_on_level_d,
    rate_enterprise,
    seed_rating,
    set_first_levels,
    withdraw_decision,
)
from enterprises.services.supervision import (
    acknowledge_copy,
    copy_moved_units,
    end_direct_supervision,
    may_acknowledge,
    supervise_directly,
)

__all__ = [
    "CheckDigitDoubtful",
    "EnterpriseRow",
    "acknowledge_copy",
    "add_boundary_duty",
    "add_document",
    "add_staff",
    "add_staff_certificate",
    "change_state",
    "close_folded_grid",
    "code_with_token",
    "copy_moved_units",
    "decide_boundary_duty",
    "edit_enterprise",
    "edit_staff",
    "end_direct_supervision",
    "end_staff",
    "fold_enterprise",
    "issue_codes",
    "issue_new_code",
    "may_acknowledge",
    "may_keep_staff",
    "move_enterprise",
    "put_on_level_d",
    "rate_enterprise",
    "record_standardization",
    "register_enterprise",
    "register_in_bulk",
    "remind_of_endings",
    "remove_document",
    "revoke_standardization",
    "save_direct_reason",
    "save_domain",
    "save_expiry_rung",
    "save_scale_bound",
    "save_scale_group",
    "save_threshold",
    "seed_boundary_duties",
    "seed_domains",
    "seed_expiry_rungs",
    "seed_industries",
    "seed_rating",
    "seed_scales",
    "set_departments",
    "set_domains",
    "set_first_levels",
    "supervise_directly",
    "tenant_of_token",
    "withdraw_code",
    "withdraw_decision",
    "withdraw_staff_certificate",
]
