"""Wiring only, by string: the ground floor imports neither offers nor referrals."""

from django.urls import include, path

urlpatterns = [
    path("", include("lotsen.web.urls")),
    path("", include("referrals.web.urls")),
    path("angebote/", include("offers.web.urls")),
    path("api/v1/", include("lotsen.web.api")),
    path("api/v1/", include("offers.api.urls")),
    path("api/v1/", include("referrals.api.urls")),
]

handler400 = "lotsen.web.problems.bad_request"
handler403 = "lotsen.web.problems.forbidden"
handler404 = "lotsen.web.problems.not_found"
handler500 = "lotsen.web.problems.server_error"
