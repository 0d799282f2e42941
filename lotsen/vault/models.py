"""Sealed text about families, and the key of each case. No foreign key leads here or out.

`ref` is an opaque UUID that a case carries; no database join can undo a pseudonym without
knowing which column holds it, and the vault can move to a database of its own.
"""

from uuid import uuid4

from django.db import models

from lotsen.privacy import classified


@classified(operational="id ref version wrapped keyring_key created_at", logged=False)
class CaseKey(models.Model):
    """The data key of one case, wrapped by a key of the keyring. Destroying it erases the case."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ref = models.UUIDField(unique=True)
    version = models.PositiveIntegerField(default=1)
    wrapped = models.BinaryField()
    keyring_key = models.CharField(max_length=40, db_index=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


@classified(
    identity="ciphertext",
    operational="id ref kind field row_version key_id_used sealed_at",
    logged=False,
)
class SealedText(models.Model):
    """One sealed text, bound to its table, row, field, case, key and row version."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ref = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)  # "identity", "note", "signature"
    # "name", "phone", "safe_contact", "birth_date", "text", …
    field = models.CharField(max_length=20)
    row_version = models.PositiveIntegerField(default=1)
    key_id_used = models.UUIDField()
    ciphertext = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_sealed_text_per_identity_field",
                fields=["ref", "field"],
                condition=models.Q(kind="identity"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.field}"


@classified(operational="id wrapped keyring_key created_at families", logged=False)
class IndexKey(models.Model):
    """The root key of the search index, wrapped as a case key is. The newest one takes entries;
    an older one is asked until its last entry has moved."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    wrapped = models.BinaryField()
    keyring_key = models.CharField(max_length=40, db_index=True)
    created_at = models.DateTimeField()
    families = models.PositiveIntegerField()  # expected: decides how many bits a token keeps

    def __str__(self) -> str:
        return str(self.id)


@classified(operational="id purpose wrapped keyring_key created_at", logged=False)
class PurposeKey(models.Model):
    """A key for one purpose of this installation, wrapped as a case key is (lotsen.vault.purposes).
    The newest of a purpose is used; older ones stay, for what was made with them."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    wrapped = models.BinaryField()
    keyring_key = models.CharField(max_length=40, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="purpose_key_newest", fields=["purpose", "-created_at"])]

    def __str__(self) -> str:
        return self.purpose


@classified(identity="token", operational="id ref kind index_key", logged=False)
class IndexEntry(models.Model):
    """A few bits of a keyed hash of a combination: enough to find candidates, too few to tell
    whom. Whoever searches opens the candidates and compares."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ref = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12)  # "name_birth", "phone"
    index_key = models.ForeignKey(IndexKey, models.PROTECT, related_name="+")
    token = models.BinaryField(max_length=4)  # the bits, big-endian

    class Meta:
        indexes = [models.Index(name="index_entry_by_token", fields=["index_key", "kind", "token"])]

    def __str__(self) -> str:
        return self.kind


@classified(operational="ref erased_at cause", logged=False)
class Erasure(models.Model):
    """A case whose key was destroyed. The same line stands in the ledger file, which outlives a
    restored backup; nothing is ever sealed under this `ref` again."""

    ref = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField()
    cause = models.CharField(max_length=20)  # a code

    def __str__(self) -> str:
        return str(self.ref)
