"""What families ask for by right, and what they contest."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.privacy import classified
from referrals.cases.models import Case


class RequestKind(models.TextChoices):
    """The rights of a family (Art. 15–20 GDPR, § 84 SGB X)."""

    ACCESS = "access", _("Access: what is stored about us?")
    RECTIFICATION = "rectification", _("Rectification")
    DISPUTE = "dispute", _("Contested: this is not true")
    RESTRICTION = "restriction", _("Restriction: store, but do not use")
    ERASURE = "erasure", _("Erasure")
    PORTABILITY = "portability", _("Portability: as a file")


class RequestState(models.TextChoices):
    OPEN = "open", _("Open")
    FULFILLED = "fulfilled", _("Fulfilled")
    REFUSED = "refused", _("Refused, with a reason")


class IdentityCheck(models.TextChoices):
    """How it was made sure that the family itself is asking."""

    KNOWN = "known", _("Known in person")
    CALLED_BACK = "called_back", _("Called back on the stored number")
    DOCUMENT = "document", _("Identity card shown")
    SHEET = "sheet", _("Brought the sheet with the case code")


class RefusalReason(models.TextChoices):
    NOT_IDENTIFIED = "not_identified", _("Not clear that it is the family itself")
    RIGHTS_OF_OTHERS = "rights_of_others", _("Rights of others would suffer")
    DUTY_TO_KEEP = "duty_to_keep", _("A law obliges us to keep it")
    NOTHING_STORED = "nothing_stored", _("Nothing is stored any more")


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def visible_to(self, user: User) -> "RightsRequestQuerySet":
        """The register: what the houses were asked whose access log `user` may read."""
        return self.filter(organisation__in=organisations_where(user, Right.VIEW_AUDIT))

    def open(self) -> "RightsRequestQuerySet":
        return self.filter(state=RequestState.OPEN)


@classified(
    operational=(
        "id organisation case_id pseudonym kind identity_check received_on due_on state reason"
        " recorded_by recorded_at ended_by ended_at"
    )
)
class RightsRequest(models.Model):
    """A family asks for one of its rights; it is answered within a month (Art. 12 (3) GDPR).

    No key to the case: that it was answered can be shown after the case is erased. None where
    nothing was stored under this pseudonym when the family asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")  # the holder
    case_id = models.UUIDField(null=True, db_index=True)
    pseudonym = models.CharField(max_length=14)
    kind = models.CharField(max_length=14, choices=RequestKind)
    identity_check = models.CharField(max_length=12, choices=IdentityCheck)
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    reason = models.CharField(max_length=20, choices=RefusalReason, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="rights_request_open",
                fields=["organisation", "due_on"],
                condition=Q(state=RequestState.OPEN),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="an_ended_request_has_moment_and_author",
                condition=Q(state=RequestState.OPEN, ended_at=None, ended_by=None, reason="")
                | Q(state=RequestState.FULFILLED, ended_at__isnull=False, reason="")
                | (Q(state=RequestState.REFUSED, ended_at__isnull=False) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.state}"


class DisputedPart(models.TextChoices):
    """What a family can contest."""

    LANGUAGE = "language", _("Language")
    HOUSEHOLD = "household", _("Household")
    DISTRICT = "district", _("District")
    AGE = "age", _("Age of the child")
    INDICATORS = "indicators", _("Answers on the sheet")
    NEEDS = "needs", _("Needs")
    RESOURCES = "resources", _("Resources")
    WISH = "wish", _("Wish for a talk")
    NOTES = "notes", _("Notes")
    OUTCOME = "outcome", _("Outcome of a handover")


@classified(operational="id case part note raised_at raised_by settled_at settled_by")
class Dispute(models.Model):
    """A family contests something that cannot be shown to be right or wrong (§ 84 SGB X).

    What is contested is shown and passed on with this mark only. The family's own words are a
    sealed note.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="disputes")
    part = models.CharField(max_length=12, choices=DisputedPart)
    note = models.UUIDField(null=True)  # a referrals.notes Note of kind dispute
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_dispute_per_part",
                fields=["case", "part"],
                condition=Q(settled_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.part}"


class RestrictionReason(models.TextChoices):
    """Why data is stored but not used (Art. 18 (1) GDPR)."""

    ACCURACY = "accuracy", _("Its accuracy is being checked")
    INSTEAD_OF_ERASURE = "instead_of_erasure", _("The family wants it kept instead of erased")
    LEGAL_CLAIMS = "legal_claims", _("The family needs it for a legal claim")
    OBJECTION = "objection", _("An objection is being weighed")


@classified(operational="id case reason since begun_by until ended_by")
class Restriction(models.Model):
    """While one runs, the case is stored and nothing else: no reading of identity, no handover,
    no change, and no erasure by term. `Case.restricted` says the same for lists."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="restrictions")
    reason = models.CharField(max_length=20, choices=RestrictionReason)
    since = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_restriction_per_case", fields=["case"], condition=Q(until=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.reason}"
