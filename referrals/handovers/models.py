"""One house asks another to take up contact with a family."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from lotsen.access.rights import organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.privacy import classified
from offers.models import Offer
from referrals.cases.models import Case
from referrals.consent.models import Consent
from referrals.handovers.rules import OPEN_STATES, State


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> "HandoverQuerySet":
        """The handovers `user` may know of: sent or received by the user's houses.

        What was never requested is the sender's alone: a draft, and a draft thrown away. What the
        own house sent of a case for insiders only is theirs; whoever received it is not narrowed.
        Single rows only; lists use referrals.handovers.boxes.
        """
        houses = organisations_where(user, Right.VIEW_CASES)
        received = Q(recipient__in=houses, requested_at__isnull=False)
        hidden = Q(sender=F("case__holder"), case__in=Case.objects.hidden_from(user))
        return self.filter(Q(sender__in=houses) & ~hidden | received)

    def with_parties(self) -> "HandoverQuerySet":
        return self.select_related(
            "case__district", "case__holder", "sender", "recipient", "offer", "consent"
        )

    def for_display(self) -> "HandoverQuerySet":
        """Complete for a page: a template that reaches further raises, it does not query."""
        return self.with_parties().fetch_mode(models.FETCH_RAISE)


@classified(
    sensitive="need_groups",
    operational=(
        "id case consent offer sender recipient state categories provenance drafted_at"
        " drafted_by requested_at requested_by due_at seen_at answered_at answered_by reason"
        " outcome resume_on ended_at ended_by"
    ),
)
class Handover(models.Model):
    """The states are FHIR Task codes; the table stands in referrals.handovers.rules.

    The row changes only through referrals.handovers.actions. The holder of the case stays the
    same: an accepted handover gives the recipient a participation.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, related_name="handovers")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in State], default=State.DRAFT
    )
    categories = models.JSONField(default=list)  # at most those of the consent
    need_groups = models.JSONField(default=list)  # all a recipient sees of needs before accepting
    provenance = models.CharField(max_length=24)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True)  # answer expected by
    seen_at = models.DateTimeField(null=True)  # first opened by the recipient
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(
        max_length=24, blank=True
    )  # code: rejected, on-hold, failed, cancelled
    outcome = models.CharField(max_length=24, blank=True)  # code: completed
    resume_on = models.DateField(null=True)  # on-hold: look again on
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="handover_inbox",
                fields=["recipient", "due_at", "id"],
                condition=Q(state__in=[s.value for s in OPEN_STATES]),
            ),
            models.Index(name="handover_sent", fields=["sender", "-drafted_at", "-id"]),
            models.Index(name="handover_of_case", fields=["case"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_handover_per_case_and_recipient",
                fields=["case", "recipient"],
                condition=Q(state__in=[State.DRAFT.value, *(s.value for s in OPEN_STATES)]),
            ),
            models.CheckConstraint(
                name="a_request_rests_on_a_consent",
                condition=Q(
                    state__in=[
                        State.DRAFT.value,
                        State.CANCELLED.value,
                        State.ENTERED_IN_ERROR.value,
                    ]
                )
                | Q(consent__isnull=False, requested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answer_has_moment_and_author",
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}:{self.state}"
