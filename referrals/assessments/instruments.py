"""Reading an instrument: a FHIR R4 Questionnaire as groups of items. Pure.

lotsen reads a small part of the standard: groups, and in them items answered yes or no. Two
extensions of our own say which needs a "yes" suggests and which items tell what goes well.
Ordinal values may stand in a file; nothing here reads them, because lotsen computes no score.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offers.vocabulary import NEEDS, RESOURCES

type Json = Mapping[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
SUGGESTS_NEED = "urn:lotsen:questionnaire:suggests-need"
RESOURCE = "urn:lotsen:questionnaire:resource"
ITEM_TYPES = ("boolean", "choice")
ANSWERS = ("yes", "no")
LONGEST = {"id": 50, "version": 20, "title": 120}  # characters


@dataclass(frozen=True)
class Wording:
    """A text in the language it was written in, and its translations."""

    text: str
    translations: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in `language`, or as it was written."""
        return self.translations.get(language.split("-")[0], self.text)


@dataclass(frozen=True)
class Item:
    """One thing to ask about. `resource` names what goes well, for such an item, else ""."""

    code: str
    wording: Wording
    suggests: tuple[str, ...]
    resource: str

    def text(self, language: str = "de") -> str:
        return self.wording.in_language(language)


@dataclass(frozen=True)
class Group:
    """Items that belong together; `indicators` are asked, `resources` tell what goes well."""

    code: str
    wording: Wording
    items: tuple[Item, ...]

    def title(self, language: str = "de") -> str:
        return self.wording.in_language(language)

    @property
    def indicators(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.resource)

    @property
    def resources(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.resource)


@dataclass(frozen=True)
class Questionnaire:
    """An instrument version, ready to be asked."""

    name: str
    version: str
    wording: Wording
    groups: tuple[Group, ...]

    def title(self, language: str = "de") -> str:
        return self.wording.in_language(language)

    @property
    def items(self) -> dict[str, Item]:
        return {item.code: item for group in self.groups for item in group.items}

    def group(self, code: str) -> Group | None:
        return next((group for group in self.groups if group.code == code), None)

    def suggested_needs(self, answers: Mapping[str, str]) -> list[str]:
        """Needs that "yes" answers bring up, in the order of the vocabulary. A proposal only."""
        said_yes = self._said_yes(answers)
        return _in_order(NEEDS, (need for item in said_yes for need in item.suggests))

    def suggested_resources(self, answers: Mapping[str, str]) -> list[str]:
        """What goes well by the "yes" answers, in the order of the vocabulary."""
        return _in_order(RESOURCES, (item.resource for item in self._said_yes(answers)))

    def _said_yes(self, answers: Mapping[str, str]) -> list[Item]:
        return [item for code, item in self.items.items() if answers.get(code) == "yes"]


@dataclass(frozen=True)
class Finding:
    """Why a file cannot become an instrument: a code, and the item it stands at ("" the file)."""

    code: str
    item: str = ""
    value: str = ""


def read(questionnaire: Json) -> Questionnaire:
    """The instrument in a Questionnaire without findings."""
    return Questionnaire(
        name=questionnaire["id"],
        version=questionnaire["version"],
        wording=_wording(questionnaire, "title"),
        groups=tuple(_group(group) for group in questionnaire["item"]),
    )


def findings(questionnaire: object) -> list[Finding]:
    """Everything that keeps a file from being used, at once and by item; empty if it is fine."""
    if not isinstance(questionnaire, Mapping):
        return [Finding("no_questionnaire")]
    if questionnaire.get("resourceType") != "Questionnaire":
        return [Finding("no_questionnaire")]
    head = list(_head_findings(questionnaire))
    groups = questionnaire.get("item")
    if not isinstance(groups, list) or not groups:
        return [*head, Finding("no_groups")]
    return [*head, *_findings_in(groups)]


