"""docs/privacy/rights.md: the table of roles and the rules beside it, from the code itself.

Figures come from constants, so that the page cannot tell another story; a right without a
sentence here fails the test that compares the page.
"""

from collections.abc import Iterable

from lotsen.accounts.models import HEALTH_KINDS, OrganisationKind, Profession
from lotsen.accounts.roles import RIGHTS, Right, Role
from referrals.cases.rules import GIVEN_KINDS, LONGEST_SHARE, AbsenceReason, ShareReason
from referrals.emergencies.rules import LENGTH, TOLD, Reason
from referrals.identities.rules import COLLEAGUE_REASONS, OpeningReason

ROLES: dict[Role, str] = {
    Role.SCREENER: "Hinweise erfassen (Station, Praxis)",
    Role.NAVIGATOR: "Lotsin, Lotse",
    Role.FAMILY_OFFICE: "Familienbüro",
    Role.PROVIDER: "Anbieter",
    Role.CHILD_PROTECTION_ADVISER: "Fachberatung Kinderschutz",
    Role.CATALOGUE_EDITOR: "Angebotskatalog",
    Role.COORDINATOR: "Netzwerkkoordination",
    Role.PRIVACY_OFFICER: "Datenschutz",
    Role.ADMINISTRATOR: "Verwaltung",
}
MEANINGS: dict[Right, str] = {
    Right.OPEN_CASE: "eine Aufnahme beginnen; die eigene findet man eine Woche wieder",
    Right.ASSESS_CASE: "Hinweise, Wünsche, Lücken und Einwilligungen festhalten",
    Right.VIEW_CASES: "den pseudonymen Teil der Fälle sehen, die die Stelle führt oder an denen "
    "sie teilnimmt",
    Right.VIEW_IDENTITY: "Kontaktdaten und Notizen öffnen, aber nur als Beteiligte oder im Umfang "
    "der Einwilligung",
    Right.SHARE_CASE: "einen Fall übernehmen, Mitarbeit freigeben, Vertretung für andere eintragen",
    Right.REQUEST_HANDOVER: "eine Übergabe anfragen",
    Right.ANSWER_HANDOVER: "eine Übergabe beantworten",
    Right.FOLLOW_UP: "Kontakte und Wiedervorlagen",
    Right.CLOSE_CASE: "einen Fall abschließen",
    Right.BREAK_GLASS: "Notzugriff auf einen Fall der eigenen Stelle",
    Right.UPDATE_CAPACITY: "freie Plätze melden",
    Right.EDIT_CATALOGUE: "Angebote pflegen",
    Right.VIEW_STATISTICS: "veröffentlichte Auswertungen",
    Right.PLAN: "Geburten, Ziele und Maßnahmen der Kommune",
    Right.VIEW_AUDIT: "das Zugriffsprotokoll lesen, Anträge überwachen, Notzugriffe prüfen",
    Right.MANAGE_PEOPLE: "Konten, Rollen und Stellen verwalten; nie Fälle",
    Right.MANAGE_RETENTION: "Fristen und Löschläufe; es braucht zwei Personen",
}


def page(written: str) -> str:
    """The whole page as Markdown, in German.

    Args:
        written: the sentence that says who writes it.
    """
    parts = (_head(written), _roles(), _table(), _cases(), _ways_in(), _shut(), _law())
    return "\n".join(parts)


def _head(written: str) -> str:
    return f"""# Rechte

{written} Quelle: `lotsen/accounts/roles.py` und die Regeln daneben.
Ein Recht gilt an der Stelle, in der die Rolle gehalten wird. Wer eine Rolle verlässt, verliert es
mit dem nächsten Aufruf: Seiten, Schnittstelle, Freigaben, Vertretung und Notzugriff.
"""


def _roles() -> str:
    rows = "\n".join(f"| `{role}` | {ROLES[role]} |" for role in Role)
    seeing = ", ".join(ROLES[role] for role in Role if Right.VIEW_CASES in RIGHTS[role])
    blind = ", ".join(ROLES[role] for role in Role if not _EVER_OF_A_CASE & RIGHTS[role])
    return f"""## Rollen

| Rolle | heißt |
|---|---|
{rows}

Fälle sehen: {seeing}.
**Nie** einen Fall sehen: {blind};
auch nicht, wenn jemand mehrere dieser Rollen hat.
"""


_EVER_OF_A_CASE = {Right.OPEN_CASE, Right.VIEW_CASES}


