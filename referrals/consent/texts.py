"""Consent texts: files in referrals/data/consent/ become versions in the database.

Each file is one language: a head of "key: value" lines (with one sentence for each purpose), an
empty line, the paragraphs. A family is asked only in a released text. A released version never
changes: other words need another version number, because the signature stands under these words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from lotsen.importing import os_problem
from referrals.consent.models import ConsentText, TextStatus
from referrals.consent.rules import Purpose

FOLDER = Path(__file__).resolve().parent.parent / "data" / "consent"
RECIPIENT = "{recipient}"
_COPIED = (
    "version", "language", "legal_regime", "status", "title", "body", "questions", "sha256",
)  # fmt: skip


class TextProblem(Exception):  # noqa: N818  as Refusal: an answer for whoever keeps the files
    """A file that cannot be loaded, or a released version that was changed; a German sentence."""


@dataclass(frozen=True)
class Draft:
    """One file, read but not stored."""

    version: str
    language: str
    legal_regime: str
    status: str
    title: str
    body: str
    questions: dict[str, str]

    @property
    def sha256(self) -> str:
        """Over every word a family reads."""
        words = [self.title, self.body, *(f"{key}: {self.questions[key]}" for key in Purpose)]
        return sha256("\n\n".join(words).encode()).hexdigest()


def current(*, language: str, legal_regime: str, version: str = "") -> ConsentText | None:
    """The released text to ask in: made for this law before made for any, the newest first.

    Args:
        version: exactly this one, or "" for the newest.
    """
    fitting = _released(legal_regime).filter(language=language)
    if version:
        fitting = fitting.filter(version=version)
    return fitting.order_by("-legal_regime", "-released_at", "-version").first()


def languages(*, legal_regime: str) -> list[str]:
    """The languages a family can be asked in, in alphabetical order of their codes."""
    return sorted(set(_released(legal_regime).values_list("language", flat=True)))


def spoken(text: ConsentText, recipient_name: str) -> str:
    """The body with the recipient's name filled in."""
    return text.body.replace(RECIPIENT, recipient_name)


@transaction.atomic
def load(drafts: Iterable[Draft], *, at: datetime) -> tuple[int, int]:
    """Store these texts; returns how many are new and how many were brought up to date.

    Raises:
        TextProblem: a released version would change.
    """
    new = changed = 0
    for draft in drafts:
        row = ConsentText.objects.filter(
            version=draft.version, language=draft.language, legal_regime=draft.legal_regime
        ).first()
        if row is None:
            _store(ConsentText(), draft, at=at)
            new += 1
        elif (row.sha256, row.status) != (draft.sha256, draft.status):
            _require_unreleased(row, draft)
            _store(row, draft, at=at)
            changed += 1
    return new, changed


def read_folder(folder: Path = FOLDER) -> list[Draft]:
    """All texts of a folder, in the order of their file names.

    Raises:
        TextProblem: there are none, one cannot be read, lacks part of its head, or does not
            name the recipient.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        raise TextProblem(f"In „{folder}“ liegt kein Einwilligungstext (.md).")
    return [parse(_words_of(path), path.name) for path in files]


def parse(text: str, name: str) -> Draft:
    """One file as a draft.

    Raises:
        TextProblem: part of its head is missing, or it does not name the recipient.
    """
    head, _, body = text.partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    try:
        draft = Draft(
            version=fields["version"],
            language=fields["language"],
            legal_regime=fields.get("regime", ""),
            status=TextStatus(fields["status"]).value,
            title=fields["title"],
            body=body.strip(),
            questions={purpose.value: fields[purpose] for purpose in Purpose},
        )
    except KeyError as error:
        raise TextProblem(f"{name}: Im Kopf fehlt {error}.") from None
    except ValueError:
        raise TextProblem(f"{name}: „{fields['status']}“ ist kein Stand.") from None
    if RECIPIENT not in draft.body:
        raise TextProblem(f"{name}: Der Platz für die Stelle fehlt: {RECIPIENT}")
    return draft


def _words_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise TextProblem(f"{path.name} kann nicht gelesen werden: {os_problem(error)}.") from None
    except ValueError:
        raise TextProblem(f"{path.name} ist nicht in UTF-8 gespeichert.") from None


def _released(legal_regime: str) -> QuerySet[ConsentText]:
    return ConsentText.objects.filter(
        status=TextStatus.RELEASED, legal_regime__in=["", legal_regime]
    )


def _require_unreleased(row: ConsentText, draft: Draft) -> None:
    if row.status == TextStatus.RELEASED and row.sha256 != draft.sha256:
        raise TextProblem(
            f"Die Fassung {row.version} ({row.language}) ist freigegeben, ihre Worte bleiben. "
            "Andere Worte brauchen eine andere Fassungsnummer."
        )


def _store(row: ConsentText, draft: Draft, *, at: datetime) -> None:
    for field in _COPIED:
        setattr(row, field, getattr(draft, field))
    if draft.status == TextStatus.RELEASED and row.released_at is None:
        row.released_at = at
    row.save()
