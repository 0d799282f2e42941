"""What families tell without a name: the words they are asked in, and how an answer is counted.

Nobody is recognised: no case, no account, no moment. An answer becomes one delta of the city and
the quarter (referrals.facts), and is read again only from the frozen cube.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction

from lotsen.errors import InvalidInput
from lotsen.places.models import Municipality
from referrals.facts import actions as facts
from referrals.facts.rules import VOICES
from referrals.statistics.cube import CIRCUMSTANCES, Cube

FOLDER = Path(__file__).resolve().parent.parent / "data" / "voices"
FALLBACK = "de"
_FIRST = ("de", "de-simple", "en")  # the order of languages; the others follow by their code
ENOUGH = 20  # answers to a question, below which no share is told (privacy.md, section 4)


@dataclass(frozen=True)
class Speech:
    """Every word of a family's page in one language.

    Args:
        language: BCP 47, or "de-simple".
        is_draft: translated but not checked by anybody who speaks it; the page says so.
    """

    language: str
    name: str  # the language's own
    direction: str
    is_draft: bool
    words: Mapping[str, str]

    @property
    def tag(self) -> str:
        """For the attribute `lang`."""
        return self.language.removesuffix("-simple")


@dataclass(frozen=True)
class Share:
    """How many of those who answered a question gave this answer: a published count."""

    answer: str
    value: int
    percent: int | None  # None: too few have answered


@dataclass(frozen=True)
class Told:
    """What was answered to one question; `of` is the sum of the published counts."""

    question: str
    of: int
    shares: tuple[Share, ...]

    @property
    def is_enough(self) -> bool:
        return self.of >= ENOUGH


@cache
def speeches() -> Mapping[str, Speech]:
    """The languages a family can answer in: German first, then the others."""
    found = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.md"))}
    return {code: found[code] for code in dict.fromkeys((*_FIRST, *found))}


def _read(path: Path) -> Speech:
    """One file of "key: value" lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    words = dict(line.split(": ", 1) for line in lines)
    name, direction, status = (words.pop(key) for key in ("name", "direction", "status"))
    return Speech(path.stem, name, direction, status != "released", words)


@transaction.atomic
def tell(municipality: Municipality, answers: Mapping[str, str], *, at: datetime) -> None:
    """Count what a family answered: one delta for each question it did not leave out.

    Raises:
        InvalidInput: nothing was answered, or something that was not asked.
    """
    if not answers:
        raise InvalidInput("choice_unknown", field="answers")
    for question, answer in answers.items():
        if answer not in VOICES.get(question, ()):
            raise InvalidInput("choice_unknown", field=question[:30])
    for question, answer in answers.items():
        facts.note_voice(municipality.pk, f"{question}-{answer}", at=at)


def told(circumstances: Cube) -> list[Told]:
    """What families answered, question by question, from the published numbers alone."""
    if circumstances.name != CIRCUMSTANCES:
        raise ValueError("voices stand among the circumstances")
    return [_told(circumstances, question, answers) for question, answers in VOICES.items()]


def _told(cube: Cube, question: str, answers: tuple[str, ...]) -> Told:
    counts = {answer: cube.total(circumstance=f"voice:{question}-{answer}") for answer in answers}
    of = sum(counts.values())
    shares = (
        Share(answer, count, round(100 * count / of) if of >= ENOUGH else None)
        for answer, count in counts.items()
    )
    return Told(question, of, tuple(shares))
