"""What the server's own log may say: which page failed, never whose.

An address names a case, and PostgreSQL's details of an error hold the values of a row.
"""

import logging
from typing import Any

from django.http import HttpRequest

_DETAIL = "DETAIL:"


class WithoutAddress(logging.Filter):
    """In a line about a request the name of the route stands for its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(_named(argument, request) for argument in record.args)
        return True


class WithoutValues(logging.Formatter):
    """Traces without the lines in which the database quotes what it was given."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  the name logging gives it
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.startswith(_DETAIL))


def _named(argument: object, request: HttpRequest) -> object:
    """The argument, or the route where it tells the address."""
    if not isinstance(argument, str) or request.path not in argument:
        return argument
    match = request.resolver_match
    return match.view_name or "?" if match else "no route"
