"""The page behind an invitation link: choose a password, then sign in where everybody does.

A link that is used, over, withdrawn, damaged or made up gets one page, always the same: it says
what to do, never whether there was such a link. Nothing here names a house.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from lotsen.membership import inviting
from lotsen.web.people.forms import ChoosePasswordForm


@login_not_required
@sensitive_post_parameters()
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Greets whoever was invited and takes their password."""
    found = inviting.living(token, at=now())
    if found is None:
        return _discreet(render(request, "people/no_invitation.html", status=404))
    if request.user.is_authenticated:  # perhaps the administrator, trying out the link
        return _discreet(render(request, "people/invitation_signed_in.html"))
    form = ChoosePasswordForm(found.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        if inviting.accept(token, password=form.cleaned_data["new_password1"], at=now()) is None:
            return _discreet(render(request, "people/no_invitation.html", status=404))
        messages.success(request, _("Your password is set. Please sign in with it."))
        return redirect("login")
    context = {"form": form, "username": found.user.username}
    status = 422 if form.errors else 200
    return _discreet(render(request, "people/invitation.html", context, status=status))


def _discreet(response: HttpResponse) -> HttpResponse:
    """The address is the secret: styles and pictures are asked for without naming it.

    Not `no-referrer`: browsers then hide the origin of what is sent, and it would be refused.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response
