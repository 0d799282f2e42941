"""Names and phone numbers made comparable: what two people would call the same, in one form. Pure.

A folded value is for comparing and for the search index. It is never shown and never stored:
it says less than what was written.

Source:
    Ukrainian: Resolution 55 of the Cabinet of Ministers (2010), as in Ukrainian passports.
    Russian: ICAO Doc 9303 part 3, as in Russian passports. German: Duden. Letters that Unicode
    does not decompose (ł, đ, ø …): ICAO Doc 9303 part 3.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

_LONGEST_RUN = 3  # words written as one: "van der Berg" and "Vanderberg"
_APART = re.compile(r"[\s,;./·]+")

# Letters that do not fall apart into a plain letter and a mark. German v and w are one letter
# here: Коваленко is Kovalenko in one passport and Kowalenko in the other.
_LATIN = {
    "w": "v", "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "oe", "æ": "ae", "œ": "oe", "þ": "th",
    "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e", "ǝ": "e", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ĸ": "k",
    "ɖ": "d", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
}  # fmt: skip
_WITH_E = {"ä": "ae", "ö": "oe", "ü": "ue"}
# As people without such a keyboard write them: Ozturk, Djordjevic, Aangstroem.
_OTHERWISE = {"ä": "a", "ö": "o", "ü": "u", "ø": "o", "å": "aa", "đ": "dj"}

_UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ъ": "", "ы": "y",
    "э": "e", "ё": "e", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "d", "џ": "dz",
}  # fmt: skip
_AT_THE_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_RUSSIAN = _UKRAINIAN | {"г": "g", "и": "i", "ъ": "ie"}
_GERMAN = _RUSSIAN | {
    "є": "je", "ж": "sch", "з": "s", "ї": "ji", "й": "j", "х": "ch", "ц": "z", "ч": "tsch",
    "ш": "sch", "щ": "schtsch", "ъ": "", "ю": "ju", "я": "ja", "ё": "jo",
}  # fmt: skip
_GERMAN_UKRAINIAN = _GERMAN | {"г": "h", "и": "y"}


def folded(name: str) -> str:
    """The one form of a name, whatever its case, marks, script of origin, hyphens and spaces.

    Letters and digits only. Cyrillic becomes Latin as in a Ukrainian passport; Arabic and other
    scripts stay themselves. Đ is D, as in Vietnamese names.
    """
    return _fold(name, _LATIN | _WITH_E, _UKRAINIAN, _AT_THE_START)


def spellings(name: str) -> frozenset[str]:
    """Every folded form in which an office may have written this name; `folded` is one of them.

    Öztürk is also Ozturk, Đorđević also Djordjevic, Шевченко also Schewtschenko. Empty if the
    name has neither letter nor digit.
    """
    latin, otherwise = _LATIN | _WITH_E, _LATIN | _OTHERWISE
    forms = {
        folded(name),
        _fold(name, otherwise, _RUSSIAN, {}),
        _fold(name, latin, _GERMAN, {}),
        _fold(name, latin, _GERMAN_UKRAINIAN, {}),
    }
    return frozenset(forms - {""})


def parts(name: str) -> list[str]:
    """The words of a name as written, borders at spaces and hyphens; nothing invisible is left."""
    return [piece for piece in _pieces(name) if folded(piece)]


def words(name: str) -> frozenset[str]:
    """Every word of a name, in every spelling, and neighbours joined; their order is lost.

    A Vietnamese family name stands first, a double surname may be written as one word: so each
    word stands for itself, and up to three neighbours also stand together.
    """
    return frozenset(form for run in _runs(parts(name)) for form in spellings(run))


def same(one: str, other: str) -> bool:
    """Whether two names are one, written differently. An empty name is nobody's."""
    return folded(one) == folded(other) != ""


def is_among(typed: str, name: str) -> bool:
    """Whether what was typed are whole words of this name, in any order and spelling.

    "Schmidt" is among "Lena Meier-Schmidt", and "Meier Schmidt" is; "Schmid" is not.
    """
    stored, wanted = words(name), parts(typed)
    together = bool(spellings(typed) & stored)
    return together or (bool(wanted) and all(spellings(word) & stored for word in wanted))


def looked_up(typed: str) -> frozenset[str]:
    """Forms of which at least one is among the `words` of every name that `is_among` accepts.

    What was typed as a whole, and its longest word.
    """
    longest = max(parts(typed), key=len, default="")
    return spellings(typed) | spellings(longest)


def folded_phone(phone: str) -> str:
    """The digits with country code and without +, so that one telephone has one form.

    0171 …, +49 171 …, 0049 171 … and +49 (0)171 … become 49171…. A number without any of these
    beginnings stays as it is. "" if there is no digit.
    """
    text = unicodedata.normalize("NFKC", phone).replace("(0)", "")
    digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
    if _begins_with_plus(text) or digits.startswith("00"):
        abroad = digits.lstrip("0")
        return f"49{abroad[2:].lstrip('0')}" if abroad.startswith("49") else abroad
    return f"49{digits.lstrip('0')}" if digits.startswith("0") else digits


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers ring the same telephone. No digits ring nowhere."""
    return folded_phone(one) == folded_phone(other) != ""


def combined(word: str, day: date) -> str:
    """A folded word and a day of birth as one text; the border cannot be mistaken."""
    return f"{word}|{day.isoformat()}"


def _runs(words_of_name: list[str]) -> Iterator[str]:
    for length in range(1, _LONGEST_RUN + 1):
        for start in range(len(words_of_name) - length + 1):
            yield " ".join(words_of_name[start : start + length])


def _pieces(name: str) -> list[str]:
    """Apart at spaces (NBSP is one) and hyphens; without zero-width signs, soft hyphens and marks
    of direction."""
    signs = ((sign, unicodedata.category(sign)) for sign in unicodedata.normalize("NFKC", name))
    text = "".join(" " if kind == "Pd" else sign for sign, kind in signs if kind != "Cf")
    return _APART.split(text)


def _fold(name: str, latin: dict[str, str], cyrillic: dict[str, str], start: dict[str, str]) -> str:
    return "".join(_fold_word(piece, latin, cyrillic, start) for piece in _pieces(name))


def _fold_word(
    word: str, latin: dict[str, str], cyrillic: dict[str, str], start: dict[str, str]
) -> str:
    text = unicodedata.normalize("NFKC", word.casefold())
    if start and text:
        text = start.get(text[0], text[0]) + text[1:]
    text = "".join(latin.get(sign, cyrillic.get(sign, sign)) for sign in text)
    bare = unicodedata.normalize("NFKD", text).casefold()
    return "".join(latin.get(sign, sign) for sign in bare if _counts(sign))


def _counts(sign: str) -> bool:
    """A letter or a digit; marks, apostrophes and letters that only modify do not count."""
    return sign.isalnum() and unicodedata.category(sign) != "Lm"


def _begins_with_plus(text: str) -> bool:
    return text.lstrip(" (").startswith("+")
