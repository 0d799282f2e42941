"""What an intake may be, from values alone. Pure."""

from datetime import timedelta

# How long somebody who may not see the house's cases finds an own intake again.
WAY_BACK = timedelta(days=7)
# How often a fresh pseudonym is drawn when one is taken; one try in 10⁹ meets a taken one.
TRIES = 5
# Ways an intake ends at once, because the family wants nothing now (docs/domain.md).
SHORT_REASONS = ("contact_declined", "info_only", "already_supported")
