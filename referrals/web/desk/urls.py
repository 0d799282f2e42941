"""Pages of the desk: inbox, handovers, cases and what belongs to them."""

from django.urls import URLPattern, path

from referrals.handovers.rules import Move
from referrals.web.desk import (
    accesses,
    case_list,
    cases,
    consents,
    contacts,
    deputies,
    emergencies,
    followups,
    handovers,
    identities,
    inbox,
    notes,
    rights,
    rights_nothing,
    search,
    team,
)

_MOVES = {
    "annehmen": Move.ACCEPT,
    "nicht-moeglich": Move.DECLINE,
    "beginnen": Move.START,
    "ruhen": Move.HOLD,
    "fortsetzen": Move.RESUME,
    "abschliessen": Move.COMPLETE,
    "nicht-zustande": Move.FAIL,
    "zurueckziehen": Move.CANCEL,
    "fehleintrag": Move.MARK_ERROR,
}

urlpatterns: list[URLPattern] = [
    path("eingang/", inbox.inbox, name="inbox"),
    path("ausgang/", inbox.sent, name="sent"),
    path("uebergabe/<uuid:pk>/", handovers.detail, name="handover"),
    *(
        path(
            f"uebergabe/<uuid:pk>/{word}/",
            handovers.move,
            {"move": move},
            name=f"handover-{move.value.replace('_', '-')}",
        )
        for word, move in _MOVES.items()
    ),
    path("fall/suchen/", search.search_case, name="case-search"),
    path("faelle/", case_list.list_cases, name="cases"),
    path("fall/<uuid:pk>/", cases.detail, name="case"),
    path("fall/<uuid:pk>/zustaendig/", cases.assign, name="case-assign"),
    path("fall/<uuid:pk>/mitarbeit/", team.team, name="case-team"),
    path("fall/<uuid:pk>/notzugriff/", emergencies.of_case, name="case-emergency"),
    path("notzugriff/", emergencies.start, name="emergency"),
    path("konto/vertretung/", deputies.deputies, name="deputies"),
    path("fall/<uuid:pk>/kontakt/", contacts.record, name="case-contact"),
    path("fall/<uuid:pk>/kontaktdaten/", identities.identity, name="case-identity"),
    path("fall/<uuid:pk>/notiz/", notes.notes, name="case-notes"),
    path("fall/<uuid:pk>/zugriffe/", accesses.of_case, name="case-log"),
    path("fall/<uuid:pk>/abschliessen/", cases.close, name="case-close"),
    path("fall/<uuid:pk>/einwilligungen/", consents.consents, name="consents"),
    path("fall/<uuid:pk>/rechte/", rights.overview, name="case-rights"),
    path("fall/<uuid:pk>/rechte/datei/", rights.file, name="case-rights-file"),
    path("fall/<uuid:pk>/berichtigen/", rights.correction, name="case-correct"),
    path("rechte/", rights_nothing.nothing_stored, name="rights-nothing-stored"),
    path("einwilligungen/<uuid:pk>/widerrufen/", consents.withdraw, name="consent-withdraw"),
    path("wiedervorlagen/", followups.list_due, name="follow-ups"),
    path("wiedervorlagen/<uuid:pk>/erledigt/", followups.done, name="follow-up-done"),
]
