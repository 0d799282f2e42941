"""Tables of rights: groups on organisations (guardian, direct keys) and individual shares."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from lotsen.accounts.models import Organisation
from lotsen.privacy import classified


@classified(operational="id permission group content_object", logged=False)
class OrganisationGroupPermission(GroupObjectPermissionBase):
    """What a role may do in a house; a few rows per house, never one per case.

    Not in the change log: the rows follow from the table of roles, and who joins or leaves a role
    stands there as a membership.
    """

    content_object = models.ForeignKey(Organisation, models.CASCADE)


@classified(operational="id permission user content_object")
class OrganisationUserPermission(UserObjectPermissionBase):
    """Present because guardian looks for it; lotsen grants through roles only."""

    content_object = models.ForeignKey(Organisation, models.CASCADE)


class ShareKind(models.TextChoices):
    DEPUTY = "deputy", _("Deputy")
    JOINT = "joint", _("Joint work on this case")
    OWN = "own", _("Opened by this person")  # a screener's way back to the own intake
    EMERGENCY = "emergency", _("Emergency access")  # referrals.emergencies: for hours, reviewed


class IndividualShare(models.Model):
    """Base of shares with one person, which guardian does not know: they end by date."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ShareKind)
    reason = models.CharField(max_length=40)  # a code, never free text
    since = models.DateTimeField()
    until = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


@classified(operational="id organisation absent deputy reason since until granted_by")
class Deputyship(models.Model):
    """One person stands in for another in a house for a period: all cases assigned to the absent
    person, whichever they are. One row, never one for each case. It ends by date."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40)  # a code, never free text
    since = models.DateTimeField()
    until = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(name="deputyship_of_deputy", fields=["deputy", "until"])]
        constraints = [
            models.CheckConstraint(
                name="nobody_deputises_for_themselves", condition=~Q(absent=models.F("deputy"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}:{self.deputy_id}"
