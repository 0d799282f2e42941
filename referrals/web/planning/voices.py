"""The voice of families: the page they answer on, the sheet that leads there, what they said.

The page is for everybody and knows nobody. It sets no cookie but the one that guards the form,
and takes that back once the answer is there; it writes no moment, and keeps of the address a
keyed checksum until the night at most, so that nobody answers for a hundred families.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import qrcode
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real
from django.views.decorators.http import require_http_methods, require_safe

from lotsen.accounts import limits
from lotsen.accounts.http import UserRequest
from lotsen.accounts.limits import Counter, Limit
from lotsen.errors import InvalidInput, TooOften
from lotsen.places.models import Municipality
from lotsen.web.addresses import network_of
from referrals.facts.rules import VOICES
from referrals.planning import voices
from referrals.planning.voices import FALLBACK, Speech, Told, speeches
from referrals.statistics.published import published
from referrals.web.phrases import Phrase
from referrals.web.planning.periods import Chosen, chosen, frame, period_label

# Both parents and a neighbour may answer behind one connection, nobody for a whole ward.
PER_ADDRESS = Limit("voices by address", 6, timedelta(hours=1))
FACES: Mapping[str, str] = {"yes": "glad", "partly": "even", "no": "sad", "not_needed": "none"}
MAYBE = {"recommend": {"partly": "maybe"}}  # where an answer has another word
QUIET = 4  # modules around a QR code that stay white (ISO/IEC 18004)

QUESTIONS: Mapping[str, Phrase] = {
    "asked": _("Was it good to be asked?"),
    "understood": _("Could we understand each other?"),
    "help": _("Did you get help?"),
    "in_time": _("Did the help come in time?"),
    "recommend": _("Would you recommend us?"),
}
ANSWERS: Mapping[str, Phrase] = {
    "yes": _("Yes"),
    "partly": _("Partly or maybe"),
    "no": _("No"),
    "not_needed": _("None was needed"),
}


@transaction.non_atomic_requests  # what is counted against an address stays when a page is refused
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest, city: str) -> HttpResponse:
    """Five questions with faces; each may be left out. Then thanks."""
    municipality = get_object_or_404(Municipality, pk=city)
    speech = _speech(request)
    if "danke" in request.GET and request.method != "POST":
        return _thanks(request, speech)
    if request.method != "POST":
        return _form(request, municipality, speech)
    answers = {name: request.POST[name] for name in VOICES if request.POST.get(name)}
    at = now()
    try:
        counted = limits.take([Counter(PER_ADDRESS, (network_of(request),))], at=at)
    except TooOften as refusal:
        answer = _form(request, municipality, speech, fault="too_often", status=429)
        answer["Retry-After"] = str(refusal.seconds)
        return answer
    try:
        voices.tell(municipality, answers, at=at)
    except InvalidInput:
        limits.give_back(counted)
        return _form(request, municipality, speech, fault="missing", status=422)
    return redirect(f"{request.path}?danke=1&sprache={speech.language}")


def _speech(request: HttpRequest) -> Speech:
    """The language asked for, else the browser's, else German."""
    wanted = request.GET.get("sprache", "")
    wishes = trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    order = (wanted, *(wish.split("-")[0] for wish, _weight in wishes), FALLBACK)
    return next(speeches()[code] for code in order if code in speeches())


def _form(
    request: HttpRequest, city: Municipality, speech: Speech, *, fault: str = "", status: int = 200
) -> HttpResponse:
    given = request.POST if request.method == "POST" else {}
    context = _words(speech) | {
        "city": city,
        "questions": [
            (name, speech.words[name], _options(speech, name, given.get(name, "")))
            for name in VOICES
        ],
        "speeches": list(speeches().values()),
        "fault": speech.words.get(fault, ""),
    }
    return _in(speech, render(request, "planning/voice.html", context, status=status))


def _options(speech: Speech, question: str, given: str) -> list[tuple[str, str, str, bool]]:
    """Code, face, word and whether it was chosen already."""
    other = MAYBE.get(question, {})
    return [
        (answer, FACES[answer], speech.words[other.get(answer, answer)], answer == given)
        for answer in VOICES[question]
    ]


def _thanks(request: HttpRequest, speech: Speech) -> HttpResponse:
    """Nothing of the family stays in its browser, unless somebody is signed in there."""
    answer = render(request, "planning/voice_thanks.html", _words(speech))
    if not request.user.is_authenticated:
        answer.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    return _in(speech, answer)


def _words(speech: Speech) -> dict[str, Any]:
    return {
        "speech": speech,
        "words": speech.words,
        "page_language": speech.tag,
        "direction": speech.direction,
    }


def _in(speech: Speech, answer: HttpResponse) -> HttpResponse:
    answer["Content-Language"] = speech.tag
    return answer


@require_safe
def sheet(request: UserRequest) -> HttpResponse:
    """The sheet for the wall or the folder: an address as QR code and in letters, nothing else."""
    choice = chosen(request)
    address = request.build_absolute_uri(reverse("voice", args=[choice.municipality.pk]))
    context = {
        **frame(choice, "voices-told"),
        "city": choice.municipality,
        "address": address,
        "shown_address": address.split("://", 1)[1],
        "code": qr(address),
        "paper": "a5" if request.GET.get("blatt") == "a5" else "a4",
        "speeches": [each for each in speeches().values() if each.language != "de-simple"],
        "drafts": [each for each in speeches().values() if each.is_draft],
    }
    return render(request, "planning/voice_sheet.html", context)


def qr(text: str) -> tuple[str, int]:
    """The dark modules as one path, and the side of the whole with its quiet zone, in modules.

    Error correction M: 15 % may be hidden or dirty.
    """
    picture = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=QUIET)
    picture.add_data(text)
    picture.make()
    rows = picture.get_matrix()
    dark = (
        f"M{column} {row}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, is_dark in enumerate(modules)
        if is_dark
    )
    return "".join(dark), len(rows)


@require_safe
def told(request: UserRequest) -> HttpResponse:
    """What families told in a year, once the year is complete."""
    choice = chosen(request)
    years = [period for period in choice.periods if "Q" not in period]
    year = _year(choice, years)
    context = {
        **frame(choice, "voices-told"),
        "years": [(each, period_label(each)) for each in years],
        "year": year,
        "year_label": period_label(year) if year else "",
        "told": _lines(choice, year, request) if year else [],
        "enough": voices.ENOUGH,
    }
    return render(request, "planning/voices_told.html", context)


def _year(choice: Chosen, years: list[str]) -> str:
    """The year chosen, or that of the quarter chosen, else the last one that is complete."""
    year = choice.period[:4]
    return year if year in years else next(iter(years), "")


def _lines(choice: Chosen, year: str, request: UserRequest) -> list[tuple[Phrase, Told, Any]]:
    numbers = published(choice.municipality, year, request.user)
    return [
        (
            QUESTIONS[each.question],
            each,
            [(ANSWERS[share.answer], FACES[share.answer], share) for share in each.shares],
        )
        for each in voices.told(numbers.circumstances)
    ]
