"""Write the pages under docs/ that follow from the code: rights, records, states, API.

`tests/test_docs.py` compares them, so a change of the code that is not told here fails.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings.test")

import django

django.setup()

from django.apps import apps
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from lotsen.privacy import REGISTER
from referrals.handovers import states_page
from scripts import asvs, rights_page

WRITTEN = "Erzeugt mit `make docs`; nicht von Hand ändern."


def rights() -> str:
    return rights_page.page(WRITTEN)


def records() -> str:
    lines = [
        "# Welche Angaben lotsen hält",
        "",
        f"{WRITTEN} Quelle: `@classified` an jedem Modell.",
        "Grundlage für das Verzeichnis nach Art. 30 DSGVO.",
        "",
        "- **identity**: benennt jemanden aus einer Familie; nur im Tresor, nur versiegelt",
        "- **sensitive**: über eine Familie, ohne Namen",
        "- **staff**: benennt eine Fachkraft",
        "- **operational**: Schlüssel, Zustände, Zeitpunkte; nur sie stehen im Änderungsprotokoll",
        "",
    ]
    ours = [m for m in apps.get_models() if m in REGISTER]
    for model in sorted(ours, key=lambda m: (m.__module__, m.__name__)):
        classes = REGISTER[model]
        lines += [f"## {model.__module__.removesuffix('.models')}: {model.__name__}", ""]
        for name in ("identity", "sensitive", "staff", "operational"):
            fields = sorted(getattr(classes, name))
            if fields:
                lines.append(f"- {name}: " + ", ".join(f"`{field}`" for field in fields))
        lines.append("")
    return "\n".join(lines)


def api() -> str:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def asvs_page() -> str:
    return asvs.page(WRITTEN)


PAGES = {
    "docs/privacy/rights.md": rights,
    "docs/privacy/records.md": records,
    "docs/states.md": states_page.page,
    "docs/api/openapi.yaml": api,
    "docs/security/asvs.md": asvs_page,
}


if __name__ == "__main__":
    for page, write in PAGES.items():
        (ROOT / page).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / page).write_text(write(), encoding="utf-8")
