"""Emergency access to a case: who took it, and what came of the review."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import Organisation
from lotsen.privacy import classified
from referrals.cases.models import Case, CaseShare


class Finding(models.TextChoices):
    """What the data protection officer found."""

    IN_ORDER = "in_order", _("In order")
    TALKED = "talked", _("Talked about it, settled")
    BREACH = "breach", _("Not permitted: handled as a breach")


@classified(
    operational="id case organisation share taken_by reason since reviewed_at reviewed_by finding"
)
class EmergencyAccess(models.Model):
    """Somebody of the holding house let themselves in for hours. Stays until it was reviewed.

    The share lets in, this row asks for the review; written by referrals.emergencies.actions.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="emergencies")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    share = models.OneToOneField(CaseShare, models.PROTECT, related_name="emergency")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)  # referrals.emergencies.rules.Reason
    since = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    finding = models.CharField(max_length=10, choices=Finding, blank=True)

    class Meta:
        indexes = [
            models.Index(
                name="emergency_to_review",
                fields=["organisation", "since"],
                condition=models.Q(reviewed_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.reason}"
