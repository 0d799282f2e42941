"""A demo day in a process and a database of its own; what a thief would carry away lies in DIR.

`python -m tests.security.stolen_copy DIR FAMILIES [--open-field]`; the database is DATABASE_URL's.
Copied while it is open, so the write-ahead log is there as well: database files or a dump, the
log, sessions, mails and media. With `--open-field` one kind of text is stored unsealed: the search
must find it.
"""

import logging
import os
import shutil
import sys
from pathlib import Path

import django
from django.conf import settings

WALKED = 4  # families that come through every page; the others by the same actions


def main() -> None:
    folder, families = Path(sys.argv[1]), int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "lotsen.settings.test"
    django.setup()
    from django.core.management import call_command

    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = folder / "mail"
    logging.basicConfig(filename=folder / "lotsen.log", level=logging.DEBUG, force=True)
    call_command("migrate", verbosity=0)
    if "--open-field" in sys.argv:
        _leave_names_open()
    _live_through(families)
    _carry_away(folder)


def _leave_names_open() -> None:
    from lotsen.crypto import envelope

    seal, unseal = envelope.seal, envelope.unseal
    envelope.seal = lambda key, text, place: text if "name" in place else seal(key, text, place)
    envelope.unseal = lambda key, text, place: text if "name" in place else unseal(key, text, place)


def _live_through(families: int) -> None:
    from django.utils.timezone import now

    from referrals.identities.actions import store
    from referrals.notes.actions import write
    from tests.builders import make_case, make_consent_text
    from tests.conftest import make_cast
    from tests.security.canaries import family
    from tests.security.demo_day import Day

    make_consent_text()
    cast = make_cast()
    day = Day(cast)
    for number in range(min(WALKED, families)):
        day.family_comes(family(number))
    for number in range(WALKED, families):
        told, case = family(number), make_case(cast.clinic, cast.anna)
        here = {"actor": cast.anna, "at": now()}
        store(case, name=told.name, phone=told.phone, safe_contact=told.safe_contact, **here)
        write(case, organisation=cast.clinic, kind="case", text=told.note,
              provenance="family", **here)  # fmt: skip
    day.look_round(cases=2 * WALKED)


def _carry_away(folder: Path) -> None:
    from django.core.files.storage import default_storage
    from django.db import connection

    from tests.security.canaries import sessions

    copy = folder / "copy"
    copy.mkdir()
    for name, content in sessions().items():
        (copy / name).write_bytes(content)
    for name in default_storage.listdir("")[1] if default_storage.exists("") else []:
        (copy / f"media {name}").write_bytes(default_storage.open(name).read())
    if connection.vendor == "sqlite":
        for part in Path(str(connection.settings_dict["NAME"])).parent.glob("*.sqlite3*"):
            shutil.copy(part, copy / part.name)
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:  # as a dump writes it
                (copy / f"{table}.dump").write_bytes(b"".join(rows))


if __name__ == "__main__":
    main()
