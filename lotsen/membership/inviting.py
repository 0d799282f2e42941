"""Links that let one person choose a password: once, and for a week.

The link holds 256 random bits, the database their digest alone. Whether a link is unknown,
used, over or withdrawn, the answer is the same: None.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import QuerySet

from lotsen.accounts.models import User
from lotsen.membership.models import Invitation, InvitationPurpose

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(user: User, *, purpose: InvitationPurpose, actor: User, at: datetime) -> str:
    """A new link for `user`: returned this once. Earlier links of theirs no longer work."""
    revoke_all(user, at=at)
    token = token_urlsafe(32)
    Invitation.objects.create(
        user=user,
        purpose=purpose,
        digest=_digest(token),
        created_at=at,
        created_by=actor,
        expires_at=at + VALID_FOR,
    )
    return token


def living(token: str, *, at: datetime) -> Invitation | None:
    """The invitation this link belongs to, with its user, if it still works."""
    return _living(at).select_related("user").filter(digest=_digest(token)).first()


@transaction.atomic
def accept(token: str, *, password: str, at: datetime) -> User | None:
    """The person chose `password`, which signs them in from now on; the link is used up.

    Of two who open the same link, one succeeds. None: the link does not work any more.
    """
    found = living(token, at=at)
    if found is None:
        return None
    user = User.objects.select_for_update(no_key=True).get(pk=found.user_id)
    current = _living(at).select_for_update(of=("self",)).filter(pk=found.pk).first()
    if current is None:
        return None
    current.used_at = at
    current.save(update_fields=["used_at"])
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def revoke_all(user: User, *, at: datetime) -> None:
    """No link of `user` works any more, nor will when a closed account is opened again."""
    for invitation in Invitation.objects.filter(user=user, used_at=None, revoked_at=None):
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])


def _living(at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        used_at=None, revoked_at=None, expires_at__gt=at, user__is_active=True
    )


def _digest(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
