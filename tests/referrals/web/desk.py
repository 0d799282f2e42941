"""Handovers as the desk meets them: made through the same actions as on the pages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.timezone import now
from django.utils.translation import override

from lotsen.accounts.models import Organisation, User
from lotsen.audit.models import AccessEvent, Deed
from referrals.cases.models import Case
from referrals.handovers import actions
from referrals.handovers.models import Handover
from referrals.identities.actions import store
from tests.builders import make_assessment, make_case, make_consent, make_offer
from tests.conftest import Cast

CATEGORIES = ["name", "phone", "language", "district", "needs"]
NAME, PHONE = "Rana Beispiel", "0171 39200 12"
PURPOSES = ["documentation", "handover", "feedback"]


def requested(
    cast: Cast,
    *,
    case: Case | None = None,
    categories: list[str] | None = None,
    purposes: list[str] | None = None,
    to: Organisation | None = None,
    at: datetime | None = None,
) -> Handover:
    """Anna has asked Bilal's house, or another one, to look after a family."""
    at = at or now() - timedelta(hours=1)
    case = case or cast.case
    categories = categories or CATEGORIES
    make_assessment(case, cast.anna, needs=["overload"], resources=["good_health"], talk_wish="yes")
    store(case, name=NAME, phone=PHONE, safe_contact="", actor=cast.anna, at=at)
    consent = make_consent(
        case,
        to or cast.office,
        cast.anna,
        categories=categories,
        purposes=purposes or PURPOSES,
        given_at=at,
        valid_until=(at + timedelta(days=365)).date(),
    )
    offer = make_offer("Nachsorge", recipient=to) if to else cast.offer
    draft = actions.draft(case, offer=offer, categories=categories, actor=cast.anna, at=at)
    actions.attach_consent(draft, consent=consent, actor=cast.anna, at=at)
    return actions.request(draft, actor=cast.anna, at=at)


def accepted(cast: Cast, **how: Any) -> Handover:
    """Bilal's house has accepted: it takes part in the case."""
    handover = requested(cast, **how)
    return actions.accept(handover, actor=cast.bilal, at=handover.requested_at)


def many(cast: Cast, count: int) -> list[Handover]:
    """So many requests for as many families."""
    return [requested(cast, case=make_case(cast.clinic, cast.anna)) for _ in range(count)]


def events_of(user: User) -> list[AccessEvent]:
    """What the access log says of one person's looking, in order; signing in left out."""
    looks = AccessEvent.objects.filter(actor=user).exclude(deed=Deed.LOGIN)
    return list(looks.order_by("at", "id"))


def german(words: Mapping[str, Any], code: str) -> str:
    """The word for a code as the pages of these tests show it."""
    with override("de"):
        return str(words[code])


def text_of(page: HttpResponse) -> str:
    """What a page says, pseudonyms in one piece."""
    return unescape(strip_tags(page.content.decode()))
