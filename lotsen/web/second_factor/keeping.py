"""Setting a factor up and taking it away: each an event, and the end of the other sessions."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from lotsen.accounts.factors import STANDING
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.accounts.sessions import end_others, row_key
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, Refusal
from lotsen.web.second_factor import codes, requirement

_PENDING = "second_factor_pending"  # in the session: the sealed secret of an app being set up
_SHOW_UNTIL = "recovery_codes_until"  # in the session: seconds since the epoch
_SHOWN_FOR = 15 * 60  # seconds


@dataclass(frozen=True)
class Kept:
    """What somebody has: an app, passkeys, recovery codes."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    spare: Authenticator | None

    @property
    def is_any(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def codes_left(self) -> int:
        return codes.codes_left(self.spare) if self.spare else 0

    @property
    def are_few(self) -> bool:
        return self.is_any and self.codes_left <= codes.FEW


def kept_by(user: User) -> Kept:
    """One query; opens no secret."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    one = {row.type: row for row in rows}
    return Kept(
        app=one.get(Authenticator.Type.TOTP),
        passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        spare=one.get(Authenticator.Type.RECOVERY_CODES),
    )


def pending_secret(session: SessionBase) -> str:
    """The secret of the app being set up in this session: a new one if there is none yet."""
    if _PENDING not in session:
        session[_PENDING] = encrypt(generate_totp_secret())
    return str(decrypt(session[_PENDING]))


def qr_code(user: User, secret: str) -> str:
    """The secret as a picture an app reads: an SVG as address of its own data."""
    adapter = get_adapter()
    svg: str = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@transaction.atomic
def add_app(request: UserRequest, *, code: str) -> None:
    """The app whose secret this session shows is the person's second factor from now on, in place
    of the one before: a new phone.

    Raises:
        InvalidInput: `code` is not the one the app shows now.
    """
    _take_turns(request.user)
    secret = pending_secret(request.session)
    step = codes.step_of(secret, code)
    if step is None:
        raise InvalidInput("second_factor_wrong", field="code")
    Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).delete()
    app = TOTP.activate(request.user, secret).instance
    app.data[codes.LAST_STEP] = step  # the code that was just shown works nowhere else
    app.save(update_fields=["data"])
    request.session.pop(_PENDING, None)
    _added(request, app, "app_added")


@transaction.atomic
def add_passkey(request: UserRequest, *, name: str, credential: Mapping[str, Any]) -> None:
    """A passkey the browser made for this account is a second factor from now on."""
    _take_turns(request.user)
    passkey = WebAuthn.add(request.user, name, dict(credential)).instance
    _added(request, passkey, "passkey_added")


@transaction.atomic
def remove(request: UserRequest, factor: Authenticator) -> None:
    """`factor` no longer signs anybody in; the recovery codes go with the last one.

    Raises:
        Refusal: it is the last one of somebody who needs one.
    """
    user = request.user
    _take_turns(user)
    rest = Authenticator.objects.filter(user=user, type__in=STANDING).exclude(pk=factor.pk)
    is_last = not rest.exists()
    if is_last and requirement.needs_one(user):
        raise Refusal("second_factor_last")
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user=user).delete()
    _changed(request, f"{'app' if factor.type == Authenticator.Type.TOTP else 'passkey'}_removed")


@transaction.atomic
def make_recovery_codes(request: UserRequest) -> None:
    """Ten new recovery codes, shown in this session for a while; the old ones are void."""
    _take_turns(request.user)
    Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(request.user)
    _show_codes(request.session)
    _changed(request, "recovery_codes_made")


def codes_to_show(request: UserRequest) -> list[str]:
    """The recovery codes, as long as this session has just made them; [] afterwards."""
    if request.session.get(_SHOW_UNTIL, 0) < time():
        return []
    spare = kept_by(request.user).spare
    found = RecoveryCodes(spare).get_unused_codes() if spare else []
    return [f"{code[:4]} {code[4:]}" for code in found]


def codes_are_kept(session: SessionBase) -> None:
    """The person has put them away: nobody sees them again."""
    session.pop(_SHOW_UNTIL, None)


def _added(request: UserRequest, factor: Authenticator, reason: str) -> None:
    if kept_by(request.user).spare is None:
        RecoveryCodes.activate(request.user)
        _show_codes(request.session)
    codes.proved(request, request.user, factor)
    _changed(request, reason)


def _show_codes(session: SessionBase) -> None:
    session[_SHOW_UNTIL] = int(time()) + _SHOWN_FOR


def _changed(request: UserRequest, reason: str) -> None:
    """What holds for every change: an event, a new session id, the end of other sessions."""
    record(Deed.KEY, actor=request.user, object_type="second_factor", reason=reason)
    request.session.cycle_key()
    end_others(request.user, keep=row_key(request.session.session_key or ""))


def _take_turns(user: User) -> None:
    """One change at a time, so that two at once do not remove the last two."""
    User.objects.select_for_update().get(pk=user.pk)
