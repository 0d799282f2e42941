"""How the numbers are made: one page that every number links to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from referrals.web.planning import method_texts
from referrals.web.planning.periods import chosen, frame


@require_safe
def method(request: UserRequest) -> HttpResponse:
    """For everybody who reads statistics, also before the first numbers are there."""
    choice = chosen(request)
    context = {
        **frame(choice, "method"),
        "in_short": method_texts.in_short(),
        "sections": method_texts.sections(choice.published),
    }
    return render(request, "planning/method.html", context)
