"""The same code from two browsers at the same moment: one comes in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.lotsen.web.second_factor.phone import begin, confirm, set_up, spare_codes

# SQLite lets one writer in at a time: the race exists on PostgreSQL only.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_recovery_code_at_once_from_four_browsers_opens_one(cast: Cast) -> None:
    first = Client()
    begin(first)
    set_up(first)
    code = spare_codes(first)[0]
    clients = [Client() for _ in range(4)]
    for client in clients:
        assert begin(client) == reverse("confirm-sign-in")

    def enter(client: Client) -> str:
        try:
            return confirm(client, code)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as people:
        assert sorted(people.map(enter, clients)) == ["", "", "", "/"]
