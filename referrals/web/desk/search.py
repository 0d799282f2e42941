"""Finding a family again. What is typed travels in the body of a POST and is kept nowhere."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lotsen.access import permits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.roles import Right
from lotsen.errors import TooOften
from lotsen.refusals import sentence
from lotsen.web.forms import DateInput, refusals_on
from referrals.cases.models import Case
from referrals.identities.actions import LONGEST
from referrals.identities.searching import search


class _SearchForm(forms.Form):
    """One way to look for a family; the browser is asked to remember nothing."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"


class CodeForm(_SearchForm):
    """By the code that stands on papers and that families may name on the telephone."""

    pseudonym = forms.CharField(
        label=_("Case code"),
        help_text=_("For example 7K4M-QX2T-9RHV. Capitals, spaces and dashes do not matter."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please enter the case code.")},
    )


class NameForm(_SearchForm):
    """By both together: a name alone would show who is known here."""

    surname = forms.CharField(
        label=_("Family name"),
        help_text=_("The whole name. Spelling does not matter: Müller also finds Mueller."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        error_messages={"required": _("Please enter the whole family name.")},
    )
    birth_date = forms.DateField(
        label=_("Date of birth"),
        widget=DateInput(),
        error_messages={
            "required": _("Please enter the date of birth as well."),
            "invalid": _("This is not a date. Please enter it like 24.12.1994."),
        },
    )


class PhoneForm(_SearchForm):
    """By the whole number; how it is grouped and whether +49 stands before it does not matter."""

    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("The whole number, for example 0171 39200 12 or +49 171 3920012."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        error_messages={"required": _("Please enter the whole phone number.")},
    )


# Value of the button → the form it sends.
_FORMS: dict[str, type[_SearchForm]] = {"kuerzel": CodeForm, "name": NameForm, "telefon": PhoneForm}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def search_case(request: UserRequest) -> HttpResponse:
    """Three ways to look for a family; a code leads to its case at once.

    Raises:
        NotPermitted: the user works with no families.
    """
    permits.require_somewhere(request.user, Right.VIEW_CASES)
    if request.method != "POST":
        return _page(request)
    form = _FORMS.get(request.POST.get("was", ""), CodeForm)(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        found = _found(request, form)
    except TooOften as refusal:
        form.add_error(None, sentence(refusal))
        answer = _page(request, form, status=refusal.status)
        answer["Retry-After"] = str(refusal.seconds)
        return answer
    if not form.is_valid():
        return _page(request, form, status=422)
    if found and isinstance(form, CodeForm):
        return redirect("case", found[0].pk)
    return _page(request, form, found=found)


def _found(request: UserRequest, form: _SearchForm) -> list[Case]:
    """Whom the search finds; a value that does not fit is told at its field."""
    with refusals_on(form):
        return search(request.user, **form.cleaned_data, at=now())
    return []


def _page(
    request: UserRequest,
    form: _SearchForm | None = None,
    *,
    found: list[Case] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms_shown = {word: form if type(form) is kind else kind() for word, kind in _FORMS.items()}
    context = {
        "form": form if form and form.errors else None,
        "code_form": forms_shown["kuerzel"],
        "name_form": forms_shown["name"],
        "phone_form": forms_shown["telefon"],
        "searched": found is not None,
        "by_code": isinstance(form, CodeForm),
        "found": found or [],
    }
    return render(request, "referrals/search.html", context, status=status)
