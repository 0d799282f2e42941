"""What is wrong with an instrument file, as sentences by item."""

from django.utils.translation import gettext_lazy as _

from referrals.assessments.instruments import Finding

SENTENCES = {
    "no_questionnaire": _("The file is no FHIR questionnaire."),
    "field_missing": _("The field “%(value)s” is missing or empty."),
    "field_too_long": _("A field is too long; possible are characters: %(value)s"),
    "character_unknown": _("The file holds a character that cannot be stored (U+0000)."),
    "no_groups": _("The questionnaire has no groups."),
    "not_a_group": _("Only groups may stand at the top level."),
    "group_empty": _("The group has no items."),
    "link_or_text_missing": _("Every group and item needs a linkId and a text."),
    "link_twice": _("This linkId occurs twice."),
    "type_unknown": _("The type “%(value)s” cannot be asked; possible are boolean and choice."),
    "options_unknown": _("A choice must offer the codes yes and no; it offers: %(value)s"),
    "nested_too_deep": _("Items inside items cannot be asked."),
    "code_unknown": _("The code “%(value)s” is not in the vocabulary of needs and resources."),
}


def sentence(finding: Finding) -> str:
    """One line: where it stands, what is wrong, and the code to search for."""
    where = f"{finding.item}: " if finding.item else ""
    return f"{where}{SENTENCES[finding.code] % {'value': finding.value}} [{finding.code}]"
