"""Home page per role, the board, the phone's shell and the demo county."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known what can be taken away, the notice kinds, and the jobs."""
        import_module("portal.exports")
        import_module("portal.unused")
        import_module("portal.people.notices")
        import_module("portal.people.job_kinds")
