"""What can be done to an offer: confirm it, say how many places there are, withdraw it.

Who answers for an offer may keep it fresh: people with the right in the provider's house or in
the house that answers handovers to it, and the catalogue editors of its city.
"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access.permits import allows
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from offers.models import Offer, OfferStatus
from offers.vocabulary import Capacity

MAX_WAITING_WEEKS = 104


def may_keep_fresh(offer: Offer, user: User) -> bool:
    """Whether `user` may confirm this offer and state its places."""
    houses = [offer.provider.organisation_id, offer.recipient_id]
    own = any(house and allows(user, Right.UPDATE_CAPACITY, house) for house in houses)
    return own or may_edit(offer, user)


def require_keeping_fresh(offer: Offer, user: User) -> None:
    """Return silently if `user` may confirm this offer and state its places.

    Raises:
        NotPermitted: otherwise.
    """
    if not may_keep_fresh(offer, user):
        raise NotPermitted(right=Right.UPDATE_CAPACITY.value)


def may_edit(offer: Offer, user: User) -> bool:
    """Whether `user` edits the catalogue of this offer's city, from whichever house."""
    houses = organisations_where(user, Right.EDIT_CATALOGUE)
    if not houses:
        return False
    return Organisation.objects.filter(pk__in=houses, municipality=offer.municipality_id).exists()


@transaction.atomic
def confirm(offer: Offer, *, actor: User, at: datetime) -> Offer:
    """What the catalogue says about `offer` is right as of today.

    Raises:
        NotPermitted: `actor` does not answer for this offer.
        InvalidMove: the offer is not on show.
    """
    require_keeping_fresh(offer, actor)
    offer = _locked(offer)
    offer.checked_on = localdate(at)
    offer.checked_by = actor
    offer.save(update_fields=["checked_on", "checked_by", "updated_at"])
    return offer


@transaction.atomic
def set_capacity(
    offer: Offer, *, capacity: str, waiting_weeks: int | None = None, actor: User, at: datetime
) -> Offer:
    """How many places there are, as of today.

    Args:
        waiting_weeks: how long one waits, in weeks, 0 to 104; counts for a waiting list only.

    Raises:
        NotPermitted: `actor` does not answer for this offer.
        InvalidMove: the offer is not on show.
        InvalidInput: no such word for places, or nobody waits that long.
    """
    require_keeping_fresh(offer, actor)
    if capacity not in set(Capacity):
        raise InvalidInput("capacity_not_known", field="capacity")
    weeks = waiting_weeks if capacity == Capacity.WAITING_LIST else None
    if weeks is not None and not 0 <= weeks <= MAX_WAITING_WEEKS:
        raise InvalidInput("waiting_weeks_beyond", field="waiting_weeks", most=MAX_WAITING_WEEKS)
    offer = _locked(offer)
    offer.capacity = capacity
    offer.waiting_weeks = weeks
    offer.capacity_as_of = localdate(at)
    offer.save(update_fields=["capacity", "waiting_weeks", "capacity_as_of", "updated_at"])
    return offer


@transaction.atomic
def withdraw(offer: Offer, *, actor: User, at: datetime) -> Offer:
    """`offer` ends today: it is kept for the cases that name it, but never suggested again.

    Raises:
        NotPermitted: `actor` does not edit the catalogue of this city.
        InvalidMove: the offer is not on show.
    """
    if not may_edit(offer, actor):
        raise NotPermitted(right=Right.EDIT_CATALOGUE.value)
    offer = _locked(offer)
    today = localdate(at)
    offer.status = OfferStatus.WITHDRAWN
    offer.valid_until = min(offer.valid_until or today, today)
    offer.save(update_fields=["status", "valid_until", "updated_at"])
    return offer


def _locked(offer: Offer) -> Offer:
    """The offer as it stands now, ours until the end of the transaction."""
    current = Offer.objects.select_for_update().get(pk=offer.pk)
    if current.status != OfferStatus.PUBLISHED:
        raise InvalidMove("offer_not_on_show")
    return current
