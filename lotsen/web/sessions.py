"""Where one is signed in, and ending it. No network address and no browser is named: neither is
kept. The name of the device is what tells one's own sessions from somebody else's.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lotsen.accounts import sessions
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Session, User
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.devices import device_name


@dataclass(frozen=True)
class Line:
    key: str  # of the row; opens nothing
    device: str
    signed_in_at: datetime | None
    last_seen_at: datetime | None
    is_this: bool


@require_safe
def overview(request: UserRequest) -> HttpResponse:
    """All running sessions of one's own, this one first."""
    here = request.session.row_key
    lines = [_line(each, here) for each in sessions.running(request.user, at=now())]
    lines.sort(key=lambda line: not line.is_this)
    context = {"lines": lines, "others": sum(not line.is_this for line in lines)}
    return render(request, "account/sessions.html", context)


@require_POST
def end_one(request: UserRequest) -> HttpResponse:
    """One session; one's own is left like any other way out. One that is over already is over."""
    key = request.POST.get("session", "")
    if key == request.session.row_key:
        logout(request)
        return redirect("login")
    with transaction.atomic():
        _note(request.user, sessions.end_one(request.user, key), actor=request.user)
    messages.success(request, _("This session is ended."))
    return redirect("sessions")


@require_POST
def end_others(request: UserRequest) -> HttpResponse:
    """All but this one."""
    with transaction.atomic():
        ended = sessions.end_others(request.user, keep=request.session.row_key)
        _note(request.user, ended, actor=request.user)
    messages.success(
        request,
        ngettext("One other session is ended.", "%(ended)s other sessions are ended.", ended)
        % {"ended": ended},
    )
    return redirect("sessions")


def _line(session: Session, here: str) -> Line:
    return Line(
        key=session.session_key,
        device=device_name(session.device) if session.device else "",
        signed_in_at=session.signed_in_at,
        last_seen_at=session.last_seen_at,
        is_this=session.session_key == here,
    )


def _note(user: User, ended: int, *, actor: User) -> None:
    if ended:
        record(
            Deed.LOGOUT,
            actor=actor,
            object_type="session",
            shown=[str(user.pk)],
            reason="ended_elsewhere",
            count=ended,
        )
