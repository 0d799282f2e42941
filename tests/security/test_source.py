"""What no line of our source may do: read as a tree, so that no wording hides it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = [
    path
    for package in ("lotsen", "offers", "referrals")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

# Each forbidden name, and the modules that have a reason of their own.
FORBIDDEN_IMPORTS: dict[str, frozenset[str]] = {
    # Objects made from what somebody sent, and documents that load others.
    "pickle": frozenset(),
    "marshal": frozenset(),
    "shelve": frozenset(),
    "yaml": frozenset(),
    "xml": frozenset(),
    "lxml": frozenset(),
    # Chance that can be foreseen: for made-up families only. A pseudonym takes such chance from
    # the demo and draws from the machine's own otherwise.
    "random": frozenset(
        {
            # Seeded once with 256 bits of the machine's own chance, and kept nowhere.
            "referrals/statistics/disclosure.py",
            "lotsen/pseudonyms.py",
            "referrals/management/commands/load_demo.py",
            "referrals/management/demo/families.py",
            "referrals/management/demo/planning.py",
            "referrals/management/demo/quarters.py",
            "referrals/management/demo/stories.py",
        }
    ),
    # Ways out of the machine: the key service, mail, and the municipal sign-on (allauth's own).
    "requests": frozenset({"lotsen/vault/transit.py", "lotsen/web/municipal.py"}),
    "urllib.request": frozenset(),
    "http.client": frozenset(),
    "socket": frozenset(),
    "ftplib": frozenset(),
    "smtplib": frozenset({"lotsen/mailing.py"}),
    # Other programs: the tools of the database, with fixed arguments.
    "subprocess": frozenset({"lotsen/backups/postgres.py"}),
}
FORBIDDEN_CALLS = frozenset({"eval", "exec", "mark_safe", "SafeString", "__import__"})
WEAK_HASHES = frozenset({"md5", "sha1", "new"})  # hashlib.new takes any name


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCE:
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in _trees():
        yield from ((path, node) for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize("module", sorted(FORBIDDEN_IMPORTS))
def test_a_dangerous_module_is_used_only_where_there_is_a_reason(module: str) -> None:
    users = {
        path
        for path, tree in _trees()
        if any(name == module or name.startswith(f"{module}.") for name in _imported(tree))
    }
    assert users <= FORBIDDEN_IMPORTS[module]


def test_no_text_becomes_program_or_trusted_markup() -> None:
    found = [(path, call.lineno) for path, call in _calls() if _name(call) in FORBIDDEN_CALLS]
    assert not found


def _is_method_of(call: ast.Call, module: str) -> bool:
    value = getattr(call.func, "value", None)
    return isinstance(value, ast.Name) and value.id == module


def test_no_template_trusts_what_it_is_given() -> None:
    trusting = re.compile(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if trusting.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


def test_no_program_is_run_through_a_shell() -> None:
    shells = [
        (path, call.lineno)
        for path, call in _calls()
        for keyword in call.keywords
        if keyword.arg == "shell"
    ]
    systems = [(path, call.lineno) for path, call in _calls() if _name(call) in {"system", "popen"}]
    assert not shells
    assert not systems


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    """A pattern is a literal, or glued together from constants of its own module."""
    made = {"compile", "fullmatch", "match", "search", "sub", "split", "findall", "finditer"}
    found = [
        (path, call.lineno)
        for path, call in _calls()
        if _is_method_of(call, "re") and _name(call) in made and not _is_fixed(call.args[0])
    ]
    assert not found


def _is_fixed(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return node.id.isupper() or node.id.startswith("_")
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(_is_fixed(part) for part in parts)
    if isinstance(node, ast.BinOp):
        return _is_fixed(node.left) and _is_fixed(node.right)
    if isinstance(node, ast.Attribute):
        return node.attr == "pattern" and _is_fixed(node.value)
    return isinstance(node, ast.Call) and _name(node) == "escape"


def test_no_hash_that_is_broken() -> None:
    found = [
        (path, call.lineno)
        for path, call in _calls()
        if _is_method_of(call, "hashlib") and _name(call) in WEAK_HASHES
    ]
    weak = [path for path, tree in _trees() if {"hashlib.md5", "hashlib.sha1"} & {*_imported(tree)}]
    assert not found
    assert not weak


def test_every_statement_in_sql_takes_values_as_parameters() -> None:
    """Text that is put together names tables and columns only: each such line says so."""
    found = []
    for path in SOURCE:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            glued = re.search(r"f[\"'].*\b(SELECT|UPDATE|DELETE|INSERT)\b.*\{", line)
            if glued and "GRANT" not in line and "REVOKE" not in line and "S608" not in line:
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert not found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_show_text_as_text_and_keep_nothing(script: Path) -> None:
    """No text becomes markup or program, nothing is stored, nobody else is listened to."""
    text = script.read_text(encoding="utf-8")
    forbidden = (
        r"\beval\(", r"new Function\b", r"\.innerHTML\b", r"\.outerHTML\b", r"document\.write",
        r"insertAdjacentHTML", r"localStorage", r"sessionStorage", r"indexedDB",
        r"document\.cookie", r"window\.addEventListener\([\"']message[\"']",
        r"\bwindow\.[a-z]+\s*=[^=]",
        r"__proto__",
    )  # fmt: skip
    for pattern in forbidden:
        assert not re.search(pattern, text), pattern


def test_every_dependency_is_pinned_with_its_checksum() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=[a-z])", text.replace("\\\n", " "))
        pinned = [block for block in blocks if re.match(r"[a-z0-9_.\[\],-]+==", block)]
        assert len(pinned) > 10
        assert all("--hash=sha256:" in block for block in pinned)
        loose = [b for b in blocks if b.strip() and b not in pinned and not b.startswith("#")]
        assert not loose
