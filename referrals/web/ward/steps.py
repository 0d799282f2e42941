"""The five steps from the first question to the handover, as the trail at the top of each page."""

from enum import IntEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from referrals.cases.models import Case


class Step(IntEnum):
    """In the order they are taken."""

    SCREENING = 1
    NEEDS = 2
    REVIEW = 3
    MATCHES = 4
    HANDOVER = 5


_LABELS = {
    Step.SCREENING: _("Indicators"),
    Step.NEEDS: _("Wishes"),
    Step.REVIEW: pgettext_lazy("step", "Check"),
    Step.MATCHES: _("Offers"),
    Step.HANDOVER: _("Handover"),
}
_PAGES = {
    Step.SCREENING: "intake-screening",
    Step.NEEDS: "intake-needs",
    Step.REVIEW: "intake-review",
    Step.MATCHES: "matches",
}


def trail(case: Case, now_at: Step, *, finished: bool = False) -> list[dict[str, Any]]:
    """The steps for components/trail.html: what lies behind is a link, what lies ahead is not.

    Args:
        finished: the assessment is closed, so its pages cannot be gone back to.
    """
    return [
        {
            "label": _LABELS[step],
            "state": "now" if step == now_at else "done" if step < now_at else "",
            "url": _link(case, step, finished=finished),
        }
        for step in Step
    ]


def _link(case: Case, step: Step, *, finished: bool) -> str | None:
    page = _PAGES.get(step)
    if page is None or (finished and step < Step.MATCHES):
        return None
    return reverse(page, args=[case.pk])
