"""Setting up houses and people from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lotsen.access.permits import allows
from lotsen.accounts.models import Organisation, User
from lotsen.accounts.roles import Right
from tests.builders import make_city, make_district, make_organisation


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def _house(city: str = "duesseldorf") -> str:
    return _run("add_organisation", "Haus am See", "--city", city, "--kind", "clinic",
                "--regime", "private")  # fmt: skip


def _person(*more: str, username: str = "petra") -> str:
    return _run(
        "add_person", username, "--organisation", "haus-am-see", "--role", "navigator", *more
    )


def test_a_house_serves_the_districts_of_its_city(db: None) -> None:
    district = make_district()
    assert "haus-am-see" in _house()
    assert list(Organisation.objects.get(slug="haus-am-see").districts_served.all()) == [district]


def test_an_unknown_city_and_a_taken_slug_change_nothing(db: None) -> None:
    with pytest.raises(CommandError, match="nicht bekannt"):
        _house(city="atlantis")
    make_city()
    _house()
    with pytest.raises(CommandError, match="existiert bereits"):
        _house()
    assert Organisation.objects.count() == 1


def test_a_new_person_gets_a_first_password_and_the_rights_of_the_role(db: None) -> None:
    house = make_organisation("haus-am-see")
    out = _person("--email", "petra@example.org", "--name", "Petra Lustig")
    user = User.objects.get(username="petra")
    assert user.check_password(out.rsplit(" ", 1)[1].strip())
    assert allows(user, Right.OPEN_CASE, house.pk)


def test_a_second_role_changes_no_password(db: None) -> None:
    make_organisation("haus-am-see")
    _person("--email", "petra@example.org", "--name", "Petra Lustig")
    before = User.objects.get().password
    assert "Kennwort" not in _person()
    assert User.objects.get().password == before


@pytest.mark.parametrize(
    "more",
    [(), ("--email", "petra", "--name", "P"), ("--email", "taken@example.org", "--name", "P")],
)
def test_a_person_without_fit_details_gets_no_account(db: None, more: tuple[str, ...]) -> None:
    make_organisation("haus-am-see")
    _person("--email", "taken@example.org", "--name", "T", username="taken")
    with pytest.raises(CommandError, match="nichts geändert"):
        _person(*more)
    assert not User.objects.filter(username="petra").exists()


def test_an_unknown_house_gets_no_people(db: None) -> None:
    with pytest.raises(CommandError, match="gibt es nicht"):
        _person("--email", "petra@example.org", "--name", "Petra Lustig")
