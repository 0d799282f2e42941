"""Bodies that routes take: filled in as a person would, so that only a guard can say no."""

from typing import Any

from tests.builders import make_district
from tests.conftest import Cast

# By the name of the route; what is not here is sent empty but for what a test adds.
GOOD: dict[str, tuple[dict[str, str], ...]] = {
    "case-close": ({"reason": "info_only"},),
    "case-contact": ({"channel": "phone", "result": "reached", "next_step": "none"},),
    "case-identity": (
        {"was": "sichern", "name": "Neu Beispiel", "phone": "0171 39200 13"},
        {"was": "anzeigen"},
    ),
    "case-notes": (
        {"was": "schreiben", "text": "Ein Satz.", "kind": "case", "provenance": "family"},
        {"was": "oeffnen"},
    ),
    "case-rights": (
        {"was": "eintragen", "kind": "access"},
        {"was": "beantwortet"},
        {"was": "ablehnen", "reason": "excessive"},
        {"was": "beilegen"},
        {"was": "einschraenken", "reason": "accuracy_contested"},
    ),
    "case-team": (
        {"was": "beenden"},
        {"was": "freigeben", "kind": "joint", "reason": "joint_visit", "until": "2026-03-09"},
        {"kind": "joint", "reason": "joint_visit", "until": "2026-03-09"},
    ),
    "deputies": (
        {"was": "beenden"},
        {"reason": "planned", "since": "2026-03-03", "until": "2026-03-09"},
    ),
    "gap": ({"need": "overload"},),
    "handover-prepare": ({"categories": "language"},),
    "handover-review": ({"message": "Bitte anrufen."},),
    "handover-decline": ({"reason": "no_capacity"},),
    "handover-cancel": ({"reason": "no_longer_needed"},),
    "offer-capacity": ({"capacity": "free"},),
    "password": (
        {
            "old_password": "correct horse battery staple",
            "new_password1": "another horse battery staple",
            "new_password2": "another horse battery staple",
        },
    ),
    "person-details": ({"display_name": "Anna Neu", "email": "neu@example.org"},),
    "person-roles": ({"role": "navigator"},),
    "people-invite": (
        {"display_name": "Neue Person", "email": "neue@example.org", "role": "navigator"},
    ),
}


def bodies_of(name: str, cast: Cast) -> tuple[dict[str, Any], ...]:
    """What one would send to this route; at least one body."""
    if name == "intake-new":
        return (
            {
                "organisation": str(cast.clinic.pk),
                "district": make_district().key,
                "language_chip": "ar",
                "age_chip": "0",
            },
        )
    if name == "api-case-list":
        return ({"district": make_district().key, "language": "tr", "child_age_months": 0},)
    if name == "api-case-assessments":
        return ({"talk_wish": "no"},)
    if name == "api-case-consents":
        return (
            {
                "recipient": cast.office.slug, "purposes": ["handover"], "categories": ["name"],
                "text_version": "1", "language": "de", "form": "paper",
            },
        )  # fmt: skip
    if name in {"api-case-handovers", "matches"}:
        return ({"offer": str(cast.offer.pk)},)
    return GOOD.get(name, ({},))
