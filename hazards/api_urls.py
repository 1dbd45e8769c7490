"""Addresses of the hazards' API."""

from rest_framework.routers import SimpleRouter

from hazards.api.views import HazardViewSet

router = SimpleRouter(use_regex_path=False)
router.register("hazards", HazardViewSet, basename="hazard")
urlpatterns = router.urls
