"""What statistics may ever learn: coarse deltas without case, person or day."""

from django.db import models

from lotsen.privacy import classified


@classified(
    operational="id period kind organisation_group life_phase district value code", logged=False
)
class Delta(models.Model):
    """One step of the work, counted. No key leads back to a case, and no moment is kept."""

    id = models.BigAutoField(primary_key=True)
    period = models.CharField(max_length=6)  # calendar quarter, Europe/Berlin: "2026Q4"
    kind = models.CharField(max_length=24)  # referrals.facts.rules.Kind
    organisation_group = models.CharField(max_length=30)  # kind of house
    life_phase = models.CharField(max_length=16)
    district = models.CharField(max_length=100)  # district key
    code = models.CharField(max_length=30, blank=True)  # need group, reason or outcome
    value = models.SmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.period}:{self.kind}"
