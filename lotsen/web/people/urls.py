"""The administration's pages: people and houses."""

from django.urls import path

from lotsen.web.people import changing, houses, listing

urlpatterns = [
    path("personen/", listing.people_list, name="people"),
    path("personen/einladen/", changing.invite, name="people-invite"),
    path("personen/aufnehmen/", changing.include, name="people-include"),
    path("personen/<uuid:pk>/", listing.person, name="person"),
    path("personen/<uuid:pk>/angaben/", changing.details, name="person-details"),
    path("personen/<uuid:pk>/rollen/", changing.give_roles, name="person-roles"),
    path("personen/<uuid:pk>/rolle-beenden/", changing.end_role, name="person-end-role"),
    path("personen/<uuid:pk>/abmelden/", changing.end_sessions, name="person-sign-out"),
    path("personen/<uuid:pk>/sperren/", changing.close, name="person-close"),
    path("personen/<uuid:pk>/zugang/", changing.give_access, name="person-access"),
    path("stellen/", houses.house_list, name="houses"),
    path("stellen/neu/", houses.add, name="house-add"),
    path("stellen/<uuid:pk>/", houses.change, name="house"),
    path("stellen/<uuid:pk>/schliessen/", houses.close, name="house-close"),
]
