"""The frame: front door, sign-in, own account, privacy screen, pages for everybody."""

from django.urls import include, path

from lotsen.web import (
    account,
    curtain,
    devices,
    gate,
    municipal,
    pages,
    sessions,
    signing_in,
    tokens,
)
from lotsen.web.people import invitations
from lotsen.web.second_factor import asking

_sign_in = gate.password(signing_in.SignIn.as_view())

urlpatterns = [
    path("", account.home, name="home"),
    path("anmelden/", _sign_in, name="login"),
    path("anmelden/", _sign_in, name="account_login"),  # the name allauth's own view asks for
    path("anmelden/bestaetigen/", asking.confirm_sign_in, name="confirm-sign-in"),
    path("anmelden/passkey/", asking.passkey_sign_in, name="passkey-sign-in"),
    path("anmelden/dienst/", municipal.start, name="municipal-sign-in"),
    path("anmelden/dienst/zurueck/", municipal.back, name="municipal-back"),
    path("abmelden/", signing_in.sign_out, name="logout"),
    path("konto/", account.account, name="account"),
    path("konto/kennwort/", account.password, name="password"),
    path("konto/zweiter-faktor/", include("lotsen.web.second_factor.urls")),
    path("konto/pin/", account.pin, name="pin"),
    path("konto/sitzungen/", sessions.overview, name="sessions"),
    path("konto/sitzungen/beenden/", sessions.end_one, name="session-end"),
    path("konto/sitzungen/andere/", sessions.end_others, name="session-end-others"),
    path("konto/zugaenge/", tokens.overview, name="tokens"),
    path("konto/zugaenge/beenden/", tokens.revoke, name="token-revoke"),
    path("einladung/<str:token>/", gate.link(invitations.invitation), name="invitation"),
    path("verwaltung/geraete/", devices.overview, name="devices"),
    path("verwaltung/geraete/sperren/", devices.block, name="device-block"),
    path("verwaltung/geraete/freigeben/", devices.unblock, name="device-unblock"),
    path("verwaltung/", include("lotsen.web.people.urls")),
    path("sprache/", account.set_language, name="set-language"),
    path("sichtschutz/", curtain.draw, name="lock"),
    path("gesperrt/", curtain.lift, name="unlock"),
    path("da/", curtain.present, name="present"),
    path("health/", pages.health, name="health"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("impressum/", pages.imprint, name="imprint"),
    path("hilfe/", pages.help_page, name="help"),
]
