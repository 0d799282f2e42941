"""The provider's tables: its people, and lotsen as its only client."""

from django.core.management import call_command

PASSWORD = "city-password"  # of everybody there
CLIENT_ID, CLIENT_SECRET = "lotsen", "secret-of-the-city"


def prepare(redirect_uri: str) -> None:
    from django.contrib.auth import get_user_model
    from oauth2_provider.models import Application

    from tests.journeys.provider.people import PEOPLE

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        get_user_model().objects.create_user(username=name, password=PASSWORD)
    Application.objects.create(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        hash_client_secret=False,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect_uri,
        skip_authorization=True,
        algorithm=Application.RS256_ALGORITHM,
    )
