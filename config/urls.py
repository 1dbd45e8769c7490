"""All addresses, one line per app."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health
from portal import account_views, code_views, dossier_views

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
    path("accounts/", include("portal.account_urls")),
    # Printed on doors: the form of this address never changes.
    path("q/<str:token>/", code_views.scan, name="code"),
    path("enterprises/", include("enterprises.urls")),
    path("enterprises/<uuid:pk>/print/", dossier_views.print_dossier, name="dossier"),
    path("enterprises/<uuid:pk>/merge/", dossier_views.merge, name="merge"),
    path("grids/", include("portal.grid_urls")),
    path("posts/", include("portal.post_urls")),
    path("duties/", include("portal.duties.urls")),
    path("boundary-duties/", include("portal.duties.boundary_urls")),
    path("direct-supervision/", include("portal.duties.supervision_urls")),
    path("hazards/", include("hazards.urls")),
    path("evidence/", include("evidence.urls")),
    path("exports/", include("grids.export_urls")),
    path("jobs/", include("evidence.job_urls")),
    path("notices/", include("notices.urls")),
    path("people/", include("portal.people.urls")),
    path("api/v1/", include("config.api_urls")),
    path("", include("portal.urls")),
]

handler404 = "portal.public_pages.not_found"
