"""The profile of the catalogue: what an offer needs before a family sees it. Pure.

Many exchange formats leave optional what a reader cannot do without; this list decides, not the
file (docs: offers/importing/README.md).
"""

from offers.importing.entry import Entry
from offers.importing.problems import QUARANTINE

# Stands for an age range nobody gave, only ever on offers in quarantine.
ANY_AGE = (-9, 216)


def doubts(entry: Entry, *, place_found: bool) -> list[str]:
    """Why this entry may not be published yet: codes of QUARANTINE, weightiest first."""
    found = {
        "markup_in_text": entry.markup,
        "provider_missing": not entry.provider.name,
        "age_range_missing": entry.ages is None,
        "summary_missing": not entry.values.get("summary"),
        "district_unknown": not place_found,
        "needs_missing": entry.needs_matter and not entry.values.get("needs"),
    }
    return [code for code in QUARANTINE if found[code]]
