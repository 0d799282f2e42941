"""Turning pages loses nothing and shows nothing twice."""

import base64
import json
from itertools import pairwise

import pytest

from lotsen.accounts.models import Organisation
from lotsen.errors import InvalidInput
from lotsen.paging import keyset
from lotsen.places.models import Municipality
from tests.builders import make_city

BY = ("name", "slug")


@pytest.fixture
def cities(db: None) -> list[str]:
    """Seven cities, some of the same name: the key decides."""
    for n in range(7):
        make_city(f"city-{n}", f"Name {n % 3}", f"0000000{n}")
    return list(Municipality.objects.order_by(*BY).values_list("slug", flat=True))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_forward_and_backward_show_every_row_once(cities: list[str], size: int) -> None:
    rows = Municipality.objects.all()
    pages = [keyset(rows, by=BY, after=None, size=size)]
    while pages[-1].next:
        pages.append(keyset(rows, by=BY, after=pages[-1].next, size=size))

    assert [row.slug for page in pages for row in page.rows] == cities
    for earlier, later in pairwise(pages):
        assert keyset(rows, by=BY, after=later.previous, size=size).rows == earlier.rows
    assert pages[0].previous is None


def test_a_page_costs_one_query(cities: list[str], django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        keyset(Municipality.objects.all(), by=BY, after=None, size=3)


@pytest.mark.parametrize(
    "content", ["", "[]", '["a","b"]', '["a","b","sideways"]', '["a",1,"after"]', "{}",
                '["a\\u0000","b","after"]'],
)  # fmt: skip
def test_a_mark_this_list_has_not_given_is_refused(cities: list[str], content: str) -> None:
    mark = base64.urlsafe_b64encode(content.encode()).decode() or "="
    with pytest.raises(InvalidInput):
        keyset(Municipality.objects.all(), by=BY, after=mark, size=3)


def test_a_mark_with_a_key_of_another_kind_is_refused(cities: list[str]) -> None:
    mark = base64.urlsafe_b64encode(json.dumps(["no-uuid", "after"]).encode()).decode()

    with pytest.raises(InvalidInput):
        keyset(Organisation.objects.all(), by=("id",), after=mark, size=3)
