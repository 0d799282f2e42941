"""What statistics may ever learn: coarse deltas without case, person or day, and their sums."""

from django.db import models

from lotsen.privacy import classified
from referrals.facts.rules import NO_HOUSE

_COUNTED = (
    "id period municipality kind house recipient organisation_group life_phase district code value"
)


class Counted(models.Model):
    """The coarse facts that are counted by. No key leads back to a case, and no moment is kept."""

    period = models.CharField(max_length=6)  # calendar quarter, Europe/Berlin: "2026Q4"
    municipality = models.CharField(max_length=50)  # whose statistics: the holder's
    kind = models.CharField(max_length=24)  # referrals.facts.rules.Kind
    # The house whose step it was: never published, but a number that is nearly all of one house
    # tells that house about the others (referrals.statistics.disclosure). Nil: of no house.
    house = models.UUIDField()
    # The house a handover went to: it knows this step as well. Nil: no other house knows it.
    recipient = models.UUIDField(default=NO_HOUSE)
    organisation_group = models.CharField(max_length=30, blank=True)  # kind of house
    life_phase = models.CharField(max_length=16, blank=True)
    district = models.CharField(max_length=100, blank=True)  # district key
    code = models.CharField(max_length=30, blank=True)  # need group, reason or outcome

    class Meta:
        abstract = True


@classified(operational=_COUNTED, logged=False)
class Delta(Counted):
    """One step of the work, counted. Folded into tallies soon after, and gone."""

    id = models.BigAutoField(primary_key=True)
    value = models.SmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.period}:{self.kind}"


@classified(operational=_COUNTED, logged=False)
class Tally(Counted):
    """The sum of all folded deltas that are alike. Gone when its period is frozen.

    Feeds the freeze; nothing is ever shown from it. `value` may be negative for a while, when
    a step is taken back in a later quarter than it was counted in.
    """

    id = models.BigAutoField(primary_key=True)
    value = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_tally_per_coarse_fact",
                fields=[
                    "period", "municipality", "kind", "code", "district", "life_phase",
                    "organisation_group", "house", "recipient",
                ],
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.period}:{self.kind}"
