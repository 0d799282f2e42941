"""The way in: a link that one person may use once."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.privacy import classified


class InvitationPurpose(models.TextChoices):
    JOIN = "join", _("First sign-in")
    RECOVER = "recover", _("Set up access anew")  # password and second factor were lost


@classified(
    operational="id user purpose digest created_at created_by expires_at used_at revoked_at"
)
class Invitation(models.Model):
    """Lets one person choose a password, once and until a date. Only the link's digest is kept.

    Written by lotsen.membership.inviting alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=InvitationPurpose)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose}:{self.pk}"
