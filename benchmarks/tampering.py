"""Tampering at large: bits flipped in, and sealed texts and keys moved between, a small vault.

Whoever can write the database but has no key can do just this. None may open; the count of what
opened must be 0, or the run ends with 1. No database is needed.

    python -m benchmarks.tampering [--count 10000] [--seed 1]
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any
from uuid import UUID

from benchmarks import measuring

FIELDS = [("identity", "name"), ("identity", "phone"), ("note", "text"), ("note", "text")]
CASES = 25


@dataclass(frozen=True)
class Place:
    """What stands in the two rows that a text is opened by, as far as it is bound."""

    wrapped: bytes
    ciphertext: bytes
    key_id: UUID
    key_version: int
    keyring_key: str
    ref: UUID
    row_id: UUID
    kind: str
    field: str
    row_version: int


def opens(ring: Any, place: Place) -> bool:
    """Whether the text at this place opens, through the code that opens texts."""
    from lotsen.crypto import envelope
    from lotsen.vault import contexts
    from lotsen.vault.models import CaseKey, SealedText

    key = CaseKey(
        id=place.key_id, ref=place.ref, version=place.key_version, keyring_key=place.keyring_key
    )
    row = SealedText(
        id=place.row_id, ref=place.ref, kind=place.kind, field=place.field,
        row_version=place.row_version,
    )  # fmt: skip
    try:
        data_key = ring.unwrap(place.keyring_key, place.wrapped, contexts.of_key(key))
        envelope.unseal(data_key, place.ciphertext, contexts.of_text(row, key))
    except envelope.Unopenable:
        return False
    return True


class Vault:
    """Cases with a few sealed texts each, under two keys of one ring; always the same."""

    def __init__(self, seed: int) -> None:
        from lotsen.vault.keyfile import Keyring

        self.chance = random.Random(seed)
        keys = {name: self.chance.randbytes(32) for name in ("k1", "k2")}
        self.rings = {name: Keyring(name, keys) for name in keys}
        self.places = [place for number in range(CASES) for place in self._case(number)]

    def opens(self, place: Place) -> bool:
        return opens(self.rings["k1"], place)

    def _case(self, number: int) -> list[Place]:
        from lotsen.crypto import envelope
        from lotsen.vault import contexts
        from lotsen.vault.models import CaseKey, SealedText

        name, data_key = f"k{number % 2 + 1}", self.chance.randbytes(32)
        key = CaseKey(id=self._uuid(), ref=self._uuid(), version=1, keyring_key=name)
        wrapped = self.rings[name].wrap(data_key, contexts.of_key(key))
        places = []
        for kind, field in FIELDS:
            row = SealedText(id=self._uuid(), ref=key.ref, kind=kind, field=field, row_version=1)
            text = self.chance.randbytes(self.chance.randrange(60))
            sealed = envelope.seal(data_key, text, contexts.of_text(row, key))
            places.append(Place(wrapped, sealed, key.pk, 1, name, key.ref, row.pk, kind, field, 1))
        return places

    def _uuid(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)


def flip(vault: Vault) -> tuple[str, Place]:
    """One bit of a sealed text or of a wrapped key."""
    place = vault.chance.choice(vault.places)
    part = vault.chance.choice(["ciphertext", "wrapped"])
    changed = bytearray(getattr(place, part))
    bit = vault.chance.randrange(len(changed) * 8)
    changed[bit // 8] ^= 1 << bit % 8
    return part, replace(place, **{part: bytes(changed)})


# What is taken from one place and put into another, by what is crossed.
SWAPS: dict[str, tuple[str, ...]] = {
    "text": ("ciphertext",),
    "text with its row": ("ciphertext", "row_id"),
    "text with row and field": ("ciphertext", "row_id", "kind", "field"),
    "text with its key": ("ciphertext", "wrapped"),
    "key": ("wrapped",),
    "key with its number": ("wrapped", "key_id"),
    "key with number and name": ("wrapped", "key_id", "keyring_key"),
    "case": ("ref",),
    "key and case": ("wrapped", "key_id", "keyring_key", "ref"),
    "field": ("kind", "field"),
    "name of the key": ("keyring_key",),
}


def swap(vault: Vault) -> tuple[str, Place]:
    """Something of one place put into another, so that a place comes about that never was."""
    sound = set(vault.places)
    while True:
        crossed = vault.chance.choice(list(SWAPS))
        here, there = vault.chance.sample(vault.places, 2)
        moved = replace(here, **{part: getattr(there, part) for part in SWAPS[crossed]})
        if moved not in sound:
            return crossed, moved


def accepted(
    vault: Vault, tamper: Callable[[Vault], tuple[str, Place]], count: int
) -> tuple[Counter[str], Counter[str]]:
    """How often each kind was tried, and how often it opened nevertheless."""
    tried: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    for _ in range(count):
        kind, place = tamper(vault)
        tried[kind] += 1
        opened[kind] += vault.opens(place)
    return tried, +opened


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.tampering")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotsen.settings.test"
    import django

    django.setup()
    vault, start = Vault(options.seed), perf_counter()
    sound = sum(map(vault.opens, vault.places))
    flips = accepted(vault, flip, options.count)
    swaps = accepted(vault, swap, options.count)
    measuring.tell(
        {
            "name": "tampering",
            "n": options.count,
            "seconds": round(perf_counter() - start, 1),
            "untouched": {"tried": len(vault.places), "opened": sound},
            "flips": {"tried": flips[0], "opened": flips[1].total()},
            "swaps": {"tried": swaps[0], "opened": swaps[1].total()},
        }
    )
    sys.exit(0 if sound == len(vault.places) and not flips[1] and not swaps[1] else 1)


if __name__ == "__main__":
    main()
