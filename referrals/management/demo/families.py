"""Made-up families whose wishes are as frequent as the reference figures say.

Figures: referrals/data/reference_figures.csv (IT.NRW, NZFH KiD 0-3; the address of each stands in
its row). Names are common ones, combined by chance; phone numbers come from the range the
Bundesnetzagentur keeps free for fiction (0171 39200 xx).
"""

import csv
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lotsen.places.models import District

FIGURES = Path(__file__).resolve().parents[2] / "data" / "reference_figures.csv"

# Which figure stands for which need; the rest follow the smaller figures around them.
_BY_FIGURE = {
    "doubts about own parenting competence": "parenting_doubt",
    "unplanned pregnancy": "unplanned_pregnancy",
    "partner conflicts": "partner_conflict",
    "SGB-II poverty, families with child 0-3": "finances",
    "clinically relevant depression/anxiety signs": "mental_health",
    "single parent, families with child 0-3": "single_parent",
    "young mother <=21": "young_parent",
}
_BY_GUESS = {
    "no_midwife": 0.18, "entitlements": 0.2, "crying_sleep": 0.15, "overload": 0.14,
    "isolation": 0.1, "housing": 0.07, "siblings_load": 0.08, "language": 0.1, "preterm": 0.06,
    "multiples": 0.03, "bonding": 0.05, "chronic_illness": 0.03, "violence": 0.01,
}  # fmt: skip
LANGUAGES = {
    "de": 62, "tr": 9, "ar": 8, "uk": 5, "en": 4, "ro": 3, "pl": 3, "ru": 2, "bg": 2, "fr": 2,
}  # fmt: skip
_FIRST = ("Mira", "Elif", "Sophie", "Oksana", "Layla", "Ioana", "Julia", "Agnieszka", "Fatima",
          "Lena", "Derya", "Nadia", "Katharina", "Svitlana", "Amina", "Laura")  # fmt: skip
_LAST = ("Beispiel", "Yılmaz", "Musterfrau", "Kowalczyk", "Haddad", "Popescu", "Schneider",
         "Melnyk", "Öztürk", "Krüger", "Ivanova", "Saleh", "Weber", "Nowak")  # fmt: skip


@dataclass(frozen=True)
class Family:
    """What is said at the bedside, and what goes into the vault."""

    district: District
    language: str
    interpreting: bool
    child_age_months: int
    household: str
    route: str
    needs: tuple[str, ...]
    resources: tuple[str, ...]
    talk_wish: str
    name: str
    phone: str
    safe_contact: str


@cache
def frequencies() -> dict[str, float]:
    """Each need's share of families, 0 to 1, from the figures where there is one."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        values = {row["indicator"]: row["value"] for row in csv.DictReader(file)}
    read = {need: _share(values[figure]) for figure, need in _BY_FIGURE.items()}
    return read | _BY_GUESS


def _share(value: str) -> float:
    [number] = re.findall(r"^[+-]?\d+(?:\.\d+)?", value)
    return float(number) / 100


def draw(chance: random.Random, number: int, districts: list[District]) -> Family:
    """Family `number`; the same chance draws the same family."""
    needs = [need for need, share in frequencies().items() if chance.random() < share]
    needs = needs or [chance.choice(["no_midwife", "entitlements", "crying_sleep"])]
    language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
    return Family(
        district=chance.choice(districts),
        language=language,
        interpreting=language != "de" and chance.random() < 0.6,
        child_age_months=chance.choices([-4, -2, 0, 1, 5, 14], [2, 3, 14, 3, 2, 1])[0],
        household="one_parent" if "single_parent" in needs else "two_parents",
        route=chance.choice(["screening", "screening", "staff", "self"]),
        needs=tuple(needs),
        resources=tuple(
            chance.sample(
                ["family_friends", "good_health", "midwife_present", "high_motivation"], 2
            )
        ),
        talk_wish=chance.choices(["yes", "later", "no"], [6, 3, 1])[0],
        name=f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
        phone=f"0171 39200 {number % 100:02}",
        safe_contact="Nur vormittags anrufen, keine Nachricht auf die Mailbox.",
    )
