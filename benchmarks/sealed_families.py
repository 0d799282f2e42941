"""Made-up families with sealed texts, for drills; and what can still be found of them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.timezone import now

from lotsen.accounts.models import Organisation, OrganisationKind, User
from lotsen.errors import Refusal
from lotsen.places.models import District, Municipality
from lotsen.pseudonyms import new_pseudonym
from lotsen.vault import opening, sealing
from lotsen.vault.models import CaseKey, IndexEntry, SealedText
from referrals.cases.models import Case


@transaction.atomic
def settle(number: int) -> list[Case]:
    """One house with so many cases, each with a sealed name and a sealed note."""
    city = Municipality.objects.create(slug="drill", name="Drill", ags="00000000")
    house = Organisation.objects.create(
        municipality=city, slug="drill", name="Drill", short_name="Drill",
        kind=OrganisationKind.CLINIC, legal_regime="municipal",
    )  # fmt: skip
    person = User.objects.create(username="drill", email="drill@example.org")
    district = District.objects.create(key="drill", municipality=city, code="1", name="Viertel")
    return [_family(house, person, district) for _ in range(number)]


def traces(refs: Iterable[str]) -> int:
    """How many rows of these families are there: cases, keys, texts, index entries."""
    cases = Case.objects.filter(vault_ref__in=refs).count()
    tables = (CaseKey, SealedText, IndexEntry)
    return cases + sum(table.objects.filter(ref__in=refs).count() for table in tables)


def that_open(refs: Iterable[str]) -> int:
    """How many of these families have a case, and texts that say what was sealed."""
    return sum(_opens(case) for case in Case.objects.filter(vault_ref__in=refs))


def _family(house: Organisation, person: User, district: District) -> Case:
    at = now()
    case = Case.objects.create(
        pseudonym=new_pseudonym(), holder=house, language="de", child_age_months=1,
        aged_on=at.date(), district=district, opened_at=at, touched_at=at, opened_by=person,
        stored_with_consent=True,
    )  # fmt: skip
    for kind, field in (("identity", "name"), ("note", "text")):
        sealing.seal(case.vault_ref, kind=kind, field=field, text=_text(case, field), at=at)
    return case


def _text(case: Case, field: str) -> str:
    return f"{field} of {case.pseudonym}"


def _opens(case: Case) -> bool:
    rows = dict(SealedText.objects.filter(ref=case.vault_ref).values_list("pk", "field"))
    try:
        texts = opening.open_texts(
            list(rows), actor=case.opened_by, organisation=case.holder_id,
            pseudonym=case.pseudonym, object_type="identity", fields=sorted(rows.values()),
            reason="drill", at=now(),
        )  # fmt: skip
    except Refusal:
        return False
    return texts == {pk: _text(case, field) for pk, field in rows.items()}
