"""The frame: front door, sign-in, own account, privacy screen, pages for everybody."""

from django.urls import path

from lotsen.web import account, curtain, pages, signing_in

_sign_in = signing_in.SignIn.as_view()

urlpatterns = [
    path("", account.home, name="home"),
    path("anmelden/", _sign_in, name="login"),
    path("anmelden/", _sign_in, name="account_login"),  # the name allauth's own view asks for
    path("abmelden/", signing_in.sign_out, name="logout"),
    path("konto/", account.account, name="account"),
    path("konto/kennwort/", account.password, name="password"),
    path("konto/pin/", account.pin, name="pin"),
    path("sprache/", account.set_language, name="set-language"),
    path("sichtschutz/", curtain.draw, name="lock"),
    path("gesperrt/", curtain.lift, name="unlock"),
    path("health/", pages.health, name="health"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("impressum/", pages.imprint, name="imprint"),
    path("hilfe/", pages.help_page, name="help"),
]
