"""The risk half of the double prevention mechanism.

Will hold risk points of an enterprise, their grading, the measures that control
them and who answers for each, the four-colour map, and the knowledge base that
hazards are picked from. Hazards will be able to name the measure that failed.
"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RisksConfig(AppConfig):
    name = "risks"
    verbose_name = _("Risk points")
    default_auto_field = "django.db.models.BigAutoField"
