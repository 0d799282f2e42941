"""For a developer's own machine: readable errors, no TLS, a key made on first use."""

from lotsen.settings.base import *  # noqa: F403

DEBUG = True
KEYRING_IN_ENVIRONMENT = True
SECRET_KEY = "only-for-development-never-on-a-server"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
