"""Finding a family again: by its pseudonym, by name and day of birth, or by telephone number.

Always by the whole value. Only cases that `user` may know of are found, and by an identity only
where `user` is entitled to look for it; whatever else carries the same name does not exist here.
"""

from datetime import date, datetime, timedelta
from math import ceil

from django.db import transaction
from django.utils.timezone import localdate

from lotsen import names
from lotsen.access import permits
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import AccessEvent, Deed
from lotsen.errors import Damaged, InvalidInput, TooOften
from lotsen.pseudonyms import read_pseudonym
from lotsen.vault import indexing
from referrals.cases.models import Case
from referrals.identities.actions import FEWEST_DIGITS
from referrals.identities.likeness import COMPARED, Kind, Wanted
from referrals.identities.reading import searchable_fields, worked_out

# Enough for a busy day at the telephone, too few to try out a list of names.
MOST_SEARCHES, WITHIN = 30, timedelta(minutes=1)
_OBJECT = "case"


@transaction.atomic
def search(
    user: User,
    *,
    pseudonym: str = "",
    surname: str = "",
    birth_date: date | None = None,
    phone: str = "",
    at: datetime,
) -> list[Case]:
    """The cases meant, last touched first. Exactly one event, found or not; it holds no value.

    A pseudonym, if there is one, decides alone; otherwise name with day of birth, otherwise the
    number. Candidates are opened for comparing only where `user` may look for them, so nothing
    found and nothing meant for `user` take the same way.

    Args:
        surname: one or more whole words of the name, in any spelling.

    Raises:
        NotPermitted: `user` works with no families, or may read no identities.
        InvalidInput: a pseudonym that was mistyped, or no whole value to search by.
        TooOften: 30 searches within the last minute, counted over all processes; `seconds` says
            when the next one is possible.
        Damaged: nothing was found, but a candidate does not open: nobody can say.
    """
    wanted = _wanted(surname, birth_date, phone) if not pseudonym else Wanted(Kind.PSEUDONYM)
    right = Right.VIEW_IDENTITY if wanted.kind in COMPARED else Right.VIEW_CASES
    permits.require_somewhere(user, right)
    code = read_pseudonym(pseudonym) if pseudonym else ""
    _require_patience(user, at)
    found = _by_identity(user, wanted, localdate(at)) if not code else _by_pseudonym(user, code)
    record(
        Deed.SEARCH,
        actor=user,
        object_type=_OBJECT,
        shown=[case.pseudonym for case in found],
        fields=[field.value for field in COMPARED.get(wanted.kind, ())],
        reason=wanted.kind.value,
        at=at,
    )
    return found


def _wanted(surname: str, birth_date: date | None, phone: str) -> Wanted:
    if surname or birth_date:
        if not names.parts(surname):
            raise InvalidInput(field="surname")
        if birth_date is None:
            raise InvalidInput(field="birth_date")
        return Wanted(Kind.NAME_BIRTH, surname=surname, birth_date=birth_date)
    if not phone.strip():
        raise InvalidInput(field="surname")
    if len(names.folded_phone(phone)) < FEWEST_DIGITS:
        raise InvalidInput("phone_unreadable", field="phone")
    return Wanted(Kind.PHONE, phone=phone)


def _require_patience(user: User, at: datetime) -> None:
    """The events are the counter, the lock makes searches of one account take turns."""
    User.objects.select_for_update().get(pk=user.pk)
    own = AccessEvent.objects.filter(actor=user, deed=Deed.SEARCH, object_type=_OBJECT)
    latest = own.filter(at__gt=at - WITHIN).order_by("-at").values_list("at", flat=True)
    recent = list(latest[:MOST_SEARCHES])
    if len(recent) == MOST_SEARCHES:
        raise TooOften(seconds=ceil((recent[-1] + WITHIN - at).total_seconds()))


def _by_pseudonym(user: User, code: str) -> list[Case]:
    return list(Case.objects.visible_to(user).with_parties().filter(pseudonym=code))


def _by_identity(user: User, wanted: Wanted, on: date) -> list[Case]:
    refs = indexing.candidates(wanted.kind, *wanted.combinations())
    known = Case.objects.visible_to(user).with_parties().filter(vault_ref__in=refs)
    needed = COMPARED[wanted.kind]
    own = [case for case in known if needed <= searchable_fields(case, user, on)]
    agreed = worked_out([case.vault_ref for case in own], needed, wanted.agrees)
    found = [case for case in own if agreed.get(case.vault_ref)]
    if not found and len(agreed) < len(own):
        raise Damaged
    return sorted(found, key=lambda case: (case.touched_at, case.pk), reverse=True)
