"""No page decides about a right: it asks lotsen.access, or a concept that does.

Whoever compares roles, houses or people in a page writes the rule a second time, and one day the
two differ. What is forbidden here is forbidden in pages and endpoints; lotsen.access, rules,
actions, models and reading are where it belongs. Each exception has a reason, and one that is no
longer needed fails, too.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for folder in ("lotsen/web", "offers/web", "offers/api", "referrals/web", "referrals/api")
    for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Who somebody is to a case, a handover, a note: comparing it is deciding.
STANDING = {
    "assigned_to", "assigned_to_id", "author", "author_id", "holder", "holder_id", "sender",
    "sender_id", "recipient", "recipient_id", "taken_by", "taken_by_id", "granted_by_id", "absent",
    "absent_id", "deputy_id", "opened_by", "opened_by_id", "role", "roles", "is_superuser",
    "is_staff", "insiders_only", "profession",
}  # fmt: skip
# What only lotsen.access and the concepts read.
SOURCES = {
    "Membership", "CaseShare", "Participation", "Deputyship", "OrganisationGroupPermission",
    "RIGHTS", "rights_of", "stands_in_for", "Role",
}  # fmt: skip
ASKED_OF_DJANGO = {"has_perm", "has_perms", "user_permissions", "get_perms", "get_all_permissions"}
# A row of these is found among those the reader may know of.
_ROWS = "Case|Handover|Consent|FollowUp|RightsRequest|EmergencyAccess|ErasureRun"
OTHERWISE_FOUND = re.compile(rf"\b({_ROWS})(?:\.objects(?!\s*\.(?:visible_to|none)\b)|, pk=)")
IN_TEMPLATES = re.compile(
    r"\bperms\.|is_superuser|is_staff|\.groups\b|\brole\s*[!=]=|\b\w+_(?:id|by|to)\s*[!=]=|"
    r"\b(?:holder|author|sender|recipient|insiders_only)\s*[!=]="
)

_OFFERED = "says which pages are somebody's daily work; each page asks for itself"
_NAMED = "names roles on the screen"
_PEOPLE = "memberships are what these pages are about; lotsen.membership decides"
_SEEN = "of a case or handover found by visible_to: "
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("lotsen/web/menu.py", "Role"): _OFFERED,
    ("lotsen/web/wording.py", "Role"): _NAMED,
    ("lotsen/web/templatetags/lotsen.py", "Role"): _NAMED,
    ("lotsen/web/context.py", "Membership"): "the frame names the houses one works in",
    ("lotsen/web/signing_in.py", "Membership"): "the demo names its accounts",
    ("lotsen/web/people/words.py", "Role"): _NAMED,
    ("lotsen/web/people/forms.py", "Role"): _PEOPLE,
    ("lotsen/web/people/changing.py", "Membership"): _PEOPLE,
    ("lotsen/web/people/listing.py", "Membership"): _PEOPLE,
    ("lotsen/web/second_factor/requirement.py", "rights_of"): "asks about every right there is",
    ("referrals/web/privacy/retention_views.py", "RIGHTS"): "names who could approve",
    ("referrals/web/privacy/retention_views.py", "ErasureRun from all rows"): (
        "of the cities found by require_somewhere"
    ),
    ("referrals/web/privacy/requests.py", "Case from all rows"): "only whether it is still stored",
    ("referrals/api/handovers.py", "Consent from all rows"): _SEEN + "draft and request ask",
    ("referrals/web/desk/case_pages.py", "FollowUp from all rows"): _SEEN + "those of the house",
    ("referrals/web/desk/case_pages.py", "Handover from all rows"): _SEEN + "narrowed by viewpoint",
    ("referrals/web/desk/consents.py", "FollowUp from all rows"): _SEEN + "what is tidied up",
    ("referrals/web/desk/panes.py", "FollowUp from all rows"): _SEEN + "those of the house",
    ("referrals/web/desk/panes.py", "Participation"): _SEEN + "the categories released",
    ("referrals/web/desk/rights.py", "RightsRequest from all rows"): _SEEN + "its requests",
    ("referrals/web/ward/handover_prepare.py", "Handover from all rows"): _SEEN + "its draft",
    ("referrals/web/ward/matches.py", "compares holder_id"): (
        "whether the offer is the own house's; drafting refuses it"
    ),
    ("templates/privacy/retention.html", "set_by_id !="): (
        "leaves the button out; approving asks for a second person"
    ),
}


def test_no_page_decides_about_a_right() -> None:
    found = set(_found())
    new = found - EXCEPTIONS.keys()
    assert not new, "ask lotsen.access or the concept; a page compares nobody"
    assert EXCEPTIONS.keys() == found, "this exception is no longer needed"


def test_the_rule_has_teeth() -> None:
    """What it was written against is found."""
    page = """
from lotsen.accounts.models import Membership
if case.assigned_to_id == user.pk or request.user.has_perm("x") or user.pk in [note.author_id]:
    pass
"""
    assert set(_deciding(page)) == {
        "Membership", "compares assigned_to_id", "has_perm", "compares author_id",
    }  # fmt: skip
    assert OTHERWISE_FOUND.search("get_object_or_404(Case, pk=pk)")
    assert OTHERWISE_FOUND.search("Case.objects.get(pk=pk)")
    assert not OTHERWISE_FOUND.search("Case.objects.visible_to(user)")
    assert IN_TEMPLATES.search("{% if case.assigned_to_id == user.pk %}")
    assert IN_TEMPLATES.search('{% if membership.role == "navigator" %}')


def _found() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        text, name = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        for hit in {*_deciding(text), *_from_all_rows(text)}:
            yield name, hit
    for path in TEMPLATES:
        for hit in IN_TEMPLATES.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), hit


def _from_all_rows(text: str) -> Iterator[str]:
    yield from (f"{model} from all rows" for model in OTHERWISE_FOUND.findall(text))


def _deciding(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare):
            yield from _compared(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names if alias.name in SOURCES)
        elif isinstance(node, ast.Attribute) and node.attr in ASKED_OF_DJANGO:
            yield node.attr


def _compared(node: ast.Compare) -> Iterator[str]:
    if all(isinstance(side, ast.Constant) and side.value is None for side in node.comparators):
        return  # whether there is anybody at all
    for side in (node.left, *node.comparators):
        for part in ast.walk(side):
            if isinstance(part, ast.Attribute) and part.attr in STANDING:
                yield f"compares {part.attr}"
