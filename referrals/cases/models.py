"""The pseudonymous case, who takes part in it, and shares with single people."""

from datetime import date
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from lotsen.access.models import IndividualShare
from lotsen.access.rights import organisations_where, stands_in_for
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import District
from lotsen.privacy import classified
from referrals.cases.rules import age_on


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Household(models.TextChoices):
    TWO_PARENTS = "two_parents", _("Two parents with child")
    ONE_PARENT = "one_parent", _("One parent with child")
    EXTENDED_FAMILY = "extended_family", _("With grandparents or relatives")
    SHARED_HOUSING = "shared_housing", _("Shelter or shared housing")
    UNKNOWN = "unknown", _("Not asked")


class AccessRoute(models.TextChoices):
    """How the family came to the navigator."""

    SCREENING = "screening", _("Screening sheet")
    STAFF = "staff", _("Hint by ward staff")
    SELF = "self", _("Family asked")
    PRACTICE = "practice", _("Practice")


class StorageForm(models.TextChoices):
    """How the family agreed that its documentation is kept (purpose (a), docs/domain.md)."""

    PAPER = "paper", _("On paper")
    TAP = "tap", _("Tapped on the tablet")


class ClosureReason(models.TextChoices):
    """Why the work ends (docs/domain.md); none of them is a failure of the family."""

    CONTACT_DECLINED = "contact_declined", _("The family does not want an offer now")
    NOT_REACHED = "not_reached", _("Not reached")
    INFO_ONLY = "info_only", _("Information was enough")
    HELP_ARRIVED = "handover_accepted", _("Help has arrived")
    HELP_NOT_USED = "handover_not_used", _("Help was not taken up")
    ALREADY_SUPPORTED = "already_supported", _("Already has support")
    MOVED_AWAY = "moved_away", _("Moved away")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn")
    OTHER = "other", _("Other reason")


def _worked_on_by(user: User) -> Q:
    """Assigned to `user`, or in that house to somebody `user` stands in for now."""
    found = Q(assigned_to=user)
    for house, absent in sorted(stands_in_for(user)):
        found |= Q(holder=house, assigned_to=absent)
    return found


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """The cases `user` may know of. Single rows only; lists use referrals.cases.worklist.

        Three ways in: the user's house holds the case, takes part in it, or it is shared with
        the user for a time. A case for insiders only is held for those who work on it; its house
        does not open it to anybody else. A case of another house does not exist for this user.
        """
        houses = organisations_where(user, Right.VIEW_CASES)
        shares = CaseShare.objects.running_for(user).values("case")
        parts = Participation.objects.running_for(houses).values("case")
        held = Q(holder__in=houses) & (Q(insiders_only=False) | _worked_on_by(user))
        return self.filter(held | Q(pk__in=parts) | Q(pk__in=shares))

    def hidden_from(self, user: User) -> "CaseQuerySet":
        """The cases of the user's own houses that are for insiders only, `user` being none.

        What hangs on a case by its house (handovers sent, follow-ups, consents) leaves them out.
        """
        shares = CaseShare.objects.running_for(user).values("case")
        houses = organisations_where(user, Right.VIEW_CASES)
        own = self.filter(holder__in=houses, insiders_only=True)
        return own.exclude(_worked_on_by(user)).exclude(pk__in=shares)

    def with_parties(self) -> "CaseQuerySet":
        return self.select_related("holder", "district__municipality", "assigned_to")

    def for_display(self) -> "CaseQuerySet":
        """Complete for a page: a template that reaches further raises, it does not query."""
        return self.with_parties().fetch_mode(models.FETCH_RAISE)


