"""How far a case has come, as a database expression for lists."""

from django.db.models import Case as Choice
from django.db.models import CharField, Exists, OuterRef, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from referrals.assessments.models import Assessment


class Stage(TextChoices):
    NEW = "new", _("New")  # nothing asked yet
    BEGUN = "begun", _("Begun")  # a sheet is open
    ASSESSED = "assessed", _("Assessed")  # at least one sheet is finished, none is open


def stage() -> Choice:
    """The stage of each case of a queryset of cases; no rows are multiplied."""
    sheets = Assessment.objects.filter(case=OuterRef("pk"))
    return Choice(
        When(Exists(sheets.filter(finished_at=None)), then=Value(Stage.BEGUN)),
        When(Exists(sheets), then=Value(Stage.ASSESSED)),
        default=Value(Stage.NEW),
        output_field=CharField(),
    )
