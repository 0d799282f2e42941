"""The one page for the family: a question, a yes or a no of the same weight, a signature.

While it is open the browser reaches nothing else (lotsen.web.lock), and the page shows neither a
pseudonym nor a way back. The words are those of a released text; where there is none in the
family's language, it is asked in German and somebody interprets.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import User
from lotsen.errors import Refusal
from lotsen.web.forms import refusals_on
from offers.labels import LANGUAGES_OWN
from referrals.consent import actions as consents
from referrals.consent import texts
from referrals.consent.models import ConsentForm, ConsentText, GivenBy
from referrals.consent.rules import Category, Purpose
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.web.case_in_hand import note_reading
from referrals.web.ward.family_consent_form import SignatureForm

QUESTION = "family_question"  # key in the session: which handover is asked about, and the answer
FALLBACK = "de"
SIMPLE = "de-simple"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur", "ps", "ckb", "he"})

# In the family's own words: "we pass on …".
GIVEN: dict[Category, str | Promise] = {
    Category.NAME: _("your name"),
    Category.PHONE: _("your phone number"),
    Category.SAFE_CONTACT: _("how to reach you safely"),
    Category.LANGUAGE: _("your language"),
    Category.DISTRICT: _("the district you live in"),
    Category.NEEDS: _("what you would like support with"),
    Category.RESOURCES: _("what is going well for you"),
    Category.WISH: _("whether you would like a talk"),
    Category.NOTE: _("a short message from us"),
}
ALWAYS_KEPT = (_("your answers to all questions"), _("what you told us"))
_FEEDBACK = _("The service may tell us how it went.")


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: UserRequest, token: str) -> HttpResponse:
    """Ask; after a yes, how the family signs; after the answer, thank and shut the page."""
    question = request.session.get(QUESTION) or {}
    if question.get("token") != token:
        raise Http404
    if question["answer"]:
        return _page(
            request, "referrals/family_thanks.html", {"answer": question["answer"]}, FALLBACK
        )
    handover = _draft(request.user, question["handover"])
    text = _text(handover, request.GET.get("sprache", ""))
    answer = request.POST.get("answer")
    if answer == "no":
        return _decline(request, handover)
    if answer == "yes":
        return _sign(request, handover, text, SignatureForm())
    if request.method == "POST":
        return _sign(request, handover, text, SignatureForm(request.POST))
    note_reading(handover.case, actor=request.user, fields=("handover",))
    return _page(
        request, "referrals/family_question.html", _question(handover, text), text.language
    )


def _draft(user: User, pk: str) -> Handover:
    drafts = Handover.objects.visible_to(user).filter(state=State.DRAFT)
    return get_object_or_404(drafts.with_parties(), pk=UUID(pk))


def _sign(
    request: UserRequest, handover: Handover, text: ConsentText, form: SignatureForm
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            _give(request, handover, text, form)
        if form.is_valid():
            return _answered(request, "yes")
    context = {**_question(handover, text), "form": form, "given_by": GivenBy.choices}
    status = 422 if form.errors else 200
    return _page(request, "referrals/family_signature.html", context, text.language, status=status)


def _give(request: UserRequest, handover: Handover, text: ConsentText, form: SignatureForm) -> None:
    moment = now()
    purposes = [Purpose.HANDOVER]
    if form.cleaned_data["feedback"]:
        purposes.append(Purpose.FEEDBACK)
    consent = consents.give(
        handover.case,
        recipient=handover.recipient,
        purposes=purposes,
        categories=handover.categories,
        text=text,
        language=text.language,
        form=ConsentForm(form.cleaned_data["form"]),
        given_by=GivenBy(form.cleaned_data["given_by"]),
        interpreted=request.session[QUESTION]["interpreted"],
        signature_text=form.signature,
        actor=request.user,
        at=moment,
    )
    handovers.attach_consent(handover, consent=consent, actor=request.user, at=moment)


def _decline(request: UserRequest, handover: Handover) -> HttpResponse:
    """A no needs no reason, and leaves no draft behind."""
    moment = now()
    consents.decline(handover.case, recipient=handover.recipient, actor=request.user, at=moment)
    handovers.cancel(handover, reason="family_changed_mind", actor=request.user, at=moment)
    return _answered(request, "no")


def _answered(request: UserRequest, answer: str) -> HttpResponse:
    question = request.session[QUESTION]
    request.session[QUESTION] = {**question, "answer": answer}
    return redirect("family-consent", token=question["token"])


def _text(handover: Handover, wanted: str) -> ConsentText:
    """The released text in the language asked for, else the family's, else German.

    Raises:
        Refusal: no text is released for this house.
    """
    regime = handover.sender.legal_regime
    offered = texts.languages(legal_regime=regime)
    for language in (wanted, handover.case.language, FALLBACK):
        text = (
            texts.current(language=language, legal_regime=regime) if language in offered else None
        )
        if text is not None:
            return text
    raise Refusal("consent_text_missing")


def _question(handover: Handover, text: ConsentText) -> dict[str, Any]:
    family = handover.case.language
    recipient = handover.recipient.name
    given = [words for code, words in GIVEN.items() if code in handover.categories]
    kept = [words for code, words in GIVEN.items() if code not in handover.categories]
    return {
        "text": text,
        "text_language": text.language.removesuffix("-simple"),
        "text_direction": "rtl" if text.language in RIGHT_TO_LEFT else "ltr",
        "paragraphs": texts.spoken(text, recipient).split("\n\n"),
        "feedback_words": text.questions.get(Purpose.FEEDBACK, _FEEDBACK),
        "recipient": recipient,
        "given": given,
        "kept": [*ALWAYS_KEPT, *kept[:2]],
        "languages": _languages(handover),
        "must_interpret": text.language.removesuffix("-simple") != family,
        "own_language": LANGUAGES_OWN.get(family, family),
    }


def _languages(handover: Handover) -> list[tuple[str, str]]:
    """Languages with a released text: the family's first, then German, then the others."""
    released = texts.languages(legal_regime=handover.sender.legal_regime)
    wanted = dict.fromkeys([handover.case.language, FALLBACK, SIMPLE, *released])
    names = {**LANGUAGES_OWN, SIMPLE: "Deutsch, einfach"}
    return [(code, names.get(code, code)) for code in wanted if code in released]


def _page(
    request: UserRequest, template: str, context: dict[str, Any], language: str, status: int = 200
) -> HttpResponse:
    """The page with its buttons in the family's language, where the interface speaks it."""
    main = language.split("-")[0]
    spoken = main if main in dict(settings.LANGUAGES) else FALLBACK
    context["direction"] = "rtl" if spoken in RIGHT_TO_LEFT else "ltr"
    with override(spoken):
        return render(request, template, context, status=status)
