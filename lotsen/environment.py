"""Typed environment variables, and secrets from files. Pure: no Django.

Every variable NAME may be given as NAME_FILE, the path of a file that holds the value:
so secrets come from the service manager and never stand in a process list.
"""

import os
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit


class EnvironmentProblem(Exception):  # noqa: N818  read by whoever starts the server
    """A variable is missing or unreadable; the text says which and how to mend it."""


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, or of the file NAME_FILE points to, without a trailing line break.

    Raises:
        EnvironmentProblem: neither is set and there is no default; or the file is unreadable.
    """
    file = path(name)
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as problem:
            cause = problem.strerror if isinstance(problem, OSError) else "kein UTF-8-Text"
            raise EnvironmentProblem(
                f"{name}_FILE zeigt auf {file}, aber die Datei ist nicht lesbar "
                f"({cause}). Bitte Pfad und Rechte prüfen."
            ) from None
    value = os.environ.get(name, default)
    if value is None:
        raise EnvironmentProblem(
            f"{name} fehlt. Bitte als Umgebungsvariable {name} setzen "
            f"oder als Datei über {name}_FILE."
        )
    return value


def path(name: str) -> Path | None:
    """Where NAME_FILE points to, if it is set."""
    named = os.environ.get(f"{name}_FILE")
    return Path(named) if named else None


def flag(name: str, *, default: bool = False) -> bool:
    """Whether NAME is "1".

    Raises:
        EnvironmentProblem: it is neither "0" nor "1".
    """
    value = text(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise EnvironmentProblem(f"{name} muss 0 oder 1 sein, nicht „{value}“.")
    return value == "1"


def number(name: str, default: int) -> int:
    """The whole number in NAME, from 1 to 999,999,999.

    Raises:
        EnvironmentProblem: it is something else.
    """
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and int(value)):
        raise EnvironmentProblem(f"{name} muss eine ganze Zahl ab 1 sein, nicht „{value}“.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated parts of NAME."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def choice(name: str, *allowed: str) -> str:
    """The value of NAME, one of `allowed`; the first of them if it is not set.

    Raises:
        EnvironmentProblem: it is something else.
    """
    value = text(name, allowed[0])
    if value not in allowed:
        raise EnvironmentProblem(f"{name} muss {' oder '.join(allowed)} sein, nicht „{value}“.")
    return value


def address(name: str) -> str:
    """The web address in NAME, "" if it is not set. Over TLS, or on this very machine.

    Raises:
        EnvironmentProblem: it is no address, or one in the clear.
    """
    value = text(name, "")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    at_home = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or parts.scheme not in ({"https", "http"} if at_home else {"https"}):
        raise EnvironmentProblem(f"{name} muss eine Adresse mit https:// sein, nicht „{value}“.")
    return value


def database(url: str, serving_role: str = "") -> dict[str, object]:
    """Django's settings for a database URL: `sqlite:///relative`, `sqlite:////absolute` or
     `postgres://user:pass@host/name`.

    Args:
        serving_role: PostgreSQL only: the role each connection takes after it has signed in.

    Raises:
        EnvironmentProblem: another kind of URL, or one without a database name.
    """
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:  # the message would repeat the password
        raise _bad_database_url("ist keine gültige Adresse") from None
    if parts.scheme not in {"sqlite", "postgres", "postgresql"}:
        raise _bad_database_url(f"beginnt mit „{parts.scheme}“")
    if not parts.path.strip("/"):
        raise _bad_database_url("nennt keine Datenbank")
    if parts.scheme == "sqlite":
        return _sqlite(parts)
    return _postgres(parts, port) | {
        "OPTIONS": {"assume_role": serving_role} if serving_role else {}
    }


def _bad_database_url(what: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"DATABASE_URL {what}. Möglich sind sqlite:///PFAD und "
        "postgres://NUTZER:KENNWORT@RECHNER/NAME."
    )


def _sqlite(parts: SplitResult) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": parts.path[1:],
        "OPTIONS": {
            "timeout": 20,
            # A page writes an access event: taking the write lock first avoids a lock that
            # cannot be upgraded later.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON; "
                "PRAGMA foreign_keys=ON;"
            ),
        },
    }


def _postgres(parts: SplitResult, port: str) -> dict[str, object]:
    return {
        "ENGINE": "lotsen.fence.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
