"""Addresses of the tree's API."""

from rest_framework.routers import SimpleRouter

from grids.api import GridNodeViewSet, PostViewSet

router = SimpleRouter(use_regex_path=False)
router.register("grids", GridNodeViewSet, basename="grid")
router.register("posts", PostViewSet, basename="post")
urlpatterns = router.urls
