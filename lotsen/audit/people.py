"""Who stands behind an account of the access log: where they worked and when, their names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from lotsen.accounts.models import Membership, Organisation, User
from lotsen.audit.rules import Stay


def stays_of(accounts: Iterable[UUID | None]) -> Mapping[UUID | None, list[Stay]]:
    """Where each of these accounts works or worked, the earliest first; nobody worked nowhere."""
    stays: defaultdict[UUID | None, list[Stay]] = defaultdict(list)
    rows = Membership.objects.filter(user__in=_known(accounts)).order_by("since", "id")
    columns = rows.values_list("user", "organisation", "since", "until", "role")
    for account, house, since, until, role in columns:
        stays[account].append(Stay(house, since, until, role))
    return stays


def names_of(accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """Display names; of professionals alone, families have no account."""
    rows = User.objects.filter(pk__in=_known(accounts))
    return dict(rows.values_list("pk", "display_name"))


def houses_named(houses: Iterable[UUID]) -> dict[UUID, str]:
    """The full names of these houses."""
    return dict(Organisation.objects.filter(pk__in={*houses}).values_list("pk", "name"))


def _known(accounts: Iterable[UUID | None]) -> set[UUID]:
    return {account for account in accounts if account is not None}
