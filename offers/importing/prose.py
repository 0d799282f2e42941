"""Facts out of dirty German prose: ages, telephone numbers, addresses on the net."""

import html
import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from lotsen.importing import one_line

# "bis zum Schuleintritt": who turns six by 30 September starts school that August (§ 35 (1)
# SchulG NRW), so the oldest child still in day care is 6 years and 10 months old.
SCHOOL_ENTRY_MONTHS = 82

_WORDS = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()  # noqa: SIM905
)
_NUMBER = r"(\d{1,3}|" + "|".join(f"{word}(?:e[mnrs]?)?" for word in reversed(_WORDS)) + r")"
_UNIT = r"(jahr|monat|woche)"
_FROM_TO = re.compile(rf"\b{_NUMBER}\s*{_UNIT}?\w*\s*(?:bis(?:\s+zu)?|-|–)\s*{_NUMBER}\s*{_UNIT}")
_FROM = re.compile(rf"\b(?:von|ab)\s+(?:dem\s+)?(?:alter\s+von\s+)?{_NUMBER}\s*{_UNIT}")
_TO = re.compile(rf"\bbis\s+(?:zu\s+)?{_NUMBER}\s*{_UNIT}")
_TO_SCHOOL = re.compile(r"\bbis\s+zu[mr]\s+(?:schuleintritt|einschulung|schulbeginn)")

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_WEB = URLValidator(schemes=["http", "https"])


def ages(text: str) -> tuple[int | None, int | None]:
    """First and last month of age the text names, inclusive; None where it names none.

    "Kinder von vier Monaten bis zum Schuleintritt" → (4, 82); "bis 3 Jahre" → (None, 36).
    """
    text = one_line(text).lower()
    if both := _FROM_TO.search(text):
        first, first_unit, last, last_unit = both.groups()
        return _months(first, first_unit or last_unit), _months(last, last_unit)
    first_match, last_match = _FROM.search(text), _TO.search(text)
    lowest = _months(*first_match.groups()) if first_match else None
    if _TO_SCHOOL.search(text):
        return lowest, SCHOOL_ENTRY_MONTHS
    return lowest, _months(*last_match.groups()) if last_match else None


def _months(number: str, unit: str) -> int:
    count = int(number) if number.isdigit() else _word_value(number)
    if unit == "jahr":
        return count * 12
    return count if unit == "monat" else count * 7 // 30


def _word_value(word: str) -> int:
    return next(
        value for value, known in reversed(list(enumerate(_WORDS))) if word.startswith(known)
    )


def without_markup(text: str) -> str:
    """HTML tags and entities taken out; a bare "<" or "&" stays."""
    stripped = _TAG.sub(" ", text)
    return html.unescape(stripped) if stripped != text or _ENTITY.search(text) else text


_ENTITY = re.compile(r"&(?:[a-z]+|#x?[0-9a-f]+);", re.IGNORECASE)


def email_addresses(text: str) -> tuple[list[str], list[str]]:
    """The usable addresses in a cell, and what was not usable. "(at)" counts as "@"."""
    good: list[str] = []
    bad: list[str] = []
    for part in re.split(r"[\s,;/]+", text.replace("(at)", "@")):
        try:
            if part:
                validate_email(part)
                good.append(part)
        except ValidationError:
            bad.append(part)
    return list(dict.fromkeys(good)), bad


def web_address(text: str) -> str | None:
    """The address with a scheme; "" for an empty cell, None if it is none."""
    text = text.strip().rstrip(".")
    if not text:
        return ""
    if not re.match(r"https?://", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        _WEB(text)
    except ValidationError:
        return None
    return text if len(text) <= 200 else None


def telephone(text: str) -> tuple[str, str]:
    """A number to show, and a remark that stood in brackets.

    "0 21 51 / 31 52 20 (vormittags)" → ("02151 315220", "vormittags"). A hyphen before an
    extension stays.
    """
    remark = " ".join(re.findall(r"\(([^)]*[a-zäöüß][^)]*)\)", text, re.IGNORECASE))
    number = one_line(re.sub(r"\([^)]*[a-zäöüß][^)]*\)", " ", text, flags=re.IGNORECASE))
    parts = re.split(r"\s*/\s*|\s+-\s+", number)
    if len(parts) == 2 and all(re.fullmatch(r"[\d +-]+", part) for part in parts):
        number = " ".join(part.replace(" ", "") for part in parts)
    digits = sum(character.isdigit() for character in number)
    return (number, one_line(remark)) if digits >= 3 and len(number) <= 40 else ("", one_line(text))
