#!/usr/bin/env python
"""Django's command line. Development settings unless DJANGO_SETTINGS_MODULE says otherwise."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

from lotsen.environment import EnvironmentProblem


def main() -> None:
    """Run a command. What the operator can mend ends with a sentence, not with a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings.development")
    try:
        execute_from_command_line(sys.argv)
    except EnvironmentProblem as problem:  # also a missing keyring
        sys.exit(str(problem))
    except (OperationalError, ProgrammingError) as problem:
        if "--traceback" in sys.argv:
            raise
        sys.exit(
            "Die Datenbank antwortet nicht, oder ihr fehlen Tabellen. Bitte DATABASE_URL prüfen "
            f"und „manage.py migrate“ ausführen. Die Datenbank meldet: {problem}"
        )


if __name__ == "__main__":
    main()
