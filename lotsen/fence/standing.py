"""For whom the database is asked: the system, nobody, or one person.

PostgreSQL shows each row of a family to those it stands for only (migration referrals.0005), and
it learns from here who that is: lotsen.fence.postgres tells it at the start of each transaction.
On SQLite nobody listens.

A request is nobody's until its person is known. Commands, the worker and tests that call actions
directly are the system.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from uuid import UUID

SYSTEM = "system"
NOBODY = "nobody"
type Standing = str  # SYSTEM, NOBODY, or the id of a person

_current: ContextVar[Standing | None] = ContextVar("standing", default=None)
_outside: list[Standing] = [SYSTEM]


def current() -> Standing:
    """For whom the database is asked now."""
    return _current.get() or _outside[-1]


def close_outside_requests() -> None:
    """Whoever asks outside a request sees nothing from now on: called by the server once it has
    started, so that what is sent after a request has ended stands outside the fence."""
    _outside[:] = [NOBODY]


def begin_request() -> Token[Standing | None]:
    """Nobody asks until the person is known. Give the token to `end_request`."""
    return _current.set(NOBODY)


def end_request(token: Token[Standing | None]) -> None:
    """As it was before the request."""
    _current.reset(token)


def stand_for(person: UUID) -> None:
    """The rest of this request asks for the person with this id; takes effect with the next
    statement, also in a running transaction."""
    _current.set(str(person))


@contextmanager
def lifted(why: str) -> Iterator[None]:
    """Ask for the system for a moment, where the rules need more than the person may see.

    Keep it to the one statement that needs it, and make of its rows only what the person may
    learn: whether there is one, how many, an id. Tests list every place.

    Args:
        why: the reason, for the reader.
    """
    if not why:
        raise ValueError("say why the fence is lifted")
    with _standing(SYSTEM):
        yield


@contextmanager
def _standing(who: Standing) -> Iterator[None]:
    token = _current.set(who)
    try:
        yield
    finally:
        _current.reset(token)
