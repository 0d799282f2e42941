"""WebAuthn, spoken by allauth and fido2: what the browser is asked for, and whether it fits.

What a browser sends is anybody's: whatever does not fit, for whatever reason, is one refusal.
"""

import json
from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from lotsen.accounts.models import User
from lotsen.errors import InvalidInput

_UNFIT = (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError)


def to_create(user: User) -> str:
    """What the browser needs to make a passkey for `user`, as JSON: one that its device keeps
    and opens by finger, face or PIN, so that it can stand for the password as well."""
    return _as_json(auth.begin_registration(user, True))  # noqa: FBT003  allauth's own signature


def to_prove(user: User | None) -> str:
    """What the browser needs to show a passkey of `user`, or of whoever holds one, as JSON."""
    return _as_json(auth.begin_authentication(user))


def made(sent: str) -> Mapping[str, Any]:
    """The passkey the browser has made, to be kept.

    Raises:
        InvalidInput: not what `to_create` asked for in this session.
    """
    try:
        credential: dict[str, Any] = json.loads(sent)
        auth.parse_registration_response(credential)
        if not auth.complete_registration(credential).is_user_verified():
            raise ValueError("nobody showed finger, face or PIN")
    except _UNFIT:
        raise InvalidInput("passkey_unfit", field="credential") from None
    return credential


def shown(sent: str, user: User | None) -> Authenticator:
    """The passkey that was shown: of `user`, or of the open account it names itself.

    Raises:
        InvalidInput: not what `to_prove` asked for in this session, or of nobody who may sign in.
    """
    try:
        credential: dict[str, Any] = json.loads(sent)
        auth.parse_authentication_response(credential)
        whose = user or auth.extract_user_from_response(credential)
        if not whose.is_active:
            raise ValueError("a closed account has no passkey")
        found: Authenticator = auth.complete_authentication(whose, credential)
    except _UNFIT:
        raise InvalidInput("passkey_unfit", field="credential") from None
    finally:
        auth.clear_state()  # one challenge, one answer
    return found


def _as_json(options: Mapping[str, Any]) -> str:
    return json.dumps(options, cls=DjangoJSONEncoder)
