"""API tokens: shown once, kept as a digest, ended by date or at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.db.models import QuerySet

from lotsen.accounts import areas
from lotsen.accounts.models import ApiToken, Purpose, TokenScope, User

MAX_DAYS = 366
EVERYWHERE = {TokenScope.READ: areas.READING, TokenScope.WRITE: areas.ALL}


def issue(user: User, *, scope: TokenScope, days: int, at: datetime) -> str:
    """A new token for every area there is by now, to read or also to write; else like `issue_for`.

    Raises:
        ValueError: as there.
    """
    return issue_for(user, EVERYWHERE[scope], purpose=Purpose.OTHER, days=days, at=at)


def issue_for(
    user: User, codes: Iterable[str], *, purpose: Purpose, days: int, at: datetime
) -> str:
    """A new token for `user`, valid for `days` days from `at`; nobody can read it again later.

    Args:
        codes: what it may be used for, of lotsen.accounts.areas: "cases:read".

    Raises:
        ValueError: `days` is not between 1 and 366, or there is no such code, or none is named.
    """
    carried = frozenset(codes)
    if not 1 <= days <= MAX_DAYS or not carried or not carried <= areas.ALL:
        raise ValueError(f"{days=} {sorted(carried)=}")
    token = f"lotsen_{token_urlsafe(32)}"
    ApiToken.objects.create(
        user=user,
        digest=_digest(token),
        areas=sorted(carried),
        purpose=purpose,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return token


def living(token: str, *, at: datetime) -> ApiToken | None:
    """The token with its user, if it exists and is neither ended, revoked nor its user gone.

    Looked up by a digest of 256 random bits, so how long the search takes tells nothing.
    """
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=_digest(token), expires_at__gt=at, revoked_at=None, user__is_active=True)
        .first()
    )


def all_living(user: User, *, at: datetime) -> QuerySet[ApiToken]:
    """The tokens of `user` that still open something, the newest first."""
    living = ApiToken.objects.filter(user=user, expires_at__gt=at, revoked_at=None)
    return living.order_by("-created_at", "id")


def revoke(user: User, number: UUID, *, at: datetime) -> bool:
    """This token of `user` ends now; False if they have no such living one."""
    token = all_living(user, at=at).filter(pk=number).first()
    if token is None:
        return False
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    return True


def revoke_all(user: User, *, at: datetime) -> int:
    """Every living token of `user` ends now; how many. Revoking again keeps the first moment."""
    living = list(all_living(user, at=at))
    for token in living:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return len(living)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
