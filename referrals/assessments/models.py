"""Instruments as versioned data, and what was answered, needed, going well and wished."""

from functools import cached_property
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.errors import Refusal
from lotsen.privacy import classified
from referrals.assessments import instruments
from referrals.cases.models import Case


@classified(operational="id name title")
class Instrument(models.Model):
    """A questionnaire a city uses, known by a name ("muster-babylotse")."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.SlugField(unique=True)
    title = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


@classified(operational="id instrument version questionnaire sha256 published_at")
class InstrumentVersion(models.Model):
    """A published version is immutable and stays with its answers.

    `questionnaire` is a FHIR R4 Questionnaire: groups of choice items, titles with translation
    extensions, and per item an extension naming the needs an answer "yes" suggests.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=20)
    questionnaire = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(name="one_version_of_a_name", fields=["instrument", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id}:{self.version}"

    @cached_property
    def content(self) -> instruments.Questionnaire:
        """The groups and items to be asked."""
        return instruments.read(self.questionnaire)


class TalkWish(models.TextChoices):
    """The family's own wish counts as much as any answer."""

    YES = "yes", _("Yes, please")
    LATER = "later", _("Later")
    NO = "no", _("Not now")


@classified(
    sensitive="answers needs resources talk_wish",
    operational="id case version started_at started_by finished_at finished_by provenance",
)
class Assessment(models.Model):
    """One pass through an instrument. Unanswered is not "no": absent codes were not asked."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="assessments")
    version = models.ForeignKey(InstrumentVersion, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)  # item code → "yes" | "no"
    needs = models.JSONField(default=list)  # codes of offers.vocabulary.NEEDS
    resources = models.JSONField(default=list)  # codes of offers.vocabulary.RESOURCES
    talk_wish = models.CharField(max_length=5, choices=TalkWish, blank=True)
    provenance = models.CharField(max_length=24)  # who said it: referrals.cases.rules.Provenance
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_assessment_per_case",
                fields=["case"],
                condition=models.Q(finished_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.version_id}"


def current_version(name: str | None = None) -> InstrumentVersion:
    """The version to ask with now: the last published, of one instrument or of any.

    Raises:
        Refusal: no instrument was imported yet.
    """
    versions = InstrumentVersion.objects.select_related("instrument")
    if name is not None:
        versions = versions.filter(instrument__name=name)
    newest = versions.order_by("-published_at", "-id").first()
    if newest is None:
        raise Refusal("no_instrument")
    return newest


def latest_finished(case: Case) -> Assessment | None:
    """The last assessment of the case that was finished: what matching and handovers rest on."""
    finished = Assessment.objects.filter(case=case, finished_at__isnull=False)
    return finished.order_by("-finished_at", "-id").first()


def latest(case: Case) -> Assessment | None:
    """The last assessment of the case, finished or not: what must be known to keep it safe."""
    return Assessment.objects.filter(case=case).order_by("-started_at", "-id").first()
