"""Two people seal for the same case at the same moment: one key, no text lost."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lotsen.vault.models import CaseKey, SealedText
from tests.conftest import Cast
from tests.lotsen.vault.openings import open_texts, seal

# SQLite lets one writer in at a time: the race exists on PostgreSQL only.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(ref: UUID, texts: list[str], *, kind: str, field: str) -> list[UUID]:
    def write(text: str) -> UUID:
        try:
            return seal(ref, text, kind=kind, field=field)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(texts)) as people:
        return list(people.map(write, texts))


def test_first_notes_at_once_share_one_key(cast: Cast) -> None:
    for _ in range(10):
        ref = uuid4()
        texts = [f"text {n}" for n in range(6)]
        notes = at_once(ref, texts, kind="note", field="text")

        assert CaseKey.objects.filter(ref=ref).count() == 1
        assert open_texts(cast, *notes) == dict(zip(notes, texts, strict=True))


def test_names_at_once_leave_one_row_that_opens(cast: Cast) -> None:
    ref = uuid4()
    texts = [f"name {n}" for n in range(6)]
    [sealed] = set(at_once(ref, texts, kind="identity", field="name"))

    assert SealedText.objects.get(pk=sealed).row_version == 6
    assert open_texts(cast, sealed)[sealed] in texts
