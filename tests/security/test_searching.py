"""What is typed to find a family lies nowhere afterwards, and the index gives nothing away."""

import hmac
import logging
from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import pytest
from django.utils.timezone import now

from lotsen import names
from lotsen.audit.models import AccessEvent
from lotsen.vault.models import IndexEntry
from referrals.identities.actions import store
from referrals.identities.likeness import Kind, Wanted
from tests.conftest import Cast
from tests.security.canaries import database, disguises, family, hits
from tests.security.stage import browser

PAGE = "/fall/suchen/"
BORN = date(1987, 11, 23)
# Days as they could be written somewhere.
DAYS = ["1987-11-23", "23.11.1987", "23. November 1987", "19871123"]


def folds(texts: Iterable[str]) -> list[str]:
    """The folded words and numbers, which the index works with."""
    found = [form for text in texts for form in (*names.words(text), names.folded_phone(text))]
    return [form for form in found if len(form) > 5]


def test_nothing_typed_into_a_search_lies_anywhere(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    kept, strange = family(1), family(2)
    store(
        cast.case, name=kept.name, phone=kept.phone, safe_contact="", birth_date=BORN,
        actor=cast.anna, at=now(),
    )  # fmt: skip
    around: list[str] = []
    with caplog.at_level(logging.DEBUG):
        for user in (cast.anna, cast.carla):
            client = browser(user)
            for told in (kept, strange):
                for typed in (
                    {"was": "name", "surname": told.name, "birth_date": "23.11.1987"},
                    {"was": "name", "surname": told.searched, "birth_date": "23.11.1987"},
                    {"was": "name", "surname": told.name, "birth_date": "gestern"},
                    {"was": "telefon", "phone": told.phone},
                    {"was": "telefon", "phone": told.name},
                    {"was": "kuerzel", "pseudonym": told.name},
                ):
                    answer = client.post(PAGE, typed)
                    assert answer.status_code in (200, 422)
                    around += [f"{name}: {value}" for name, value in answer.headers.items()]
                    around += [str(morsel) for morsel in client.cookies.values()]
                    around.append(answer.wsgi_request.get_full_path())
                    around.append(answer.content.decode().partition("</title>")[0])
        logged = caplog.text.encode()

    typed_texts = [kept.name, kept.phone, strange.name, strange.phone, strange.searched]
    searched = [*typed_texts, *DAYS, *folds(typed_texts)]
    assert hits(searched, database()) == []
    assert hits(searched, {"log": logged, "around": "\n".join(around).encode()}) == []
    assert AccessEvent.objects.filter(deed="search", count=1).count() == 2


def test_the_stored_tokens_are_no_plain_hash_of_what_they_stand_for(cast: Cast) -> None:
    told = family(1)
    store(
        cast.case, name=told.name, phone=told.phone, safe_contact="", birth_date=BORN,
        actor=cast.anna, at=now(),
    )  # fmt: skip
    tokens = {bytes(token) for token in IndexEntry.objects.values_list("token", flat=True)}
    guesses = [names.folded_phone(told.phone), *folds([told.name])]
    guesses += [names.combined(word, BORN) for word in names.words(told.name)]

    assert tokens
    assert {len(token) for token in tokens} <= {1, 2}
    hashes = {digest[:2] for guess in guesses for digest in _plain(guess)}
    assert len(tokens & hashes) <= 1  # two bytes may meet by chance


def _plain(text: str) -> list[bytes]:
    """What somebody would try who has the table and no key."""
    data = text.encode()
    return [sha256(data).digest(), *(hmac.digest(key, data, "sha256") for key in (b"", bytes(32)))]


def test_what_is_looked_for_does_not_print() -> None:
    """A traceback shows the repr of what it passed."""
    told = family(1)
    wanted = Wanted(Kind.NAME_BIRTH, surname=told.name, birth_date=BORN, phone=told.phone)

    shown = f"{wanted!r} {wanted}"
    assert not [form for form in (*disguises(told.name), told.name, "1987") if form in shown]