def fingerprint(questionnaire: Json) -> str:
    """SHA-256 of the content, whatever its white space and order of keys."""
    text = json.dumps(questionnaire, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _head_findings(questionnaire: Json) -> Iterator[Finding]:
    for field, longest in LONGEST.items():
        value = questionnaire.get(field)
        if not _is_text(value):
            yield Finding("field_missing", value=field)
        elif len(str(value)) > longest:
            yield Finding("field_too_long", value=f"{field} ({longest})")
    if r"\u0000" in json.dumps(questionnaire):  # PostgreSQL stores no such character
        yield Finding("character_unknown")


def _findings_in(groups: list[object]) -> Iterator[Finding]:
    seen: set[str] = set()
    for group in groups:
        yield from _link_findings(group, seen)
        items = group.get("item") if isinstance(group, Mapping) else None
        if not isinstance(group, Mapping) or group.get("type") != "group":
            yield Finding("not_a_group", _link(group))
        elif not isinstance(items, list) or not items:
            yield Finding("group_empty", _link(group))
        else:
            for item in items:
                yield from _link_findings(item, seen)
                yield from _item_findings(item)


def _link_findings(node: object, seen: set[str]) -> Iterator[Finding]:
    link = _link(node)
    if not link or not _is_text(isinstance(node, Mapping) and node.get("text")):
        yield Finding("link_or_text_missing", link)
    if link and link in seen:
        yield Finding("link_twice", link)
    seen.add(link)


def _item_findings(item: object) -> Iterator[Finding]:
    if not isinstance(item, Mapping):
        return
    link = _link(item)
    if item.get("type") not in ITEM_TYPES:
        yield Finding("type_unknown", link, str(item.get("type")))
    if item.get("type") == "choice" and not set(ANSWERS) <= set(_options(item)):
        yield Finding("options_unknown", link, ", ".join(_options(item)))
    if item.get("item"):
        yield Finding("nested_too_deep", link)
    for url, known in ((SUGGESTS_NEED, NEEDS), (RESOURCE, RESOURCES)):
        for value in _extension_codes(item, url):
            if value not in known:
                yield Finding("code_unknown", link, value)


def _options(item: Json) -> list[str]:
    return [
        str(_mapping(option.get("valueCoding")).get("code") or option.get("valueString") or "")
        for option in map(_mapping, _list(item.get("answerOption")))
    ]


def _group(group: Json) -> Group:
    items = tuple(_item(item) for item in group["item"])
    return Group(group["linkId"], _wording(group, "text"), items)


def _item(item: Json) -> Item:
    return Item(
        code=item["linkId"],
        wording=_wording(item, "text"),
        suggests=tuple(_extension_codes(item, SUGGESTS_NEED)),
        resource=next(_extension_codes(item, RESOURCE), ""),
    )


def _wording(node: Json, field: str) -> Wording:
    """A text with its translation extensions (FHIR R4, StructureDefinition/translation)."""
    translations = {}
    for extension in _extensions(_mapping(node.get(f"_{field}")), TRANSLATION):
        language = next(_extensions(extension, "lang"), {}).get("valueCode")
        content = next(_extensions(extension, "content"), {})
        text = content.get("valueString") or content.get("valueMarkdown")
        if language and text:
            translations[str(language)] = str(text)
    return Wording(str(node[field]), translations)


def _extension_codes(node: Json, url: str) -> Iterator[str]:
    for extension in _extensions(node, url):
        yield str(extension.get("valueCode", ""))


def _extensions(node: Json, url: str) -> Iterator[Json]:
    for extension in map(_mapping, _list(node.get("extension"))):
        if extension.get("url") == url:
            yield extension


def _link(node: object) -> str:
    link = node.get("linkId") if isinstance(node, Mapping) else ""
    return link if isinstance(link, str) else ""


def _mapping(value: object) -> Json:
    """`value`, or nothing if a file has something else in this place."""
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _in_order(vocabulary: Iterable[str], chosen: Iterable[str]) -> list[str]:
    wanted = set(chosen)
    return [code for code in vocabulary if code in wanted]
