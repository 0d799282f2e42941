"""What holds everywhere. Secrets and places come from the environment (lotsen.environment)."""

import sys
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from lotsen import environment

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"
VAR.mkdir(mode=0o700, exist_ok=True)

DEBUG = False
DEMO = environment.flag("LOTSEN_DEMO")
# Who runs this installation, for imprint and data protection page: lines, separated by "|".
OPERATOR = [line.strip() for line in environment.text("LOTSEN_OPERATOR", "").split("|") if line]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, so that ours can stand in for them
    "allauth",
    "allauth.account",
    "guardian",
    "auditlog",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "lotsen.places",
    "lotsen.accounts",
    "lotsen.access",
    "lotsen.audit",
    "lotsen.rest",
    "lotsen.vault",
    "lotsen.membership",
    "lotsen.web",
    "offers",
    "referrals",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lotsen.web.headers.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "lotsen.web.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lotsen.audit.requests.RequestIdMiddleware",
    "lotsen.devices.DeviceMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "lotsen.web.lock.LockMiddleware",
    "lotsen.web.problems.MethodNotAllowedMiddleware",
    "lotsen.refusals.RefusalMiddleware",
]

FORM_RENDERER = "lotsen.web.forms.FieldRenderer"
ROOT_URLCONF = "lotsen.urls"
WSGI_APPLICATION = "lotsen.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lotsen.web.context.shell",
            ],
        },
    }
]

# The migrating role is not the serving role (docs/adr): commands that shape tables or grant
# rights on them take LOTSEN_MIGRATION_DATABASE_URL where it is set.
_SHAPING = {"migrate", "makemigrations", "sqlmigrate", "grant_serving_role", "restore"}
_MIGRATES = len(sys.argv) > 1 and sys.argv[1] in _SHAPING
_DATABASE_URL = environment.text("DATABASE_URL", f"sqlite:///{VAR / 'lotsen.sqlite3'}")
if _MIGRATES:
    _DATABASE_URL = environment.text("LOTSEN_MIGRATION_DATABASE_URL", _DATABASE_URL)
DATABASES = {"default": {**environment.database(_DATABASE_URL), "ATOMIC_REQUESTS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/anmelden/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/anmelden/"

ACCOUNT_ADAPTER = "lotsen.web.signing_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/15m/key"}

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

AUDITLOG_LOGENTRY_MODEL = "audit.ChangeEntry"
AUDITLOG_DISABLE_REMOTE_ADDR = True
# The number of the request, never a header of the client's making.
AUDITLOG_CID_GETTER = "lotsen.audit.requests.current_request_id"

SESSION_COOKIE_AGE = 10 * 60 * 60  # seconds, absolute: one working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "lotsen_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "lotsen.web.problems.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # KERN draws its icons as data images
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
FORMAT_MODULE_PATH = "lotsen.web.formats"
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # lotsen keeps no files
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "lotsen.rest.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lotsen.rest.parsing.PlainJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "lotsen.rest.problems.problem_details",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "lotsen",
    "DESCRIPTION": "Pseudonyms only: this API may cause sealing, never opening.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
}

KEY_PROVIDER = environment.text("LOTSEN_KEY_PROVIDER", "file")
KEYRING_FILE = environment.text("LOTSEN_KEYRING_FILE", str(VAR / "keyring.json"))
KEYRING_IN_ENVIRONMENT = DEMO  # LOTSEN_KEY_PROVIDER=env: also in development and tests
# LOTSEN_KEY_PROVIDER=vault. Its token, LOTSEN_VAULT_TOKEN, is read when used and kept nowhere.
VAULT_ADDR = environment.text("LOTSEN_VAULT_ADDR", "")
VAULT_KEY = environment.text("LOTSEN_VAULT_KEY", "lotsen")
VAULT_MOUNT = environment.text("LOTSEN_VAULT_MOUNT", "transit")
VAULT_CA = environment.text("LOTSEN_VAULT_CA", "")  # a file; "" trusts the usual authorities
# Names this installation in every ciphertext: a row moved to another installation stays shut.
INSTANCE = environment.text("LOTSEN_INSTANCE", "lotsen")
# How many families the search index is made for; a change counts from the next new root key.
EXPECTED_FAMILIES = environment.number("LOTSEN_EXPECTED_FAMILIES", 2000)

# Every erasure, outside the database: what a restored backup must not bring back.
ERASURE_LEDGER = environment.text("LOTSEN_ERASURE_LEDGER", str(VAR / "erasures.jsonl"))

TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A line for each refused request would hold its address, and addresses name cases.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.csrf": {"level": "ERROR"}},
}
