"""Hazards from report to close, and the alerts of their deadlines."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "hazards"
    verbose_name = _("Hazards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known: notice kinds, what can be exported, counts beside enterprises."""
        import_module("hazards.notices")
        import_module("hazards.exports")
        import_module("hazards.services.carrying").watch()
        import_module("hazards.totals").declare()
