"""Whether two long lists hold the same things, in little memory.

Each thing becomes a number by a hash with a key that nobody knows beforehand; what one list adds,
the other takes away. If all sums are zero, both held the same: whoever does not know the key cannot
choose things whose numbers cancel out. The sums are kept apart in 1,024 drawers, so that what does
not agree is looked for in few of them.

Source:
    Multiset hashes: Clarke et al., Incremental Multiset Hash Functions, ASIACRYPT 2003
    (MSet-Add-Hash, which is keyed).
"""

import os
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

_DRAWERS = 1024
_OPENED = 8  # drawers looked into at once: with ten million rows, eighty thousand keys


class Tally:
    """Adds and takes away numbers below 2^128."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._sums = [0] * _DRAWERS

    def add(self, number: int, times: int = 1) -> None:
        """Count it in; times = -1: out."""
        digest = self._digest(number)
        self._sums[digest % _DRAWERS] += digest * times

    @property
    def agrees(self) -> bool:
        """Whether whatever was counted in was counted out as often."""
        return not any(self._sums)

    def surplus(self, counted: Iterable[tuple[int, int]]) -> "Counter[int]":
        """Of what came in too often or went out too often, what lies in the first few drawers.

        Args:
            counted: all pairs of number and times again, in any order.
        """
        wrong = {drawer for drawer, total in enumerate(self._sums) if total}
        opened = set(sorted(wrong)[:_OPENED])
        found: Counter[int] = Counter()
        for number, times in counted:
            if self._digest(number) % _DRAWERS in opened:
                found[number] += times
        return Counter({number: times for number, times in found.items() if times})

    def _digest(self, number: int) -> int:
        return int.from_bytes(blake2b(number.to_bytes(16), key=self._secret).digest())
