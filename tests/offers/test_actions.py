"""Who may keep the catalogue fresh, and what that changes."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.contenttypes.models import ContentType

from lotsen.accounts.models import OrganisationKind, User
from lotsen.accounts.roles import Role
from lotsen.audit.models import ChangeEntry
from lotsen.errors import InvalidInput, InvalidMove, NotPermitted
from offers import actions
from offers.models import Offer, Provider
from tests.builders import NOON, make_city, make_offer, make_organisation, make_user
from tests.conftest import Cast


@pytest.fixture
def emre(cast: Cast) -> User:
    """Works for the provider of `offer`."""
    return make_user("emre", make_organisation("haus", OrganisationKind.PROVIDER), Role.PROVIDER)


@pytest.fixture
def offer(emre: User) -> Offer:
    provider = Provider.objects.create(
        municipality=make_city(),
        slug="haus",
        name="Haus",
        organisation=make_organisation("haus"),
    )
    return make_offer("Krabbelgruppe", provider=provider, checked_on=None)


@pytest.fixture
def editor(cast: Cast) -> User:
    house = make_organisation("netzwerk")
    return make_user("edith", house, Role.CATALOGUE_EDITOR)


def test_the_provider_confirms_its_own_offer(offer: Offer, emre: User) -> None:
    actions.confirm(offer, actor=emre, at=NOON)

    offer.refresh_from_db()
    assert (offer.checked_on, offer.checked_by) == (date(2026, 3, 2), emre)


def test_today_is_the_day_in_germany(offer: Offer, emre: User) -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # half past midnight in Berlin

    assert actions.confirm(offer, actor=emre, at=late).checked_on == date(2026, 3, 3)


def test_the_house_that_answers_handovers_states_places(cast: Cast, emre: User) -> None:
    offer = make_offer(recipient=make_organisation("haus"))

    actions.set_capacity(offer, capacity="full", actor=emre, at=NOON)

    offer.refresh_from_db()
    assert (offer.capacity, offer.capacity_as_of) == ("full", date(2026, 3, 2))


def test_an_editor_of_the_city_keeps_every_offer_of_it_fresh(offer: Offer, editor: User) -> None:
    assert actions.confirm(offer, actor=editor, at=NOON).checked_by == editor


def test_an_editor_of_another_city_does_not(editor: User) -> None:
    krefeld = make_city("krefeld", "Krefeld", "05114000")

    with pytest.raises(NotPermitted):
        actions.confirm(make_offer(municipality=krefeld), actor=editor, at=NOON)


@pytest.mark.parametrize("who", ["anna", "bilal", "carla", "dora"])
def test_whoever_does_not_answer_for_an_offer_changes_nothing(
    cast: Cast, offer: Offer, who: str
) -> None:
    actor = getattr(cast, who)

    with pytest.raises(NotPermitted):
        actions.confirm(offer, actor=actor, at=NOON)
    with pytest.raises(NotPermitted):
        actions.set_capacity(offer, capacity="full", actor=actor, at=NOON)
    with pytest.raises(NotPermitted):
        actions.withdraw(offer, actor=actor, at=NOON)

    offer.refresh_from_db()
    assert (offer.checked_on, offer.capacity, offer.status) == (None, "free", "published")


def test_a_provider_of_another_house_does_not_confirm(offer: Offer) -> None:
    other = make_organisation("anderswo", OrganisationKind.PROVIDER)

    with pytest.raises(NotPermitted):
        actions.confirm(offer, actor=make_user("eva", other, Role.PROVIDER), at=NOON)


def test_a_waiting_time_is_kept_for_a_waiting_list(offer: Offer, emre: User) -> None:
    waiting = actions.set_capacity(
        offer, capacity="waiting_list", waiting_weeks=3, actor=emre, at=NOON
    )
    assert waiting.waiting_weeks == 3

    free = actions.set_capacity(offer, capacity="free", waiting_weeks=3, actor=emre, at=NOON)
    assert free.waiting_weeks is None


@pytest.mark.parametrize(
    ("capacity", "weeks", "field"),
    [
        ("plenty", None, "capacity"),
        ("waiting_list", -1, "waiting_weeks"),
        ("waiting_list", 105, "waiting_weeks"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    offer: Offer, emre: User, capacity: str, weeks: int | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        actions.set_capacity(offer, capacity=capacity, waiting_weeks=weeks, actor=emre, at=NOON)

    assert refusal.value.field == field
    offer.refresh_from_db()
    assert offer.capacity == "free"


def test_a_withdrawn_offer_ends_today_and_cannot_be_kept_fresh(offer: Offer, editor: User) -> None:
    gone = actions.withdraw(offer, actor=editor, at=NOON)

    assert (gone.status, gone.valid_until) == ("withdrawn", date(2026, 3, 2))
    with pytest.raises(InvalidMove):
        actions.confirm(offer, actor=editor, at=NOON)
    with pytest.raises(InvalidMove):
        actions.set_capacity(offer, capacity="free", actor=editor, at=NOON)
    with pytest.raises(InvalidMove):
        actions.withdraw(offer, actor=editor, at=NOON)


def test_withdrawing_keeps_an_earlier_end(offer: Offer, editor: User) -> None:
    Offer.objects.filter(pk=offer.pk).update(valid_until=date(2026, 1, 31))

    assert actions.withdraw(offer, actor=editor, at=NOON).valid_until == date(2026, 1, 31)


def test_the_provider_does_not_withdraw(offer: Offer, emre: User) -> None:
    with pytest.raises(NotPermitted):
        actions.withdraw(offer, actor=emre, at=NOON)


def test_a_change_of_places_is_in_the_change_log(offer: Offer, emre: User) -> None:
    actions.set_capacity(offer, capacity="full", actor=emre, at=NOON)

    entry = ChangeEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Offer), object_pk=str(offer.pk)
    ).latest("timestamp")
    assert entry.changes["capacity"] == ["free", "full"]
