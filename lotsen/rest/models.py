"""Which requests to the API have been carried out already, so that a repeat does nothing twice."""

from django.conf import settings
from django.db import models

from lotsen.privacy import classified


@classified(operational="id user key asked made at", logged=False)
class CarriedOut(models.Model):
    """A request that carried an `Idempotency-Key`, for a day.

    Digests only, made with the installation's secret: neither the key, which a client may have
    made of anything, nor what was sent can be read from them or tried out on a stolen copy. No
    answer is kept: `made` says what it was about.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)  # HMAC-SHA-256, hexadecimal
    asked = models.CharField(max_length=64)  # of method, address and content
    made = models.UUIDField(null=True)  # null only within the transaction that makes it
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_request_per_user_and_key", fields=["user", "key"])
        ]

    def __str__(self) -> str:
        return str(self.pk)
