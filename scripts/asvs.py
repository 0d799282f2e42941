"""How lotsen stands to the OWASP Application Security Verification Standard, levels 1 and 2.

docs/security/asvs.csv holds a row for each requirement, in our own words; the page is written
from it, and tests/security/test_asvs.py holds it to account.

Source:
    OWASP ASVS 5.0.0 (2025): 345 requirements, 70 of level 1 and 183 of level 2.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent.parent / "docs" / "security" / "asvs.csv"
LEVELS = {1: 70, 2: 183}
CHAPTERS = {
    1: "Kodieren und Bereinigen", 2: "Prüfen und Abläufe", 3: "Im Browser", 4: "Schnittstelle",
    5: "Dateien", 6: "Anmelden", 7: "Sitzungen", 8: "Rechte", 9: "Token mit Inhalt",
    10: "OAuth und OIDC", 11: "Kryptographie", 12: "Verbindungen", 13: "Einstellungen",
    14: "Datenschutz", 15: "Bauweise", 16: "Protokolle und Fehler", 17: "WebRTC",
}  # fmt: skip
MET, PARTLY, OPEN, LEFT_OUT = "erfüllt", "teilweise", "offen", "entfällt"
VERDICTS = (MET, PARTLY, OPEN, LEFT_OUT)


@dataclass(frozen=True)
class Requirement:
    """One requirement: what it is about, how we judge ourselves, and what shows it."""

    number: str  # as in the standard: chapter.section.requirement
    level: int
    about: str
    verdict: str
    tests: tuple[str, ...]  # path below tests/ :: function
    remark: str

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def requirements() -> list[Requirement]:
    """All rows of the table, in their order."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Requirement(
                number=row["nr"],
                level=int(row["stufe"]),
                about=row["worum"],
                verdict=row["urteil"],
                tests=tuple(row["nachweis"].split()),
                remark=row["bemerkung"],
            )
            for row in csv.DictReader(file, delimiter=";")
        ]


def page(written: str) -> str:
    """The whole page: the sum first, then a table for each chapter."""
    rows = requirements()
    lines = [
        "# OWASP ASVS 5.0, Stufe 1 und 2",
        "",
        f"{written} Quelle: `docs/security/asvs.csv`.",
        "Was verlangt wird, steht hier in eigenen Worten; die Nummern sind die des Standards",
        "(OWASP, Application Security Verification Standard 5.0.0). Wir urteilen über uns selbst,",
        "ein Gutachten ist das nicht. Ein Nachweis ist ein Test, der bei jeder Änderung läuft.",
        "",
        *_sums(rows),
        "",
    ]
    for chapter, title in CHAPTERS.items():
        mine = [row for row in rows if row.chapter == chapter]
        lines += [
            f"## {chapter} {title}",
            "",
            "| Nr. | Stufe | worum es geht | Urteil | Nachweis |",
        ]
        lines += ["|---|---|---|---|---|", *(_line(row) for row in mine), ""]
    return "\n".join(lines)


def _sums(rows: list[Requirement]) -> list[str]:
    verdicts = Counter(row.verdict for row in rows)
    automated = sum(bool(row.tests) for row in rows if row.verdict != LEFT_OUT)
    applying = len(rows) - verdicts[LEFT_OUT]
    lines = ["| | Zahl |", "|---|---|", f"| Anforderungen der Stufen 1 und 2 | {len(rows)} |"]
    lines += [f"| davon {verdict} | {verdicts[verdict]} |" for verdict in VERDICTS]
    return [*lines, f"| von {applying} zutreffenden mit automatischem Test | {automated} |"]


def _line(row: Requirement) -> str:
    shown = [f"`tests/{test}`" for test in row.tests]
    proof = "<br>".join([*shown, *([row.remark] if row.remark else [])])
    return f"| {row.number} | {row.level} | {row.about} | {row.verdict} | {proof} |"
