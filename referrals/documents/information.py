"""What a family is told besides its data: why, how long, and what it can do (Art. 15 (1) GDPR)."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.accounts.models import LegalRegime, Organisation
from referrals.documents.words import Json
from referrals.retention.rules import Subject
from referrals.retention.terms import terms_of

# The law of the house, by its regime: whose right of access it is.
_LAWS: dict[str, str] = {
    LegalRegime.CATHOLIC: "§ 17 KDG",
    LegalRegime.PROTESTANT: "§ 19 DSG-EKD",
}
_SUPERVISORS: dict[str, str | Promise] = {
    LegalRegime.CATHOLIC: gettext_lazy("the data protection office of the dioceses"),
    LegalRegime.PROTESTANT: gettext_lazy("the data protection officer of the Protestant church"),
}


def of(house: Organisation) -> Json:
    """The same for every family of a house."""
    return {
        "controller": house.name,
        "legal_regime": {"code": house.legal_regime, "text": house.get_legal_regime_display()},
        "law": _LAWS.get(house.legal_regime, "Art. 15 DSGVO"),
        "purposes": _(
            "To find support that fits, and to pass you on to it if you agree. What you agreed to "
            "stands under “Consents”."
        ),
        "source": _(
            "From you, or from those named beside each entry. Nothing is fetched from other places."
        ),
        "automated_decisions": _("No. No score is counted, and no program decides about you."),
        "storage": _storage(house),
        "rights": _(
            "You can have wrong entries put right, contest what you think is wrong, have your data "
            "restricted or erased, take it with you as a file, and withdraw each consent at any "
            "time. None of this needs a reason or costs anything."
        ),
        "complaint": _("You can complain to %(supervisor)s.")
        % {
            "supervisor": _SUPERVISORS.get(
                house.legal_regime, _("the data protection authority of your state")
            )
        },
    }


def _storage(house: Organisation) -> str:
    terms = terms_of(house.municipality_id)
    return _(
        "Contact details: %(contact)d days after help has arrived or was declined. The case: "
        "%(case)d days after it was closed. The proof of consent: %(proof)d days after that."
    ) % {
        "contact": terms[Subject.CONTACT_DETAILS].days,
        "case": terms[Subject.CASE].days,
        "proof": terms[Subject.CONSENT_PROOF].days,
    }
