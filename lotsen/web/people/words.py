"""How roles, standings and houses are called on the pages of the administration."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotsen.accounts.roles import Role
from lotsen.membership.reading import Standing
from lotsen.web.wording import ROLE_NAMES

ROLES = [(role.value, ROLE_NAMES[role]) for role in Role]

# What a role means for families, before somebody gives it.
ROLE_HINTS = {
    Role.SCREENER: _("Asks families for indicators; afterwards sees no case any more."),
    Role.NAVIGATOR: _("Works with the cases of the house."),
    Role.FAMILY_OFFICE: _("Takes on families and works with the cases of the house."),
    Role.PROVIDER: _("Answers handovers to the house and sees those families."),
    Role.CHILD_PROTECTION_ADVISER: _("Advises on questions without names; sees no case."),
    Role.CATALOGUE_EDITOR: _("Keeps offers and places up to date; sees no case."),
    Role.COORDINATOR: _("Sees counts of the network; sees no case."),
    Role.PRIVACY_OFFICER: _(
        "Special rights: sees who saw which case. Cannot be administration as well."
    ),
    Role.ADMINISTRATOR: _(
        "Special rights: gives and ends roles, this one too. Sees no case. Cannot be data "
        "protection officer as well."
    ),
}

STANDINGS = {
    Standing.ACTIVE: _("Active"),
    Standing.INVITED: _("Invited"),
    Standing.LAPSED: _("Invitation has ended"),
    Standing.CLOSED: pgettext_lazy("account", "Closed"),
}
# What components/state.html shows beside the word.
STANDING_LOOKS = {
    Standing.ACTIVE: ("check", "good"),
    Standing.INVITED: ("mail", "ink"),
    Standing.LAPSED: ("alert", "warn"),
    Standing.CLOSED: ("lock", "warn"),
}
