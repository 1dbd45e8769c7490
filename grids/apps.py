"""The grids app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    name = "grids"
    verbose_name = _("Grids")

    def ready(self) -> None:
        """Make the notices, the kind of job and the personal data known."""
        import_module("grids.notices")
        import_module("grids.personal_data")
        import_module("grids.services.exporting").declare()
