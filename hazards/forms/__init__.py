"""What people type about hazards: shape and type; the rules are in the workflow."""

from hazards.forms.fields import EnterpriseField, RefusableForm
from hazards.forms.report import ReportForm
from hazards.forms.steps import STEP_FORMS, StepForm

__all__ = ["STEP_FORMS", "EnterpriseField", "RefusableForm", "ReportForm", "StepForm"]
