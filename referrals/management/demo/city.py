"""Houses and accounts of the demo city. Every name is made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from lotsen.accounts.models import LegalRegime, Organisation, OrganisationKind, Profession, User
from lotsen.accounts.roles import Role
from lotsen.membership import actions as membership
from lotsen.membership import people
from lotsen.membership.actions import PersonFacts
from lotsen.places.models import District, Municipality

CITIES = ("duesseldorf",)  # slugs of lotsen.places.Municipality that the catalogue is made for
PASSWORD = "lotsen-demo"  # noqa: S105  published: the demo holds nobody
ROOT = Path(__file__).resolve().parents[3]
DISTRICTS = ROOT / "lotsen" / "places" / "data" / "districts.csv"
OUTLINES = ROOT / "lotsen" / "places" / "data" / "duesseldorf_outlines.geojson"
CATALOGUE = ROOT / "offers" / "data" / "demo_duesseldorf.csv"
INSTRUMENT = ROOT / "referrals" / "data" / "muster-lotsenbogen.json"


@dataclass(frozen=True)
class House:
    slug: str
    name: str
    short_name: str
    kind: OrganisationKind
    regime: LegalRegime


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    house: str
    role: Role
    profession: Profession = Profession.SOCIAL_WORKER
    also: tuple[str, ...] = ()  # further houses in the same role


HOUSES = (
    House("marienklinik-demo", "Marienklinik (Demo)", "Marienklinik",
          OrganisationKind.CLINIC, LegalRegime.CATHOLIC),
    House("luisenklinik-demo", "Luisenklinik (Demo)", "Luisenklinik",
          OrganisationKind.CLINIC, LegalRegime.MUNICIPAL),
    # Three clinics, so that numbers of clinics may be told; nobody has an account in this one.
    House("rheinklinik-demo", "Rheinklinik (Demo)", "Rheinklinik",
          OrganisationKind.CLINIC, LegalRegime.PROTESTANT),
    House("praxis-am-markt-demo", "Praxis am Markt (Demo)", "Praxis am Markt",
          OrganisationKind.GYNAECOLOGICAL_PRACTICE, LegalRegime.PRIVATE),
    House("familienbuero-demo", "Familienbüro Düsseldorf (Demo)", "Familienbüro",
          OrganisationKind.FAMILY_OFFICE, LegalRegime.MUNICIPAL),
    House("traeger-regenbogen-demo", "Träger Regenbogen (Demo)", "Regenbogen",
          OrganisationKind.PROVIDER, LegalRegime.PRIVATE),
    House("schulzentrum-demo", "Familiengrundschulzentrum am Park (Demo)", "FGZ am Park",
          OrganisationKind.FAMILY_SCHOOL_CENTRE, LegalRegime.MUNICIPAL),
    House("kinderschutz-demo", "Fachberatung Kinderschutz (Demo)", "Fachberatung",
          OrganisationKind.OUTREACH, LegalRegime.PROTESTANT),
    House("netzwerk-demo", "Netzwerk Frühe Hilfen (Demo)", "Netzwerk",
          OrganisationKind.COORDINATION, LegalRegime.MUNICIPAL),
)  # fmt: skip

PEOPLE = (
    Person("anna", "Anna Kröger", "marienklinik-demo", Role.NAVIGATOR),
    Person("kim", "Kim Albrecht", "marienklinik-demo", Role.NAVIGATOR, Profession.MIDWIFE),
    Person("bilal", "Bilal Yildiz", "familienbuero-demo", Role.FAMILY_OFFICE),
    Person("carla", "Carla Neumann", "luisenklinik-demo", Role.NAVIGATOR, Profession.MIDWIFE),
    Person("dora", "Dora Lindner", "netzwerk-demo", Role.COORDINATOR),
    Person("emre", "Emre Aksoy", "traeger-regenbogen-demo", Role.PROVIDER),
    # A right is held on a house: she serves those that named her, not Carla's or Hanna's.
    Person("frieda", "Frieda Sommer", "netzwerk-demo", Role.PRIVACY_OFFICER, Profession.OTHER,
           also=("marienklinik-demo", "familienbuero-demo")),
    # The same houses: he gives roles there, she reviews; nobody does both.
    Person("gero", "Gero Petersen", "netzwerk-demo", Role.ADMINISTRATOR, Profession.OTHER,
           also=("marienklinik-demo", "familienbuero-demo")),
    Person("hanna", "Hanna Weiß", "praxis-am-markt-demo", Role.NAVIGATOR, Profession.MIDWIFE),
    Person("ines", "Ines Falk", "kinderschutz-demo", Role.CHILD_PROTECTION_ADVISER),
)  # fmt: skip

# Somebody who has not followed the link yet; nobody knows it.
INVITED = Person("jana", "Jana Ebert", "marienklinik-demo", Role.NAVIGATOR, Profession.MIDWIFE)


def settle(slug: str, *, at: datetime) -> Municipality:
    """Districts, houses, people, catalogue, instrument and consent texts. Twice adds nothing."""
    quiet = {"verbosity": 0, "stdout": StringIO()}
    call_command("import_districts", str(DISTRICTS), outlines=OUTLINES, city=slug, **quiet)
    city = Municipality.objects.get(slug=slug)
    houses = {house.slug: _house(city, house) for house in HOUSES}
    for person in PEOPLE:
        _person(person, [houses[slug] for slug in (person.house, *person.also)], at=at)
    call_command("import_offers", str(CATALOGUE), city=slug, source="demo", **quiet)
    call_command("import_instrument", str(INSTRUMENT), **quiet)
    call_command("load_consent_texts", **quiet)
    return city


def _house(city: Municipality, house: House) -> Organisation:
    organisation, created = Organisation.objects.get_or_create(
        slug=house.slug,
        defaults={
            "municipality": city,
            "name": house.name,
            "short_name": house.short_name,
            "kind": house.kind,
            "legal_regime": house.regime,
        },
    )
    if created:
        organisation.districts_served.set(District.objects.filter(municipality=city))
    return organisation


def _person(person: Person, houses: Sequence[Organisation], *, at: datetime) -> User:
    user = User.objects.filter(username=person.username).first()
    if user is None:
        user = User.objects.create_user(
            username=person.username,
            email=f"{person.username}@demo.example",
            password=PASSWORD,
            display_name=person.name,
            profession=person.profession,
        )
    for house in houses:
        membership.join(user, organisation=house, role=person.role, at=at)
    return user


def invite(*, at: datetime) -> None:
    """Somebody new waits for her first sign-in. Twice adds nothing."""
    person = INVITED
    if User.objects.filter(username=person.username).exists():
        return
    facts = PersonFacts(
        name=person.name, email=f"{person.username}@demo.example", profession=person.profession
    )
    people.invite(
        facts,
        username=person.username,
        organisation=Organisation.objects.get(slug=person.house),
        roles=[person.role],
        actor=User.objects.get(username="gero"),
        at=at,
    )
