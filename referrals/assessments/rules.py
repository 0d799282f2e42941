"""What may be recorded in an assessment, from values alone. Pure. Nothing here counts points."""

from collections.abc import Iterable, Mapping

from lotsen.errors import InvalidInput
from offers.vocabulary import NEEDS, RESOURCES
from referrals.assessments.instruments import Group, Questionnaire

NOT_ASKED = "not_asked"
ANSWERS = ("yes", "no", NOT_ASKED)
TALK_WISHES = ("yes", "later", "no", "")


def with_answers(
    questionnaire: Questionnaire, before: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The answers after some were given. "not_asked" removes: unanswered is not "no".

    Raises:
        InvalidInput: an item the instrument does not have, or an answer that is none.
    """
    known = questionnaire.items
    answers = dict(before)
    for code, answer in given.items():
        if code not in known:
            raise InvalidInput("item_unknown", field=code)
        if answer not in ANSWERS:
            raise InvalidInput("answer_unknown", field=code, allowed=", ".join(ANSWERS))
        answers[code] = answer
    return {code: answer for code, answer in answers.items() if answer != NOT_ASKED}


def with_rest_not_applying(group: Group, before: Mapping[str, str]) -> dict[str, str]:
    """The indicators of a group that are still open become "no"; given answers stay."""
    rest = {item.code: "no" for item in group.indicators if item.code not in before}
    return {**before, **rest}


def open_groups(questionnaire: Questionnaire, answers: Mapping[str, str]) -> list[Group]:
    """Groups with an indicator nobody answered, in the order of the instrument."""
    return [
        group
        for group in questionnaire.groups
        if any(item.code not in answers for item in group.indicators)
    ]


def checked_needs(needs: Iterable[str]) -> list[str]:
    """The needs once each, in the order of the vocabulary.

    Raises:
        InvalidInput: a code the vocabulary does not know.
    """
    return _checked(needs, tuple(NEEDS), code="need_unknown", field="needs")


def checked_resources(resources: Iterable[str]) -> list[str]:
    """As for needs.

    Raises:
        InvalidInput: a code the vocabulary does not know.
    """
    return _checked(resources, RESOURCES, code="resource_unknown", field="resources")


def checked_wish(talk_wish: str) -> str:
    """The family's wish for a talk, or "" while it was not asked.

    Raises:
        InvalidInput: another word.
    """
    if talk_wish not in TALK_WISHES:
        raise InvalidInput("wish_unknown", field="talk_wish", allowed=", ".join(TALK_WISHES[:3]))
    return talk_wish


def need_groups(needs: Iterable[str]) -> list[str]:
    """The coarse groups of these needs, once each: all that is counted or shown beforehand."""
    return sorted({NEEDS[need].value for need in needs if need in NEEDS})


def _checked(
    chosen: Iterable[str], vocabulary: tuple[str, ...], *, code: str, field: str
) -> list[str]:
    wanted = set(chosen)
    unknown = sorted(wanted - set(vocabulary))
    if unknown:
        raise InvalidInput(code, field=field, value=unknown[0][:30])
    return [entry for entry in vocabulary if entry in wanted]
