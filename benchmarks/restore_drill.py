"""The drill: erase families, put an older backup back, and see that none of them returns.

`python -m benchmarks.restore_drill --cases 1000 --erased 100 --db sqlite` (or postgres) works in
databases of its own and leaves nothing behind. Prints a JSON object; ends with 1 if a promise of
docs/adr/0017 does not hold. The suite runs the same with few cases.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Report:
    """What was seen. `refusal` is what the server says before the ledger is replayed."""

    db: str
    cases: int
    erased: int
    served_before: bool
    older_refused: bool
    restored: bool
    came_back: int  # cases, keys or texts of erased families
    opened: int  # families that were not erased and open again
    restore_seconds: float
    refusal: str

    @property
    def holds(self) -> bool:
        return (
            self.served_before
            and self.older_refused
            and self.restored
            and self.came_back == 0
            and self.opened == self.cases - self.erased
        )


def run(cases: int, erased: int, db: str, folder: Path) -> Report:
    """The whole drill in processes of their own, as on a server."""
    with databases(db, folder) as (main, older):
        _succeed(python(folder, main, "make", cases, erased))
        served = python(folder, main, "start")
        put_back_by_hand(db, folder, older)
        refused = python(folder, older, "start")
        begun = perf_counter()
        restored = manage(folder, main, "restore", "before.backup", "--replace")
        seconds = perf_counter() - begun
        seen = _succeed(python(folder, main, "look"))
    return Report(
        db=db, cases=cases, erased=erased, served_before=served.returncode == 0,
        older_refused=refused.returncode == 1 and "replay_erasures" in refused.stderr,
        restored=restored.returncode == 0, **json.loads(seen.stdout),
        restore_seconds=round(seconds, 1), refusal=_last_line(refused.stderr),
    )  # fmt: skip


def make(cases: int, erased: int) -> None:
    """Families, a backup, and then the erasures it does not know. Runs on a server's settings."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils.timezone import now

    from benchmarks import sealed_families as families
    from referrals.retention.erasing import erase_case

    call_command("migrate", verbosity=0)
    call_command("create_keyring", "keyring.json", stdout=sys.stderr)
    made = families.settle(cases)
    call_command("backup", "before.backup", stdout=sys.stderr)
    for case in made[:erased]:
        erase_case(case, cause="family", at=now())
    refs = [str(case.vault_ref) for case in made]
    Path("families.json").write_text(json.dumps([refs[:erased], refs[erased:]]))


def start() -> None:
    """What gunicorn does first."""
    import lotsen.wsgi  # noqa: F401


def look() -> None:
    """Start, then count what came back and what opens."""
    start()
    from benchmarks import sealed_families as families

    gone, kept = json.loads(Path("families.json").read_text())
    seen = {"came_back": families.traces(gone), "opened": families.that_open(kept)}
    sys.stdout.write(json.dumps(seen))


def python(folder: Path, url: str, *words: object) -> subprocess.CompletedProcess[str]:
    """One of the steps above, as a process on the settings of a server."""
    step, *numbers = words
    code = f"from benchmarks import restore_drill as d; d.{step}({', '.join(map(str, numbers))})"
    return run_in(folder, url, "-c", code)


def manage(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of lotsen in `folder`, on the database `url`."""
    return run_in(folder, url, str(ROOT / "manage.py"), *words)


def run_in(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Python with these words, and nothing of our own environment but where programs are."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ours = {
        "DJANGO_SETTINGS_MODULE": "lotsen.settings.production",
        "LOTSEN_SECRET_KEY": "x" * 60,
        "LOTSEN_KEY_PROVIDER": "file",
        "LOTSEN_KEYRING_FILE": str(folder / "keyring.json"),
        "LOTSEN_ERASURE_LEDGER": str(folder / "erasures.jsonl"),
        "LOTSEN_AUDIT_ANCHOR": str(folder / "audit-anchor.jsonl"),
        "DATABASE_URL": url,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=kept | ours,
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def _succeed(ended: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    if ended.returncode:
        raise SystemExit(ended.stdout + ended.stderr)
    return ended


@contextmanager
def databases(db: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of two empty databases, which go again."""
    if db == "sqlite":
        yield f"sqlite:///{folder}/main.sqlite3", f"sqlite:///{folder}/older.sqlite3"
        return
    import psycopg

    address = server()
    names = [f"lotsen_drill_{os.getpid()}_{which}" for which in ("main", "older")]
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{address}/{names[0]}", f"{address}/{names[1]}"
        finally:
            for name in names:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def server() -> str:
    """Where a database can be made: the tests' own server."""
    url = os.environ.get("LOTSEN_TEST_POSTGRES") or os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        url = "postgres://postgres@127.0.0.1:5432/lotsen"
    return url.rsplit("/", 1)[0]


def _last_line(text: str) -> str:
    return "".join(text.splitlines()[-1:])


def put_back_by_hand(db: str, folder: Path, older: str) -> None:
    """The backup as database `older`, as somebody would who does not know `manage.py restore`."""
    backup = folder / "before.backup"
    if db == "sqlite":
        (folder / "older.sqlite3").write_bytes(backup.read_bytes())
    else:
        subprocess.run(["pg_restore", "--no-owner", f"--dbname={older}", backup], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--erased", type=int, default=100)
    parser.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(asked.cases, asked.erased, asked.db, Path(folder))
    print(json.dumps(asdict(report) | {"holds": report.holds}, ensure_ascii=False, indent=2))
    sys.exit(0 if report.holds else 1)


if __name__ == "__main__":
    main()
