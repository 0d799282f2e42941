"""Below /konto/zweiter-faktor/: reached also by whoever still has to set one up."""

from django.urls import path

from lotsen.web.second_factor import asking, pages

urlpatterns = [
    path("", pages.overview, name="second-factor"),
    path("app/", pages.app, name="second-factor-app"),
    path("passkey/", pages.passkey, name="second-factor-passkey"),
    path("<int:factor>/entfernen/", pages.remove, name="second-factor-remove"),
    path("nachfragen/", asking.ask, name="second-factor-ask"),
    path("ersatzcodes/", pages.recovery_codes, name="recovery-codes"),
    path("ersatzcodes/neu/", pages.make_recovery_codes, name="recovery-codes-new"),
    path("ersatzcodes/verwahrt/", pages.keep_recovery_codes, name="recovery-codes-kept"),
    path("ersatzcodes/datei/", pages.recovery_codes_file, name="recovery-codes-file"),
]
