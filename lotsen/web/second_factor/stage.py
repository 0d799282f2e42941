"""The step between a right password and being signed in."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStage
from django.http import HttpResponse
from django.shortcuts import redirect

from lotsen.accounts.factors import has_second_factor
from lotsen.web.second_factor.requirement import PROVIDER_PROVED


class SecondFactorStage(LoginStage):  # type: ignore[misc]
    """Whoever has a second factor is asked for it, needed or not.

    A passkey that stood for the password is both; the municipal service's second factor counts
    where the installation says so.
    """

    key = "second_factor"
    urlname = "confirm-sign-in"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if self._is_done() or not has_second_factor(self.login.user):
            return None, True
        return redirect(self.urlname), True

    def _is_done(self) -> bool:
        records = get_authentication_records(self.request, self.login.user)
        return any(each.get("passwordless") or each.get(PROVIDER_PROVED) for each in records)
