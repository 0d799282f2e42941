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
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "lotsen.seals",
    "lotsen.membership",
    "lotsen.web",
    "offers",
    "referrals",
]

MIDDLEWARE = [
    "lotsen.web.headers.NoPlainApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lotsen.web.headers.NoStoreMiddleware",
    "lotsen.web.headers.KnownMethodsMiddleware",
    "lotsen.fence.middleware.FenceMiddleware",
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
    "lotsen.web.second_factor.requirement.SecondFactorMiddleware",
    "lotsen.web.gate.GateMiddleware",
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
_SHAPING = {
    "migrate", "makemigrations", "sqlmigrate", "grant_serving_role", "backup", "restore",
    "expire_audit",
}  # fmt: skip
_MIGRATES = len(sys.argv) > 1 and sys.argv[1] in _SHAPING
_DATABASE_URL = environment.text("DATABASE_URL", f"sqlite:///{VAR / 'lotsen.sqlite3'}")
_SERVING_ROLE = environment.text("LOTSEN_SERVING_ROLE", "")
if _MIGRATES:
    _DATABASE_URL = environment.text("LOTSEN_MIGRATION_DATABASE_URL", _DATABASE_URL)
    _SERVING_ROLE = ""
DATABASES = {
    "default": environment.database(_DATABASE_URL, _SERVING_ROLE) | {"ATOMIC_REQUESTS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "lotsen.accounts.backends.LoginBackend",  # first: it ends the round
    "django.contrib.auth.backends.ModelBackend",
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
    {"NAME": "lotsen.accounts.passwords.ContextWordsValidator"},
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
# allauth would count in each process by itself, and per account: lotsen.web.gate counts instead.
ACCOUNT_RATE_LIMITS = False

# The second factor (lotsen.web.second_factor): asked of whoever has one, required where harm could
# be done. In the demo it is offered.
SECOND_FACTOR_REQUIRED = not DEMO
MFA_ADAPTER = "lotsen.web.second_factor.adapter.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, for clocks that differ

# Municipal sign-on by OpenID Connect (lotsen.web.municipal). Without an issuer there is none.
OIDC_ISSUER = environment.address("LOTSEN_OIDC_ISSUER")
OIDC_CLIENT_ID = environment.text("LOTSEN_OIDC_CLIENT_ID") if OIDC_ISSUER else ""
OIDC_CLIENT_SECRET = environment.text("LOTSEN_OIDC_CLIENT_SECRET") if OIDC_ISSUER else ""
OIDC_NAME = environment.text("LOTSEN_OIDC_NAME", "")  # of the button
# Whether a second factor the service asked for counts as ours, and by which levels it says so.
OIDC_SECOND_FACTOR = environment.choice("LOTSEN_OIDC_SECOND_FACTOR", "own", "provider")
OIDC_ACR = environment.words("LOTSEN_OIDC_ACR", "https://refeds.org/profile/mfa")
SOCIALACCOUNT_STORE_TOKENS = False

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

AUDITLOG_LOGENTRY_MODEL = "audit.ChangeEntry"
AUDITLOG_DISABLE_REMOTE_ADDR = True
# The number of the request, never a header of the client's making.
AUDITLOG_CID_GETTER = "lotsen.audit.requests.current_request_id"

SESSION_ENGINE = "lotsen.accounts.sessions"
SESSION_COOKIE_AGE = 10 * 60 * 60  # seconds, absolute: one working day
# Seconds without anybody there until a session is locked: 15 minutes, or fewer.
SESSION_IDLE_AGE = 60 * min(environment.number("LOTSEN_IDLE_MINUTES", 15), 15)
# How many proxies of ours stand in front and say whom they heard from (lotsen.web.addresses).
TRUSTED_PROXIES = 0
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "lotsen_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # forms carry the token themselves; no script reads the cookie
COOKIE_PREFIX = ""  # "__Host-" where TLS is certain: such a cookie comes from this host alone
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
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "lotsen.web.token_factor.OwnerHasSecondFactor",
    ],
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

# The newest seal of the logs, outside the database (lotsen.seals.anchor), and for how many months
# a log is kept.
AUDIT_ANCHOR = environment.text("LOTSEN_AUDIT_ANCHOR", str(VAR / "audit-anchor.jsonl"))
AUDIT_MONTHS = environment.number("LOTSEN_AUDIT_MONTHS", 36)

# Mail says that something waits, never what (lotsen.mailing). Without a server none is sent.
SMTP_HOST = environment.text("LOTSEN_SMTP_HOST", "")
_SMTP_PORT = environment.number("LOTSEN_SMTP_PORT", 587)
DEFAULT_FROM_EMAIL = environment.text("LOTSEN_SMTP_FROM", None if SMTP_HOST else "")
MAILERS: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
}
# Without a mail server nothing is sent: pages say what waits (lotsen.mailing).
SILENCED_SYSTEM_CHECKS = [] if SMTP_HOST else ["mail.E001"]
if SMTP_HOST:
    MAILERS["default"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": SMTP_HOST,
            "port": _SMTP_PORT,
            "username": environment.text("LOTSEN_SMTP_USER", ""),
            "password": environment.text("LOTSEN_SMTP_PASSWORD", ""),
            "use_ssl": _SMTP_PORT == 465,  # TLS from the first byte; else STARTTLS, always
            "use_tls": _SMTP_PORT != 465,
            "timeout": 10,  # seconds
        },
    }

TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Addresses name cases, and the database quotes rows: neither gets into the server's log.
    "filters": {"without_address": {"()": "lotsen.web.logs.WithoutAddress"}},
    "formatters": {
        "plain": {
            "()": "lotsen.web.logs.WithoutValues",
            "format": "{levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Refused requests stand in the access log.
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["without_address"]},
        "django.security.csrf": {"level": "ERROR", "filters": ["without_address"]},
    },
}
