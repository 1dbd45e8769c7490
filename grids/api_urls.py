"""Addresses of the tree's API."""

from rest_framework.routers import SimpleRouter

from grids.api import GridNodeViewSet

router = SimpleRouter()
router.register("grids", GridNodeViewSet, basename="grid")
urlpatterns = router.urls
