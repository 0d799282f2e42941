"""The catalogue: who offers what to whom, where, in which language, and how fresh that is."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import municipalities_where, organisations_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import District, Municipality
from lotsen.privacy import classified
from offers.vocabulary import Access, Capacity


@classified(operational="id municipality slug name carrier website organisation")
class Provider(models.Model):
    """Who runs an offer. `organisation` is its house in lotsen, if it takes part itself."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="providers")
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    carrier = models.CharField(max_length=200, blank=True)  # Träger
    website = models.URLField(blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, related_name="providers"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OfferStatus(models.TextChoices):
    PUBLISHED = "published", _("Published")
    QUARANTINED = "quarantined", _("In quarantine")  # imported, but not fit to be shown yet
    WITHDRAWN = "withdrawn", _("Withdrawn")


def holds(column: str, code: str) -> Q:
    """Whether the JSON list in `column` holds `code`; needs `OfferQuerySet.reading(column)`.

    Asked of the text, quotes included, because SQLite has no operator for it; codes and language
    tags hold nothing that JSON would write differently.
    """
    return Q(**{f"{column}_as_text__contains": f'"{code}"'})


class OfferQuerySet(models.QuerySet["Offer"]):
    def published(self) -> "OfferQuerySet":
        return self.filter(status=OfferStatus.PUBLISHED)

    def visible_to(self, user: User) -> "OfferQuerySet":
        """The catalogue is public knowledge; what is not on show, its city's editors see too."""
        on_show = Q(status=OfferStatus.PUBLISHED)
        if not organisations_where(user, Right.EDIT_CATALOGUE):
            return self.filter(on_show)
        cities = municipalities_where(user, Right.EDIT_CATALOGUE)
        return self.filter(on_show | Q(municipality__in=cities))

    def listing(self, column: str, code: str) -> "OfferQuerySet":
        """Offers whose JSON list in `column` holds `code`."""
        return self.reading(column).filter(holds(column, code))

    def reading(self, column: str) -> "OfferQuerySet":
        """Ready to be asked with `holds` about the JSON list in `column`."""
        return self.alias(**{f"{column}_as_text": Cast(column, models.TextField())})

    def for_display(self) -> "OfferQuerySet":
        """Complete for a page: a template that reaches further raises, it does not query."""
        return (
            self.select_related("provider", "municipality", "recipient")
            .prefetch_related("districts")
            .fetch_mode(models.FETCH_RAISE)
        )


@classified(
    operational=(
        "id provider municipality source source_id name summary summary_plain dimension topics"
        " needs age_from_months age_to_months audience setting offer_format languages"
        " interpreting accessible cost open_to_all_districts access capacity waiting_weeks"
        " capacity_as_of street postal_code town latitude longitude opening_hours public_phone"
        " public_email website handover_phone recipient legal_basis valid_until checked_on"
        " checked_by status quarantine_reason created_at updated_at"
    )
)
class Offer(models.Model):
    """One offer of help (docs/domain.md). Lists are JSON lists of codes in offers.vocabulary."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="offers")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="offers")
    source = models.CharField(max_length=40)  # which file or person it came from
    source_id = models.CharField(max_length=120)  # its key there: a second import finds it again
    name = models.CharField(max_length=200)
    summary = models.TextField()  # for professionals, one or two sentences
    summary_plain = models.TextField(blank=True)  # for parents, plain language
    dimension = models.CharField(max_length=12, blank=True)
    topics = models.JSONField(default=list)
    needs = models.JSONField(default=list)
    age_from_months = models.SmallIntegerField()  # inclusive; −9 = pregnancy begins
    age_to_months = models.SmallIntegerField()  # inclusive; 216 = 18th birthday
    audience = models.JSONField(default=list)  # empty: everybody
    setting = models.CharField(max_length=20, blank=True)
    offer_format = models.CharField(max_length=20, blank=True)
    languages = models.JSONField(default=list)  # BCP 47
    interpreting = models.BooleanField(default=False)  # an interpreter can be brought in
    accessible = models.BooleanField(null=True)  # None: not known
    cost = models.CharField(max_length=80, blank=True)  # "" not known, "free", or a sentence
    districts = models.ManyToManyField(District, blank=True, related_name="offers")  # catchment
    open_to_all_districts = models.BooleanField(default=False)  # of its municipality
    access = models.CharField(max_length=15, default=Access.DIRECT)
    capacity = models.CharField(max_length=15, default=Capacity.UNKNOWN)
    waiting_weeks = models.PositiveSmallIntegerField(null=True)
    capacity_as_of = models.DateField(null=True)
    street = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    town = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opening_hours = models.TextField(blank=True)
    public_phone = models.CharField(max_length=40, blank=True)
    public_email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    handover_phone = models.CharField(max_length=40, blank=True)  # professionals only
    recipient = models.ForeignKey(  # the house that answers handovers to this offer
        Organisation, models.SET_NULL, null=True, related_name="offers_received"
    )
    legal_basis = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    checked_on = models.DateField(null=True)  # information last confirmed
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    status = models.CharField(max_length=12, choices=OfferStatus, default=OfferStatus.PUBLISHED)
    quarantine_reason = models.CharField(max_length=40, blank=True)  # a code
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(name="offer_by_city", fields=["municipality", "status", "name"])]
        constraints = [
            models.UniqueConstraint(
                name="an_import_finds_its_offer_again", fields=["source", "source_id"]
            ),
            models.CheckConstraint(
                name="offer_ages_are_in_order",
                condition=Q(age_to_months__gte=F("age_from_months")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
