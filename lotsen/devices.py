"""Which device a request comes from: a random number in a long-lived cookie, nothing else."""

from contextvars import ContextVar
from uuid import UUID

_current: ContextVar[UUID | None] = ContextVar("device", default=None)


def current_device() -> UUID | None:
    """The device of the request being served, or None outside one."""
    return _current.get()
