"""The family has a case code, and nothing is stored under it (any more): that is an answer too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import Organisation
from lotsen.accounts.roles import Right
from lotsen.web.forms import refusals_on
from referrals.cases.models import Case
from referrals.documents import access_report
from referrals.documents.access_report import Document, Form
from referrals.rights import actions
from referrals.web.desk.rights import attachment
from referrals.web.desk.rights_forms import CodeForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nothing_stored(request: UserRequest) -> HttpResponse:
    """Record the request and hand out the answer; a case that can be seen leads to its page.

    Whether another house has a case of this code is not told, and does not change the answer:
    each house answers for itself.

    Raises:
        NotPermitted: the user answers families of no house.
    """
    houses = _houses(request)
    form = CodeForm(request.POST if request.method == "POST" else None, houses=houses)
    if form.is_valid():
        seen = Case.objects.visible_to(request.user)
        case = seen.filter(pseudonym=form.cleaned_data["pseudonym"]).first()
        if case is not None:
            messages.info(request, _("Under this code something is stored."))
            return redirect("case-rights", case.pk)
        with refusals_on(form):
            return attachment(_answer(request, form))
    return render(
        request, "referrals/rights_nothing.html", {"form": form}, status=422 if form.errors else 200
    )


def _answer(request: UserRequest, form: CodeForm) -> Document:
    check, day = form.facts()
    moment = now()
    row = actions.receive_without_case(
        form.cleaned_data["pseudonym"],
        house=form.cleaned_data["organisation"],
        identity_check=check,
        received_on=day,
        actor=request.user,
        at=moment,
    )
    document = access_report.export(row, form=Form.PDF, actor=request.user, at=moment)
    actions.fulfil(row, actor=request.user, at=moment)
    return document


def _houses(request: UserRequest) -> list[Organisation]:
    ids = permits.require_somewhere(request.user, Right.VIEW_IDENTITY)
    return list(Organisation.objects.filter(pk__in=ids))
