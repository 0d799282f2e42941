"""API tokens: shown once, kept as a digest, ended by date or at once."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from lotsen.accounts.models import ApiToken, TokenScope, User

MAX_DAYS = 366


def issue(user: User, *, scope: TokenScope, days: int, at: datetime) -> str:
    """A new token for `user`, valid for `days` days from `at`; nobody can read it again later.

    Raises:
        ValueError: `days` is not between 1 and 366.
    """
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(f"{days=}")
    token = f"lotsen_{token_urlsafe(32)}"
    ApiToken.objects.create(
        user=user,
        digest=_digest(token),
        scope=scope,
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


def revoke_all(user: User, *, at: datetime) -> int:
    """Every living token of `user` ends now; how many. Revoking again keeps the first moment."""
    living = ApiToken.objects.filter(user=user, expires_at__gt=at, revoked_at=None)
    return living.update(revoked_at=at)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
