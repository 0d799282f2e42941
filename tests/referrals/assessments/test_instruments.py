import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from offers.vocabulary import ESPECIALLY_SENSITIVE, NEEDS, RESOURCES
from referrals.assessments.findings import SENTENCES, sentence
from referrals.assessments.instruments import findings, fingerprint, read
from tests.builders import SAMPLE_INSTRUMENT


@pytest.fixture
def sample() -> dict[str, Any]:
    return json.loads(SAMPLE_INSTRUMENT.read_text(encoding="utf-8"))


def test_the_sample_asks_24_indicators_in_four_groups_and_what_goes_well_in_each(
    sample: dict[str, Any],
) -> None:
    sheet = read(sample)

    assert findings(sample) == []
    assert [group.title("de") for group in sheet.groups] == [
        "Rund um die Geburt",
        "Zuhause und Umfeld",
        "Alltag und Geld",
        "Wie es den Eltern geht",
    ]
    assert sum(len(group.indicators) for group in sheet.groups) == 24
    assert all(group.resources for group in sheet.groups)
    assert {item.resource for item in sheet.items.values()} - {""} == set(RESOURCES)


def test_every_text_of_the_sample_is_there_in_english_too(sample: dict[str, Any]) -> None:
    sheet = read(sample)
    wordings = [
        sheet.wording,
        *(group.wording for group in sheet.groups),
        *(item.wording for item in sheet.items.values()),
    ]

    for wording in wordings:
        assert wording.in_language("en") not in {"", wording.text}
        assert wording.in_language("en-GB") == wording.in_language("en")
        assert wording.in_language("sq") == wording.text


def test_every_indicator_suggests_a_need_and_none_names_violence_or_addiction(
    sample: dict[str, Any],
) -> None:
    """The family may read along, and who endangers somebody may read along too."""
    suggested = {
        need for item in read(sample).items.values() if not item.resource for need in item.suggests
    }

    assert all(item.suggests for group in read(sample).groups for item in group.indicators)
    assert suggested <= set(NEEDS)
    assert suggested.isdisjoint(ESPECIALLY_SENSITIVE - {"mental_health", "residence_status"})


def test_the_sample_knows_no_points(sample: dict[str, Any]) -> None:
    text = json.dumps(sample).lower()
    assert "ordinal" not in text
    assert "score" not in text


def test_yes_suggests_needs_and_resources_once_in_the_order_of_the_vocabulary(
    sample: dict[str, Any],
) -> None:
    sheet = read(sample)
    answers = {
        "extra_care": "yes",
        "born_early": "yes",
        "little_rest": "yes",
        "home_too_small": "no",
        "good_health": "yes",
        "midwife_present": "yes",
    }

    assert sheet.suggested_needs(answers) == ["overload", "preterm", "child_disability"]
    assert sheet.suggested_resources(answers) == ["midwife_present", "good_health"]


def test_ordinal_values_in_a_file_change_nothing(sample: dict[str, Any]) -> None:
    weighted = copy.deepcopy(sample)
    weighted["item"][0]["item"][0]["extension"].append(
        {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
    )

    assert findings(weighted) == []
    assert read(weighted) == read(sample)


def item(sheet: dict[str, Any]) -> dict[str, Any]:
    return sheet["item"][0]["item"][0]


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "no_questionnaire": lambda sheet: sheet.update(resourceType="Patient"),
    "field_missing": lambda sheet: sheet.pop("version"),
    "field_too_long": lambda sheet: sheet.update(version="1" * 21),
    "character_unknown": lambda sheet: item(sheet).update(text="a\x00b"),
    "no_groups": lambda sheet: sheet.update(item=[]),
    "not_a_group": lambda sheet: sheet["item"].append(
        {"linkId": "alone", "text": "Allein", "type": "boolean"}
    ),
    "group_empty": lambda sheet: sheet["item"][0].update(item=[]),
    "link_or_text_missing": lambda sheet: item(sheet).pop("text"),
    "link_twice": lambda sheet: item(sheet).update(linkId="born_early"),
    "type_unknown": lambda sheet: item(sheet).update(type="decimal"),
    "options_unknown": lambda sheet: item(sheet).update(
        type="choice", answerOption=[{"valueCoding": {"code": "maybe"}}]
    ),
    "nested_too_deep": lambda sheet: item(sheet).update(item=[{"linkId": "deep", "text": "Tief"}]),
    "code_unknown": lambda sheet: item(sheet)["extension"][0].update(valueCode="bad_luck"),
}


@pytest.mark.parametrize("code", WRONG)
def test_each_mistake_is_named_at_its_item_in_german(sample: dict[str, Any], code: str) -> None:
    WRONG[code](sample)
    found = [finding for finding in findings(sample) if finding.code == code]

    assert found
    with override("de"):
        assert sentence(found[0]).endswith(f"[{code}]")
    assert set(WRONG) == set(SENTENCES)


@pytest.mark.parametrize("nonsense", [None, [], 7, "x", {}, {"item": [7, {"item": [None]}]}])
def test_nonsense_is_found_not_crashed_on(nonsense: object) -> None:
    wrapped = (
        {"resourceType": "Questionnaire", **nonsense} if isinstance(nonsense, dict) else nonsense
    )
    assert findings(nonsense)
    assert findings(wrapped)


@pytest.mark.parametrize("nonsense", [7, "x", [7], {"a": 1}, [{"extension": 7}]])
@pytest.mark.parametrize("place", ["extension", "answerOption", "_text"])
def test_nonsense_beside_an_item_is_left_aside(
    sample: dict[str, Any], place: str, nonsense: object
) -> None:
    item(sample)[place] = nonsense
    assert findings(sample) == []
    assert read(sample).items


def test_the_fingerprint_looks_at_the_content_only(sample: dict[str, Any]) -> None:
    turned = dict(reversed(sample.items()))
    assert fingerprint(turned) == fingerprint(sample)
    sample["title"] = "Anders"
    assert fingerprint(turned) != fingerprint(sample)
