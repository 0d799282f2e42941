"""Two logs: what changed (auditlog) and who looked at what (our own, append-only)."""

from typing import Any
from uuid import uuid4

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from lotsen.privacy import REGISTER, classified


class Deed(models.TextChoices):
    """What an access event says happened."""

    READ = "read"
    LIST = "list"
    SEARCH = "search"
    UNLOCK = "unlock"  # sealed text was opened
    SEAL = "seal"
    EXPORT = "export"
    PRINT = "print"
    TRANSMIT = "transmit"
    SHARE = "share"
    CORRECT = "correct"  # coarse facts of a family; no log holds their values
    DENIED = "denied"
    LOGIN = "login"
    LOGOUT = "logout"
    ERASE = "erase"
    KEY = "key"


class ChangeEntryManager(LogEntryManager):  # type: ignore[misc]
    """Names what changed without naming a person."""

    def log_create(self, instance: models.Model, **facts: Any) -> Any:
        return super().log_create(instance, **{"object_repr": _name_of(instance)} | facts)


def _name_of(instance: models.Model) -> str:
    """Its `__str__`, or the bare key where that could be the name of a professional."""
    classes = REGISTER.get(type(instance))
    if classes is None or classes.staff or classes.identity:
        return str(instance.pk)
    return str(instance)


@classified(
    operational=(
        "id content_type object_pk object_id object_repr serialized_data action changes_text"
        " changes actor cid timestamp additional_data"
    ),
    logged=False,
)
class ChangeEntry(AbstractLogEntry):  # type: ignore[misc]
    """A change of operational fields. Values of identities and free text never get here.

    Append-only, as access events are. No column for the e-mail address of who changed it, nor
    for the network address it came from: `actor` says who.
    """

    actor_email = None
    remote_addr = None
    remote_port = None
    # PROTECT: an account or a table that left traces cannot vanish behind them.
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ChangeEntryManager()


@classified(
    operational=(
        "id at actor organisation deed object_type shown fields reason request_id count device"
    ),
    logged=False,
)
class AccessEvent(models.Model):
    """Somebody saw something. Append-only: database triggers refuse change and removal.

    One row per request; `shown` holds pseudonyms or ids, `fields` names, never values.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=True
    )
    organisation = models.UUIDField(null=True)
    deed = models.CharField(max_length=10, choices=Deed)
    object_type = models.CharField(max_length=40, blank=True)
    shown = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    count = models.PositiveIntegerField(default=0)
    device = models.UUIDField(null=True)  # lotsen.devices: what to look for after a tablet is lost

    class Meta:
        indexes = [
            models.Index(name="access_event_by_time", fields=["-at"]),
            # What did this account see, what was shown on this device: lotsen.audit.reading.
            models.Index(name="access_event_by_actor", fields=["actor", "at"]),
            models.Index(name="access_event_by_device", fields=["device", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.deed}:{self.object_type}"
