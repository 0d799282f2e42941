"""How people sign in: allauth's sign-in alone, closed to self-registration.

Nothing else of allauth has a URL here. Every failed attempt gets the same answer, so that
nobody learns which accounts exist.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lotsen.accounts.models import Membership, User
from lotsen.web import pins
from lotsen.web.language import take_along

_NO_MATCH = _("Signing in did not work. Please check user name and password.")

DEMO_ACCOUNTS = ("anna", "bilal", "carla", "dora", "emre", "frieda", "gero", "hanna", "ines")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation; nobody registers."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _NO_MATCH,
        "email_password_mismatch": _NO_MATCH,
        "too_many_login_attempts": _(
            "Too many tries. Please wait a few minutes and try again. Nothing is lost."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """A closed account answers like an unknown one (allauth would tell them apart)."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def get_login_stages(self) -> list[str]:
        """Between a right password and being signed in: the second factor, nothing else."""
        return ["lotsen.web.second_factor.stage.SecondFactorStage"]

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        pins.forgive(user)
        take_along(request, user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No „signed in as …“: a name has no place on a screen others read."""


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name or e-mail address, and the password; pasting is welcome."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("User name or e-mail address")
        login.widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        login.error_messages["required"] = _("Enter your user name or e-mail address.")
        password.label = _("Password")
        password.help_text = ""
        password.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        password.error_messages["required"] = _("Enter your password.")


class SignIn(LoginView):  # type: ignore[misc]
    form_class = SignInForm
    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["municipal"] = settings.OIDC_NAME or _("municipal account")
        context["has_municipal"] = bool(settings.OIDC_ISSUER)
        context["demo_accounts"] = demo_accounts() if settings.DEMO else []
        return context


def demo_accounts() -> list[Membership]:
    """The made-up people of the demo city, for its sign-in page: each in the first house."""
    found = (
        Membership.objects.filter(user__username__in=DEMO_ACCOUNTS, until=None)
        .select_related("user", "organisation")
        .order_by("user__username", "-id")
    )
    return list({membership.user_id: membership for membership in found}.values())


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends on the server; the browser forgets what it kept."""
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
