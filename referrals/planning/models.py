"""What a network plans with: births, posts, context figures, goals and measures. No family."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotsen.access.rights import municipalities_where
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from lotsen.places.models import District, Municipality
from lotsen.privacy import classified


class PlannedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows of a municipality, for those who read its statistics."""

    def visible_to(self, user: User) -> "PlannedQuerySet[Row]":
        return self.filter(municipality__in=municipalities_where(user, Right.VIEW_STATISTICS))


@classified(operational="id municipality organisation month births confirmed entered_by entered_at")
class SiteMonth(models.Model):
    """Births of one month at one site, as the house itself tells them. Public knowledge."""

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    # Its first day. Not a check of the database: that would need a function only Django knows.
    month = models.DateField()
    births = models.PositiveIntegerField()
    # Somebody looked at a number that stands out and says that it is right.
    confirmed = models.BooleanField(default=False)
    # None: the operator's command, which acts in nobody's name.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    objects = PlannedQuerySet["SiteMonth"].as_manager()

    class Meta:
        ordering = ["month", "organisation__name"]
        constraints = [
            models.UniqueConstraint(name="births_once_a_month", fields=["organisation", "month"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}:{self.month}"


@classified(operational="id municipality organisation since full_time_posts entered_by entered_at")
class Staffing(models.Model):
    """Full-time posts (VZÄ) of navigators in a house from a day on, until the next row."""

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    since = models.DateField()
    full_time_posts = models.DecimalField(max_digits=5, decimal_places=2)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = PlannedQuerySet["Staffing"].as_manager()

    class Meta:
        ordering = ["organisation__name", "since"]
        constraints = [
            models.UniqueConstraint(name="posts_once_a_day", fields=["organisation", "since"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}:{self.since}"


@classified(operational="id municipality name unit source url year district value")
class ContextFigure(models.Model):
    """A figure about a district from elsewhere, with its source; never about a family."""

    id = models.BigAutoField(primary_key=True)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)  # "Children in families with basic income support"
    unit = models.CharField(max_length=40)  # "%", "Kinder", "je 1.000"
    source = models.CharField(max_length=160)
    url = models.URLField(blank=True)
    year = models.PositiveSmallIntegerField()
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=12, decimal_places=2)

    objects = PlannedQuerySet["ContextFigure"].as_manager()

    class Meta:
        ordering = ["name", "year", "district"]
        constraints = [
            models.UniqueConstraint(
                name="a_context_figure_once_a_year", fields=["district", "name", "year"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}:{self.year}:{self.district_id}"


class Level(models.TextChoices):
    """The chain of effects a goal is thought through by (docs/domain.md)."""

    INPUT = "input", _("Input: what we put in")
    OUTPUT = "output", _("Output: what we do and whom we reach")
    OUTCOME = "outcome", _("Outcome: what changes for families")
    IMPACT = "impact", _("Impact: what changes in the city")


class GoalState(models.TextChoices):
    OPEN = "open", _("Open")
    REACHED = "reached", _("Reached")
    DROPPED = "dropped", _("Given up")


@classified(
    operational="id municipality title why due_on state created_by created_at changed_at ended_at"
)
class Goal(models.Model):
    """What the network wants to reach by a day; its steps say how that would be seen."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=600, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=GoalState, default=GoalState.OPEN)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PlannedQuerySet["Goal"].as_manager()

    class Meta:
        ordering = ["state", "due_on"]

    def __str__(self) -> str:
        return str(self.pk)


@classified(operational="id goal level text figure target")
class GoalStep(models.Model):
    """One link of a goal's chain of effects, with a target value where a figure tells it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="steps")
    level = models.CharField(max_length=8, choices=Level)
    text = models.CharField(max_length=300)
    figure = models.CharField(max_length=40, blank=True)  # referrals.planning.figures; "": in words
    target = models.IntegerField(null=True)  # in the unit of the figure

    class Meta:
        ordering = ["goal", "level", "id"]

    def __str__(self) -> str:
        return str(self.pk)


class MeasureState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Given up")


@classified(
    operational=(
        "id municipality goal title what responsible need life_phase district begins_on state"
        " baseline_period baseline created_by created_at changed_at"
    )
)
class Measure(models.Model):
    """What is done about a gap, and how large the published gap was when it was taken.

    The gap is named by codes of the needs cube; an empty one means all.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, related_name="measures")
    title = models.CharField(max_length=160)
    what = models.CharField(max_length=600, blank=True)
    responsible = models.CharField(max_length=160, blank=True)  # a house or a body
    need = models.CharField(max_length=30, blank=True)
    life_phase = models.CharField(max_length=16, blank=True)
    district = models.CharField(max_length=100, blank=True)
    begins_on = models.DateField()
    state = models.CharField(max_length=8, choices=MeasureState, default=MeasureState.PLANNED)
    baseline_period = models.CharField(max_length=6, blank=True)  # "2026Q3"; "": none was frozen
    baseline = models.PositiveIntegerField(null=True)  # published count, a multiple of five
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = PlannedQuerySet["Measure"].as_manager()

    class Meta:
        ordering = ["state", "begins_on"]

    def __str__(self) -> str:
        return str(self.pk)
