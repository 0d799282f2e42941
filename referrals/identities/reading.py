"""Opening an identity: the only way from a case to a person, logged before it is decrypted."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from lotsen.access import permits
from lotsen.access.rights import organisations_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from lotsen.vault import opening
from referrals.cases.insiders import is_insider, standing
from referrals.cases.models import Case
from referrals.cases.rules import Standing
from referrals.consent.rules import in_force
from referrals.handovers.models import Handover
from referrals.handovers.rules import RELEASED_STATES, State
from referrals.identities import rules
from referrals.identities.rules import Field, OpeningReason, Reader, Release


def readable_fields(case: Case, user: User, on: date, *, reason: str = "") -> frozenset[Field]:
    """The fields `user` may read on a day, whether they are filled or not. Opens nothing."""
    return rules.readable(_reader(case, user, on), reason=reason)


def searchable_fields(case: Case, user: User, on: date) -> frozenset[Field]:
    """The fields by which `user` may look for this family on a day. Opens nothing."""
    return rules.searchable(_reader(case, user, on))


def filled_fields(case: Case) -> frozenset[Field]:
    """The fields that hold something. Opens nothing, but is for pages of a readable case only."""
    return frozenset(Field(field) for field in opening.identity_ids(case.vault_ref))


@transaction.atomic
def open_identity(
    case: Case, *, actor: User, at: datetime, reason: str = OpeningReason.WORK
) -> dict[str, str]:
    """The readable fields that hold something, by field name. Exactly one unlock event.

    Raises:
        InvalidInput: the reason is unknown.
        NotPermitted: nothing of this identity is meant for `actor` now.
    """
    reason = rules.checked_reason(reason)
    allowed = readable_fields(case, actor, localdate(at), reason=reason)
    if reason == OpeningReason.WORK and standing(case, actor) is Standing.EMERGENCY:
        reason = OpeningReason.EMERGENCY  # who reviews it finds it under its name
    if not allowed:
        raise NotPermitted("identity_not_released", right=Right.VIEW_IDENTITY.value)
    stored = opening.identity_ids(case.vault_ref)
    sealed = {field: key for field, key in stored.items() if field in allowed}
    if not sealed:
        return {}
    texts = opening.open_texts(
        list(sealed.values()),
        actor=actor,
        organisation=_house_of(case, actor),
        pseudonym=case.pseudonym,
        object_type="identity",
        fields=sorted(sealed),
        reason=reason,
        at=at,
    )
    return {field: texts[key] for field, key in sorted(sealed.items()) if texts[key]}


def worked_out[Answer](
    refs: Sequence[UUID],
    fields: frozenset[Field],
    work: Callable[[Mapping[str, str]], Answer],
) -> dict[UUID, Answer]:
    """What the machine works out from these fields of each identity, for comparing and indexing.

    Nobody is shown anything; a family whose texts do not open has no answer.
    """
    return opening.worked_out(refs, [field.value for field in fields], work)


def _reader(case: Case, user: User, on: date) -> Reader:
    houses = organisations_where(user, Right.VIEW_IDENTITY)
    in_holder = case.holder_id in houses
    insider = in_holder and is_insider(case, user)
    return Reader(
        is_insider=insider,
        is_colleague=in_holder and not insider and not case.insiders_only,
        releases=() if insider else tuple(_releases(case, houses, on)),
        is_restricted=case.restricted,
    )


def _releases(case: Case, houses: list[UUID], on: date) -> list[Release]:
    running = Handover.objects.filter(
        case=case,
        recipient__in=houses,
        consent__case=case,
        state__in=[state.value for state in RELEASED_STATES],
    ).select_related("consent")
    return [_release(handover, on) for handover in running]


def _release(handover: Handover, on: date) -> Release:
    consent = handover.consent
    named = consent is not None and consent.recipient_id == handover.recipient_id
    if consent is None or not named:
        nothing: frozenset[str] = frozenset()
        return Release(State(handover.state), nothing, nothing, nothing, in_force=False)
    return Release(
        state=State(handover.state),
        categories=frozenset(handover.categories),
        consented=frozenset(consent.categories),
        purposes=frozenset(consent.purposes),
        in_force=in_force(
            withdrawn_at=consent.withdrawn_at, valid_until=consent.valid_until, on=on
        ),
    )


def _house_of(case: Case, user: User) -> UUID | None:
    """From which house somebody reads: the holder's own first."""
    if permits.allows(user, Right.VIEW_IDENTITY, case.holder_id):
        return case.holder_id
    houses = organisations_where(user, Right.VIEW_IDENTITY)
    recipients = case.handovers.filter(recipient__in=houses).order_by("id")
    return recipients.values_list("recipient", flat=True).first()
