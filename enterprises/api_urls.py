"""``/api/v1/enterprises/``."""

from rest_framework.routers import SimpleRouter

from enterprises.api import EnterpriseViewSet

router = SimpleRouter(use_regex_path=False)
router.register("enterprises", EnterpriseViewSet, basename="enterprise")

urlpatterns = router.urls
