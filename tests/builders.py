"""Small makers of rows for tests. Every argument has a plausible default."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.places.models import District, Municipality
from lotsen.pseudonyms import new_pseudonym
from offers.models import Offer, Provider
from referrals.assessments.models import Assessment, InstrumentVersion
from referrals.assessments.publishing import publish
from referrals.cases.models import Case, Participation
from referrals.consent.models import Consent, ConsentText
from referrals.retention.actions import plan_for_case
from referrals.retention.models import ErasureRun, RetentionRule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


def make_city(
    slug: str = "duesseldorf", name: str = "Düsseldorf", ags: str = "05111000"
) -> Municipality:
    return Municipality.objects.get_or_create(slug=slug, defaults={"name": name, "ags": ags})[0]


def make_district(
    name: str = "Bilk", code: str = "036", city: Municipality | None = None
) -> District:
    city = city or make_city()
    return District.objects.get_or_create(
        key=f"{city.slug}-{name.lower()}",
        defaults={
            "municipality": city, "code": code, "name": name, "borough_code": code[:2],
            "borough": f"Stadtbezirk {int(code[:2])}", "latitude": 51.2, "longitude": 6.78,
        },
    )[0]  # fmt: skip


def make_organisation(
    slug: str, kind: str = OrganisationKind.CLINIC, **fields: Any
) -> Organisation:
    defaults: dict[str, Any] = {
        "municipality": make_city(), "name": slug.replace("-", " ").title(),
        "short_name": slug[:40], "kind": kind, "legal_regime": "municipal",
    }  # fmt: skip
    return Organisation.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def make_user(name: str, organisation: Organisation, role: Role = Role.NAVIGATOR) -> User:
    user = User.objects.create_user(
        username=name, email=f"{name}@example.org", password=PASSWORD, display_name=name.title()
    )
    membership.join(user, organisation=organisation, role=role, at=NOON)
    return user


def make_offer(name: str = "Familienhebamme Bilk", **fields: Any) -> Offer:
    city = make_city()
    provider = (
        fields.pop("provider", None)
        or Provider.objects.get_or_create(
            slug="haus-sonnenschein", defaults={"municipality": city, "name": "Haus Sonnenschein"}
        )[0]
    )
    defaults: dict[str, Any] = {
        "provider": provider, "municipality": city, "source": "test", "source_id": str(uuid4()),
        "name": name, "summary": "Besucht die Familie zu Hause.", "dimension": "selective",
        "needs": ["overload", "crying_sleep"], "age_from_months": -3, "age_to_months": 12,
        "languages": ["de", "tr"], "open_to_all_districts": True, "capacity": "free",
        "capacity_as_of": date(2026, 2, 20), "checked_on": date(2026, 2, 20),
        "setting": "home", "offer_format": "home_visiting",
    }  # fmt: skip
    return Offer.objects.create(**(defaults | fields))


def make_case(holder: Organisation, by: User, **fields: Any) -> Case:
    defaults: dict[str, Any] = {
        "pseudonym": new_pseudonym(), "holder": holder, "assigned_to": by, "language": "tr",
        "child_age_months": 0, "aged_on": NOON.date(), "district": make_district(),
        "opened_at": NOON, "opened_by": by, "touched_at": NOON, "stored_with_consent": True,
    }  # fmt: skip
    return Case.objects.create(**(defaults | fields))


def make_consent_text(**fields: Any) -> ConsentText:
    defaults: dict[str, Any] = {
        "version": "1", "language": "de", "status": "released", "title": "Einwilligung",
        "body": "Dürfen wir Ihre Angaben an {recipient} weitergeben?", "sha256": "0" * 64,
        "released_at": NOON,
    }  # fmt: skip
    key = {
        name: (defaults | fields).get(name, "") for name in ("version", "language", "legal_regime")
    }
    return ConsentText.objects.get_or_create(**key, defaults=defaults | fields)[0]


def make_consent(case: Case, recipient: Organisation | None, by: User, **fields: Any) -> Consent:
    defaults: dict[str, Any] = {
        "case": case, "recipient": recipient, "purposes": ["documentation", "handover", "feedback"],
        "categories": ["name", "phone", "language", "needs"], "text": make_consent_text(),
        "language": "de", "form": "paper", "given_at": NOON, "witnessed_by": by,
        "valid_until": (NOON + timedelta(days=365)).date(),
    }  # fmt: skip
    return Consent.objects.create(**(defaults | fields))


SAMPLE_INSTRUMENT = Path(__file__).parent.parent / "referrals" / "data" / "muster-lotsenbogen.json"


def make_instrument() -> InstrumentVersion:
    """The sample instrument, published."""
    return publish(json.loads(SAMPLE_INSTRUMENT.read_text(encoding="utf-8")), at=NOON)[0]


def make_assessment(case: Case, by: User, **fields: Any) -> Assessment:
    """A finished assessment; `finished_at=None` for an open one."""
    finished_at = fields.pop("finished_at", NOON)
    defaults: dict[str, Any] = {
        "case": case, "version": make_instrument(), "provenance": "family", "started_at": NOON,
        "started_by": by, "finished_at": finished_at, "finished_by": finished_at and by,
    }  # fmt: skip
    return Assessment.objects.create(**(defaults | fields))


def make_participation(case: Case, organisation: Organisation, **fields: Any) -> Participation:
    defaults: dict[str, Any] = {
        "case": case, "organisation": organisation, "categories": ["name", "phone", "needs"],
        "provenance": "health_secret", "since": NOON, "touched_at": case.touched_at,
        "origin": uuid4(),
    }  # fmt: skip
    return Participation.objects.create(**(defaults | fields))


def make_run(case: Case, by: User) -> ErasureRun:
    """An erasure a family asked for; it waits for the second person."""
    return plan_for_case(case, actor=by, at=NOON)


def make_rule(by: User, **fields: Any) -> RetentionRule:
    """A term that waits for its approval."""
    defaults: dict[str, Any] = {
        "municipality": make_city(), "kind": "case", "days": 200, "set_by": by, "set_at": NOON,
    }  # fmt: skip
    return RetentionRule.objects.create(**(defaults | fields))
