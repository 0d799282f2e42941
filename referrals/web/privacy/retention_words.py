"""What pages say about terms: where they come from, and what stays after an erasure."""

from django.utils.translation import gettext_lazy as _

from referrals.retention.rules import Subject

# referrals.retention.rules.Limits.source → the sentence
SOURCES = {
    "no_consent": _(
        "Section 10 GDSG NW: a clinic stores nothing without consent. Not shorter than the week "
        "in which an intake is found again."
    ),
    "purpose_ended": _(
        "Art. 17 (1) a GDPR: the purpose has ended. Up to 90 days, to hear whether help lasts."
    ),
    "early_help": _(
        "A proposal of ours: section 9b SGB VIII (70 years) does not name early help. At the "
        "latest two years after the birth, if the case began in the first year."
    ),
    "limitation": _(
        "Art. 7 (1) GDPR with sections 195, 199 BGB: claims end three years after the end of the "
        "year they arose in."
    ),
}
REMAINS = {
    Subject.UNSAVED_INTAKE: _("One count without a person"),
    Subject.CONTACT_DETAILS: _("The case under its code, without name and number"),
    Subject.CASE: _("Counts without a person, and the proof of consent under the code"),
    Subject.CONSENT_PROOF: _("Nothing but the entries of the access log"),
}
