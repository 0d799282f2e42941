"""The work list, three ways."""

from django.utils.timezone import localdate, now

from benchmarks import bare, fenced
from benchmarks.measuring import Contest
from lotsen.accounts.models import User
from referrals.cases import worklist
from referrals.models import Case

# Held by the house, openly or for this person alone; the house takes part; shared with the person
# while it works for the case.
_SQL = """
    SELECT c.id, c.pseudonym, c.state, c.language, c.interpreting, c.child_age_months,
           c.aged_on, d.name, c.holder_id, o.short_name, c.assigned_to_id, c.opened_at,
           c.touched_at, c.closure_reason
    FROM (
        SELECT * FROM (SELECT touched_at AS t, id FROM referrals_case
                       WHERE NOT insiders_only AND holder_id = %s
                       ORDER BY touched_at DESC, id DESC LIMIT 25) a
        UNION SELECT * FROM (SELECT touched_at, id FROM referrals_case
                       WHERE insiders_only AND assigned_to_id = %s
                         AND COALESCE(holder_id, NULL) = %s
                       ORDER BY touched_at DESC, id DESC LIMIT 25) i
        UNION SELECT * FROM (SELECT touched_at, case_id FROM referrals_participation
                       WHERE organisation_id = %s AND until IS NULL
                         AND (expires_on IS NULL OR expires_on >= %s)
                       ORDER BY touched_at DESC, case_id DESC LIMIT 25) b
        UNION SELECT * FROM (SELECT touched_at, case_id FROM referrals_caseshare AS s
                       WHERE user_id = %s AND since <= %s AND until > %s
                         AND ((SELECT holder_id FROM referrals_case WHERE id = s.case_id) = %s
                           OR (SELECT count(*) FROM referrals_participation p
                               WHERE p.case_id = s.case_id AND p.organisation_id = %s
                                 AND p.until IS NULL
                                 AND (p.expires_on IS NULL OR p.expires_on >= %s)) > 0)
                       ORDER BY touched_at DESC, case_id DESC LIMIT 25) c
        ORDER BY t DESC, id DESC LIMIT 25
    ) AS page
    JOIN referrals_case c ON c.id = page.id
    JOIN places_district d ON d.key = c.district_id
    JOIN accounts_organisation o ON o.id = c.holder_id
    ORDER BY c.touched_at DESC, c.id DESC
"""


def contest(user: User) -> Contest:
    house, today, moment = bare.house_of(user), localdate(), now()
    by_naive = Case.objects.using(fenced.floor()).visible_to(user).order_by("-touched_at", "-id")
    return Contest(
        candidate=lambda: [
            (row.id, row.pseudonym) for row in worklist.page(user, size=bare.PAGE).rows
        ],
        floor=bare.statement(
            _SQL,
            [house, user.pk, house, house, today, user.pk, moment, moment, house, house, today],
        ),
        reference=lambda: list(by_naive.values_list("id", "pseudonym")[: bare.PAGE]),
    )
