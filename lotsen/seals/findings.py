"""What a verification found, in words for whoever runs it."""

from dataclasses import dataclass, field

TOLD = 20  # findings that are named; all are counted


@dataclass
class Findings:
    """Counts, and the first findings one by one, in the order in which they were met."""

    seals: int = 0
    rows: int = 0  # sealed and there
    dropped: int = 0  # rows of months whose term is over
    waiting: int = 0
    missing: int = 0
    changed: int = 0
    extra: int = 0
    bad: int = 0  # seals, lines of the anchor, what waits too long
    named: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what somebody should know, and no finding
    keys: dict[str, None] = field(default_factory=dict)  # fingerprints, in the order of use

    @property
    def sound(self) -> bool:
        return not (self.missing or self.changed or self.extra or self.bad)

    def lacks(self, log: str, key: object, seal: int | None) -> None:
        """A row that is sealed, or was queued, is not there."""
        self.missing += 1
        where = f"aus Siegel {seal}" if seal else "aus der Warteschlange"
        self._name(f"{_row(log, key)} {where} fehlt.")

    def differs(self, log: str, key: object, seal: int) -> None:
        """A row is not what was sealed."""
        self.changed += 1
        self._name(f"{_row(log, key)} wurde nach Siegel {seal} verändert.")

    def surplus(self, log: str, key: object) -> None:
        """A row is in no seal and does not wait for one, or stands in two."""
        self.extra += 1
        self._name(f"{_row(log, key)} ist ohne Siegel eingefügt worden oder steht in zwei Siegeln.")

    def broken(self, sentence: str) -> None:
        """A seal, the anchor or the sealing itself is not right."""
        self.bad += 1
        self._name(sentence)

    def _name(self, sentence: str) -> None:
        if len(self.named) < TOLD:
            self.named.append(sentence)


_NAMES = {"access": "Zugriffsereignis", "change": "Änderungseintrag"}


def _row(log: str, key: object) -> str:
    return f"{_NAMES[log]} {key}"
