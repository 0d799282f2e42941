"""Consent texts as files: read, checked line by line, and put together for each law.

A folder holds one file for each language, `2-de.md`: a head of "key: value" lines, an empty line,
the paragraphs. Where a paragraph is `{law}`, files in its folder `law/` say for each legal regime
which law holds and which authority watches over it. Nothing here touches the database.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lotsen.accounts.models import LegalRegime
from lotsen.importing import os_problem
from referrals.consent.models import TextStatus
from referrals.consent.rules import Purpose
from referrals.consent.wording import LAW, RECIPIENT, WORDS, fingerprint

FOLDER = Path(__file__).resolve().parent.parent / "data" / "consent"
LAWS = "law"  # the folder of the paragraphs for each regime, inside the folder of the texts

_ABOUT = ("version", "language", "status", "title")
_MORE_ABOUT = ("regime", "reviewed_by")
_LONGEST = {"version": 20, "language": 12, "title": 160, "reviewed_by": 120}  # as in the table
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLACE = re.compile(r"\{[^{}]*\}?|\}")
_RANKS = {status: rank for rank, status in enumerate(TextStatus.values)}  # released comes last


class TextProblem(Exception):  # noqa: N818  as Refusal: an answer for whoever keeps the files
    """A file that cannot be loaded, or a released version that was changed; a German sentence."""


@dataclass(frozen=True)
class Draft:
    """One text for one law, read but not stored."""

    version: str
    language: str
    legal_regime: str
    status: str
    title: str
    body: str
    questions: dict[str, str]
    words: dict[str, str]
    reviewed_by: str = ""

    @property
    def sha256(self) -> str:
        """Over every word a family reads."""
        return fingerprint(self.title, self.body, self.questions, self.words)


@dataclass(frozen=True)
class Law:
    """The paragraph on law and authority, for one regime in one language."""

    name: str  # of the file
    version: str
    language: str
    regime: str
    status: str
    reviewed_by: str
    paragraph: str


def read_folder(folder: Path = FOLDER) -> list[Draft]:
    """All texts of a folder, one for each law they were written for, in the order of file names.

    Raises:
        TextProblem: there are none, or one cannot be read, lacks something, says something
            unknown, or has no paragraph on the law. It names the file and the line.
    """
    files = sorted(folder.glob("*.md"))
    if not files:
        raise TextProblem(f"In „{folder}“ liegt kein Einwilligungstext (.md).")
    laws = [read_law(path) for path in sorted((folder / LAWS).glob("*.md"))]
    drafts = [
        whole for path in files for whole in _wholes(parse(_text(path), path.name), laws, path.name)
    ]
    _require_each_once(drafts)
    _require_at_home(laws, drafts)
    return drafts


def parse(text: str, name: str) -> Draft:
    """One file of a language as a draft; its paragraph on the law is still missing.

    Raises:
        TextProblem: as for folders.
    """
    lines, body = _parts(text)
    head = _Head(name, lines)
    purposes = [purpose.value for purpose in Purpose]
    head.require_known({*_ABOUT, *_MORE_ABOUT, *purposes, *WORDS})
    words = WORDS if any(word in head.values for word in WORDS) else ()
    head.require([*_ABOUT, *purposes, *words])
    draft = Draft(
        version=head.values["version"],
        language=head.language(),
        legal_regime=head.regime(),
        status=head.status(),
        title=head.values["title"],
        body=body,
        questions={purpose: head.values[purpose] for purpose in purposes},
        words={word: head.values[word] for word in words},
        reviewed_by=head.values.get("reviewed_by", ""),
    )
    _require_places(name, text, draft)
    return draft


def read_law(path: Path) -> Law:
    """One paragraph on the law.

    Raises:
        TextProblem: as for folders.
    """
    name, text = f"{LAWS}/{path.name}", _text(path)
    lines, paragraph = _parts(text)
    head = _Head(name, lines)
    head.require_known({"version", "language", "status", *_MORE_ABOUT})
    head.require(["version", "language", "regime", "status"])
    if not paragraph:
        raise TextProblem(f"{name}, Zeile {len(lines) + 1}: Der Absatz fehlt.")
    _require_no_place(name, text, allowed=())
    return Law(
        name=name,
        version=head.values["version"],
        language=head.language(),
        regime=head.regime(),
        status=head.status(),
        reviewed_by=head.values.get("reviewed_by", ""),
        paragraph=paragraph,
    )


class _Head:
    """The "key: value" lines at the beginning of a file, each key once."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.values, self.lines = name, dict[str, str](), dict[str, int]()
        for number, line in enumerate(lines, start=1):
            key, colon, value = (part.strip() for part in line.partition(":"))
            if not colon or " " in key:
                raise self._problem(number, f"„{line[:40]}“ ist keine Zeile „Schlüssel: Worte“.")
            if not value:
                raise self._problem(number, f"Hinter „{key}:“ steht nichts.")
            if key in self.values:
                raise self._problem(number, f"„{key}“ steht schon in Zeile {self.lines[key]}.")
            if len(value) > _LONGEST.get(key, len(value)):
                raise self._problem(number, f"„{key}“ hat höchstens {_LONGEST[key]} Zeichen.")
            self.values[key], self.lines[key] = value, number

    def require_known(self, known: set[str]) -> None:
        for key, number in self.lines.items():
            if key not in known:
                raise self._problem(number, f"Den Schlüssel „{key[:40]}“ gibt es nicht.")

    def require(self, keys: Iterable[str]) -> None:
        missing = [key for key in keys if key not in self.values]
        if missing:
            end = len(self.lines) + 1
            raise self._problem(end, f"Im Kopf fehlt: {', '.join(missing)}.")

    def status(self) -> str:
        return self._one_of("status", TextStatus.values, "kein Stand")

    def regime(self) -> str:
        if "regime" not in self.values:
            return ""
        return self._one_of("regime", LegalRegime.values, "kein Recht")

    def language(self) -> str:
        value = self.values["language"]
        if not _LANGUAGE.fullmatch(value):
            raise self._problem(
                self.lines["language"], f"„{value}“ ist kein Sprachkürzel wie „de“ oder „tr“."
            )
        return value

    def _one_of(self, key: str, allowed: list[str], what: str) -> str:
        value = self.values[key]
        if value not in allowed:
            raise self._problem(
                self.lines[key], f"„{value}“ ist {what}. Möglich: {', '.join(allowed)}."
            )
        return value

    def _problem(self, line: int, what: str) -> TextProblem:
        return TextProblem(f"{self.name}, Zeile {line}: {what}")


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        return raw.decode().replace("\r\n", "\n")
    except OSError as error:
        raise TextProblem(f"{path.name} kann nicht gelesen werden: {os_problem(error)}.") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TextProblem(f"{path.name}, Zeile {line}: nicht in UTF-8 gespeichert.") from None


