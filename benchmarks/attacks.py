"""What somebody with every right on the database, but without the keyring, can do to the logs.

Each attack changes one thing by SQL and answers what; benchmarks.audit_tampering tries them all.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Model
from django.utils.timezone import now

from lotsen.audit.models import AccessEvent, ChangeEntry
from lotsen.crypto import merkle, signatures
from lotsen.seals import rules
from lotsen.seals.logs import BY_NAME, LOGS, Log
from lotsen.seals.models import Seal, Unsealed
from lotsen.seals.rules import Facts, Kind
from lotsen.vault.models import PurposeKey

FOREIGN = bytes(range(32))  # a signing key of the attacker's own


class Attacker:
    """Chooses at random, and writes past every check of ours."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def log(self) -> Log:
        return self.chance.choice(LOGS)

    def row(self, log: Log) -> Any:
        return self.chance.choice(self.rows(log))

    def rows(self, log: Log) -> list[Any]:
        """The sealed ones: what is not sealed yet nobody can vouch for."""
        waiting = set(Unsealed.objects.filter(log=log.name).values_list("row", flat=True))
        numbers = {log.number_of(row) for row in waiting}
        return [row for row in log.rows() if rules.number(row.pk) not in numbers]

    def seal(self) -> Seal:
        return self.chance.choice(list(Seal.objects.order_by("n")))

    def write(self, row: Model, **columns: Any) -> None:
        """UPDATE these columns of a row that is there."""
        meta = row._meta
        sets, values = [], []
        for name, value in columns.items():
            field = next(f for f in meta.concrete_fields if f.attname == name)
            sets.append(f"{connection.ops.quote_name(field.column)} = %s")
            values.append(field.get_db_prep_value(value, connection))
        key = meta.pk.get_db_prep_value(row.pk, connection)
        self.sql(
            f"UPDATE {meta.db_table} SET {', '.join(sets)} WHERE {meta.pk.column} = %s",  # noqa: S608
            [*values, key],
        )

    def delete(self, row: Model) -> None:
        key = row._meta.pk.get_db_prep_value(row.pk, connection)
        self.sql(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", [key])  # noqa: S608

    def sql(self, statement: str, values: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def other(self, value: Any, name: str) -> Any:
        """Something else that the column can hold."""
        if value is None:
            return WHERE_NOTHING_STOOD.get(name) or uuid4()
        for kind, change in OTHERS.items():
            if isinstance(value, kind):
                return change(self.chance, value)
        raise TypeError(name)


def bent(chance: random.Random, content: bytes) -> bytes:
    """One bit of it is another."""
    changed = bytearray(bytes(content) or b"\x00")
    bit = chance.randrange(len(changed) * 8)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _moved(chance: random.Random, at: datetime) -> datetime:
    return at + chance.choice([-1, 1]) * timedelta(
        microseconds=chance.choice([1, 10**6, 10**12, 5 * 10**12])
    )


# Columns without a value, and one that fits; the others hold ids.
WHERE_NOTHING_STOOD = {
    "object_id": 7, "cid": "x", "serialized_data": {"a": 1}, "additional_data": {"a": 1},
}  # fmt: skip
OTHERS: dict[type, Callable[[random.Random, Any], Any]] = {
    UUID: lambda *_: uuid4(),
    bytes: bent,
    memoryview: bent,
    int: lambda chance, value: value + chance.randint(1, 5),
    str: lambda _, value: value[:-1] or "x",
    list: lambda chance, value: value[1:] if value and chance.random() < 0.5 else [*value, "x"],
    dict: lambda _, value: value | {"x": ["1", "2"]},
    datetime: _moved,
}


def edit(by: Attacker) -> str:
    """Another value in one column of one row."""
    log = by.log()
    row = by.row(log)
    name = by.chance.choice([field.attname for field in row._meta.concrete_fields])
    by.write(row, **{name: by.other(getattr(row, name), name)})
    return f"{log.name}.{name}"


def remove(by: Attacker) -> str:
    log = by.log()
    by.delete(by.row(log))
    return log.name


def remove_many(by: Attacker) -> str:
    """All rows of one seal."""
    seal = by.seal()
    for number in rules.unpacked(bytes(seal.ids)):
        by.delete(BY_NAME[seal.log].rows().get(pk=BY_NAME[seal.log].key_of(number)))
    return seal.log


def slip_in(by: Attacker) -> str:
    """A row more, at a moment of before or of now."""
    log = by.log()
    row = by.row(log)
    row.pk = uuid4() if log.model is AccessEvent else 10**6 + by.chance.randrange(10**6)
    if by.chance.random() < 0.5:
        setattr(row, log.moment, now())
    row._state.adding = True  # noqa: SLF001
    row.save(force_insert=True)
    return log.name


def swap_keys(by: Attacker) -> str:
    """Two rows change their keys, so each stands where the other stood."""
    log = by.log()
    one, two = by.chance.sample(by.rows(log), 2)
    spare = uuid4() if log.model is AccessEvent else 10**9
    by.write(one, id=spare)
    by.write(two, id=one.pk)
    by.write(log.rows().get(pk=spare), id=two.pk)
    return log.name


def swap_moments(by: Attacker) -> str:
    log = by.log()
    rows = by.rows(log)
    one = by.chance.choice(rows)
    two = by.chance.choice(
        [row for row in rows if getattr(row, log.moment) != getattr(one, log.moment)]
    )
    by.write(one, **{log.moment: getattr(two, log.moment)})
    by.write(two, **{log.moment: getattr(one, log.moment)})
    return log.name


def replace(by: Attacker) -> str:
    """REPLACE INTO, or what PostgreSQL has for it."""
    row = by.row(LOGS[0])
    table, column = "audit_accessevent", by.chance.choice(["deed", "reason", "object_type"])
    names = [field.column for field in row._meta.concrete_fields]
    values = ", ".join("'erase'" if name == column else f'"{name}"' for name in names)
    insert = f"INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE id = %s"  # noqa: S608
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    if connection.vendor == "sqlite":
        by.sql(f"REPLACE {insert}", [key])
    else:
        by.sql(
            f"INSERT {insert} ON CONFLICT (id, at) DO UPDATE SET {column} = EXCLUDED.{column}",
            [key],
        )
    return column


def truncate_rows(by: Attacker) -> str:
    """The newest rows, as if they had never been; their seals stay."""
    log = by.log()
    for row in log.rows().order_by(f"-{log.moment}")[: by.chance.randint(1, 5)]:
        by.delete(row)
    return log.name


def truncate_all(by: Attacker) -> str:
    """The newest seals with all their rows, and the queue: only the anchor knows of them."""
    number = by.chance.randint(1, 5)
    for seal in Seal.objects.order_by("-n")[:number]:
        for row in rules.unpacked(bytes(seal.ids)):
            by.delete(BY_NAME[seal.log].rows().get(pk=BY_NAME[seal.log].key_of(row)))
        by.delete(seal)
    _empty_queue(by)
    return str(number)


def empty_everything(by: Attacker) -> str:
    """A log that begins anew."""
    for table in ("audit_accessevent", "audit_changeentry", "seals_seal", "seals_unsealed"):
        by.sql(f"DELETE FROM {table}", [])  # noqa: S608
    return "all"


def seal_again(by: Attacker) -> str:
    """A row changed, and the newest seals taken away so that the sealer would write them anew."""
    seal = Seal.objects.order_by("-n").first()
    log = BY_NAME[seal.log]
    row = log.rows().get(pk=log.key_of(by.chance.choice(rules.unpacked(bytes(seal.ids)))))
    name = "deed" if log.model is AccessEvent else "object_repr"
    by.write(row, **{name: "erase"})
    for number in rules.unpacked(bytes(seal.ids)):
        at = getattr(log.rows().get(pk=log.key_of(number)), log.moment)
        Unsealed.objects.create(log=log.name, row=str(log.key_of(number)), at=at, since=now())
    by.delete(seal)
    return log.name


def edit_seal(by: Attacker) -> str:
    seal = by.seal()
    name = by.chance.choice([field.attname for field in Seal._meta.concrete_fields])
    by.write(seal, **{name: 10**6 if name == "n" else by.other(getattr(seal, name), name)})
    return name


def remove_seal(by: Attacker) -> str:
    seal = by.seal()
    by.delete(seal)
    return "last" if not Seal.objects.filter(n__gt=seal.n).exists() else "within"


def swap_seals(by: Attacker) -> str:
    """Two seals change their numbers."""
    one, two = by.chance.sample(list(Seal.objects.all()), 2)
    by.write(one, n=10**6)
    by.write(two, n=one.n)
    by.write(Seal.objects.get(n=10**6), n=two.n)
    return "n"


def forge(by: Attacker) -> str:
    """A row changed, its seal and all later ones written anew and signed with another key; the
    key's id stays, or is one that opens nothing for this purpose."""
    seal = by.seal()
    log = BY_NAME[seal.log]
    row = log.rows().get(pk=log.key_of(by.chance.choice(rules.unpacked(bytes(seal.ids)))))
    by.write(row, **{"deed" if log.model is AccessEvent else "object_repr": "erase"})
    numbers = rules.unpacked(bytes(seal.ids))
    rows = sorted(log.read(numbers, seal.first, seal.last), key=lambda one: (one.at, one.number))
    leaves = [one.leaf for one in rows]
    seal.root, seal.marks = merkle.root(leaves), rules.marks(leaves)
    key = by.chance.choice([seal.key, uuid4(), _key_of_another_purpose(by)])
    _write_anew(by, seal, key)
    return "with its own key" if key == seal.key else "with another key"


def forge_tombstone(by: Attacker) -> str:
    """A month removed, and a seal that says its term was over."""
    head = Seal.objects.order_by("-n").first()
    chosen = by.seal()
    log, month = BY_NAME[chosen.log], rules.month_of(chosen.first)
    last = rules.last_moment(month)
    held = Seal.objects.filter(log=log.name, kind=Kind.ROWS, first__range=(month, last))
    root = merkle.root([bytes(one.root) for one in held.order_by("n")])
    facts = Facts(
        n=head.n + 1, kind=Kind.DROPPED.value, log=log.name, first=month, last=last,
        count=sum(one.count for one in held), total=head.total, ids=b"", marks=b"", root=root,
        previous=bytes(head.hash), key=head.key, at=now(),
    )  # fmt: skip
    digest = rules.hash_of(facts)
    signature = signatures.sign(FOREIGN, rules.signed_text("lotsen", digest))
    Seal.objects.create(**vars(facts), hash=digest, signature=signature)
    for row in log.rows().filter(**{f"{log.moment}__range": (month, last)}):
        by.delete(row)
    return log.name


def remove_from_queue(by: Attacker) -> str:
    """A row that waits is never to be sealed."""
    waiting = by.chance.choice(list(Unsealed.objects.all()))
    by.delete(waiting)
    return waiting.log


def remove_waiting_row(by: Attacker) -> str:
    """A row goes before it is sealed, but the queue tells of it."""
    waiting = by.chance.choice(list(Unsealed.objects.all()))
    log = BY_NAME[waiting.log]
    by.delete(log.rows().get(pk=log.key_of(log.number_of(waiting.row))))
    return waiting.log


def queue_again(by: Attacker) -> str:
    """A sealed row queued once more hides a row slipped in, if only numbers are counted."""
    seal = by.seal()
    log = BY_NAME[seal.log]
    row = log.rows().get(pk=log.key_of(by.chance.choice(rules.unpacked(bytes(seal.ids)))))
    at = getattr(row, log.moment)
    Unsealed.objects.create(log=log.name, row=str(row.pk), at=at, since=now())
    row.pk = uuid4() if log.model is AccessEvent else 10**6
    row._state.adding = True  # noqa: SLF001
    row.save(force_insert=True)
    return log.name


def _write_anew(by: Attacker, first: Seal, key: UUID) -> None:
    previous = bytes(first.previous)
    for seal in Seal.objects.filter(n__gte=first.n).order_by("n"):
        if seal.n == first.n:
            seal.root, seal.marks = first.root, first.marks
        facts = Facts(**vars(seal.facts) | {"previous": previous, "key": key})
        digest = rules.hash_of(facts)
        signature = signatures.sign(FOREIGN, rules.signed_text("lotsen", digest))
        by.write(seal, root=facts.root, marks=facts.marks, previous=previous, key=key,
                 hash=digest, signature=signature)  # fmt: skip
        previous = digest


def _key_of_another_purpose(by: Attacker) -> UUID:
    """A wrapped key copied and given the name of the purpose that it is not for."""
    known = PurposeKey.objects.first()
    copy = PurposeKey(purpose="seal_log", keyring_key=known.keyring_key, created_at=now())
    copy.wrapped = (
        bent(by.chance, bytes(known.wrapped)) if by.chance.random() < 0.5 else known.wrapped
    )
    copy.save()
    return copy.pk


def _empty_queue(by: Attacker) -> None:
    for waiting in Unsealed.objects.all():
        log = BY_NAME[waiting.log]
        by.delete(log.rows().get(pk=log.key_of(log.number_of(waiting.row))))
        by.delete(waiting)


ATTACKS: dict[str, Callable[[Attacker], str]] = {
    "edit a column": edit,
    "delete a row": remove,
    "delete the rows of a seal": remove_many,
    "insert a row": slip_in,
    "swap two keys": swap_keys,
    "swap two moments": swap_moments,
    "replace a row": replace,
    "cut the newest rows": truncate_rows,
    "cut seals and rows": truncate_all,
    "empty everything": empty_everything,
    "take a seal off to seal again": seal_again,
    "edit a seal": edit_seal,
    "delete a seal": remove_seal,
    "swap two seals": swap_seals,
    "forge with another key": forge,
    "forge a tombstone": forge_tombstone,
    "take out of the queue": remove_from_queue,
    "delete a waiting row": remove_waiting_row,
    "queue a row again and insert": queue_again,
}
assert ChangeEntry._meta.db_table == "audit_changeentry"
