"""Hazards from report to close, and the alerts of their deadlines."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "hazards"
    verbose_name = _("Hazards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the notice kinds and what can be exported known."""
        import_module("hazards.notices")
        import_module("hazards.exports")
        import_module("hazards.services.carrying").watch()
