"""How long a city keeps what, and every run that erased something."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import municipalities_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality
from lotsen.privacy import classified


class DataKind(models.TextChoices):
    """What is erased apart from the rest, each after a term of its own (docs/domain.md 4.7)."""

    UNSAVED_INTAKE = "unsaved_intake", _("Sheet without consent to documentation")
    CONTACT_DETAILS = "contact_details", _("Contact details after arrival or refusal")
    CASE = "case", _("Case after it was closed")
    CONSENT_PROOF = "consent_proof", _("Proof of consent")


@classified(operational="id municipality kind days set_by set_at approved_by approved_at")
class RetentionRule(models.Model):
    """A term that a city sets for itself. The newest approved one counts; none means the default.

    Rows are never changed but for the approval, which somebody else gives.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=DataKind)
    days = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="retention_rule_newest", fields=["municipality", "kind"])]
        constraints = [
            models.CheckConstraint(
                name="a_rule_is_approved_by_somebody_else",
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_at__isnull=False) & ~Q(approved_by=F("set_by"))),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.days}"


class RunQuerySet(models.QuerySet["ErasureRun"]):
    def visible_to(self, user: User) -> "RunQuerySet":
        """The runs of cities in which `user` looks after erasure: counts, never a family."""
        return self.filter(municipality__in=cities_of(user))

    def waiting(self) -> "RunQuerySet":
        """Planned or approved, and not ended."""
        return self.filter(state__in=[RunState.PLANNED, RunState.APPROVED])


def cities_of(user: User) -> models.QuerySet[Municipality]:
    """The cities in which `user` may set terms and approve erasure: those of the own houses."""
    return municipalities_where(user, Right.MANAGE_RETENTION)


class RunState(models.TextChoices):
    PLANNED = "planned", _("Waits for the second approval")
    APPROVED = "approved", _("Approved")
    DONE = "done", _("Carried out")
    CANCELLED = "cancelled", _("Cancelled")


class RunCause(models.TextChoices):
    DEADLINE = "deadline", _("Term has passed")
    FAMILY = "family", _("The family asks for it")


@classified(
    operational=(
        "id municipality cause state planned_by planned_at approved_by approved_at ended_at"
        " planned erased"
    )
)
class ErasureRun(models.Model):
    """What is to be erased together: previewed, approved by a second person, carried out.

    `planned` and `erased` count items by kind; what was erased is not told again anywhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=8, choices=RunCause)
    state = models.CharField(max_length=9, choices=RunState, default=RunState.PLANNED)
    # None: planned by the nightly command.
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    planned_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    planned = models.JSONField(default=dict)  # DataKind → number of items
    erased = models.JSONField(default=dict)  # the same, once carried out

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_run_is_approved_by_somebody_else",
                condition=Q(approved_by=None)
                | Q(planned_by=None)
                | ~Q(approved_by=F("planned_by")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause}:{self.state}"


@classified(operational="id run kind organisation subject due_on")
class ErasureItem(models.Model):
    """One thing a run is to erase. `subject` is an id without a key to it: it outlives nothing.

    Items go with the run's end; the counts on the run stay.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    run = models.ForeignKey(ErasureRun, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=16, choices=DataKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    subject = models.UUIDField()  # id of a case, or of a proof of consent
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_item_per_run_kind_and_subject",
                                    fields=["run", "kind", "subject"])
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"


@classified(
    operational=(
        "id pseudonym holder recipient purposes categories text_version text_sha256 language form"
        " given_at withdrawn_at erased_at keep_until"
    ),
    logged=False,
)
class ConsentProof(models.Model):
    """That there was a consent, after its case is gone (Art. 7 (1) GDPR): no signature, no name.

    Kept for three years under the pseudonym the family has on its sheet, then erased as well.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    pseudonym = models.CharField(max_length=14, db_index=True)
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    purposes = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    form = models.CharField(max_length=6)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField()
    keep_until = models.DateField()

    def __str__(self) -> str:
        return str(self.pk)
