from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"

    def ready(self) -> None:
        from lotsen.web import menu
        from referrals.emergencies.reading import waiting_count

        menu.COUNTS["emergencies"] = waiting_count
