"""Django's PostgreSQL backend; before the first statement of a transaction, and whenever the
standing has changed since, the server is told for whom it is asked.

What it is told holds until the end of the transaction (`set_config(…, true)`), so nothing can leak
into the next request: not over a kept connection, not through a pooler that hands connections on
between transactions. Outside a transaction nothing is said and a person's rows stay hidden; only
the system, which works without transactions in places, gets one around each statement.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from django.utils.timezone import now
from psycopg.pq import TransactionStatus

from lotsen.fence import standing

_PERSON = "SELECT public.lotsen_stand(%s::uuid, %s)"
_NO_PERSON = (
    "SELECT set_config('lotsen.standing', %s, true), set_config('lotsen.user', '', true),"
    " set_config('lotsen.houses', '', true)"
)
_ABOUT_ROWS = re.compile(r"\s*\(?\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.I)


class DatabaseWrapper(base.DatabaseWrapper):
    """See the module. The statement that tells goes past Django's cursors: it counts nowhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: standing.Standing | None = None  # None: the running transaction knows nothing
        self.execute_wrappers.append(self._tell_first)

    def _tell_first(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,  # noqa: FBT001  Django passes it so
        context: Any,
    ) -> Any:
        who = standing.current()
        status = self.connection.info.transaction_status
        if status == TransactionStatus.IDLE:
            self._told = None
            if self.connection.autocommit:
                return self._execute_alone(who, execute, sql, params, many, context)
        if self._told != who and status != TransactionStatus.INERROR:
            self._tell(who)
        return execute(sql, params, many, context)

    def _execute_alone(
        self, who: standing.Standing, execute: Callable[..., Any], sql: Any, *rest: Any
    ) -> Any:
        """A statement without a transaction: the system's gets one, if it is about rows."""
        if who != standing.SYSTEM or not _ABOUT_ROWS.match(str(sql)):
            return execute(sql, *rest)
        with self.wrap_database_errors, self.connection.transaction():
            self._tell(who)
            answer = execute(sql, *rest)
        self._told = None
        return answer

    def _tell(self, who: standing.Standing) -> None:
        with self.wrap_database_errors:
            if who in {standing.SYSTEM, standing.NOBODY}:
                self.connection.execute(_NO_PERSON, [who])
            else:
                self.connection.execute(_PERSON, [who, now()])
        self._told = who

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # Django has it; its stubs do not
        self._told = None  # what was told since the savepoint is undone with the rest
