"""For the test suite: fast hashing, a key of its own, everything strict."""

import atexit
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

from lotsen.settings import base
from lotsen.settings.base import *  # noqa: F403


class MissingVariable(str):
    """Shown by a template for a variable that does not exist: here it fails the test."""

    __slots__ = ()

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"template variable does not exist: {variable}")


SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECOND_FACTOR_REQUIRED = False  # tests about it switch it on
KEYRING_IN_ENVIRONMENT = True
KEY_PROVIDER = "env"  # LOTSEN_KEYRING is set by tests/conftest.py
# A ledger for each process: tests leave erasures behind that no database knows.
_FOLDER = Path(tempfile.mkdtemp(prefix="lotsen-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
ERASURE_LEDGER = str(_FOLDER / "erasures.jsonl")
AUDIT_ANCHOR = str(_FOLDER / "audit-anchor.jsonl")
STATIC_ROOT = base.ROOT / "static"  # served as it is: nothing is collected for tests
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

TEMPLATES = deepcopy(base.TEMPLATES)
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = MissingVariable("%s")  # type: ignore[index]

# Refused requests are what half of the tests ask for; only errors are worth a line.
LOGGING = deepcopy(base.LOGGING)
LOGGING["loggers"] = {"django.request": base.LOGGING["loggers"]["django.request"]}  # type: ignore[index]
