"""Who serves is held by the fence, or the server says that it is not."""

import pytest

from lotsen import environment
from lotsen.fence import roles
from tests.serving import ROLE, as_owner


@pytest.mark.postgres
def test_a_role_that_owns_nothing_is_held_and_the_owner_is_not(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    roles.warn()
    assert capsys.readouterr().err == ""
    with as_owner():
        roles.warn()
    assert capsys.readouterr().err == roles.WARNING


@pytest.mark.sqlite
def test_without_a_fence_there_is_nothing_to_warn_of(capsys: pytest.CaptureFixture[str]) -> None:
    roles.warn()
    assert capsys.readouterr().err == ""


@pytest.mark.once
def test_each_connection_takes_the_serving_role_where_one_is_named() -> None:
    url = "postgres://lotsen@localhost/lotsen"
    assert environment.database(url, ROLE)["OPTIONS"] == {"assume_role": ROLE}
    assert environment.database(url)["OPTIONS"] == {}
    assert "assume_role" not in str(environment.database("sqlite:///x", ROLE))
