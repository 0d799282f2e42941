"""What was shown to a family, what was chosen, and what was missing."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.privacy import classified
from offers.models import Offer
from referrals.cases.models import Case


@classified(
    sensitive="shown chosen", operational="id case shown_at shown_by excluded_count chosen_at"
)
class Suggestion(models.Model):
    """One look at the matches: which offers were shown, in order, and which was chosen."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="suggestions")
    shown = models.JSONField(default=list)  # offer ids, best first
    excluded_count = models.PositiveIntegerField(default=0)
    shown_at = models.DateTimeField()
    shown_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    chosen = models.ForeignKey(Offer, models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.pk}"


class GapReason(models.TextChoices):
    """Why nothing fitted."""

    NONE_EXISTS = "none_exists", _("No such offer")
    FULL = "full", _("No place free")
    TOO_FAR = "too_far", _("Too far away")
    LANGUAGE = "language", _("Not in the family's language")
    AGE = "age", _("Not for the child's age")
    ACCESS = "access", _("Access too difficult")


@classified(sensitive="need reason", operational="id case noted_at noted_by")
class Gap(models.Model):
    """A need that met no fitting offer. Its anonymous count reaches the coordination."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="gaps")
    need = models.CharField(max_length=30)
    reason = models.CharField(max_length=12, choices=GapReason)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_gap_is_noted_once", fields=["case", "need", "reason"])
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.pk}"  # not the need: the change log names rows by this
