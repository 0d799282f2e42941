"""The one page for the family: a question, a yes or a no of the same weight, a signature.

While it is open the browser reaches nothing else (lotsen.web.lock), and the page shows neither a
pseudonym nor a way back. The words are those of a released text; where there is none in the
family's language, it is asked in German and somebody interprets.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
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
from referrals.consent.rules import Purpose
from referrals.consent.wording import GIVES, RIGHT_TO_LEFT, filled
from referrals.handovers import actions as handovers
from referrals.handovers.models import Handover
from referrals.handovers.rules import State
from referrals.web.case_in_hand import note_reading
from referrals.web.ward.family_consent_form import ALSO_ASKED, OF_OWN_HOUSE, SignatureForm
from referrals.web.ward.family_words import words_around

QUESTION = "family_question"  # key in the session: which handover is asked about, and the answer
FALLBACK = "de"
SIMPLE = "de-simple"


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: UserRequest, token: str) -> HttpResponse:
    """Ask; after a yes, how the family signs; after the answer, thank and shut the page."""
    question = request.session.get(QUESTION) or {}
    if question.get("token") != token:
        raise Http404
    if question["answer"]:
        answered_in = get_object_or_404(ConsentText, pk=question.get("text"))
        context = {"answer": question["answer"]}
        return _page(request, "referrals/family_thanks.html", context, answered_in)
    handover = _draft(request.user, question["handover"])
    text = _as_read(request, handover) or _text(handover, request.GET.get("sprache", ""))
    if request.POST.get("answer") == "no":
        return _decline(request, handover, text)
    if request.method == "POST":
        return _sign(request, handover, text)
    note_reading(handover.case, actor=request.user, fields=("handover",))
    return _page(request, "referrals/family_question.html", _question(handover, text), text)


def _draft(user: User, pk: str) -> Handover:
    drafts = Handover.objects.visible_to(user).filter(state=State.DRAFT)
    return get_object_or_404(drafts.with_parties(), pk=UUID(pk))


def _as_read(request: UserRequest, handover: Handover) -> ConsentText | None:
    """The text the page showed, if a family may still be asked in it.

    Between reading and signing another version may have been loaded: the signature belongs
    under the words that were read.
    """
    named = request.POST.get("text", "")
    try:
        read = ConsentText.objects.filter(pk=named).first() if named else None
    except ValidationError:
        return None
    if read is None:
        return None
    regime = handover.sender.legal_regime
    return read if read.legal_regime in {"", regime} else None


def _sign(request: UserRequest, handover: Handover, text: ConsentText) -> HttpResponse:
    """The yes alone brings up the signature; only with it something is stored."""
    with _spoken(text):
        words = words_around(text, handover.recipient.name)
    is_yes = request.POST.get("answer") == "yes"
    form = SignatureForm(None if is_yes else request.POST, words=words)
    if form.is_valid():
        with refusals_on(form):
            _give(request, handover, text, form)
        if form.is_valid():
            return _answered(request, "yes", text)
    context = {
        **_question(handover, text),
        "form": form,
        "given_by": [(who.value, words[who.value]) for who in GivenBy],
        "also_asked": [
            (purpose.value, text.questions[purpose.value], form[purpose.value].value())
            for purpose in ALSO_ASKED
            if purpose.value in text.questions
        ],
    }
    status = 422 if form.errors else 200
    return _page(request, "referrals/family_signature.html", context, text, status=status)


def _give(request: UserRequest, handover: Handover, text: ConsentText, form: SignatureForm) -> None:
    """One consent for the recipient, and one for what concerns the asking house alone."""
    moment = now()
    signed: dict[str, Any] = {
        "text": text,
        "language": text.language,
        "form": ConsentForm(form.cleaned_data["form"]),
        "given_by": GivenBy(form.cleaned_data["given_by"]),
        "interpreted": request.session[QUESTION]["interpreted"],
        "signature_text": form.signature,
        "actor": request.user,
        "at": moment,
    }
    consent = consents.give(
        handover.case,
        recipient=handover.recipient,
        purposes=[Purpose.HANDOVER, *form.ticked((Purpose.FEEDBACK,))],
        categories=handover.categories,
        **signed,
    )
    handovers.attach_consent(handover, consent=consent, actor=request.user, at=moment)
    own = form.ticked(OF_OWN_HOUSE)
    if own:
        consents.give(handover.case, recipient=None, purposes=own, categories=[], **signed)


def _decline(request: UserRequest, handover: Handover, text: ConsentText) -> HttpResponse:
    """A no needs no reason, and leaves no draft behind."""
    moment = now()
    consents.decline(handover.case, recipient=handover.recipient, actor=request.user, at=moment)
    handovers.cancel(handover, reason="family_changed_mind", actor=request.user, at=moment)
    return _answered(request, "no", text)


def _answered(request: UserRequest, answer: str, text: ConsentText) -> HttpResponse:
    question = request.session[QUESTION]
    request.session[QUESTION] = {**question, "answer": answer, "text": str(text.pk)}
    return redirect("family-consent", token=question["token"])


def _text(handover: Handover, wanted: str) -> ConsentText:
    """The released text in the language asked for, else the family's, else German.

    Raises:
        Refusal: no text is released for this house.
    """
    regime = handover.sender.legal_regime
    offered = texts.languages(legal_regime=regime)  # `wanted` can be anything
    for language in (wanted, handover.case.language, FALLBACK):
        known = language in offered
        text = texts.current(language=language, legal_regime=regime) if known else None
        if text is not None:
            return text
    raise Refusal("consent_text_missing")


def _question(handover: Handover, text: ConsentText) -> dict[str, Any]:
    family = handover.case.language
    recipient = handover.recipient.name
    paragraphs = texts.spoken(text, recipient).split("\n\n")
    shown = paragraphs[:1] if text.words else paragraphs
    return {
        "title": filled(text.title, recipient),
        "recipient": recipient,
        "paragraphs": shown,
        "more": paragraphs[len(shown) :],
        "given": [key for code, key in GIVES.items() if code in handover.categories],
        "kept": [key for code, key in GIVES.items() if code not in handover.categories][:2],
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
    request: UserRequest,
    template: str,
    context: dict[str, Any],
    text: ConsentText,
    status: int = 200,
) -> HttpResponse:
    """The page in the language of its text; what is meant for the staff stays German or English."""
    with _spoken(text):
        words = words_around(text, context.get("recipient", ""))
        for part in ("given", "kept"):
            context[part] = [words[key] for key in context.get(part, [])]
        language = text.language.removesuffix("-simple")
        context |= {
            "text": text,
            "words": words,
            "text_language": language,
            "text_direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
            "page_language": language if text.words else _interface(text),
        }
        context["direction"] = "rtl" if context["page_language"] in RIGHT_TO_LEFT else "ltr"
        return render(request, template, context, status=status)


def _interface(text: ConsentText) -> str:
    """The language of the interface beside this text: the same where it is spoken, else German."""
    main = text.language.split("-")[0]
    return main if main in dict(settings.LANGUAGES) else FALLBACK


def _spoken(text: ConsentText) -> override:
    return override(_interface(text))
