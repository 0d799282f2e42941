from django.apps import AppConfig


class RestConfig(AppConfig):
    name = "lotsen.rest"
