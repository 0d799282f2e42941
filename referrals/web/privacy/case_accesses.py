"""Who saw a case: for the data protection officer.

The code of the case travels in the body of a POST: no address, no log of a proxy holds it. A
case of other houses is answered like one that does not exist.
"""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lotsen.accounts.http import UserRequest
from lotsen.audit import reading
from lotsen.audit.case_log import CaseLog
from lotsen.audit.models import Deed
from lotsen.exporting import csv_file
from referrals.web.looks import Line, lines_of
from referrals.web.privacy.access_forms import CaseForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: UserRequest) -> HttpResponse:
    """Who saw this case, when, from which house and on which device; as a page or as a file.

    Raises:
        NotPermitted: there is no house whose access log the user may read.
    """
    reading.require_reader(request.user)
    form = CaseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    as_file, values = request.POST.get("as") == "csv", form.cleaned_data
    log = reading.of_case(
        values["pseudonym"],
        since=values["since"],
        until=values["until"],
        deed=Deed.EXPORT if as_file else Deed.LIST,
        actor=request.user,
        at=now(),
    )
    lines = lines_of(log, values["pseudonym"])
    return _file(log, lines) if as_file else _page(request, form, log=log, lines=lines)


def _page(
    request: UserRequest,
    form: CaseForm,
    *,
    log: CaseLog | None = None,
    lines: Sequence[Line] = (),
) -> HttpResponse:
    context = {
        "form": form,
        "log": log,
        "lines": lines,
        "emergencies": sum(line.emergency for line in lines),
        "moment": now(),
    }
    status = 422 if form.errors else 200
    return render(request, "privacy/case_accesses.html", context, status=status)


def _file(log: CaseLog, lines: Sequence[Line]) -> HttpResponse:
    """The same lines; the code of the case stands in the file, not in its name."""
    head = (
        _("When"), _("Account"), _("House"), _("Role"), _("What was done"), _("Details"),
        _("Reason"), pgettext("access", "emergency access"), _("Device"),
    )  # fmt: skip
    rows: list[Sequence[object]] = [
        [
            _clock(line), line.person, line.house, line.role, line.deed, line.fields, line.reason,
            _("yes") if line.emergency else "", line.device,
        ]
        for line in lines
    ]  # fmt: skip
    if log.begins_at:
        when = {"moment": date_format(localtime(log.begins_at), "Y-m-d H:i:s")}
        rows.append([_("Incomplete: this list begins at %(moment)s.") % when])
    rows.append([_("What people of other houses did is not in this list.")])
    name = f"zugriffe-fall-{localtime(now()):%Y-%m-%d}.csv"
    return HttpResponse(
        csv_file([str(words) for words in head], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _clock(line: Line) -> str:
    return date_format(localtime(line.at), "Y-m-d H:i:s")
