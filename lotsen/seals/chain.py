"""Whether the seals are those that were written: each follows the one before and is signed."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings

from lotsen.crypto import merkle, signatures
from lotsen.crypto.envelope import Unopenable
from lotsen.seals import rules
from lotsen.seals.findings import Findings
from lotsen.seals.logs import BY_NAME
from lotsen.seals.models import Seal
from lotsen.seals.months import Month
from lotsen.seals.rules import Facts, Kind
from lotsen.vault import purposes
from lotsen.vault.purposes import Purpose

_BATCH = 200  # seals in memory, of 24 kB at most
# What Python says of a column that holds what it never should (SQLite keeps whatever it gets).
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, KeyError)


class Chain:
    """One way along all seals, oldest first."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._n = self._total = 0
        self._head: bytes | None = rules.NOTHING  # None after a gap: nobody knows
        self._keys: dict[UUID, bytes | None] = {}

    def walk(self) -> Iterator[Seal]:
        """Check each seal; answers those whose lists can be read."""
        for n, seal in all_seals():
            try:
                if seal is None:
                    raise ValueError(n)
                whole = self._check(seal, seal.facts)
            except UNREADABLE:
                self._broken(n, "ist nicht lesbar.")
                self._n, self._head = n, None
                continue
            if whole:
                yield seal

    def _check(self, seal: Seal, facts: Facts) -> bool:
        self._findings.seals += 1
        self._check_place(facts)
        digest, signature = bytes(seal.hash), bytes(seal.signature)
        if rules.hash_of(facts) != digest:
            self._broken(facts.n, "wurde verändert.")
        elif not self._is_signed(facts.key, digest, signature):
            self._broken(facts.n, "trägt keine gültige Unterschrift.")
        self._n, self._total, self._head = facts.n, facts.total, digest
        if facts.kind == Kind.DROPPED:
            self._check_tombstone(facts)
        elif facts.kind == Kind.RESTORED:
            self._note_restore(facts)
        if not rules.is_well_formed(facts):
            self._broken(facts.n, "hat Listen von falscher Länge.")
            return False
        return True

    def _check_place(self, facts: Facts) -> None:
        if facts.n != self._n + 1:
            missing = self._n + 1
            self._broken(missing, f"fehlt, und alle bis {facts.n - 1}.")
            return
        if self._head is not None and facts.previous != self._head:
            self._broken(facts.n, f"schließt nicht an Siegel {facts.n - 1} an.")
        adds = facts.count if facts.kind == Kind.ROWS else 0
        if self._head is not None and facts.total != self._total + adds:
            self._broken(facts.n, "zählt falsch.")

    def _is_signed(self, key: UUID, digest: bytes, signature: bytes) -> bool:
        if key not in self._keys:
            self._keys[key] = _public_key(key)
        public = self._keys[key]
        if public is None:
            return False
        self._findings.keys.setdefault(signatures.fingerprint(public))
        return signatures.is_signed(public, rules.signed_text(settings.INSTANCE, digest), signature)

    def _check_tombstone(self, facts: Facts) -> None:
        seals = Month(BY_NAME[facts.log], facts.first).seals(before=facts.n)
        held = list(seals.values_list("count", "root"))
        root = merkle.root([bytes(root) for _, root in held])
        count = sum(rows for rows, _ in held)
        if (count, root) != (facts.count, facts.root):
            self._broken(facts.n, f"sagt anderes über {facts.first:%m/%Y} als dessen Siegel.")
        self._findings.dropped += facts.count

    def _note_restore(self, facts: Facts) -> None:
        [lost] = rules.unpacked(facts.ids)
        self._findings.notes.append(
            f"Am {facts.at:%d.%m.%Y} um {facts.at:%H:%M} (UTC) wurde eine Sicherung "
            f"zurückgespielt. Die Siegel {facts.n} bis {lost} von damals und ihre Zeilen sind weg."
        )

    def _broken(self, n: int, what: str) -> None:
        self._findings.broken(f"Siegel {n} {what}")


def all_seals() -> Iterator[tuple[int, Seal | None]]:
    """Number and seal; None where what stands there is no seal any more."""
    last = -(2**63)
    while numbers := list(
        Seal.objects.filter(n__gt=last).order_by("n").values_list("n", flat=True)[:_BATCH]
    ):
        among = Seal.objects.filter(n__gt=last, n__lte=numbers[-1]).order_by("n")
        try:
            yield from [(seal.n, seal) for seal in among]
        except UNREADABLE:
            for n in numbers:
                yield n, _one_seal(n)
        last = numbers[-1]


def _one_seal(n: int) -> Seal | None:
    try:
        return Seal.objects.get(n=n)
    except UNREADABLE:
        return None


def _public_key(key: UUID) -> bytes | None:
    """None: no key of this installation signs with this id."""
    try:
        opened = purposes.found(Purpose.SEAL_LOG, key)
    except Unopenable:
        return None
    return signatures.public_key(opened.key) if opened else None
