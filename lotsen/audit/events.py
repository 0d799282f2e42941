"""Writing access events. Same transaction as what they tell of: no event, no answer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils.timezone import now

from lotsen.accounts.models import User
from lotsen.audit.models import AccessEvent, Deed
from lotsen.audit.requests import current_request_id
from lotsen.devices import current_device
from lotsen.errors import Refusal, Unavailable

_LONGEST_TYPE = 40  # AccessEvent.object_type


def record(
    deed: Deed,
    *,
    actor: User | None,
    object_type: str,
    shown: Iterable[str] = (),
    fields: Iterable[str] = (),
    organisation: UUID | None = None,
    reason: str = "",
    at: datetime | None = None,
    count: int | None = None,
) -> AccessEvent:
    """One row saying who did what with which objects. Never a value, never a name.

    Args:
        object_type: the kind of thing ("case", "handover", "identity", "note").
        shown: pseudonyms or ids of what was shown.
        count: how many there were, where not each is named; else the number of those named.
        fields: names of the fields shown.
        reason: a code.

    Raises:
        Unavailable: the row cannot be written, so nothing may be shown or done.
    """
    shown = list(shown)
    event = AccessEvent(
        at=at or now(),
        actor=actor,
        organisation=organisation,
        deed=deed,
        object_type=object_type,
        shown=shown,
        fields=sorted(fields),
        reason=reason,
        request_id=current_request_id(),
        count=len(shown) if count is None else count,
        device=current_device(),
    )
    _write(event)
    return event


def record_denied(request: HttpRequest, error: Refusal) -> AccessEvent:
    """One row saying who was refused what. Call it after the rollback, or it is lost with it.

    It holds the name of the route, the id or pseudonym in the address, and the missing right;
    other parts of an address (links to families) are secrets and stay out.
    """
    user = getattr(request, "user", None)
    match = request.resolver_match
    address = match.kwargs if match else {}
    return record(
        Deed.DENIED,
        actor=user if isinstance(user, User) else None,
        object_type=(match.url_name or "" if match else "")[:_LONGEST_TYPE],
        shown=[str(address[part]) for part in ("pk", "pseudonym") if part in address],
        reason=str(error.parameters.get("right", error.code)),
    )


_COLUMNS = AccessEvent._meta.concrete_fields
_INSERT = "INSERT INTO {table} ({columns}) VALUES ({values})".format(  # noqa: S608  names of ours
    table=AccessEvent._meta.db_table,
    columns=", ".join(str(field.column) for field in _COLUMNS),
    values=", ".join(["%s"] * len(_COLUMNS)),
)


def _write(event: AccessEvent) -> None:
    """As `save` would, by a statement that is not put together again for each event: every page
    writes one (benchmarks.audit)."""
    values = [
        field.get_db_prep_save(getattr(event, field.attname), connection=connection)
        for field in _COLUMNS
    ]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, values)
    except DatabaseError as problem:
        raise Unavailable("not_recorded") from problem
    event._state.adding, event._state.db = False, connection.alias  # noqa: SLF001
