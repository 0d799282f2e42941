"""Blocking a device that is lost, stolen or given away: by whoever answers for its people.

A device is in somebody's reach if a person of their houses has signed in on it while working
there. Blocking ends every session on it at once, of whomever, and nobody signs in there again. It
stops nobody who knows a password and takes another browser; who sees a device learns no case.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lotsen.access.rights import organisations_where
from lotsen.accounts import sessions
from lotsen.accounts.models import BlockedDevice, BlockReason, Membership, SignInPlace, User
from lotsen.accounts.roles import Right
from lotsen.audit.events import record
from lotsen.audit.models import Deed
from lotsen.devices import device_name
from lotsen.errors import InvalidInput, NotPermitted

OBJECT_TYPE = "device"
RIGHTS = (Right.MANAGE_PEOPLE, Right.VIEW_AUDIT)


@dataclass(frozen=True)
class Known:
    """A device in somebody's reach."""

    number: UUID
    people: Sequence[tuple[str, datetime]]  # of their own houses: name, last signed in there
    leaves_out: bool  # people of other houses signed in there, too
    block: BlockedDevice | None

    @property
    def name(self) -> str:
        return device_name(self.number)

    @property
    def last_at(self) -> datetime:
        return max(at for _name, at in self.people)


def require_somewhere(viewer: User) -> list[UUID]:
    """The houses whose people's devices `viewer` may block.

    Raises:
        NotPermitted: there is none.
    """
    houses = {house for right in RIGHTS for house in organisations_where(viewer, right)}
    if not houses:
        raise NotPermitted(right=Right.MANAGE_PEOPLE.value)
    return sorted(houses)


def look_up(numbers: tuple[UUID, UUID], *, actor: User, at: datetime) -> list[Known]:
    """The devices of this name in the reach of `actor`; one, but for a rare chance. An event.

    Raises:
        NotPermitted: `actor` may block no device.
        InvalidInput: none of this name is in their reach, or none exists: the same answer.
    """
    places = SignInPlace.objects.filter(device__range=numbers)
    found = _in_reach(places.values_list("device", "user", "last_at"), actor)
    record(Deed.READ, actor=actor, object_type=OBJECT_TYPE, shown=[device_name(numbers[0])], at=at)
    if not found:
        raise InvalidInput("device_unknown", field="device")
    return found


def blocked(viewer: User) -> list[Known]:
    """The blocked devices in the reach of `viewer`, the last one blocked first.

    Raises:
        NotPermitted: `viewer` may block no device.
    """
    places = SignInPlace.objects.filter(device__in=BlockedDevice.objects.values("number"))
    known = _in_reach(places.values_list("device", "user", "last_at"), viewer)
    moments = [(each.block.blocked_at, each) for each in known if each.block]
    return [each for _at, each in sorted(moments, key=lambda pair: pair[0], reverse=True)]


@transaction.atomic
def block(numbers: tuple[UUID, UUID], *, reason: BlockReason, actor: User, at: datetime) -> int:
    """Nobody signs in on this device any more; how many sessions ended there just now.

    Blocking again keeps the first moment and reason.

    Raises:
        NotPermitted, InvalidInput: as for `look_up`.
    """
    devices = [known.number for known in look_up(numbers, actor=actor, at=at)]
    for number in devices:
        BlockedDevice.objects.get_or_create(
            number=number, defaults={"blocked_at": at, "blocked_by": actor, "reason": reason}
        )
    ended = sessions.end_on_devices(devices)
    _note(numbers, reason, actor=actor, at=at, count=ended)
    return ended


@transaction.atomic
def unblock(numbers: tuple[UUID, UUID], *, actor: User, at: datetime) -> None:
    """People may sign in on this device again. Nothing if it is not blocked.

    Raises:
        NotPermitted, InvalidInput: as for `look_up`.
    """
    for known in look_up(numbers, actor=actor, at=at):
        if known.block:
            known.block.delete()
            _note(numbers, "unblocked", actor=actor, at=at, count=0)


def _note(
    numbers: tuple[UUID, UUID], reason: str, *, actor: User, at: datetime, count: int
) -> None:
    name = device_name(numbers[0])
    record(
        Deed.LOGOUT,
        actor=actor,
        object_type=OBJECT_TYPE,
        shown=[name],
        reason=reason,
        count=count,
        at=at,
    )


def _in_reach(places: Iterable[tuple[UUID, UUID, datetime]], viewer: User) -> list[Known]:
    houses = require_somewhere(viewer)
    by_device = defaultdict(list)
    for device, user, last_at in places:
        by_device[device].append((user, last_at))
    people = {user for signed_in in by_device.values() for user, _at in signed_in}
    stays = _stays(people, houses)
    names = dict(User.objects.filter(pk__in=stays).values_list("pk", "display_name"))
    blocks = BlockedDevice.objects.in_bulk(list(by_device))
    known = []
    for device, signed_in in by_device.items():
        told = [(names[user], at) for user, at in signed_in if _worked_there(stays, user, at)]
        if told:
            told.sort(key=lambda pair: pair[1], reverse=True)
            leaves_out = len(told) < len(signed_in)
            known.append(Known(device, told, leaves_out, blocks.get(device)))
    return known


def _stays(
    people: Iterable[UUID], houses: Sequence[UUID]
) -> Mapping[UUID, list[tuple[datetime, datetime | None]]]:
    stays = defaultdict(list)
    rows = Membership.objects.filter(user__in=people, organisation__in=houses)
    for user, since, until in rows.values_list("user", "since", "until"):
        stays[user].append((since, until))
    return stays


def _worked_there(
    stays: Mapping[UUID, list[tuple[datetime, datetime | None]]], user: UUID, at: datetime
) -> bool:
    """Whether they worked in one of the houses when they signed in last, or do so now."""
    return any(until is None or since <= at < until for since, until in stays.get(user, ()))
