"""Storing who a family is: sealed at once, and only when a handover or a call is wanted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import InvalidInput, NotPermitted
from lotsen.vault import indexing, sealing
from referrals.assessments.models import latest
from referrals.cases.actions import open_for_change, touch
from referrals.cases.models import Case
from referrals.identities.likeness import COMPARED, combinations_of
from referrals.identities.reading import filled_fields, readable_fields, worked_out
from referrals.identities.rules import Field

LONGEST = 200  # characters of a field
FEWEST_DIGITS = 5  # of something that can be called
SIGNS_OF_A_NUMBER = frozenset("0123456789+-/().  ")  # digits, signs, space, narrow space
EARLIEST_BIRTH = date(1900, 1, 1)


@transaction.atomic
def store(
    case: Case,
    *,
    name: str,
    phone: str,
    safe_contact: str,
    birth_date: date | Literal[""] | None = None,
    actor: User,
    at: datetime,
) -> None:
    """Seal who the family is with the key of the case, and let it be found again. Answers nothing.

    An empty field that held something is emptied. Where violence was named, contact over a
    shared phone or by post can endanger somebody: then a safe way must be given.

    Args:
        birth_date: of the person named, only to find the family again; "" empties it, None says
            that it was not asked for: it stays as it is.

    Raises:
        NotPermitted: `actor` may not read these fields of this case, so may not write them.
        InvalidMove: the case is closed or restricted.
        InvalidInput: nobody could be reached with this, a field is too long, the number holds no
            number, the day of birth lies ahead or before 1900, or the safe way is missing where
            it is needed.
    """
    given = {
        Field.NAME: _trimmed(name),
        Field.PHONE: _trimmed(phone),
        Field.SAFE_CONTACT: _trimmed(safe_contact),
    }
    if birth_date is not None:
        given[Field.BIRTH_DATE] = birth_date.isoformat() if birth_date else ""
    own = _storable(case, given, actor, at)
    case = open_for_change(case)
    filled = filled_fields(case)
    _check(case, given, kept=filled - own, today=localdate(at))

    changed = {f: text for f, text in given.items() if f in own and (text or f in filled)}
    for field, text in changed.items():
        sealing.seal(case.vault_ref, kind="identity", field=field, text=text, at=at)
    _enter(case, changed, at=at)
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


def _enter(case: Case, changed: Mapping[Field, str], *, at: datetime) -> None:
    """Bring the search index in step: what was emptied or replaced leads here no more."""
    for kind, needed in COMPARED.items():
        if needed.isdisjoint(changed):
            continue
        texts = {field.value: text for field, text in changed.items() if field in needed}
        if all(texts.values()):  # otherwise one is emptied, and nothing can be entered
            texts |= _kept(case, needed - set(changed))
        indexing.enter(case.vault_ref, kind, combinations_of(kind, texts), at)


def _kept(case: Case, fields: frozenset[Field]) -> Mapping[str, str]:
    """What these fields hold already: for the machine, whoever changes the others."""
    if not fields:
        return {}
    return worked_out([case.vault_ref], fields, dict).get(case.vault_ref, {})


def safe_contact_due(case: Case) -> bool:
    """Whether a safe way of contact must be given: violence was named in the latest sheet."""
    sheet = latest(case)
    return sheet is not None and "violence" in sheet.needs


def _storable(case: Case, given: dict[Field, str], actor: User, at: datetime) -> frozenset[Field]:
    """The fields `actor` may write: those it may read. Others stay as they are, unseen."""
    own = readable_fields(case, actor, localdate(at))
    written = {field for field, text in given.items() if text}
    if not own or not written <= own:
        raise NotPermitted("identity_not_released", right=Right.VIEW_IDENTITY.value)
    return own


def _check(case: Case, given: dict[Field, str], *, kept: frozenset[Field], today: date) -> None:
    for field, text in given.items():
        if len(text) > LONGEST:
            raise InvalidInput("text_too_long", field=field.value, longest=LONGEST)
    phone = given[Field.PHONE]
    has_phone = bool(phone) or Field.PHONE in kept
    has_safe = bool(given[Field.SAFE_CONTACT]) or Field.SAFE_CONTACT in kept
    if not has_phone and not has_safe:
        raise InvalidInput("contact_missing", field=Field.PHONE.value)
    if phone and not _can_be_called(phone):
        raise InvalidInput("phone_unreadable", field=Field.PHONE.value)
    if not has_safe and safe_contact_due(case):
        raise InvalidInput("safe_contact_missing", field=Field.SAFE_CONTACT.value)
    born = given.get(Field.BIRTH_DATE)
    if born and not EARLIEST_BIRTH <= date.fromisoformat(born) <= today:
        raise InvalidInput("birth_date_out_of_range", field=Field.BIRTH_DATE.value)


def _can_be_called(phone: str) -> bool:
    digits = sum(sign.isdigit() for sign in phone)
    return SIGNS_OF_A_NUMBER.issuperset(phone) and digits >= FEWEST_DIGITS


def _trimmed(text: str) -> str:
    return " ".join(text.split())
