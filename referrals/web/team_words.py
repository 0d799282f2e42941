"""Why somebody else works on a case, in words: shares and emergency accesses."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from referrals.cases.rules import ShareReason
from referrals.emergencies.rules import Reason
from referrals.web.phrases import Phrase

REASONS: Mapping[str, Phrase] = {
    ShareReason.JOINT_VISIT: _("Joint visit"),
    ShareReason.SECOND_OPINION: _("Second opinion"),
    ShareReason.ABSENCE: _("Absence"),
    Reason.COVERING_ABSENCE: _("The responsible person is away"),
    Reason.FAMILY_CALLED: _("The family is calling or here"),
    Reason.ACUTE_NEED: _("Acute need"),
}
GIVEN = (ShareReason.JOINT_VISIT, ShareReason.SECOND_OPINION, ShareReason.ABSENCE)
EMERGENCY = tuple(Reason)
