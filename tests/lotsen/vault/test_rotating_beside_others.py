"""Rotating while others rotate, seal and open, and being killed in the middle of it."""

import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from lotsen.vault import rotating, sealing
from lotsen.vault.models import CaseKey, SealedText
from tests.builders import NOON
from tests.lotsen.vault import rings
from tests.lotsen.vault.openings import seal

# SQLite lets one writer in at a time, and its test database lives in this process alone:
# benchmarks/rotation.py rotates beside a server there.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[3]
CASES = 200


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> dict[UUID, str]:
    texts = {uuid4(): f"text {n}" for n in range(CASES)}
    with transaction.atomic():
        for ref, text in texts.items():
            seal(ref, text)
    rings.use(monkeypatch, "t2", "t1", "t2")
    monkeypatch.setattr(rotating, "BATCH", 7)
    return texts


def rewrap_and_close() -> rotating.Rotation:
    try:
        return rotating.rewrap(at=NOON)
    finally:
        connection.close()


def test_two_at_once_move_every_key_once(sealed: dict[UUID, str]) -> None:
    together = Barrier(2)

    def run(_: int) -> rotating.Rotation:
        together.wait()
        return rewrap_and_close()

    with ThreadPoolExecutor(2) as people:
        done = list(people.map(run, range(2)))

    assert sum(run.moved for run in done) == CASES
    assert CaseKey.objects.exclude(keyring_key="t2").count() == 0
    assert all(rings.texts_of(ref) == {text} for ref, text in sealed.items())


def test_a_row_somebody_holds_is_passed_over_and_done_later(sealed: dict[UUID, str]) -> None:
    held = next(iter(sealed))
    with ThreadPoolExecutor(1) as people:
        with transaction.atomic():
            CaseKey.objects.select_for_update().get(ref=held)
            running = people.submit(rewrap_and_close)
            while CaseKey.objects.filter(keyring_key="t1").count() > 1:
                assert not running.done()  # it waits for this row alone
        assert running.result(timeout=30).moved == CASES


def test_texts_sealed_meanwhile_open_afterwards(sealed: dict[UUID, str]) -> None:
    """Old cases and new ones, while every key moves under them."""
    added = {ref: f"added to {text}" for ref, text in list(sealed.items())[:40]}
    added |= {uuid4(): f"new {n}" for n in range(40)}

    def write(ref: UUID) -> None:
        try:
            sealing.seal(ref, kind="note", field="text", text=added[ref], at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        running = people.submit(rewrap_and_close)
        list(people.map(write, added))
        running.result(timeout=60)

    assert rotating.rewrap(at=NOON).left == {}
    for ref in sealed | added:
        expected = {texts[ref] for texts in (sealed, added) if ref in texts}
        assert rings.texts_of(ref) == expected


_RUN = """
import django; django.setup()
from django.utils.timezone import now
from lotsen.vault import rotating
rotating.BATCH = 7
rotating.rewrap(at=now(), tell=lambda moved: print(moved, flush=True))
"""


def start() -> subprocess.Popen[str]:
    """A rotation in a process of its own, on the database of this test."""
    told = connection.settings_dict
    login = told["USER"] + (f":{told['PASSWORD']}" if told["PASSWORD"] else "")
    url = f"postgres://{login}@{told['HOST']}:{told['PORT'] or 5432}/{told['NAME']}"
    return subprocess.Popen(
        [sys.executable, "-c", _RUN],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lotsen.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_five_times_it_loses_nothing_and_the_next_run_ends_it(
    sealed: dict[UUID, str],
) -> None:
    chance = random.Random(3)  # noqa: S311  seeded
    before = dict(SealedText.objects.values_list("pk", "ciphertext"))
    moved = [0]
    for _ in range(5):
        running = start()
        assert running.stdout is not None
        while int(running.stdout.readline()) == 0:
            pass  # on its way past what earlier runs have moved
        if chance.random() < 0.5:
            running.stdout.readline()
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert running.returncode == -signal.SIGKILL
        moved.append(CaseKey.objects.filter(keyring_key="t2").count())
        assert all(rings.texts_of(ref) == {text} for ref, text in sealed.items())

    assert moved == sorted(set(moved))  # each run carried on where the last one was killed
    assert moved[-1] < CASES
    assert rotating.rewrap(at=NOON).moved == CASES - moved[-1]
    assert all(rings.texts_of(ref) == {text} for ref, text in sealed.items())
    assert dict(SealedText.objects.values_list("pk", "ciphertext")) == before
