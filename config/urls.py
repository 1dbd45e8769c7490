"""All addresses, one line per app."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from config import health

FACES = {
    "accounts/": "accounts.urls",
    "enterprises/": "enterprises.urls",
    "grids/": "grids.urls",
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
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    *(
        path(prefix, include(module))
        for prefix, module in FACES.items()
        if find_spec(module)
    ),
]
