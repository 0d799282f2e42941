"""The server's entry. Refuses to start without a usable key (lotsen.vault.keyring), from a database
that is older than an erasure (lotsen.vault.ledger), and with keys of another database
(lotsen.vault.fitting). Warns if the database's own fence does not hold (lotsen.fence.roles)."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from lotsen.environment import EnvironmentProblem

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings.production")
try:
    application = get_wsgi_application()
except EnvironmentProblem as problem:
    sys.stderr.write(f"{problem}\n")
    raise SystemExit(1) from None

from lotsen.fence import roles, standing  # need the settings above
from lotsen.vault import fitting, keyring, ledger

keyring.require_usable()
ledger.require_replayed()
fitting.require_fitting()
roles.warn()
standing.close_outside_requests()
