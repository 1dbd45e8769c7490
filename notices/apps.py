"""Inbox, daily digest and channels; each notice is delivered exactly once."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notices")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # <app>/notices.py registers what that app has to say.
        autodiscover_modules("notices")
