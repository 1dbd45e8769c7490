"""``/api/v1/``: every app's ``api_urls``, the schema and its page."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    # The split view keeps its script in a file of its own, as our policy demands.
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema"),
        name="api-docs",
    ),
    path("", include("portal.api_urls")),
    path("", include("enterprises.api_urls")),
    path("", include("grids.api_urls")),
    path("", include("hazards.api_urls")),
    path("", include("evidence.api_urls")),
]
