"""What is due when, and how often somebody tried to reach a family.

The floor below handovers: a handover plans follow-ups, so its table is named by a string here.
"""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.privacy import classified
from referrals.cases.models import Case


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    TEXT_MESSAGE = "text_message", _("Text message")
    VISIT = "visit", _("Visit")
    WARD = "ward", _("On the ward")
    VIDEO = "video", _("Video")
    LETTER = "letter", _("Letter")


class ContactResult(models.TextChoices):
    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")
    CALL_BACK = "call_back", _("Please call back later")
    APPOINTMENT = "appointment", _("Appointment made")


@classified(operational="id case handover organisation channel result at by note")
class ContactAttempt(models.Model):
    """Somebody tried to reach the family. What was said is a sealed note."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="contact_attempts")
    handover = models.ForeignKey(
        "referrals.Handover", models.PROTECT, null=True, related_name="contact_attempts"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=14, choices=Channel)
    result = models.CharField(max_length=12, choices=ContactResult)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.UUIDField(null=True)  # a referrals.notes Note

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.result}"


class FollowUpReason(models.TextChoices):
    ANSWER_DUE = "answer_due", _("Answer to a handover")
    CONTACT = "contact", _("Contact the family")
    CONTACT_AGAIN = "contact_again", _("Try again to reach the family")
    LOOK_AGAIN = "look_again", _("Look again: waiting")
    FURTHER_ACTION = "further_action", _("Came back: find another way")
    OUTCOME_READ = "outcome_read", _("Outcome to read")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn: stop and tidy up")
    OTHER = "other", _("Follow-up")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        """What is due in the user's houses; of a case for insiders only what is theirs."""
        hidden = Case.objects.hidden_from(user)
        due = self.filter(organisation__in=organisations_where(user, Right.VIEW_CASES))
        return due.exclude(organisation=F("case__holder"), case__in=hidden)

    def open(self) -> "FollowUpQuerySet":
        return self.filter(done_at=None)


@classified(
    operational="id case handover organisation reason due_on created_at created_by done_at done_by"
)
class FollowUp(models.Model):
    """Something a house owes a family by a day. It is done, or it stays in sight."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups")
    handover = models.ForeignKey(
        "referrals.Handover", models.PROTECT, null=True, related_name="follow_ups"
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=18, choices=FollowUpReason)
    due_on = models.DateField()  # Europe/Berlin
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="follow_up_due",
                fields=["organisation", "due_on", "id"],
                condition=Q(done_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.reason}"
