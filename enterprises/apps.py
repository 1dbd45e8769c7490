"""The register of enterprises and the industry categories they belong to."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = _("Enterprises")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make known jobs, notices, personal data and what can be exported."""
        import_module("enterprises.notices")
        import_module("enterprises.job_kinds")
        import_module("enterprises.exports")
        import_module("enterprises.personal_data")
        import_module("enterprises.services.carrying").watch()
