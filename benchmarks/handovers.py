"""The inbox as it opens, with what is new, three ways."""

from benchmarks import bare, fenced
from benchmarks.measuring import Contest
from lotsen.accounts.models import User
from referrals.handovers import boxes
from referrals.models import Handover

_SQL = """
    SELECT h.id, c.pseudonym, h.state, h.categories, h.need_groups, h.requested_at, h.due_at,
           h.seen_at, h.answered_by_id, h.resume_on, h.case_id, c.language, c.interpreting, d.name,
           s.short_name, r.short_name, f.name, k.withdrawn_at, k.valid_until
    FROM (
        SELECT id FROM referrals_handover
        WHERE recipient_id = %s AND state = 'requested'
          AND state IN ('requested', 'accepted', 'in-progress', 'on-hold')
        ORDER BY due_at, id LIMIT 25
    ) AS page
    JOIN referrals_handover h ON h.id = page.id
    JOIN referrals_case c ON c.id = h.case_id
    JOIN places_district d ON d.key = c.district_id
    JOIN accounts_organisation s ON s.id = h.sender_id
    JOIN accounts_organisation r ON r.id = h.recipient_id
    JOIN offers_offer f ON f.id = h.offer_id
    JOIN referrals_consent k ON k.id = h.consent_id
    ORDER BY h.due_at, h.id
"""


def contest(user: User) -> Contest:
    house = bare.house_of(user)
    by_naive = (
        Handover.objects.using(fenced.floor())
        .visible_to(user)
        .filter(recipient=house, state="requested")
        .order_by("due_at", "id")
    )
    return Contest(
        candidate=lambda: [
            (row.id, row.glimpse.pseudonym)
            for row in boxes.inbox(user, view="new", size=bare.PAGE).rows
        ],
        floor=bare.statement(_SQL, [house]),
        reference=lambda: list(by_naive.values_list("id", "case__pseudonym")[: bare.PAGE]),
    )
