"""The project's own app, and Django's admin as this project starts it."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import module_has_submodule


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Anwang"


class AdminConfig(SimpleAdminConfig):
    """Finds every ``admin`` module except django-leaflet's.

    That one is for PostGIS fields, which we have none of, and importing it asks
    for the GDAL library, which a machine with only Python does not have.
    """

    default = False
    default_site = "portal.admin_site.Site"

    def ready(self) -> None:
        super().ready()
        for app in apps.get_app_configs():
            if app.name != "leaflet" and module_has_submodule(app.module, "admin"):
                import_module(f"{app.name}.admin")
