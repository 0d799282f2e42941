"""What administrators do for their houses: add one, change what it says of itself, close it."""

from datetime import datetime

from django.db import transaction

from lotsen.access import permits
from lotsen.access.rights import forget
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right, Role
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.errors import NotPermitted, Refusal
from lotsen.membership import actions
from lotsen.membership.actions import HouseFacts
from lotsen.membership.reading import cities_of, houses_of
from lotsen.places.models import Municipality

HOUSE = "house"  # AccessEvent.object_type


@transaction.atomic
def add(facts: HouseFacts, *, city: Municipality, actor: User, at: datetime) -> Organisation:
    """A new house; whoever adds it manages its people until somebody else does.

    The one way to a role of one's own: the house is new, so nothing is there to be seen.

    Raises:
        NotPermitted: `actor` manages no house of this city.
        InvalidInput: the term for answers is beyond what is possible.
    """
    if not cities_of(actor).filter(pk=city.pk).exists():
        raise NotPermitted(right=Right.MANAGE_PEOPLE.value)
    house = actions.create_house(facts, city=city)
    actions.join(actor, organisation=house, role=Role.ADMINISTRATOR, at=at)
    _record(house, actor=actor, reason=Role.ADMINISTRATOR, at=at)
    return house


@transaction.atomic
def change(house: Organisation, facts: HouseFacts, *, actor: User) -> None:
    """What a house says of itself. Its city and its name in addresses stay.

    Raises:
        NotPermitted: `actor` does not manage this house.
        InvalidInput: the term for answers is beyond what is possible.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, house.pk)
    actions.describe_house(house, facts)


@transaction.atomic
def close(house: Organisation, *, actor: User, at: datetime) -> None:
    """Nobody has a right there any more, from the next request on; nothing is erased.

    Raises:
        NotPermitted: `actor` does not manage this house.
        Refusal: it is the last house `actor` manages.
    """
    permits.require(actor, Right.MANAGE_PEOPLE, house.pk)
    if not houses_of(actor).exclude(pk=house.pk).exists():
        raise Refusal("last_house")
    house.is_active = False
    house.save(update_fields=["is_active"])
    forget(actor)
    _record(house, actor=actor, reason="house_closed", at=at)


def _record(house: Organisation, *, actor: User, reason: str, at: datetime) -> None:
    record(Deed.SHARE, actor=actor, object_type=HOUSE, organisation=house.pk, reason=reason, at=at)
