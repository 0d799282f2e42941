"""Pages of data protection: who looks after accesses, erasure and the rights of families."""

from django.urls import URLPattern, path

from referrals.web.privacy import accesses, case_accesses, emergencies, requests, retention

_ROOT = "datenschutz-verwaltung"

urlpatterns: list[URLPattern] = [
    path(f"{_ROOT}/zugriffe/", accesses.of_account, name="account-accesses"),
    path(f"{_ROOT}/zugriffe/fall/", case_accesses.of_case, name="case-accesses"),
    path(f"{_ROOT}/zugriffe/geraet/", accesses.of_device, name="device-accesses"),
    path(f"{_ROOT}/notzugriffe/", emergencies.emergencies, name="emergencies"),
    path(f"{_ROOT}/antraege/", requests.register, name="rights-requests"),
    path(f"{_ROOT}/loeschen/", retention.overview, name="retention"),
    path(f"{_ROOT}/loeschen/planen/", retention.plan, name="retention-plan"),
    path(f"{_ROOT}/loeschen/frist/", retention.term, name="retention-term"),
    path(
        f"{_ROOT}/loeschen/frist/<uuid:pk>/freigeben/",
        retention.approve_term,
        name="retention-term-approve",
    ),
    path(f"{_ROOT}/loeschen/<uuid:pk>/", retention.run, name="retention-run"),
    path(f"{_ROOT}/loeschen/<uuid:pk>/freigeben/", retention.approve, name="retention-approve"),
    path(
        f"{_ROOT}/loeschen/<uuid:pk>/ausfuehren/", retention.carry_out, name="retention-carry-out"
    ),
    path(f"{_ROOT}/loeschen/<uuid:pk>/abbrechen/", retention.cancel, name="retention-cancel"),
]
