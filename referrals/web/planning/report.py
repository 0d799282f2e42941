"""A report: choose period, sections and tables, look at it, take it along.

Everything is in the address, so a report can be shared by its link and made again.
"""

from collections.abc import Sequence

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from referrals.statistics import files
from referrals.statistics.published import Published
from referrals.web.planning import free_tables, report_print
from referrals.web.planning.overview import panels, sentences
from referrals.web.planning.panels import Panel, blocks, download, file_name, file_response
from referrals.web.planning.periods import Chosen, frame, history, with_numbers
from referrals.web.planning.report_form import PARTS, ReportForm
from referrals.web.planning.report_print import Report

AS, PICTURE = "als", "bild"  # the words of the address
PDF, PNG = "pdf", "png"


@require_safe
@with_numbers("report")
def report(request: UserRequest, choice: Chosen, now: Published) -> HttpResponse:
    """The form and what it makes, or that as a file.

    Raises:
        Http404: the address asks for a picture or a kind of file that there is not.
    """
    form = ReportForm(request.GET)
    kind = request.GET.get(AS, "")
    if kind == PNG:
        return _picture(request, choice, now)
    found = _made(form, request, choice, now) if form.is_valid() else None
    if kind and found:
        return _file(found, kind)
    context = {
        **frame(choice, "report"),
        "form": form,
        "report": found,
        "kinds": _kinds(request.GET),
        "query": choice.query(),
    }
    return render(request, "planning/report.html", context, status=200 if found else 422)


def _made(form: ReportForm, request: UserRequest, choice: Chosen, now: Published) -> Report:
    parts = form.cleaned_data[PARTS]
    chosen = [panel for panel in panels(choice, now, request.user) if panel.code in parts]
    return Report(
        choice,
        now,
        sentences(choice, now) if "sentences" in parts else [],
        [*chosen, *_free(form, choice, now, request)],
    )


def _free(
    form: ReportForm, choice: Chosen, now: Published, request: UserRequest
) -> Sequence[Panel]:
    wanted = form.wanted()
    if not wanted:
        return []
    past = history(choice, request.user)
    quarters = [told for told in past if told.period in now.quarters] if _is_year(now) else past
    return [free_tables.build(each, quarters, now) for each in wanted]


def _is_year(told: Published) -> bool:
    return len(told.quarters) > 1


def _file(found: Report, kind: str) -> HttpResponse:
    if kind == PDF:
        name = file_name(found.choice, _("report"), PDF)
        return download(report_print.pdf(found), "application/pdf", name)
    if kind not in files.TYPES:
        raise Http404
    table = blocks(found.panels, found.title)
    return file_response(table, found.told, found.choice, kind=kind, code=_("report"))


def _picture(request: UserRequest, choice: Chosen, now: Published) -> HttpResponse:
    wanted = request.GET.get(PICTURE, "")
    for panel in panels(choice, now, request.user):
        if panel.code == wanted and panel.has_drawing:
            content = report_print.png(panel, choice, now)
            return download(content, "image/png", file_name(choice, panel.code, PNG))
    raise Http404


def _kinds(data: QueryDict) -> list[tuple[str, str, str]]:
    """What the report can be taken along as: word, address, what it is good for."""
    query = data.copy()
    query.pop(AS, None)
    query.pop(PICTURE, None)
    words = (
        (PDF, _("to print and to pass on")),
        (files.ODS, _("tables for a spreadsheet")),
        (files.CSV, _("tables for other programs")),
    )
    made = []
    for kind, use in words:
        query[AS] = kind
        made.append((kind.upper(), f"?{query.urlencode()}", use))
    return made
