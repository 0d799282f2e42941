"""Who saw a case: for whoever works on it in the house that holds it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from lotsen.audit import case_log
from referrals.cases.insiders import require_log_reader
from referrals.cases.models import Case
from referrals.web.case_in_hand import note_reading
from referrals.web.looks import lines_of


@require_safe
def of_case(request: UserRequest, pk: UUID) -> HttpResponse:
    """Colleagues by name, people of other houses by house and role, as the family learns it.

    Raises:
        NotPermitted: the user does not work on the case in the house that holds it.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    require_log_reader(case, request.user)
    log = case_log.read(
        case.pseudonym, case_log.showing(case.pseudonym), houses=frozenset({case.holder_id})
    )
    lines = lines_of(log, case.pseudonym)
    note_reading(case, actor=request.user, fields=("accesses",))
    context = {
        "case": case,
        "log": log,
        "lines": lines,
        "emergencies": sum(line.emergency for line in lines),
        "moment": now(),
    }
    return render(request, "referrals/case_accesses.html", context)
