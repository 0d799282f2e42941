"""Second factors and links to the municipal sign-on of an account: whether there are any, and
away with all of them. What they are made of is the business of lotsen.web.second_factor.
"""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from lotsen.accounts.models import User

# What counts beside a password. Recovery codes alone do not: they come with the first of these.
STANDING = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    """Whether `user` has an app with codes or a passkey. One query."""
    return bool(Authenticator.objects.filter(user=user, type__in=STANDING).exists())


def drop_second_factors(user: User) -> int:
    """App, passkeys and recovery codes of `user` are gone at once; how many there were.

    For a lost phone and for an account that is closed. The caller ends the sessions.
    """
    return int(Authenticator.objects.filter(user=user).delete()[0])


def drop_municipal_links(user: User) -> int:
    """The municipal sign-on no longer knows `user`; how many links there were."""
    return int(SocialAccount.objects.filter(user=user).delete()[0])
