"""Addresses of the tree's API."""

from rest_framework.routers import SimpleRouter

from grids.api import GridNodeViewSet

router = SimpleRouter(use_regex_path=False)
router.register("grids", GridNodeViewSet, basename="grid")
urlpatterns = router.urls
