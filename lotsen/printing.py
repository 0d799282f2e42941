"""From data to PDF (typst): accessible documents without a system library.

A template is a typst file beside the code that fills it; what is filled in goes to it as JSON in
`sys.inputs.data`, never as source, so no text can become an instruction. Nothing is fetched, and
no font but those typst carries itself is used: the same data looks the same everywhere.

Those fonts know Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian and Georgian letters, but
no Ethiopic, Chinese or Thai ones. What they do not know is replaced by `GAP`, never lost
silently: the template learns of it (`incomplete`) and says where the full text stands.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

GAP = "[…]"
# Always displayable, hence never asked about: what German documents are made of.
_USUAL = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("\näöüÄÖÜß§–…„“‚‘·→ €")
_ONE_CHARACTER = b'#set document(title: "-")\n#set text(lang: "de")\n#sys.inputs.data'
_LATIN_END = "\u024f"  # end of the block Latin Extended-B


class PrintingFailed(Exception):  # noqa: N818  as Refusal: whoever prints decides what to answer
    """typst could not make the document; the message holds nothing of its data."""


@dataclass(frozen=True)
class Printed:
    """A document, and whether every character of its data stands in it."""

    content: bytes
    complete: bool


def pdf(template: Path, data: Mapping[str, Any]) -> Printed:
    """The document `template` makes of `data`, as PDF/UA-1.

    Args:
        data: what JSON can hold. The template reads it with `json(bytes(sys.inputs.data))`, and
            beside it `incomplete`: whether a text was shortened.

    Raises:
        PrintingFailed: the template is broken, or typst is.
    """
    data = json.loads(json.dumps(data))
    characters = _characters_of(data)
    gaps = undisplayable(characters)
    try:
        return _printed(template, data, gaps)
    except typst.TypstError:
        # A character that can stand alone may still fail in company: then Latin alone is kept.
        beyond = {character for character in characters - _USUAL if character > _LATIN_END}
    try:
        return _printed(template, data, gaps | beyond)
    except typst.TypstError:
        raise PrintingFailed(template.name) from None


def png(template: Path, data: Mapping[str, Any], *, ppi: float = 144) -> bytes:
    """The one page `template` makes of `data`, as a picture; a page of 960 by 540 points becomes
    1920 by 1080 dots. What it shows must stand in words elsewhere.

    Raises:
        PrintingFailed: the template is broken, or makes more than one page.
    """
    data = json.loads(json.dumps(data))
    gaps = undisplayable(_characters_of(data))
    try:
        content = typst.compile(
            str(template),
            sys_inputs=_inputs(_without(data, gaps) if gaps else data, incomplete=bool(gaps)),
            format="png",
            ppi=ppi,
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        raise PrintingFailed(template.name) from None
    if not isinstance(content, bytes):
        raise PrintingFailed(template.name)
    return content


def undisplayable(characters: Iterable[str]) -> frozenset[str]:
    """Those no font of typst knows, control characters among them."""
    unusual = set(characters) - _USUAL
    return frozenset(character for character in unusual if not _is_displayable(character))


def _characters_of(value: Any) -> frozenset[str]:
    """Every character of every text in the data."""
    if isinstance(value, str):
        return frozenset(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return frozenset().union(*map(_characters_of, value))
    return frozenset()


def _printed(template: Path, data: Mapping[str, Any], gaps: frozenset[str]) -> Printed:
    shown = _without(data, gaps) if gaps else data
    complete = shown == data
    content = typst.compile(
        str(template),
        sys_inputs=_inputs(shown, incomplete=not complete),
        pdf_standards="ua-1",
        ignore_system_fonts=True,
    )
    return Printed(content, complete=complete)


def _inputs(data: Mapping[str, Any], *, incomplete: bool) -> dict[str, str]:
    return {"data": json.dumps({**data, "incomplete": incomplete}, ensure_ascii=False)}


def _without(value: Any, gaps: frozenset[str]) -> Any:
    """The same data, each run of unknown characters in its texts replaced by a gap."""
    if isinstance(value, str):
        return _with_gaps(value, gaps)
    if isinstance(value, Mapping):
        return {key: _without(inner, gaps) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, gaps) for inner in value]
    return value


def _with_gaps(text: str, gaps: frozenset[str]) -> str:
    shown: list[str] = []
    for character in text:
        if character not in gaps:
            shown.append(character)
        elif not shown or shown[-1] != GAP:
            shown.append(GAP)
    return "".join(shown)


@lru_cache(maxsize=4096)
def _is_displayable(character: str) -> bool:
    """Asked of typst itself, about 3 ms each: PDF/UA refuses what no font can show."""
    try:
        typst.compile(
            _ONE_CHARACTER,
            sys_inputs={"data": character},
            pdf_standards="ua-1",
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        return False
    return True
