"""Run the provider: `python -m tests.journeys.provider.serve REDIRECT_URI`.

Prints the port it listens on, on loopback, and ends when whoever started it closes its input.
Everything it knows is in memory or in a folder that goes with it.
"""

import sys
import tempfile
import threading
from pathlib import Path

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from tests.journeys.provider import clients

_PAGE = "<form method=post>{% csrf_token %}{{ form }}<button>Weiter</button></form>"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nobody reads along."""


def _configure(folder: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings.configure(
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=["127.0.0.1"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        ROOT_URLCONF="tests.journeys.provider.urls",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(folder) / "city.db"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [("django.template.loaders.locmem.Loader", {"login.html": _PAGE})]
                },
            }
        ],
        LOGIN_URL="/login/",
        USE_TZ=True,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem,
            "OAUTH2_VALIDATOR_CLASS": "tests.journeys.provider.people.Claims",
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "", "email": ""},
        },
    )


def _end_when_left_alone(server: ThreadedWSGIServer) -> None:
    sys.stdin.read()
    server.shutdown()


def main(redirect_uri: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _configure(folder)
        django.setup()
        from django.core.handlers.wsgi import WSGIHandler

        clients.prepare(redirect_uri)
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(WSGIHandler())
        print(server.server_port, flush=True)  # noqa: T201  whoever started it waits for this
        threading.Thread(target=_end_when_left_alone, args=(server,), daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
