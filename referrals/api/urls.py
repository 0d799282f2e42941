from rest_framework.routers import SimpleRouter

from referrals.api.assessments import InstrumentEndpoints
from referrals.api.cases import CaseEndpoints
from referrals.api.consent_texts import ConsentTextEndpoints
from referrals.api.consents import ConsentEndpoints
from referrals.api.handovers import HandoverEndpoints
from referrals.api.statistics import StatisticsEndpoints

router = SimpleRouter(use_regex_path=False)
router.register("cases", CaseEndpoints, basename="api-case")
router.register("consents", ConsentEndpoints, basename="api-consent")
router.register("consent-texts", ConsentTextEndpoints, basename="api-consent-text")
router.register("handovers", HandoverEndpoints, basename="api-handover")
router.register("instruments", InstrumentEndpoints, basename="api-instrument")
router.register("statistics", StatisticsEndpoints, basename="api-statistics")

urlpatterns = router.urls
