"""Opening as the callers of the vault do, with everything a test does not care about filled in."""

from typing import Any
from uuid import UUID

from lotsen.vault import opening, sealing
from tests.builders import NOON
from tests.conftest import Cast


def seal(ref: UUID, text: str, *, kind: str = "identity", field: str = "name") -> UUID:
    return sealing.seal(ref, kind=kind, field=field, text=text, at=NOON)


def open_texts(cast: Cast, *sealed: UUID, **said: Any) -> dict[UUID, str]:
    facts: dict[str, Any] = {
        "actor": cast.anna,
        "organisation": cast.clinic.pk,
        "pseudonym": cast.case.pseudonym,
        "object_type": "identity",
        "fields": ["name"],
        "reason": "care",
        "at": NOON,
    }
    return opening.open_texts(sealed, **facts | said)
