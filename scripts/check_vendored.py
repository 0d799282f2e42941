"""Exit 1 if a vendored file differs from the hash written beside it in VENDORED.md."""

import hashlib
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


def changed(record: Path) -> list[str]:
    """Names of files whose content is not what `record` says."""
    names = []
    for line in record.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and len(cells[4]) == 64:
            content = (record.parent / cells[0]).read_bytes()
            if hashlib.sha256(content).hexdigest() != cells[4]:
                names.append(str(record.parent / cells[0]))
    return names


def main() -> int:
    differing = [name for record in STATIC.glob("*/VENDORED.md") for name in changed(record)]
    for name in differing:
        sys.stderr.write(f"{name} was changed. Restore it; ours go into static/lotsen.css.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
