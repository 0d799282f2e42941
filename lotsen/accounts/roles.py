"""Which role may do what, in one table. Pure.

A right is held on an organisation: "may do this for the cases and offers of that house".
docs/privacy/rights.md is generated from this table.
"""

from enum import StrEnum


class Role(StrEnum):
    SCREENER = "screener"
    NAVIGATOR = "navigator"
    FAMILY_OFFICE = "family_office"
    PROVIDER = "provider"
    CHILD_PROTECTION_ADVISER = "child_protection_adviser"
    CATALOGUE_EDITOR = "catalogue_editor"
    COORDINATOR = "coordinator"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    OPEN_CASE = "open_case"
    ASSESS_CASE = "assess_case"  # indicators, needs, gaps, consent
    VIEW_CASES = "view_cases"  # the pseudonymous part
    VIEW_IDENTITY = "view_identity"  # and notes, when assigned, deputising or released
    SHARE_CASE = "share_case"
    REQUEST_HANDOVER = "request_handover"
    ANSWER_HANDOVER = "answer_handover"
    FOLLOW_UP = "follow_up"
    CLOSE_CASE = "close_case"
    BREAK_GLASS = "break_glass"  # an emergency access of one's own house, for hours, reviewed
    UPDATE_CAPACITY = "update_capacity"
    EDIT_CATALOGUE = "edit_catalogue"
    VIEW_STATISTICS = "view_statistics"
    PLAN = "plan"  # births and posts of the city, its goals, measures and maps
    VIEW_AUDIT = "view_audit"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_RETENTION = "manage_retention"  # terms and erasure runs of the city: two people each


_CASEWORK = frozenset(
    {
        Right.OPEN_CASE,
        Right.ASSESS_CASE,
        Right.VIEW_CASES,
        Right.VIEW_IDENTITY,
        Right.SHARE_CASE,
        Right.REQUEST_HANDOVER,
        Right.ANSWER_HANDOVER,
        Right.FOLLOW_UP,
        Right.CLOSE_CASE,
        Right.BREAK_GLASS,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.SCREENER: frozenset({Right.OPEN_CASE, Right.ASSESS_CASE}),
    Role.NAVIGATOR: _CASEWORK,
    Role.FAMILY_OFFICE: _CASEWORK | {Right.UPDATE_CAPACITY},
    Role.PROVIDER: frozenset(
        {
            Right.VIEW_CASES,
            Right.VIEW_IDENTITY,
            Right.ANSWER_HANDOVER,
            Right.FOLLOW_UP,
            Right.UPDATE_CAPACITY,
        }
    ),
    Role.CHILD_PROTECTION_ADVISER: frozenset(),  # asked with a pseudonymous question only
    Role.CATALOGUE_EDITOR: frozenset({Right.EDIT_CATALOGUE, Right.UPDATE_CAPACITY}),
    Role.COORDINATOR: frozenset({Right.VIEW_STATISTICS, Right.PLAN}),
    Role.PRIVACY_OFFICER: frozenset({Right.VIEW_AUDIT, Right.MANAGE_RETENTION}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_PEOPLE, Right.MANAGE_RETENTION}),
}
