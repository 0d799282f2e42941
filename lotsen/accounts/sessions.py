"""Sessions in a table of our own: whose, on which device, since when. Ended by taking them away.

The row holds a hash of the cookie's value, so a stolen database opens no session. A session ends
at a fixed moment after signing in, however busy it was, and is not found on a blocked device,
whichever of the two came first. Looking costs one query; that somebody is there is written once a
minute at most, and alone, so it overwrites nothing another request has just kept.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from lotsen.accounts.models import BlockedDevice, Session, User

DEVICE = "device"  # its number, hexadecimal
SIGNED_IN_AT = "signed_in_at"  # seconds since the epoch
SEEN_EVERY = timedelta(minutes=1)

_KEY_LENGTH = 40  # hexadecimal digits, 160 bits: as long as the column, as strong as the cookie


class SessionStore(DatabaseStore):
    """Django's store in the database, in our table."""

    last_seen_at: datetime | None = None  # of the row that was loaded

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def row_key(self) -> str:
        """Under which key this session is kept; "" if it has none yet."""
        return row_key(self.session_key) if self.session_key else ""

    def _get_session_from_db(self) -> Session | None:
        found = _holding(now()).filter(session_key=self.row_key).first()
        if found is None:
            self._session_key = None
            return None
        self.last_seen_at = found.last_seen_at
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=row_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's own
        return Session(
            session_key=self.row_key, last_seen_at=self.last_seen_at or now(), **self._columns(data)
        )

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002  as Django calls it
        """
        Raises:
            UpdateError: somebody has ended this session meanwhile; it does not come back.
        """
        if must_create or self.session_key is None:
            self.last_seen_at = now()
            super().save(must_create=must_create)
            return
        columns = self._columns(self._session)  # type: ignore[attr-defined]  # Django's own
        own = Session.objects.filter(session_key=self.row_key)
        if not own.update(**columns):  # unlogged: what a page needs between two requests
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=row_key(key)).delete()

    def is_idle(self, *, at: datetime) -> bool:
        """Whether nobody has been here for as long as settings.SESSION_IDLE_AGE."""
        if self.get(SIGNED_IN_AT) is None or self.last_seen_at is None:
            return False
        return at - self.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_AGE)

    def seen(self, *, at: datetime) -> None:
        """Somebody is here. Written once a minute at most, only ever forward."""
        last = self.last_seen_at
        if last is None or at - last < SEEN_EVERY:
            return
        own = Session.objects.filter(session_key=self.row_key, last_seen_at__lt=at)
        own.update(last_seen_at=at)  # unlogged: a moment
        self.last_seen_at = at

    def _columns(self, data: dict[str, Any]) -> dict[str, Any]:
        """What the row tells of `data`; of a signed-in person the end is fixed from the start."""
        begun = data.get(SIGNED_IN_AT)
        signed_in_at = datetime.fromtimestamp(begun, UTC) if begun is not None else None
        device = data.get(DEVICE)
        return {
            "session_data": self.encode(data),
            "expire_date": (signed_in_at or now()) + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            "user_id": data.get(SESSION_KEY),
            "device": UUID(device) if device else None,
            "signed_in_at": signed_in_at,
        }


def session_of(request: HttpRequest) -> SessionStore:
    """The session of a request, as what it is here."""
    return cast("SessionStore", request.session)


def row_key(session_key: str) -> str:
    """The key of the row for this value of the cookie."""
    return sha256(session_key.encode()).hexdigest()[:_KEY_LENGTH]


def running(user: User, *, at: datetime) -> QuerySet[Session]:
    """The sessions in which `user` is signed in, the one seen last first."""
    return _holding(at).filter(user=user).order_by("-last_seen_at", "session_key")


def end_one(user: User, key: str) -> int:
    """End the session of `user` with this row key; 1, or 0 if there is none (any more)."""
    return _end(Session.objects.filter(user=user, session_key=key))


def end_others(user: User, *, keep: str) -> int:
    """End all sessions of `user` but the one with the row key `keep`; how many."""
    return _end(Session.objects.filter(user=user).exclude(session_key=keep))


def end_all(user: User) -> int:
    """End all sessions of `user`; how many. The next request with an old cookie gets nothing."""
    return _end(Session.objects.filter(user=user))


def end_on_devices(numbers: list[UUID]) -> int:
    """End whatever runs on these devices, whoever signed in there; how many."""
    return _end(Session.objects.filter(device__in=numbers))


def _holding(at: datetime) -> QuerySet[Session]:
    blocked = BlockedDevice.objects.filter(number=OuterRef("device"))
    return Session.objects.filter(~Exists(blocked), expire_date__gt=at)


def _end(sessions: QuerySet[Session]) -> int:
    return sessions.delete()[0]
