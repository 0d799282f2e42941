"""Codes people type: six digits of their app, or one of their recovery codes. Each works once.

Source:
    RFC 6238 (TOTP): a code holds for 30 seconds, one step before and after is allowed for
    clocks that differ, and a code that was accepted must not be accepted again (section 5.2).
"""

from datetime import timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import now

from lotsen.accounts import limits
from lotsen.accounts.limits import Counter, Limit
from lotsen.accounts.models import User
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.devices import kept_device, knows
from lotsen.errors import InvalidInput

# Of one account. A device is easily made anew, so all that are unknown count as one: who guesses
# gains nothing by more of them, and keeps nobody out who has signed in on a device before.
WRONG_CODES = Limit("second factor", most=10, within=timedelta(minutes=15))
LAST_STEP = "last_step"  # in the row of the app: the step of time whose code was used last
FEW = 3  # recovery codes left, from which on we say so


def accept(request: HttpRequest, user: User, code: str) -> Authenticator:
    """The factor of `user` that `code` belongs to; from now on this session has proved it.

    Call it outside a transaction: the try counts whatever comes of it.

    Raises:
        InvalidInput: wrong, or used before. An event tells of it.
        TooOften: too many wrong ones.
    """
    tried = limits.take([_counter(user)], at=now())
    found = _spent(user, code)
    if found is None:
        refused(user)
        raise InvalidInput("second_factor_wrong", field="code")
    limits.give_back(tried)
    proved(request, user, found)
    return found


def refused(user: User) -> None:
    """An event about a second factor that did not fit, after a password that did."""
    record(Deed.DENIED, actor=user, object_type="session", reason="second_factor_wrong")


def proved(request: HttpRequest, user: User, factor: Authenticator, *, alone: bool = False) -> None:
    """This session has proved `factor`; `alone`: a passkey that stood for the password as well."""
    factor.last_used_at = now()
    factor.save(update_fields=["last_used_at"])
    record_authentication(
        request, user, method="mfa", id=factor.pk, type=factor.type, passwordless=alone or None
    )


def step_of(secret: str, code: str) -> int | None:
    """The step of time whose code this is, now or one step around; None: of no such step."""
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if totp.compare_user_code(actual=code, expected=expected):
            return int(step)
    return None


def codes_left(factor: Authenticator) -> int:
    """How many recovery codes are unused; opens none of them."""
    used = int(factor.data["used_mask"]).bit_count()
    return int(app_settings.RECOVERY_CODE_COUNT) - used


def _counter(user: User) -> Counter:
    device = kept_device()
    place = device.hex if device and knows(device, user.username) else "elsewhere"
    return Counter(WRONG_CODES, (str(user.pk), place))


@transaction.atomic
def _spent(user: User, code: str) -> Authenticator | None:
    """The factor that `code` belongs to, where the code is spent at once; one try at a time."""
    rows = Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    by_type = {row.type: row for row in rows}
    app = by_type.get(Authenticator.Type.TOTP)
    if app is not None and _is_next(app, code):
        return app
    spare = by_type.get(Authenticator.Type.RECOVERY_CODES)
    if spare is not None and RecoveryCodes(spare).validate_code(code):
        spare.refresh_from_db()
        return spare
    return None


def _is_next(app: Authenticator, code: str) -> bool:
    step = step_of(decrypt(app.data["secret"]), code)
    if step is None or step <= app.data.get(LAST_STEP, 0):
        return False
    app.data[LAST_STEP] = step
    app.save(update_fields=["data"])
    return True
