"""How well supervision was done.

Will hold the one catalogue of indicators, the detectors, the file of 21 aspects
of an enterprise, score sheets and the quarterly scores, each with its inputs and
the version of its formula.
"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("Assessment")
    default_auto_field = "django.db.models.BigAutoField"
