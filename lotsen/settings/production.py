"""For serving families' data. Starts only when every secret is there."""

from lotsen import environment
from lotsen.settings.base import *  # noqa: F403
from lotsen.settings.base import DEMO

SECRET_KEY = environment.text("LOTSEN_SECRET_KEY")
ALLOWED_HOSTS = environment.words("LOTSEN_ALLOWED_HOSTS", "localhost,127.0.0.1")

# The demo city is served on loopback without TLS; everything else is served over TLS only.
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_SECURE = not DEMO
COOKIE_PREFIX = "" if DEMO else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}lotsen_session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}lotsen_csrf"
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = 0 if DEMO else environment.number("LOTSEN_TRUSTED_PROXIES", 1)
