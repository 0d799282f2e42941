"""What was frozen: one release per municipality and quarter, never changed."""

from django.db import models

from lotsen.access.rights import municipalities_where
from lotsen.accounts.models import User
from lotsen.accounts.roles import Right
from lotsen.places.models import Municipality
from lotsen.privacy import classified


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User) -> "ReleaseQuerySet":
        """The releases of the municipalities in which `user` may read statistics.

        Without their cells, hundreds of kilobytes each: referrals.statistics.published reads those
        of a release once.
        """
        cities = municipalities_where(user, Right.VIEW_STATISTICS)
        return self.filter(municipality__in=cities).defer("cells")


@classified(operational="id municipality period frozen_at levels cells sha256", logged=False)
class Release(models.Model):
    """The protected numbers of one quarter. Written once, by the freeze; a trigger keeps it so.

    No true count is kept here, and the chance that rounded is kept nowhere.
    """

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="releases")
    period = models.CharField(max_length=6)  # calendar quarter, Europe/Berlin: "2026Q3"
    frozen_at = models.DateTimeField()
    # How coarse each dimension had to be made: {"needs": {"district": "borough", …}, …}
    levels = models.JSONField()
    # {"families": [[key …, count], …], …}: sorted, multiples of five (referrals.statistics.cube)
    cells = models.JSONField()
    sha256 = models.CharField(max_length=64)  # of period, levels and cells, canonical JSON

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-period"]
        constraints = [
            models.UniqueConstraint(
                name="a_quarter_is_frozen_once", fields=["municipality", "period"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id}:{self.period}"