@classified(
    sensitive="language interpreting child_age_months aged_on household district route",
    operational=(
        "id pseudonym vault_ref holder assigned_to state stored_with_consent storage_form opened_at"
        " opened_by touched_at closed_at closure_reason restricted insiders_only"
    ),
)
class Case(models.Model):
    """A family's case, known by a random pseudonym and coarse facts only.

    Changes only through actions. `touched_at` orders work lists and is copied to
    participations and shares in the same transaction (referrals.cases.actions.touch).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    pseudonym = models.CharField(max_length=14, unique=True)  # XXXX-XXXX-XXXX
    vault_ref = models.UUIDField(unique=True, default=uuid4, editable=False)  # opaque
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=CaseState, default=CaseState.OPEN)
    language = models.CharField(max_length=12)  # BCP 47, of the family
    interpreting = models.BooleanField(default=False)
    child_age_months = models.SmallIntegerField()  # −9 … −1 pregnancy, on `aged_on`
    aged_on = models.DateField()
    household = models.CharField(max_length=16, choices=Household, default=Household.UNKNOWN)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    route = models.CharField(max_length=10, choices=AccessRoute, default=AccessRoute.SCREENING)
    stored_with_consent = models.BooleanField(default=False)  # purpose (a)
    storage_form = models.CharField(max_length=6, choices=StorageForm, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    touched_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closure_reason = models.CharField(max_length=20, choices=ClosureReason, blank=True)
    restricted = models.BooleanField(default=False)  # stored, not used (Art. 18 GDPR)
    # Colleagues of the holding house do not know of it: the family of somebody who works there,
    # a woman in hiding. Only who works on it sees it (referrals.cases.insiders).
    insiders_only = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="case_worklist", fields=["holder", "-touched_at", "-id"]),
            models.Index(
                name="case_worklist_state", fields=["holder", "state", "-touched_at", "-id"]
            ),
            models.Index(
                name="case_worklist_insiders",
                fields=["assigned_to", "-touched_at", "-id"],
                condition=Q(insiders_only=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_closed_case_has_moment_and_reason",
                condition=Q(state=CaseState.OPEN, closed_at=None, closure_reason="")
                | (Q(state=CaseState.CLOSED, closed_at__isnull=False) & ~Q(closure_reason="")),
            ),
            models.CheckConstraint(
                name="child_age_is_plausible",
                condition=Q(child_age_months__gte=-9, child_age_months__lte=216),
            ),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def age_on(self, day: date) -> int:
        """The child's age in whole months on `day`; negative before birth."""
        return age_on(day, self.child_age_months, self.aged_on)


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def running(self) -> "ParticipationQuerySet":
        """Not ended, and resting on a consent whose last day has not passed."""
        in_time = Q(expires_on=None) | Q(expires_on__gte=localdate())
        return self.filter(in_time, until=None)

    def running_for(self, houses: list[UUID]) -> "ParticipationQuerySet":
        return self.running().filter(organisation__in=houses)


@classified(
    operational=(
        "id case organisation categories provenance since until expires_on touched_at origin"
    )
)
class Participation(models.Model):
    """A house takes part in a case it does not hold, within the consented categories."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    categories = models.JSONField(default=list)  # codes of referrals.consent.rules.Category
    provenance = models.CharField(max_length=24)  # referrals.cases.rules.Provenance
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)  # last day of the consent; no job has to run
    touched_at = models.DateTimeField()  # copy of the case's, for the keyset index
    origin = models.UUIDField()  # the handover it came from

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="participation_worklist",
                fields=["organisation", "-touched_at", "-case"],
                condition=Q(until=None),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_running_participation_per_case_and_house",
                fields=["case", "organisation"],
                condition=Q(until=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.organisation_id}"


class CaseShareQuerySet(models.QuerySet["CaseShare"]):
    def running_for(self, user: User) -> "CaseShareQuerySet":
        """Shares in force now; the end date decides by itself, no job has to run.

        A share holds only while its person works in a house of the case: whoever leaves the
        house loses it with the next request.
        """
        houses = houses_of_work(user)
        parts = Participation.objects.running_for(houses).values("case")
        at_work = Q(case__holder__in=houses) | Q(case__in=parts)
        return self.filter(at_work, user=user, since__lte=now(), until__gt=now())


def houses_of_work(user: User) -> list[UUID]:
    """The houses in which `user` works with families in any way."""
    opens = organisations_where(user, Right.OPEN_CASE)
    return sorted({*opens, *organisations_where(user, Right.VIEW_CASES)})


@classified(operational="id case user kind reason since until granted_by touched_at")
class CaseShare(IndividualShare):
    """One case shared with one person until a date: deputy, joint work, own intake."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="shares")
    touched_at = models.DateTimeField()  # copy of the case's, for the keyset index

    objects = CaseShareQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(name="share_worklist", fields=["user", "-touched_at", "-case"]),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.kind}"
