"""What waits to be sealed, and the seals of both logs. A chain: each seal names the one before."""

from django.db import models

from lotsen.privacy import classified
from lotsen.seals.rules import Facts, Kind


@classified(operational="id log row at since", logged=False)
class Unsealed(models.Model):
    """A row of a log that no seal holds yet. Database triggers put it here with the row itself,
    whoever wrote that; the sealer takes it away with the seal it writes."""

    id = models.BigAutoField(primary_key=True)
    log = models.CharField(max_length=8)
    row = models.CharField(max_length=36)  # its key, as text
    at = models.DateTimeField()  # of the row: finds its partition
    since = models.DateTimeField()  # waiting; by the clock of the database

    def __str__(self) -> str:
        return f"{self.log}:{self.row}"


@classified(
    operational=("n kind log first last count total ids marks root previous hash signature key at"),
    logged=False,
)
class Seal(models.Model):
    """A signed hash over up to 1,000 rows of one log and one month, and over the seal before.

    Append-only: database triggers refuse change and removal. What is signed: lotsen.seals.rules.
    """

    n = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    log = models.CharField(max_length=8, blank=True)
    first = models.DateTimeField()  # moments of the first and the last row
    last = models.DateTimeField()
    count = models.PositiveIntegerField()
    total = models.PositiveBigIntegerField()  # rows sealed up to here, in both logs
    ids = models.BinaryField()  # keys of the rows in order of time, 16 bytes each
    marks = models.BinaryField()  # the first 8 bytes of each leaf: which row was changed
    root = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    signature = models.BinaryField()
    key = models.UUIDField()  # lotsen.vault.purposes
    at = models.DateTimeField()

    class Meta:
        # The seals of a month of one log: what a tombstone stands for.
        indexes = [models.Index(name="seal_by_log_and_month", fields=["log", "first"])]

    def __str__(self) -> str:
        return str(self.n)

    @property
    def facts(self) -> Facts:
        """What it says, as it is signed."""
        return Facts(
            n=self.n, kind=self.kind, log=self.log, first=self.first, last=self.last,
            count=self.count, total=self.total, ids=bytes(self.ids), marks=bytes(self.marks),
            root=bytes(self.root), previous=bytes(self.previous), key=self.key, at=self.at,
        )  # fmt: skip
