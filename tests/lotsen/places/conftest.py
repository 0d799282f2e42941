"""Running the command as its user does."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command


@pytest.fixture
def import_districts(db: None) -> Callable[..., str]:
    def run(*arguments: object) -> str:
        out = StringIO()
        call_command("import_districts", *map(str, arguments), stdout=out)
        return out.getvalue()

    return run
