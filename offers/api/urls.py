from rest_framework.routers import SimpleRouter

from offers.api.offers import OfferEndpoints

router = SimpleRouter(use_regex_path=False)
router.register("offers", OfferEndpoints, basename="api-offer")

urlpatterns = router.urls
