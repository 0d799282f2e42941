"""What a page tells of a case as terms and values, within the categories meant for the reader."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from offers import labels
from referrals.assessments.models import Assessment, latest_finished
from referrals.cases.models import Case
from referrals.consent.rules import Category
from referrals.web.phrases import Phrase


@dataclass(frozen=True)
class Fact:
    """One term and its value; a quiet one says what is not there (yet).

    `part` is the code under which a family can contest it; a contested one is never shown
    without that mark (§ 84 SGB X).
    """

    term: Phrase
    value: Phrase
    is_quiet: bool = False
    part: str = ""
    is_contested: bool = False


def marked(facts: Iterable[Fact], contested: Collection[str]) -> list[Fact]:
    """The same facts, the contested ones with their mark."""
    return [replace(fact, is_contested=fact.part in contested) for fact in facts]


def language(code: str, *, interpreting: bool) -> str:
    """The family's language, and whether it asked for an interpreter; "" if not known."""
    if not code:
        return ""
    words = labels.named(labels.LANGUAGES, code)
    if interpreting:
        return _("%(language)s, please with an interpreter") % {"language": words}
    return words


def wishes(case: Case, categories: frozenset[str]) -> list[Fact]:
    """What goes well, what is wished for and the wish for a talk, as far as consented.

    What goes well comes first (docs/domain.md). One query, or none if nothing of it is meant for
    the reader.
    """
    if not categories & {Category.NEEDS, Category.RESOURCES, Category.WISH}:
        return []
    assessment = latest_finished(case)
    return wishes_of(assessment, categories) if assessment else []


def wishes_of(assessment: Assessment, categories: frozenset[str]) -> list[Fact]:
    """The same from an assessment already at hand."""
    facts = {
        Category.RESOURCES: Fact(
            _("What is going well"),
            labels.named_all(labels.RESOURCES, assessment.resources),
            part="resources",
        ),
        Category.NEEDS: Fact(
            _("The family wishes for"),
            labels.named_all(labels.NEEDS, assessment.needs),
            part="needs",
        ),
        Category.WISH: Fact(_("A talk"), assessment.get_talk_wish_display(), part="wish"),
    }
    return [fact for category, fact in facts.items() if category in categories and fact.value]
