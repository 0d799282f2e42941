"""Municipal sign-on by OpenID Connect: who the city's service vouches for, and whom we know.

Nobody registers here. A person is found by the link to the service's own number for them, or, the
first time, by the e-mail address the service has verified; then the link is kept. Whoever is not
found, is closed, or has no verified address gets the same page as after any fault: it says whom
to ask, never whether there is an account. Of what the service tells nothing but the link is kept.

Source:
    OpenID Connect Core 1.0, authorization code flow (3.1) with state and nonce; RFC 7636 (PKCE);
    RFC 8176 for `amr`.
"""

import logging
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from jwt import PyJWTError
from requests import RequestException

from lotsen.accounts.models import User
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import Unavailable
from lotsen.web import gate
from lotsen.web.lock import is_own_page
from lotsen.web.second_factor.requirement import PROVIDER_PROVED

logger = logging.getLogger(__name__)

_SCOPE = ("openid", "email")
# Whatever goes wrong between the service and us; what it sent is not to be repeated.
_FAULTS = (OAuth2Error, PyJWTError, RequestException, ValueError, KeyError, TypeError)


class _Door(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's client, for the one service of the settings; none is read from the database."""

    def get_provider(self) -> OpenIDConnectProvider:
        app = SocialApp(
            provider="openid_connect",
            provider_id=settings.OIDC_ISSUER,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": settings.OIDC_ISSUER.rstrip("/")},
        )
        return OpenIDConnectProvider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002
        return request.build_absolute_uri(reverse("municipal-back"))

    @property
    def openid_config(self) -> dict[str, Any]:
        """
        Raises:
            ValueError: whoever answers there says it is somebody else.
        """
        config: dict[str, Any] = super().openid_config
        if config["issuer"] != settings.OIDC_ISSUER:
            raise ValueError("the issuer has another name")
        return config


@gate.password
@transaction.non_atomic_requests
@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the service's own sign-in. A link, because a form may lead nowhere else (form-action)."""
    door = _door(request)
    if request.user.is_authenticated:
        return redirect("home")
    provider = door.get_provider()
    proof, nonce = generate_code_challenge(), token_urlsafe(24)
    try:
        client = door.get_client(request, provider.app)
        back_to = request.GET.get("next", "")
        client.state = provider.stash_redirect_state(
            request,
            AuthProcess.LOGIN,
            next_url=back_to if is_own_page(request, back_to) else None,
            pkce_code_verifier=proof.pop("code_verifier"),
            nonce=nonce,
        )
        address = client.get_redirect_url(door.authorize_url, _SCOPE, {"nonce": nonce} | proof)
    except _FAULTS as fault:
        _tell_operator(fault)
        raise Unavailable from None
    return redirect(address)


@gate.password
@transaction.non_atomic_requests
@login_not_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """From the service: with a code for us, once, in the browser that set out for it."""
    door = _door(request)
    if request.user.is_authenticated:
        return redirect("home")
    state = statekit.unstash_state(
        request, provider_id=settings.OIDC_ISSUER, state_id=request.GET.get("state", "")
    )
    if state is None or not request.GET.get("code"):
        return _refused(request, "municipal_state")
    try:
        claims = _claims(door, state)
    except _FAULTS as fault:
        _tell_operator(fault)
        return _refused(request, "municipal_fault")
    with transaction.atomic():  # the sign-in, a first link, and their events
        user = _found(claims)
        if user is None:
            return _refused(request, "municipal_unknown")
        proved = {PROVIDER_PROVED: True} if _asked_for_second_factor(claims) else {}
        record_authentication(request, user, method="socialaccount", **proved)
        return perform_login(request, Login(user=user, redirect_url=state.get("next")))  # type: ignore[no-any-return]


def _door(request: HttpRequest) -> _Door:
    """
    Raises:
        Http404: this installation has no municipal sign-on.
    """
    if not settings.OIDC_ISSUER:
        raise Http404
    return _Door(request, settings.OIDC_ISSUER)


def _claims(door: _Door, state: Mapping[str, Any]) -> dict[str, Any]:
    """What the service says of the person, signed, for us, for this very sign-in.

    Raises:
        any of _FAULTS: the code was spent, the answer is not for us, or there is none.
    """
    request, app = door.request, door.get_provider().app
    client = door.get_client(request, app)
    answer = client.get_access_token(
        request.GET["code"], pkce_code_verifier=state["pkce_code_verifier"]
    )
    claims: dict[str, Any] = jwtkit.verify_and_decode(
        credential=answer["id_token"],
        keys_url=door.openid_config["jwks_uri"],
        issuer=settings.OIDC_ISSUER,
        audience=[settings.OIDC_CLIENT_ID],
        lookup_kid=jwtkit.lookup_kid_jwk,
    )
    if not constant_time_compare(str(claims.get("nonce", "")), state["nonce"]):
        raise ValueError("an answer to another question")
    if "email" not in claims and "userinfo_endpoint" in door.openid_config:
        told = _told(door.openid_config["userinfo_endpoint"], answer["access_token"])
        if told.get("sub") == claims["sub"]:  # Core 5.3.2: else it is about somebody else
            claims |= {key: told[key] for key in ("email", "email_verified") if key in told}
    return claims


def _told(endpoint: str, token: str) -> dict[str, Any]:
    with get_adapter().get_requests_session() as session:
        answer = session.get(endpoint, headers={"Authorization": f"Bearer {token}"})
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
    return told


def _found(claims: Mapping[str, Any]) -> User | None:
    """The open account this is about: by its link, or the first time by a verified address.

    An account that has a link to this service already gets no second one: an address may go to
    somebody new, a number never does.
    """
    links = SocialAccount.objects.filter(provider=settings.OIDC_ISSUER)
    linked = links.filter(uid=str(claims["sub"])).select_related("user").first()
    if linked is not None:
        return linked.user if linked.user.is_active else None
    if claims.get("email_verified") is not True or not claims.get("email"):
        return None
    known = list(User.objects.filter(email__iexact=claims["email"], is_active=True)[:2])
    if len(known) != 1 or links.filter(user=known[0]).exists():
        return None
    SocialAccount.objects.create(
        user=known[0], provider=settings.OIDC_ISSUER, uid=str(claims["sub"])
    )
    record(Deed.KEY, actor=known[0], object_type="municipal_sign_on", reason="linked")
    return known[0]


def _asked_for_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the service says so, and the installation takes its word."""
    if settings.OIDC_SECOND_FACTOR != "provider":
        return False
    methods, level = claims.get("amr"), claims.get("acr")
    return (isinstance(methods, list) and "mfa" in methods) or level in settings.OIDC_ACR


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    record(Deed.DENIED, actor=None, object_type="session", reason=reason)
    return render(request, "account/municipal_refused.html", status=403)


def _tell_operator(fault: Exception) -> None:
    """The kind of fault alone: its text may repeat an answer of the service, with a person."""
    logger.warning("municipal sign-on: %s", type(fault).__name__)
