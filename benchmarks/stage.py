"""A database of one's own with the cast of the tests, for runs that take minutes.

In memory on SQLite, or a test database on the server that DATABASE_URL names; gone afterwards.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Cast


@contextmanager
def cast_on_stage(name: str = "lotsen_run") -> Iterator["Cast"]:
    """The cast at the noon of the tests. Imports of Django and of tests belong inside.

    Args:
        name: of the database, where it is one of a server: runs side by side take others.
    """
    key = {"current": "b1", "keys": {"b1": base64.b64encode(bytes(range(32))).decode()}}
    os.environ.setdefault("LOTSEN_KEYRING", json.dumps(key))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotsen.settings.test"
    import django

    django.setup()
    import time_machine
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.builders import NOON
    from tests.conftest import make_cast

    setup_test_environment(debug=False)
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"test_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with time_machine.travel(NOON + timedelta(hours=2), tick=False):
            yield make_cast()
    finally:
        connection.creation.destroy_test_db("", verbosity=0)
        teardown_test_environment()
