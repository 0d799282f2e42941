"""What the machine itself leaves behind and needs no longer. No family is named in any of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lotsen.accounts import limits
from lotsen.accounts.models import ApiToken, Attempt, Session, SignInPlace
from lotsen.devices import LIFETIME
from lotsen.rest.models import CarriedOut
from lotsen.rest.repeats import KEPT

# An ended token is kept for a quarter, to tell whose it was when its traces in the access log are
# looked at; its digest opens nothing any more.
TOKENS_KEPT = timedelta(days=90)

SESSIONS, REPEATS, TOKENS = "sessions", "repeats", "tokens"
ATTEMPTS, PLACES = "attempts", "places"
LABELS = {
    SESSIONS: _("Sessions that have run out"),
    REPEATS: _("Requests to the API that could be repeated"),
    TOKENS: _("Tokens of the API that have ended"),
    ATTEMPTS: _("Counted attempts to sign in"),
    PLACES: _("Devices on which somebody has not signed in for long"),
}


def leftovers(at: datetime) -> dict[str, QuerySet[Any]]:
    """Rows whose use is over.

    Sessions hold what a page needs between two requests: a question put to a family, a drawn
    curtain, a form not yet sent. So nothing of that outlives a working day (SESSION_COOKIE_AGE).
    """
    ended = at - TOKENS_KEPT
    return {
        SESSIONS: Session.objects.filter(expire_date__lt=at),
        REPEATS: CarriedOut.objects.filter(at__lte=at - KEPT),
        TOKENS: ApiToken.objects.filter(Q(expires_at__lt=ended) | Q(revoked_at__lt=ended)),
        ATTEMPTS: Attempt.objects.filter(at__lte=at - limits.KEPT),
        PLACES: SignInPlace.objects.filter(last_at__lt=at - timedelta(seconds=LIFETIME)),
    }


def count(*, at: datetime) -> dict[str, int]:
    """How many of each there are. Changes nothing."""
    return {kind: rows.count() for kind, rows in leftovers(at).items()}


@transaction.atomic
def clear(*, at: datetime) -> dict[str, int]:
    """Delete them; answers how many of each are gone."""
    return {kind: rows.delete()[0] for kind, rows in leftovers(at).items()}
