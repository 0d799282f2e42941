"""What the benchmarks on keys count, on few cases: no times."""

import pytest

from benchmarks import families, wrapped
from benchmarks.population import Population
from lotsen.accounts.models import User
from lotsen.vault import rotating
from lotsen.vault.models import CaseKey
from tests.builders import NOON
from tests.lotsen.vault import rings
from tests.serving import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    with as_owner():
        return Population(300).people[0]


def test_a_list_decrypts_nothing_and_one_identity_only_itself(person: User) -> None:
    cases, reader = families.of_page(person), families.Reader(person)
    assert len(cases) == families.PAGE

    with families.decryption() as in_list:
        reader.page("/station/")
    with families.decryption() as covered:
        reader.covered(cases[0])
    with families.decryption() as opened:
        reader.opened(cases[0])

    assert (in_list, covered) == ([], [])
    assert 1 < len(opened) <= 5  # the key of the case, and each of its details


def test_the_names_of_a_page_open(person: User) -> None:
    with families.keyring_file():
        names = families.names_of(families.of_page(person))()

    assert names == ["Rana Beispiel"] * families.PAGE


def test_what_does_not_open_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped.fill(20)
    rings.use(monkeypatch, "t2", "t1", "t2")
    assert wrapped.left("t2") == 20
    rotating.rewrap(at=NOON)
    assert (wrapped.left("t2"), wrapped.broken()) == (0, 0)

    CaseKey.objects.filter(pk=CaseKey.objects.first().pk).update(wrapped=b"")
    assert wrapped.broken() == 1
