"""What an account saw and what was shown on a device: for the data protection officer.

Pseudonyms only; the account is a professional and stands there by name, the title names nobody.
Addresses hold the id of an account at most, so a look can be repeated; each one is an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lotsen.accounts.http import UserRequest
from lotsen.audit import reading
from lotsen.audit.models import Deed
from lotsen.audit.reading import Report
from lotsen.audit.rules import Seen
from lotsen.devices import device_name
from lotsen.exporting import csv_file
from referrals.web.privacy import access_words
from referrals.web.privacy.access_forms import AccountForm, DeviceForm, PeriodForm

_A_MINUTE = 60  # seconds


@dataclass(frozen=True)
class Line:
    """One case, or what names no case, as words."""

    pseudonym: str
    first: datetime
    last: datetime
    times: int
    deeds: str
    opened: str
    fields: str
    reasons: str
    accounts: str
    devices: str

    @property
    def lasts(self) -> bool:
        """Whether first and last are told apart by a clock with minutes."""
        return (self.last - self.first).total_seconds() >= _A_MINUTE


@require_safe
def of_account(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted: there is no house whose access log the user may read.
    """
    form = AccountForm(_asked(request), viewer=request.user)
    if not form.is_valid():
        return _page(request, form)
    values = form.cleaned_data
    look = partial(reading.of_account, values["account"])
    return _answer(request, form, look, whose=values["account"].display_name)


@require_safe
def of_device(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted: there is no house whose access log the user may read.
    """
    reading.require_reader(request.user)
    form = DeviceForm(_asked(request))
    if not form.is_valid():
        return _page(request, form)
    numbers = form.cleaned_data["device"]
    look = partial(reading.of_device, numbers)
    return _answer(request, form, look, whose=device_name(numbers[0]))


def _asked(request: HttpRequest) -> Any:
    """The form as sent, or None: opening the page is no question yet."""
    return request.GET if "since" in request.GET else None


def _answer(request: UserRequest, form: PeriodForm, look: Any, *, whose: str) -> HttpResponse:
    as_file = request.GET.get("as") == "csv"
    values = form.cleaned_data
    report: Report = look(
        since=values["since"],
        until=values["until"],
        deed=Deed.EXPORT if as_file else Deed.LIST,
        actor=request.user,
        at=now(),
    )
    lines = [_line(seen, report) for seen in report.seen]
    if as_file:
        return _file(report, lines)
    return _page(request, form, report=report, lines=lines, whose=whose)


def _page(
    request: UserRequest,
    form: PeriodForm,
    *,
    report: Report | None = None,
    lines: Sequence[Line] = (),
    whose: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "lines": lines,
        "whose": whose,
        "of_device": isinstance(form, DeviceForm),
        "moment": now(),
    }
    status = 422 if form.errors else 200
    return render(request, "privacy/accesses.html", context, status=status)


def _line(seen: Seen, report: Report) -> Line:
    return Line(
        pseudonym=seen.pseudonym,
        first=seen.first,
        last=seen.last,
        times=seen.times,
        deeds=access_words.deeds(seen.deeds),
        opened=access_words.fields(seen.opened),
        fields=access_words.fields(seen.fields - seen.opened),
        reasons=access_words.reasons(seen.reasons),
        accounts=", ".join(sorted(report.names[account] for account in seen.actors)),
        devices=", ".join(sorted(device_name(number) for number in seen.devices)),
    )


def _file(report: Report, lines: Sequence[Line]) -> HttpResponse:
    """The same lines for the notice to the authority; what is missing stands in the file, too."""
    rows: list[Sequence[object]] = [
        [
            line.pseudonym or _("without a case"), _clock(line.first), _clock(line.last),
            line.times, line.deeds, line.opened, line.fields, line.reasons, line.accounts,
            line.devices,
        ]
        for line in lines
    ]  # fmt: skip
    rows += [[remark] for remark in _remarks(report)]
    name = f"zugriffe-{localtime(now()):%Y-%m-%d}.csv"
    return HttpResponse(
        csv_file([str(head) for head in _heads()], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _heads() -> Sequence[str]:
    return (
        _("Case"), _("First"), _("Last"), _("Times"), _("What was done"), _("Sealed text opened"),
        _("Other details"), _("Reason"), _("Account"), _("Device"),
    )  # fmt: skip


def _remarks(report: Report) -> list[str]:
    remarks = []
    if report.complete_until:
        when = {"moment": _clock(report.complete_until)}
        remarks.append(_("Incomplete: this list ends before %(moment)s.") % when)
    if report.leaves_out:
        remarks.append(_("Entries of houses you are not responsible for are left out."))
    return remarks


def _clock(moment: datetime) -> str:
    return date_format(localtime(moment), "Y-m-d H:i:s")
