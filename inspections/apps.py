"""Supervision on the spot.

Will hold checklists, the yearly and quarterly plans of an authority, the tasks
made from them, the record of a visit with its documents, and patrols of grid
workers on the phone. What a visit finds becomes a hazard.
"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Inspections")
    default_auto_field = "django.db.models.BigAutoField"
