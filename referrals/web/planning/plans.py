"""What the pages of planning share: their own row of tabs, whose city, files that are sent in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.importing import IN_GERMAN, LARGEST_FILE, UnreadableFileError
from lotsen.places.models import Municipality
from referrals.planning.actions import may_plan, require_planning
from referrals.planning.taking_over import Taken
from referrals.web.planning.periods import CITY, Chosen, chosen, frame

TAB = "goals"
PAGES: tuple[tuple[str, Promise], ...] = (
    ("goals", _("Goals")),
    ("measures", _("Measures")),
    ("births", _("Births and posts")),
    ("context", _("Figures of the districts")),
)
NO_FAMILY = _("For everybody who plans. Please name or describe no family here.")
_ROWS_SHOWN = 50  # of those that do not fit

type Work = Callable[..., Taken]


def to_plan(request: UserRequest) -> Chosen:
    """The city of the address, for a form.

    Raises:
        NotPermitted: one may not plan for it.
        Http404: it is not one's own.
    """
    choice = chosen(request)
    require_planning(request.user, choice.municipality)
    return choice


def in_city(request: UserRequest, municipality: Municipality) -> Chosen:
    """The same, for a page about something that belongs to a city, whatever the address says."""
    return replace(chosen(request), municipality=municipality)


def plan_frame(choice: Chosen, page: str, user: User) -> dict[str, Any]:
    """What planning/plan.html needs, beside what the page itself shows."""
    return {
        **frame(choice, TAB),
        "plan_pages": [(route, link(route, choice), label) for route, label in PAGES],
        "plan_page": page,
        "may_plan": may_plan(user, choice.municipality),
        "city_query": _city_query(choice),
    }


def link(route: str, choice: Chosen, *args: object) -> str:
    """The address of a page for the same city."""
    return reverse(route, args=args) + _city_query(choice)


def _city_query(choice: Chosen) -> str:
    return f"?{CITY}={choice.municipality.slug}" if len(choice.cities) > 1 else ""


class FileForm(forms.Form):
    """A file for a city: taken over whole, or not at all."""

    file = forms.FileField(
        label=_("CSV file"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
            "missing": _("Choose a file."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("This file is too large. Please split it."))
        return file


def take_file(form: FileForm, work: Work, choice: Chosen, user: User, at: datetime) -> Taken | None:
    """Reads the file of a valid form; what cannot be read is told at the form."""
    try:
        with _kept(form.cleaned_data["file"]) as path:
            return work(path, choice.municipality, actor=user, at=at)
    except UnreadableFileError as error:
        form.add_error("file", str(error))
    return None


def told(taken: Taken) -> dict[str, Any]:
    """The rows that need a look, for the page; more than fifty are counted."""
    remarks = [end for end in taken.ends if end.message]
    return {
        "done": taken.done,
        "rows": [(end.row, IN_GERMAN[end.status], end.message) for end in remarks[:_ROWS_SHOWN]],
        "more": max(len(remarks) - _ROWS_SHOWN, 0),
        "hints": taken.hints,
        "number": len(taken.ends),
    }


def file_page(
    request: UserRequest, choice: Chosen, page: str, form: FileForm, **more: object
) -> HttpResponse:
    """The form for a file; with `taken`, what became of its rows."""
    taken = more.get("taken")
    refused = bool(form.errors) or (isinstance(taken, Taken) and not taken.done)
    context = {
        **plan_frame(choice, page, request.user),
        "form": form,
        **more,
        "result": told(taken) if isinstance(taken, Taken) else None,
        "back": link(page, choice),
    }
    return render(request, "planning/file.html", context, status=422 if refused else 200)


@contextmanager
def _kept(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """The file under its own name in a folder of ours, for as long as it is read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(file.name or "").name or "datei.csv")[-80:]
        path.write_bytes(b"".join(file.chunks()))
        yield path
