"""From a new intake to a handover: the pages of the ward, and the one page for the family."""

from django.urls import path

from referrals.web.ward import family_consent, handover_prepare, intake, matches, new_intake, today

urlpatterns = [
    path("station/", today.today, name="ward"),
    path("aufnahme/neu/", new_intake.new, name="intake-new"),
    path("aufnahme/<uuid:pk>/hinweise/", intake.screening, name="intake-screening"),
    path("aufnahme/<uuid:pk>/wuensche/", intake.needs, name="intake-needs"),
    path("aufnahme/<uuid:pk>/pruefen/", intake.review, name="intake-review"),
    path("fall/<uuid:pk>/angebote/", matches.matches, name="matches"),
    path("fall/<uuid:pk>/luecke/", matches.gap, name="gap"),
    path("fall/<uuid:pk>/uebergabe/", handover_prepare.prepare, name="handover-prepare"),
    path("uebergabe/<uuid:pk>/pruefen/", handover_prepare.review, name="handover-review"),
    path("einwilligung/<str:token>/", family_consent.ask, name="family-consent"),
]
