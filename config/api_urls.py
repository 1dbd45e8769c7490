"""``/api/v1/``: every app's ``api_urls``, the schema and its page."""

from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

FACES = ("portal", "enterprises", "grids", "hazards", "evidence", "notices")

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    # The split view keeps its script in a file of its own, as our policy demands.
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema"),
        name="api-docs",
    ),
    *(
        path("", include(f"{app}.api_urls"))
        for app in FACES
        if find_spec(f"{app}.api_urls")
    ),
]
