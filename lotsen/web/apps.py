from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebConfig(AppConfig):
    name = "lotsen.web"

    def ready(self) -> None:
        user_logged_in.connect(_begin, dispatch_uid="lotsen.web.begin")


def _begin(sender: object, request: Any, user: Any, **_: Any) -> None:  # noqa: ARG001
    from lotsen.web.lock import begin

    begin(request, user)
