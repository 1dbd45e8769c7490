"""All addresses, one line per app."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health
from portal import account_views

FACES = {
    "accounts/": "portal.account_urls",
    "enterprises/": "enterprises.urls",
    "grids/": "portal.grid_urls",
    "hazards/": "hazards.urls",
    "evidence/": "evidence.urls",
    "notices/": "notices.urls",
    "api/v1/": "config.api_urls",
    "": "portal.urls",
}

urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("metrics", health.measurements, name="measurements"),
    # Before the admin's own: every sign-in is counted and logged in one place.
    path("admin/login/", account_views.admin_sign_in),
    path("admin/logout/", account_views.sign_out),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="accounts:password_change"),
    ),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", account_views.set_language, name="set_language"),
    *(
        path(prefix, include(module))
        for prefix, module in FACES.items()
        if find_spec(module)
    ),
]
