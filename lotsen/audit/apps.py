from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "lotsen.audit"

    def ready(self) -> None:
        """Needs every model, so it stands here; touches neither database nor key."""
        from lotsen.audit import changes, signing_in

        changes.watch()
        signing_in.watch()
