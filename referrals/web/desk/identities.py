"""Who a family is: opened on purpose, one event each time; entered by those on the case."""

from datetime import date
from typing import Literal
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.errors import NotPermitted
from lotsen.web.forms import Choices, DateInput, refusals_on
from referrals.cases.models import Case, CaseState
from referrals.consent.rules import IDENTITY
from referrals.identities.actions import LONGEST, safe_contact_due, store
from referrals.identities.reading import filled_fields, open_identity, readable_fields
from referrals.identities.rules import Field, OpeningReason
from referrals.web.case_in_hand import note_reading
from referrals.web.phrases import CATEGORIES, Phrase

_SHOW, _CHANGE, _SAVE = "anzeigen", "aendern", "sichern"


# The words for each field, in the order they are entered.
_WORDS: dict[Field, Phrase] = {
    **{Field(code): CATEGORIES[code] for code in CATEGORIES if code in IDENTITY},
    Field.BIRTH_DATE: gettext_lazy("date of birth"),
}


class ReasonForm(forms.Form):
    """Why somebody looks who does not work on the case: to answer the family, and for nothing
    else. The code goes into the access log; other needs take the emergency access."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you need the contact details?"),
        choices=[
            (OpeningReason.DATA_RIGHTS, gettext_lazy("The family asks what is stored")),
        ],
        widget=Choices,
        error_messages={"required": gettext_lazy("Choose why you need the contact details.")},
    )


class IdentityForm(forms.Form):
    """Name, phone, the safe way to get in touch, a day of birth. What is left empty is emptied."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=LONGEST)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("For example 0171 39200 12."),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    safe_contact = forms.CharField(
        label=gettext_lazy("Safe way to get in touch"),
        help_text=gettext_lazy(
            "How and when nobody else listens in or reads along, for example: by text message, "
            "10 to 12 o'clock."
        ),
        required=False,
        max_length=LONGEST,
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy(
            "Of the person named above, only to find the family again later. It is never passed on."
        ),
        required=False,
        widget=DateInput(),
        error_messages={
            "invalid": gettext_lazy("This is not a date. Please enter it like 24.12.1994.")
        },
    )

    def clean_birth_date(self) -> date | Literal[""]:
        """Left empty means emptied, not "was not asked for"."""
        return self.cleaned_data["birth_date"] or ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: UserRequest, pk: UUID) -> HttpResponse:
    """First what will be logged, then the button; only a POST opens anything.

    Raises:
        NotPermitted: nothing of this identity is meant for the user.
    """
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    readable = readable_fields(case, request.user, localdate())
    if not readable and not permits.allows(request.user, Right.VIEW_IDENTITY, case.holder_id):
        raise NotPermitted("identity_not_released", right=Right.VIEW_IDENTITY.value)
    wish = request.POST.get("was", "")
    if wish == _SHOW or (wish == _CHANGE and _may_change(case, request, readable)):
        return _opened(request, case, readable, change=wish == _CHANGE)
    if wish == _SAVE and _may_change(case, request, readable):
        return _saved(request, case)
    return _closed(request, case, readable)


def _may_change(case: Case, request: UserRequest, readable: frozenset[Field]) -> bool:
    """Those who work on an open case in the house that holds it."""
    holds = permits.allows(request.user, Right.VIEW_IDENTITY, case.holder_id)
    return holds and bool(readable) and case.state == CaseState.OPEN


def _closed(
    request: UserRequest,
    case: Case,
    readable: frozenset[Field],
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    """What lies there, without opening it; an empty identity can be entered at once."""
    filled = filled_fields(case)
    shown = filled & readable if readable else filled
    note_reading(case, actor=request.user, fields=())
    may_change = _may_change(case, request, readable)
    context = {
        "case": case,
        "fields": [words for field, words in _WORDS.items() if field in shown],
        "reason_form": None if readable else reason_form or ReasonForm(),
        "form": reason_form if reason_form else None,
        "entry_form": IdentityForm() if may_change and not filled else None,
        "safe_contact_due": may_change and safe_contact_due(case),
        "may_change": may_change,
    }
    status = 422 if reason_form and reason_form.errors else 200
    return render(request, "referrals/identity.html", context, status=status)


def _opened(
    request: UserRequest, case: Case, readable: frozenset[Field], *, change: bool
) -> HttpResponse:
    """The opened identity; opening wrote its own event."""
    reason: str = OpeningReason.WORK
    if not readable:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return _closed(request, case, readable, form)
        reason = form.cleaned_data["reason"]
    texts = open_identity(case, actor=request.user, reason=reason, at=now())
    if not texts:
        return _closed(request, case, readable)
    context = {
        "case": case,
        "form": None,
        "texts": [
            (words, _as_read(field, texts[field]))
            for field, words in _WORDS.items()
            if field in texts
        ],
        "phone": texts.get(Field.PHONE, ""),
        "entry_form": IdentityForm(initial=texts) if change else None,
        "safe_contact_due": change and safe_contact_due(case),
        "may_change": _may_change(case, request, readable),
    }
    return render(request, "referrals/identity_open.html", context)


def _as_read(field: Field, text: str) -> str:
    """A day as people write it; everything else as it was typed."""
    return date_format(date.fromisoformat(text)) if field == Field.BIRTH_DATE else text


def _saved(request: UserRequest, case: Case) -> HttpResponse:
    form = IdentityForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            store(case, **form.cleaned_data, actor=request.user, at=now())
        if form.is_valid():
            messages.success(request, _("Contact details sealed. Nobody reads them unnoticed."))
            return redirect("case-identity", case.pk)
    note_reading(case, actor=request.user, fields=())
    context = {
        "case": case,
        "form": form,
        "fields": [],
        "reason_form": None,
        "entry_form": form,
        "safe_contact_due": safe_contact_due(case),
        "may_change": True,
    }
    return render(request, "referrals/identity.html", context, status=422)
