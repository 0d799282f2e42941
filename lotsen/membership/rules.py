"""What holds for people, roles and houses, whoever asks. Pure."""

import re
from collections.abc import Collection, Iterable

from lotsen.accounts.roles import Role
from lotsen.errors import InvalidInput

# Who gives rights and who reviews their use are two people, in all houses together.
APART = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})

ANSWER_DAYS = (1, 28)  # a handover is answered within so many days, least and most

_USERNAME = re.compile(r"[\w.-]{1,60}")  # no @: it would look like somebody's e-mail address


def require_apart(roles: Iterable[str]) -> None:
    """Nobody holds both roles of APART.

    Raises:
        InvalidInput: these roles are both among `roles`.
    """
    if set(roles) >= APART:
        raise InvalidInput("roles_apart", field="roles")


def require_username(username: str) -> None:
    """
    Raises:
        InvalidInput: other signs than letters, digits, dot, hyphen and underscore.
    """
    if not _USERNAME.fullmatch(username):
        raise InvalidInput("username_malformed", field="username")


def require_answer_days(days: int) -> None:
    """
    Raises:
        InvalidInput: beyond ANSWER_DAYS.
    """
    low, high = ANSWER_DAYS
    if not low <= days <= high:
        raise InvalidInput("answer_days_out_of_range", field="answer_days", low=low, high=high)


def free_name(wished: str, taken: Collection[str], *, longest: int) -> str:
    """`wished`, or with the first number behind it that makes it differ from all `taken`.

    Args:
        longest: characters, with the number.
    """
    name, number = wished[:longest], 1
    while name in taken:
        number += 1
        end = f"-{number}"
        name = wished[: longest - len(end)] + end
    return name
