"""A list through the API costs the same few queries, however many rows it has and whoever asks."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import make_case
from tests.conftest import Cast
from tests.referrals.web.desk import accepted
from tests.security.stage import browser

# Session, person, rights, the list, the access event, and what is meant for a guest.
AT_MOST = 6  # docs/performance.md


@pytest.mark.parametrize("name", ["anna", "bilal"])
@pytest.mark.parametrize("path", ["cases/", "handovers/", "handovers/?box=sent"])
def test_a_list_costs_the_same_few_queries_at_every_size(cast: Cast, name: str, path: str) -> None:
    client = browser(getattr(cast, name))
    accepted(cast)
    cost = _cost(client, path)
    for _ in range(6):
        accepted(cast, case=make_case(cast.clinic, cast.anna))

    assert _cost(client, path) == cost <= AT_MOST


def _cost(client: Client, path: str) -> int:
    """Queries of one list; the marks around its transaction ask the database nothing."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/api/v1/{path}").status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in asked)
