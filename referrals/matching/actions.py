"""From a case to fitting offers and back: look, choose, or say that nothing fits.

Which offers fit is decided in offers.matching, which knows no case. Here the profile is built
and what was shown, chosen or missing is recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.accounts.models import User
from lotsen.errors import InvalidInput, InvalidMove
from offers.matching.candidates import for_municipality
from offers.matching.rules import Excluded, Match, NeedProfile, Result, match
from offers.models import Offer, OfferStatus
from offers.vocabulary import NEEDS
from referrals.assessments.actions import require_assessing
from referrals.assessments.models import latest_finished
from referrals.cases.actions import open_for_change, touch
from referrals.cases.models import Case
from referrals.matching import counting
from referrals.matching.models import Gap, GapReason, Suggestion
from referrals.matching.rules import SAME_LOOK, languages_of, same_result


@dataclass(frozen=True)
class Suggestions:
    """What fits a case and what does not, with the recorded look at it."""

    matches: tuple[Match, ...]
    excluded: tuple[Excluded, ...]
    profile: NeedProfile
    suggestion: Suggestion


@transaction.atomic
def suggest(case: Case, *, actor: User, at: datetime) -> Suggestions:
    """Fitting offers of the family's city, best first, each with reasons; and why others do not.

    Rests on the latest finished assessment; without one, on no needs. Looking again at the same
    result within the hour is recorded once.

    Raises:
        NotPermitted: `actor` may not assess the case: the reasons tell of its needs.
        InvalidMove: the case is closed.
    """
    require_assessing(case, actor)
    case = open_for_change(case)
    profile = need_profile(case, at)
    result = match(profile, for_municipality(profile.municipality))
    return Suggestions(
        matches=result.matches,
        excluded=result.excluded,
        profile=profile,
        suggestion=_recorded(case, result, actor=actor, at=at),
    )


@transaction.atomic
def choose(suggestion: Suggestion, *, offer: Offer, actor: User, at: datetime) -> Suggestion:
    """The family decides for one of the offers it was shown; it may decide again.

    Raises:
        NotPermitted: `actor` may not assess the case.
        InvalidMove: the case is closed, or the offer was withdrawn since.
        InvalidInput: the offer was not among those shown.
    """
    require_assessing(suggestion.case, actor)
    case = open_for_change(suggestion.case)
    if str(offer.pk) not in suggestion.shown:
        raise InvalidInput("offer_not_shown", field="offer")
    if not Offer.objects.filter(pk=offer.pk, status=OfferStatus.PUBLISHED).exists():
        raise InvalidMove("offer_withdrawn")
    suggestion.chosen, suggestion.chosen_at = offer, at
    suggestion.save(update_fields=["chosen", "chosen_at"])
    touch(case, at=at)
    return suggestion


@transaction.atomic
def note_gap(case: Case, *, need: str, reason: GapReason | str, actor: User, at: datetime) -> Gap:
    """A need met no fitting offer. The coordination learns of it as an anonymous count.

    Noted twice for the same need and reason, it counts once.

    Raises:
        NotPermitted: `actor` may not assess the case.
        InvalidMove: the case is closed.
        InvalidInput: need or reason are unknown.
    """
    require_assessing(case, actor)
    case = open_for_change(case)
    if need not in NEEDS:
        raise InvalidInput("need_unknown", field="need", value=need[:30])
    if reason not in GapReason.values:
        raise InvalidInput("reason_unknown", field="reason", allowed=", ".join(GapReason.values))
    gap, is_new = Gap.objects.get_or_create(
        case=case, need=need, reason=reason, defaults={"noted_at": at, "noted_by": actor}
    )
    if is_new:
        counting.count(gap)
        touch(case, at=at)
    return gap


def need_profile(case: Case, at: datetime) -> NeedProfile:
    """What the family looks for on the day of `at`, coarse enough to be shown to it."""
    sheet = latest_finished(case)
    district = case.district
    return NeedProfile(
        needs=frozenset(sheet.needs if sheet else ()),
        age_months=case.age_on(localdate(at)),
        municipality=district.municipality_id,
        on=localdate(at),
        district_key=district.key,
        district_name=district.name,
        borough_code=district.borough_code,
        languages=languages_of(case.language),
        interpreting_needed=case.interpreting,
        latitude=district.latitude,
        longitude=district.longitude,
    )


def _recorded(case: Case, result: Result, *, actor: User, at: datetime) -> Suggestion:
    shown = [str(match.candidate.id) for match in result.matches]
    last = (
        Suggestion.objects.filter(case=case, shown_by=actor, shown_at__gt=at - SAME_LOOK)
        .order_by("-shown_at", "-id")
        .first()
    )
    if last is not None and same_result(last.shown, shown):
        return last
    return Suggestion.objects.create(
        case=case,
        shown=shown,
        excluded_count=len(result.excluded),
        shown_at=at,
        shown_by=actor,
    )
