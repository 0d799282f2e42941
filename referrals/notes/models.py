"""Free text about a family: always sealed with the case's key, never in another table."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import Organisation
from lotsen.privacy import classified
from referrals.cases.models import Case


class NoteKind(models.TextChoices):
    CASE = "case", _("Note")
    CONTACT = "contact", _("Note on a contact")
    MESSAGE = "message", _("Message with a handover")  # read by sender and recipient
    SIGNATURE = "signature", _("Signature")
    ENTRUSTED = "entrusted", _("Entrusted, for the author alone (§ 65 SGB VIII)")
    DISPUTE = "dispute", _("Contested by the family (§ 84 SGB X)")


@classified(
    operational="id case organisation addressee kind sealed_id provenance author written_at"
)
class Note(models.Model):
    """Where a sealed text belongs. The text itself lies in the vault under `sealed_id`."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # The house a message is for: another one that takes part in the same case reads none of it.
    addressee = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=NoteKind)
    sealed_id = models.UUIDField(unique=True)
    provenance = models.CharField(max_length=24)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_message_and_only_a_message_has_an_addressee",
                condition=models.Q(kind=NoteKind.MESSAGE, addressee__isnull=False)
                | (~models.Q(kind=NoteKind.MESSAGE) & models.Q(addressee=None)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.kind}"
