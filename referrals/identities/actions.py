"""Storing who a family is: sealed at once, and only when a handover or a call is wanted."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, NotPermitted
from lotsen.vault import sealing
from referrals.assessments.models import latest
from referrals.cases.actions import open_for_change, touch
from referrals.cases.models import Case
from referrals.consent.rules import Category
from referrals.identities.reading import filled_fields, readable_fields

LONGEST = 200  # characters of a field
FEWEST_DIGITS = 5  # of something that can be called
SIGNS_OF_A_NUMBER = frozenset("0123456789+-/().  ")  # digits, signs, space, narrow space


@transaction.atomic
def store(
    case: Case, *, name: str, phone: str, safe_contact: str, actor: User, at: datetime
) -> None:
    """Seal name, phone and safe way of contact with the key of the case. Nothing is returned.

    An empty field that held something is emptied. Where violence was named, contact over a
    shared phone or by post can endanger somebody: then a safe way must be given.

    Raises:
        NotPermitted: `actor` may not read these fields of this case, so may not write them.
        InvalidMove: the case is closed.
        InvalidInput: nobody could be reached with this, a field is too long, the number holds no
            number, or the safe way is missing where it is needed.
    """
    given = {
        Category.NAME: _trimmed(name),
        Category.PHONE: _trimmed(phone),
        Category.SAFE_CONTACT: _trimmed(safe_contact),
    }
    own = _storable(case, given, actor, at)
    case = open_for_change(case)
    filled = filled_fields(case)
    _check(case, given, kept=filled - own)

    changed = [field for field in given if field in own and (given[field] or field in filled)]
    for field in changed:
        sealing.seal(case.vault_ref, kind="identity", field=field, text=given[field], at=at)
    touch(case, at=at)
    record(
        Deed.SEAL,
        actor=actor,
        object_type="identity",
        shown=[case.pseudonym],
        fields=[field.value for field in changed],
        organisation=case.holder_id,
        at=at,
    )


def safe_contact_due(case: Case) -> bool:
    """Whether a safe way of contact must be given: violence was named in the latest sheet."""
    sheet = latest(case)
    return sheet is not None and "violence" in sheet.needs


def _storable(
    case: Case, given: dict[Category, str], actor: User, at: datetime
) -> frozenset[Category]:
    """The fields `actor` may write: those it may read. Others stay as they are, unseen."""
    own = readable_fields(case, actor, localdate(at))
    written = {field for field, text in given.items() if text}
    if not own or not written <= own:
        raise NotPermitted("identity_not_released", right=Right.VIEW_IDENTITY.value)
    return own


def _check(case: Case, given: dict[Category, str], *, kept: frozenset[Category]) -> None:
    for field, text in given.items():
        if len(text) > LONGEST:
            raise InvalidInput("text_too_long", field=field.value, longest=LONGEST)
    phone = given[Category.PHONE]
    has_phone = bool(phone) or Category.PHONE in kept
    has_safe = bool(given[Category.SAFE_CONTACT]) or Category.SAFE_CONTACT in kept
    if not has_phone and not has_safe:
        raise InvalidInput("contact_missing", field=Category.PHONE.value)
    if phone and not _can_be_called(phone):
        raise InvalidInput("phone_unreadable", field=Category.PHONE.value)
    if not has_safe and safe_contact_due(case):
        raise InvalidInput("safe_contact_missing", field=Category.SAFE_CONTACT.value)


def _can_be_called(phone: str) -> bool:
    digits = sum(sign.isdigit() for sign in phone)
    return SIGNS_OF_A_NUMBER.issuperset(phone) and digits >= FEWEST_DIGITS


def _trimmed(text: str) -> str:
    return " ".join(text.split())
