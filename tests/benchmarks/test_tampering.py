"""Tampering at large in short: `python -m benchmarks.tampering` does ten thousand of each."""

from benchmarks import tampering
from benchmarks.tampering import Vault

COUNT = 2_000


def test_what_nobody_touched_opens() -> None:
    vault = Vault(seed=2)
    assert all(map(vault.opens, vault.places))


def test_no_flipped_bit_opens() -> None:
    tried, opened = tampering.accepted(Vault(seed=2), tampering.flip, COUNT)

    assert set(tried) == {"ciphertext", "wrapped"}
    assert not opened


def test_nothing_put_elsewhere_opens() -> None:
    tried, opened = tampering.accepted(Vault(seed=2), tampering.swap, COUNT)

    assert set(tried) == set(tampering.SWAPS)
    assert not opened
