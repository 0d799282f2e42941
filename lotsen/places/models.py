"""Where families live and services work: municipalities and their districts."""

from django.db import models
from django.db.models import Q

from lotsen.privacy import classified


@classified(operational="slug name ags state")
class Municipality(models.Model):
    """A city or county that adapts lotsen by configuration, never by code."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=80)
    ags = models.CharField(
        max_length=8, unique=True
    )  # Amtlicher Gemeindeschlüssel, text: leading zero
    state = models.CharField(max_length=2, default="NW")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@classified(
    operational="key municipality code name borough_code borough latitude longitude outline"
)
class District(models.Model):
    """The smallest place a family is known by (Stadtteil).

    `key` holds the city ("duesseldorf-hafen"), because names repeat across cities. A postal
    code never decides a district, it only suggests some.
    """

    key = models.SlugField(primary_key=True, max_length=100)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="districts")
    code = models.CharField(max_length=10, blank=True)  # the city's own number, text; "": none
    name = models.CharField(max_length=80)
    borough_code = models.CharField(max_length=10, blank=True)
    borough = models.CharField(max_length=80, blank=True)  # Stadtbezirk
    latitude = models.FloatField(null=True)  # WGS 84, degrees
    longitude = models.FloatField(null=True)
    outline = models.JSONField(null=True)  # GeoJSON geometry, WGS 84, or unknown

    class Meta:
        ordering = ["municipality", "code", "name"]
        constraints = [
            models.UniqueConstraint(
                name="district_code_is_unique_in_its_city",
                fields=["municipality", "code"],
                condition=~Q(code=""),
            )
        ]

    def __str__(self) -> str:
        return self.name
