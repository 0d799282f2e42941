"""Consent texts in the database: which one to ask in, loading files, releasing a reviewed one.

A family is asked only in a released text. What was released once never changes its words: other
words need another version number, because signatures stand under these.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from lotsen.audit.events import record
from lotsen.audit.models import Deed
from referrals.consent.files import Draft, TextProblem
from referrals.consent.models import ConsentText, TextStatus
from referrals.consent.wording import filled, fingerprint

_COPIED = (
    "version", "language", "legal_regime", "status", "title", "body", "questions", "words",
    "sha256", "reviewed_by",
)  # fmt: skip


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
    return filled(text.body, recipient_name)


def is_intact(text: ConsentText) -> bool:
    """Whether the stored words are still those the hash was taken of."""
    return text.sha256 == fingerprint(text.title, text.body, text.questions, text.words)


@transaction.atomic
def load(drafts: Iterable[Draft], *, at: datetime) -> tuple[int, int]:
    """Store these texts; returns how many are new and how many were brought up to date.

    What was released here stays released, whatever the file says: files are loaded again with
    every update. Taking a release back is a deed of its own.

    Raises:
        TextProblem: the words of something that was released once would change.
    """
    new = changed = 0
    for draft in drafts:
        row = ConsentText.objects.filter(
            version=draft.version, language=draft.language, legal_regime=draft.legal_regime
        ).first()
        if row is None:
            _store(ConsentText(), draft, at=at)
            new += 1
        elif row.sha256 != draft.sha256:
            _require_never_released(row)
            _store(row, draft, at=at)
            changed += 1
        elif row.released_at is None and row.status != draft.status:
            _store(row, draft, at=at)
            changed += 1
    return new, changed


@transaction.atomic
def release(version: str, language: str, *, reviewed_by: str, at: datetime) -> list[ConsentText]:
    """From now on families are asked in this language: somebody has reviewed every word.

    Args:
        reviewed_by: the office or service that reviewed it; an institution, no person.

    Raises:
        TextProblem: there is no such text, it is released already, it brings no words for the
            buttons, its words are not those of the hash, or nobody reviewed it.
    """
    rows = _named(version, language)
    if not reviewed_by.strip():
        raise TextProblem("Ohne --reviewed-by bleibt offen, wer den Text geprüft hat.")
    for row in rows:
        _require_complete(row)
    waiting = [row for row in rows if row.status != TextStatus.RELEASED]
    if not waiting:
        raise TextProblem(f"Fassung {version} ({language}) ist schon freigegeben.")
    for row in waiting:
        row.status, row.reviewed_by = TextStatus.RELEASED, reviewed_by.strip()
        row.released_at = row.released_at or at
        row.save(update_fields=["status", "reviewed_by", "released_at"])
    _note("released", waiting, at=at)
    return waiting


@transaction.atomic
def take_back(version: str, language: str, *, at: datetime) -> list[ConsentText]:
    """No family is asked in this text any more; consents given under it hold, their words stay.

    Raises:
        TextProblem: there is no such text, or it is not released.
    """
    released = [row for row in _named(version, language) if row.status == TextStatus.RELEASED]
    if not released:
        raise TextProblem(f"Fassung {version} ({language}) ist nicht freigegeben.")
    for row in released:
        row.status = TextStatus.REVIEWED
        row.save(update_fields=["status"])
    _note("taken_back", released, at=at)
    return released


def _released(legal_regime: str) -> QuerySet[ConsentText]:
    return ConsentText.objects.filter(
        status=TextStatus.RELEASED, legal_regime__in=["", legal_regime]
    )


def _named(version: str, language: str) -> list[ConsentText]:
    """The text for every law, locked."""
    rows = ConsentText.objects.select_for_update().filter(version=version, language=language)
    found = list(rows.order_by("legal_regime"))
    if not found:
        raise TextProblem(f"Fassung {version} ({language}) gibt es nicht.")
    return found


def _require_complete(row: ConsentText) -> None:
    if not row.words:
        raise TextProblem(
            f"Fassung {row.version} ({row.language}) bringt keine Worte für Knöpfe und Dank mit."
        )
    if not is_intact(row):
        raise TextProblem(
            f"Fassung {row.version} ({row.language}): Die Worte passen nicht zu ihrer Prüfsumme."
        )


def _require_never_released(row: ConsentText) -> None:
    if row.released_at is not None:
        raise TextProblem(
            f"Die Fassung {row.version} ({row.language}) wurde freigegeben, ihre Worte bleiben. "
            "Andere Worte brauchen eine andere Fassungsnummer."
        )


def _store(row: ConsentText, draft: Draft, *, at: datetime) -> None:
    for field in _COPIED:
        setattr(row, field, getattr(draft, field))
    if draft.status == TextStatus.RELEASED and row.released_at is None:
        row.released_at = at
    row.save()


def _note(reason: str, rows: list[ConsentText], *, at: datetime) -> None:
    """One event; who may use commands is not known to us, what they did is."""
    record(
        Deed.SHARE,
        actor=None,
        object_type="consent_text",
        shown=[f"{row}:{row.legal_regime}" for row in rows],
        fields=("status", "reviewed_by"),
        reason=reason,
        at=at,
    )
