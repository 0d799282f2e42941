"""Pages of the network coordination: what was published, gaps, goals; and what families tell."""

from django.urls import URLPattern, path

from referrals.web.planning import (
    births,
    chain,
    context,
    gaps,
    goals,
    measures,
    method,
    overview,
    report,
    voices,
)

_PLANNING = [
    path("planung/geburten/", births.births, name="births"),
    path("planung/geburten/datei/", births.file, name="births-file"),
    path("planung/stellen/", births.posts, name="posts"),
    path("planung/sozialraum/", context.context, name="context"),
    path("planung/sozialraum/datei/", context.file, name="context-file"),
    path("planung/ziele/", goals.goals, name="goals"),
    path("planung/ziele/neu/", goals.new, name="goal-new"),
    path("planung/ziele/<uuid:pk>/", goals.goal, name="goal"),
    path("planung/ziele/<uuid:pk>/aendern/", goals.change, name="goal-change"),
    path("planung/ziele/<uuid:pk>/stand/", goals.move, name="goal-move"),
    path("planung/massnahmen/", measures.measures, name="measures"),
    path("planung/massnahmen/neu/", measures.new, name="measure-new"),
    path("planung/massnahmen/<uuid:pk>/", measures.measure, name="measure"),
    path("planung/massnahmen/<uuid:pk>/aendern/", measures.change, name="measure-change"),
    path("planung/massnahmen/<uuid:pk>/stand/", measures.move, name="measure-move"),
]
urlpatterns: list[URLPattern] = [
    *_PLANNING,
    path("auswertung/", overview.overview, name="statistics"),
    path("auswertung/bericht/", report.report, name="report"),
    path("auswertung/luecken/", gaps.page, name="gaps"),
    path("auswertung/praeventionskette/", chain.page, name="chain"),
    path("auswertung/methodik/", method.method, name="method"),
    path("rueckmeldung/<slug:city>/", voices.voice, name="voice"),
    path("auswertung/familien/", voices.told, name="voices-told"),
    path("auswertung/familien/qr/", voices.sheet, name="voice-sheet"),
]
