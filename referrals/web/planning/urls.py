"""Pages of the network coordination: what was published, gaps, goals; and what families tell."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
