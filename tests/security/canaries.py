"""Texts about families that must be found nowhere, and the search for them in every disguise."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from urllib.parse import quote, quote_plus

from django.db import connection

from lotsen.accounts.models import Session


@dataclass(frozen=True)
class Canaries:
    """What one family tells, each text like no other. Phone numbers are fiction."""

    name: str
    phone: str
    safe_contact: str
    signature: str
    note: str
    message: str
    contact_note: str
    searched: str  # typed where it does not belong, and refused

    def all(self) -> list[str]:
        return [getattr(self, field.name) for field in fields(self)]


# What the texts of every family begin with: where none of these lies, none of them lies.
STEMS = Canaries(
    name="Zwetschgenmüller",
    phone="0171 39200",
    safe_contact="Nur über die Nachbarin Quittenbaum",
    signature="Xanthippe",
    note="Erzählt vom Sturz auf der Kellertreppe",
    message="Bitte nicht am Küchentisch",
    contact_note="Großmutter Pflaumenau",
    searched="Mirabellenhof",
)


def family(number: int) -> Canaries:
    """What the family with this number tells; numbers of up to 99 have phones of their own."""
    return Canaries(
        name=f"{STEMS.name}{number} Ångström",
        phone=f"{STEMS.phone} {number % 100:02d}",
        safe_contact=f"{STEMS.safe_contact}{number}, „vormittags“",
        signature=f"{STEMS.signature}{number} Kürbisfeld",
        note=f"{STEMS.note}{number} & mehr",
        message=f"{STEMS.message}{number} anrufen <b>",
        contact_note=f"{STEMS.contact_note}{number} war dabei",
        searched=f"{STEMS.searched}{number} " + "9" * 200,
    )


def disguises(text: str) -> dict[str, bytes]:
    """`text` in every encoding in which it could lie somewhere, by name."""
    plain = text.encode()
    forms = {
        "utf-8": plain,
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "latin-1": text.encode("latin-1", "replace"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "url": quote(text).encode(),
        "form": quote_plus(text).encode(),
        "json": json.dumps(text)[1:-1].encode(),
        "html": text.replace("&", "&amp;").replace("<", "&lt;").encode(),
        "backwards": text[::-1].encode(),
        "upper": text.upper().encode(),
        "lower": text.lower().encode(),
        "closed up": text.replace(" ", "").encode(),
    }
    return forms | {f"base64+{offset}": _base64(plain, offset) for offset in range(3)}


def _base64(plain: bytes, offset: int) -> bytes:
    """The part of the base64 text that stays the same whatever stands before and behind."""
    coded = base64.b64encode(bytes(offset) + plain)
    return coded[(0, 2, 3)[offset] : len(coded) - 4]


def hits(canaries: Iterable[str], places: dict[str, bytes]) -> list[str]:
    """Where something was found: "place: encoding"; never the text itself."""
    return [
        f"{place}: {form}"
        for text in canaries
        for form, needle in disguises(text).items()
        for place, content in places.items()
        if needle in content
    ]


def database() -> dict[str, bytes]:
    """Every column of every table as bytes, and the whole file where there is one."""
    found = dict(_columns())
    if connection.vendor == "sqlite":
        found["database file"] = connection.connection.serialize()
    return found | sessions()


def sessions() -> dict[str, bytes]:
    """What each session keeps, read as the server reads it."""
    return {
        f"session {number}": json.dumps(session.get_decoded(), ensure_ascii=False).encode()
        for number, session in enumerate(Session.objects.all())
    }


def _columns() -> Iterator[tuple[str, bytes]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
            for place, name in enumerate(names):
                yield f"{table}.{name}", b"\n".join(_bytes(row[place]) for row in rows)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return str(value).encode(errors="surrogatepass")
