"""The PIN that lifts the privacy screen: short, so tries are few and its hash needs our secret.

A PIN never signs anybody in. It only lifts the screen of a session that a password opened.
"""

import re

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.crypto import salted_hmac

from lotsen.accounts.models import User
from lotsen.errors import InvalidInput

TRIES = 5

_DIGITS = re.compile(r"[0-9]{6,12}")
_UPWARDS = "01234567890123456789"


def is_too_easy(pin: str) -> bool:
    """Whether someone watching would guess it: one digit, a short pattern repeated, or a run."""
    repeated = re.fullmatch(r"(.{1,3}?)\1+", pin)
    return bool(repeated) or pin in _UPWARDS or pin[::-1] in _UPWARDS


def choose(user: User, *, pin: str) -> None:
    """`user` lifts the privacy screen with `pin` from now on.

    Raises:
        InvalidInput: not 6 to 12 digits, or too easy to guess.
    """
    if not _DIGITS.fullmatch(pin):
        raise InvalidInput("pin_not_digits", field="pin")
    if is_too_easy(pin):
        raise InvalidInput("pin_too_easy", field="pin")
    user.pin = make_password(_peppered(user, pin))
    user.save(update_fields=["pin"])


def unlocks(user: User, secret: str) -> bool:
    """Whether `secret` is the PIN or the password of `user`; every try counts before it is made.

    After TRIES wrong ones neither is accepted until the person signs in again, whichever
    session they were tried in.
    """
    one_more = F("unlock_tries") + 1
    User.objects.filter(pk=user.pk).update(unlock_tries=one_more)  # unlogged: a counter
    user.refresh_from_db(fields=["unlock_tries"])
    if user.unlock_tries > TRIES:
        return False
    right = _is_pin(user, secret) or user.check_password(secret)
    if right:
        forgive(user)
    return right


def is_used_up(user: User) -> bool:
    return user.unlock_tries >= TRIES


def forgive(user: User) -> None:
    """Start counting anew: the screen was lifted, or the person signed in."""
    User.objects.filter(pk=user.pk).update(unlock_tries=0)  # unlogged: a counter
    user.unlock_tries = 0


def _is_pin(user: User, secret: str) -> bool:
    return bool(user.pin) and check_password(_peppered(user, secret), user.pin)


def _peppered(user: User, pin: str) -> str:
    """A stolen database alone does not reveal a PIN: there are only a million short ones."""
    return salted_hmac("lotsen.web.pins", f"{user.pk}:{pin}", algorithm="sha256").hexdigest()
