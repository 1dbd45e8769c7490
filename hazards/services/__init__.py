"""Every write to hazards."""

from hazards.services.alerts import alert_deadlines, replan_alerts
from hazards.services.loading import CourseStep, HazardCourse, load_courses
from hazards.services.merging import merge_enterprises
from hazards.services.passing_on import notices_of_cases, pass_on_notices
from hazards.services.reporting import Report, report_hazard
from hazards.services.rules import save_kind, save_rung
from hazards.services.seeding import seed_kinds, seed_rungs
from hazards.services.steps import advance_hazard
from hazards.services.tallies import check_tallies, compact_tallies

__all__ = [
    "CourseStep",
    "HazardCourse",
    "Report",
    "advance_hazard",
    "alert_deadlines",
    "check_tallies",
    "compact_tallies",
    "load_courses",
    "merge_enterprises",
    "notices_of_cases",
    "pass_on_notices",
    "replan_alerts",
    "report_hazard",
    "save_kind",
    "save_rung",
    "seed_kinds",
    "seed_rungs",
]
