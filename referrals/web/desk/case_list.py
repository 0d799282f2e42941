"""The cases of the user's houses, last touched first: what lies beside the day's lists is here."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.audit import events
from lotsen.audit.models import Deed
from referrals.assessments.stages import Stage, stage
from referrals.cases import worklist
from referrals.cases.models import CaseState, ClosureReason
from referrals.consent.rules import Category
from referrals.consent.viewpoints import Sight, sights
from referrals.web.desk.case_facts import language
from referrals.web.desk.handover_words import Standing
from referrals.web.phrases import Phrase

# Word in the address → cases in which state, and the view's name on the screen.
VIEWS: dict[str, tuple[CaseState | None, Phrase]] = {
    "offen": (CaseState.OPEN, gettext_lazy("Open")),
    "geschlossen": (CaseState.CLOSED, gettext_lazy("Closed")),
    "alle": (None, gettext_lazy("All")),
}
_STAGES: dict[str, tuple[Phrase, str]] = {
    Stage.NEW: (gettext_lazy("Nothing asked yet"), "ring"),
    Stage.BEGUN: (gettext_lazy("Intake begun"), "half"),
    Stage.ASSESSED: (gettext_lazy("Indicators and wishes recorded"), "check"),
}


@dataclass(frozen=True)
class CaseRow:
    """One line; a house that takes part reads no more of it than on the page of the case."""

    row: worklist.Row
    standing: Standing
    about: str  # language and part of town, as far as they are meant for who looks


@require_safe
def list_cases(request: UserRequest) -> HttpResponse:
    """One page of the cases the user may know of.

    Raises:
        NotPermitted: nobody works with cases in this role.
    """
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    word = request.GET.get("ansicht", "offen")
    word = word if word in VIEWS else "offen"
    page = worklist.page(
        request.user, after=request.GET.get("after"), state=VIEWS[word][0], beside=stage
    )
    events.record(
        Deed.LIST,
        actor=request.user,
        object_type="case",
        shown=[row.pseudonym for row in page.rows],
    )
    views = sights(page.rows, request.user)
    context = {
        "word": word,
        "views": [{"word": key, "name": name} for key, (_state, name) in VIEWS.items()],
        "page": page,
        "rows": [_case_row(row, views[row.pk]) for row in page.rows],
    }
    return render(request, "referrals/cases.html", context)


def _case_row(row: worklist.Row, view: Sight) -> CaseRow:
    about = [
        language(row.language, interpreting=False) if view.sees(Category.LANGUAGE) else "",
        row.district if view.sees(Category.DISTRICT) else "",
    ]
    return CaseRow(row, _standing(row, view), " · ".join(filter(None, about)))


def _standing(row: worklist.Row, view: Sight) -> Standing:
    if row.state == CaseState.CLOSED:
        why = dict(ClosureReason.choices).get(row.closure_reason, "")
        return Standing(f"{_('Closed')}: {why}" if why else _("Closed"), "check")
    if not view.is_holder:
        return Standing(_("Taken over from %(house)s") % {"house": row.holder}, "hand")
    words, icon = _STAGES[row.beside]
    return Standing(str(words), icon)
