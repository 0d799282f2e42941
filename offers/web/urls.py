from django.urls import path

from offers.web import catalogue

urlpatterns = [
    path("", catalogue.index, name="offer-list"),
    path("<uuid:pk>/", catalogue.detail, name="offer-detail"),
    path("<uuid:pk>/bestaetigen/", catalogue.confirm, name="offer-confirm"),
    path("<uuid:pk>/plaetze/", catalogue.capacity, name="offer-capacity"),
]