def _parts(text: str) -> tuple[list[str], str]:
    """The lines of the head, and the paragraphs with one empty line between them."""
    head, _, body = text.partition("\n\n")
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body)]
    return head.splitlines(), "\n\n".join(part for part in paragraphs if part)


def _require_places(name: str, text: str, draft: Draft) -> None:
    """The house is named, and nothing else is to be filled in."""
    if RECIPIENT not in draft.title + draft.body:
        raise TextProblem(f"{name}: Der Platz für die Stelle fehlt: {RECIPIENT}")
    _require_no_place(name, text, allowed=(RECIPIENT, LAW))
    paragraphs = draft.body.split("\n\n")
    if paragraphs.count(LAW) != text.count(LAW) or paragraphs.count(LAW) > 1:
        raise TextProblem(f"{name}: {LAW} steht einmal und allein in seinem Absatz.")


def _require_no_place(name: str, text: str, *, allowed: tuple[str, ...]) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        for place in _PLACE.findall(line):
            if place not in allowed:
                known = f" Möglich: {', '.join(allowed)}." if allowed else ""
                raise TextProblem(
                    f"{name}, Zeile {number}: „{place[:40]}“ füllt niemand aus.{known}"
                )


def _wholes(draft: Draft, laws: list[Law], name: str) -> Iterator[Draft]:
    """The text for each law it was written for; as it is where it names none."""
    if LAW not in draft.body:
        yield draft
        return
    fitting = [
        law
        for law in laws
        if (law.version, law.language) == (draft.version, draft.language)
        and draft.legal_regime in {"", law.regime}
    ]
    if not fitting:
        raise TextProblem(f"{name}: In „{LAWS}/“ liegt kein Absatz für {LAW} zu diesem Text.")
    for law in fitting:
        yield replace(
            draft,
            legal_regime=law.regime,
            status=min(draft.status, law.status, key=_RANKS.__getitem__),
            body=draft.body.replace(LAW, law.paragraph),
            reviewed_by=draft.reviewed_by or law.reviewed_by,
        )


def _require_each_once(drafts: Iterable[Draft]) -> None:
    seen = set()
    for draft in drafts:
        key = (draft.version, draft.language, draft.legal_regime)
        if key in seen:
            raise TextProblem(
                f"Fassung {draft.version} ({draft.language}"
                f"{', ' if draft.legal_regime else ''}{draft.legal_regime}) gibt es zweimal."
            )
        seen.add(key)


def _require_at_home(laws: Iterable[Law], drafts: Iterable[Draft]) -> None:
    """A paragraph on the law that belongs to no text was not forgotten by accident."""
    made = {(draft.version, draft.language, draft.legal_regime) for draft in drafts}
    for law in laws:
        if (law.version, law.language, law.regime) not in made:
            raise TextProblem(
                f"{law.name}: Zu Fassung {law.version} ({law.language}) gibt es keinen Text mit"
                f" {LAW}."
            )