def _table() -> str:
    head = " | ".join(f"`{role}`" for role in Role)
    rows = "\n".join(_row(right) for right in Right)
    return f"""## Rechte je Rolle

| Recht | bedeutet | {head} |
|---|---|{"---|" * len(Role)}
{rows}
"""


def _row(right: Right) -> str:
    cells = " | ".join("ja" if right in RIGHTS[role] else "" for role in Role)
    return f"| `{right}` | {MEANINGS[right]} | {cells} |"


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _cases() -> str:
    return f"""## Wer einen Fall sieht

Eine Person sieht einen Fall, wenn eines davon gilt:

1. Sie hat `view_cases` an der Stelle, die ihn führt. Ist der Fall **nur für Beteiligte**, muss sie
   zuständig sein oder die zuständige Person dort gerade vertreten.
2. Sie hat `view_cases` an einer Stelle, die teilnimmt, solange die Einwilligung gilt; im Umfang der
   Einwilligung.
3. Er ist ihr freigegeben, solange die Freigabe läuft und sie in einer Stelle dieses Falls arbeitet.

Wer ihn nicht sieht, bekommt 404, als gäbe es ihn nicht; wer ihn sieht und etwas nicht darf, 403.

**Beteiligt** ist, wer zuständig ist, wer die zuständige Person in der führenden Stelle vertritt,
wem dieser Fall freigegeben ist ({_codes(sorted(GIVEN_KINDS))}), und wer Notzugriff hat. Beteiligte
öffnen Kontaktdaten und Notizen; jedes Öffnen ist ein Ereignis. Andere der führenden Stelle sehen
den pseudonymen Fall und öffnen nichts, außer um der Familie zu antworten.
"""


def _ways_in() -> str:
    hours = int(LENGTH.total_seconds() // 3600)
    given = _codes(reason for reason in ShareReason if reason != ShareReason.OWN_INTAKE)
    return f"""- **Freigabe**: höchstens {LONGEST_SHARE.days} Tage, mit Grund ({given}),
  jederzeit zu beenden; nie für sich selbst.
- **Vertretung**: höchstens {LONGEST_SHARE.days} Tage, für die eigene Abwesenheit oder durch
  jemanden mit `share_case` ({_codes(AbsenceReason)}; warum, steht nirgends). Niemand trägt
  sich selbst für jemand anderen ein. Beide müssen in der Stelle arbeiten; verlässt eine sie,
  endet die Vertretung mit dem nächsten Aufruf.
- **Nur für Beteiligte**: Sonst kennt in der führenden Stelle niemand den Fall, in keiner Liste,
  Suche oder Zahl. Teilnehmende Stellen trifft das nicht. Gesetzt und aufgehoben von Beteiligten mit
  `share_case`.
- **Notzugriff**: `break_glass` an der führenden Stelle, Grund ({_codes(Reason)}),
  {hours} Stunden. Der Datenschutz wird informiert und prüft; den eigenen Zugriff prüft niemand.
  Beteiligte sehen {TOLD.days} Tage lang, wer es war. Er gibt nichts weiter, außer die zuständige
  Person arbeitet nicht mehr in der Stelle: Dann kann der Fall übernommen werden.
"""


def _shut() -> str:
    answers = _codes(reason for reason in OpeningReason if reason in COLLEAGUE_REASONS)
    return f"""## Was darin verschlossen bleibt

- **Anvertrautes** (§ 65 SGB VIII) liest nur, wem es anvertraut wurde: keine Vertretung, kein
  Notzugriff, keine Leitung, kein Datenschutz. Geht diese Person, bleibt es zu.
- **Eingeschränkt** (Art. 18 DSGVO): gespeichert, nicht genutzt. Weder Freigabe noch Notzugriff
  öffnen etwas; die führende Stelle liest nur, um der Familie zu antworten ({answers}).
- **Empfangende Stellen** lesen ab dem Annehmen die eingewilligten Felder, bis die Übergabe oder die
  Einwilligung endet.
"""


def _law() -> str:
    kinds = _codes(kind.value for kind in OrganisationKind if kind in HEALTH_KINDS)
    return f"""## Beruf und Schweigepflicht

Zu jedem Konto steht der Beruf ({_codes(p.value for p in Profession)}), weil
§ 4 KKG Geheimnisträgern andere Pflichten gibt als anderen. Er gibt kein Recht in lotsen. Was eine
Stelle mit ärztlicher Schweigepflicht weitergibt ({kinds}),
trägt ein Zeichen und geht ohne neue Einwilligung nirgendwohin (§ 76 SGB X).

Warum so: [0004](../adr/0004-rights.md) und [0022](../adr/0022-shares-deputies-emergency.md).
"""
