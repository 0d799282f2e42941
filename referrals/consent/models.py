"""What a family agreed to: purpose by purpose, for a named recipient, in a known text."""

from datetime import date
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import LegalRegime, Organisation, User
from lotsen.accounts.roles import Right
from lotsen.privacy import classified
from referrals.cases.models import Case, CaseShare


class TextStatus(models.TextChoices):
    MACHINE = "machine", _("Machine translation")
    TRANSLATED = "translated", _("Translated")
    REVIEWED = "reviewed", _("Reviewed")
    RELEASED = "released", _("Released")  # the only status a family may be asked in


@classified(
    operational=(
        "id version language legal_regime status title body questions words sha256 reviewed_by"
        " released_at"
    )
)
class ConsentText(models.Model):
    """A version of the consent text in one language; released versions are immutable."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=12)  # BCP 47
    legal_regime = models.CharField(max_length=12, choices=LegalRegime, blank=True)  # "": any
    status = models.CharField(max_length=10, choices=TextStatus)
    title = models.CharField(max_length=160)
    body = models.TextField()  # paragraphs; {recipient} is filled in
    questions = models.JSONField(default=dict)  # purpose → the sentence the family agrees to
    words = models.JSONField(default=dict)  # key of consent.wording → word; {}: of before version 2
    sha256 = models.CharField(max_length=64)  # over every word above
    reviewed_by = models.CharField(max_length=120, blank=True)  # an office or service, no person
    released_at = models.DateTimeField(null=True)  # for the first time; the words never change then

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_text_per_version_language_and_regime",
                fields=["version", "language", "legal_regime"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}:{self.language}"


class ConsentForm(models.TextChoices):
    PAPER = "paper", _("On paper")
    DRAWN = "drawn", _("Signature drawn")
    TYPED = "typed", _("Name typed")


class GivenBy(models.TextChoices):
    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    GUARDIAN = "guardian", _("Other person with custody")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> "ConsentQuerySet":
        """The consents `user` may know of: of cases the own house holds, or naming it.

        A recipient learns of a consent with the request that rests on it, not before.
        """
        houses = organisations_where(user, Right.VIEW_CASES)
        shares = CaseShare.objects.running_for(user).values("case")
        asked = models.Q(recipient__in=houses, handovers__requested_at__isnull=False)
        hidden = Case.objects.hidden_from(user)
        held = models.Q(case__holder__in=houses) & ~models.Q(case__in=hidden)
        return self.filter(held | models.Q(case__in=shares) | asked).distinct()

    def in_force(self, on: date) -> "ConsentQuerySet":
        """Those that hold on a day (Europe/Berlin): the query form of rules.in_force."""
        return self.filter(withdrawn_at=None, valid_until__gte=on)

    def with_parties(self) -> "ConsentQuerySet":
        return self.select_related("case__holder", "recipient", "text", "witnessed_by")


@classified(
    sensitive="given_by",
    operational=(
        "id case recipient purposes categories text language form interpreted given_at"
        " witnessed_by valid_until signature_note withdrawn_at withdrawn_by"
    ),
)
class Consent(models.Model):
    """One consent. Without a recipient it covers purposes inside the own house only."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    recipient = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    purposes = models.JSONField(default=list)  # codes of referrals.consent.rules.Purpose
    categories = models.JSONField(default=list)  # codes of referrals.consent.rules.Category
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    form = models.CharField(max_length=6, choices=ConsentForm)
    given_by = models.CharField(max_length=10, choices=GivenBy, default=GivenBy.MOTHER)
    interpreted = models.CharField(max_length=12, blank=True)  # "", "service", "relative"
    given_at = models.DateTimeField()
    witnessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    valid_until = models.DateField()  # last day it holds, Europe/Berlin
    signature_note = models.UUIDField(null=True)  # a Note of kind signature
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="consent_of_case", fields=["case", "recipient"])]
        constraints = [
            models.CheckConstraint(
                name="a_withdrawal_has_moment_and_author",
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.pk}"
