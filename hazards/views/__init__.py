"""The pages of hazards."""

from hazards.views.case import hazard_advance, hazard_detail
from hazards.views.listing import hazard_list, hazards_of_enterprise
from hazards.views.photos import hazard_photo
from hazards.views.report import enterprise_choices, hazard_report

__all__ = [
    "enterprise_choices",
    "hazard_advance",
    "hazard_detail",
    "hazard_list",
    "hazard_photo",
    "hazard_report",
    "hazards_of_enterprise",
]
