"""Every text has a German translation, none is fuzzy, and the compiled file is current.

English needs no file: the msgids are the English interface. With `--compile` the compiled
file is written instead of compared.
"""

import sys
from pathlib import Path

import polib

SOURCE = Path(__file__).parent.parent / "locale" / "de" / "LC_MESSAGES" / "django.po"


def problems(catalogue: polib.POFile) -> list[str]:
    found = [f"ohne Übersetzung: {entry.msgid!r}" for entry in catalogue.untranslated_entries()]
    found += [f"unsicher (fuzzy): {entry.msgid!r}" for entry in catalogue.fuzzy_entries()]
    return found + [
        f"Platzhalter verschieden: {entry.msgid!r}"
        for entry in catalogue.translated_entries()
        if "python-format" in entry.flags and not _same_placeholders(entry)
    ]


def _same_placeholders(entry: polib.POEntry) -> bool:
    def names(text: str) -> set[str]:
        return {part.split(")")[0] for part in text.split("%(")[1:]}

    wanted = names(entry.msgid) | names(entry.msgid_plural)
    texts = [entry.msgstr, *entry.msgstr_plural.values()]
    return all(names(text) <= wanted for text in texts)


def main() -> int:
    catalogue = polib.pofile(str(SOURCE))
    found = problems(catalogue)
    compiled = SOURCE.with_suffix(".mo")
    if "--compile" in sys.argv:
        catalogue.save_as_mofile(str(compiled))
    elif not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        found.append("django.mo ist nicht aktuell: make messages")
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
