"""Names of roles for the screen; lotsen/accounts/roles.py stays free of language."""

from django.utils.translation import gettext_lazy as _

from lotsen.accounts.roles import Role

ROLE_NAMES = {
    Role.SCREENER: _("Asking for indicators"),
    Role.NAVIGATOR: _("Navigator"),
    Role.FAMILY_OFFICE: _("Family office"),
    Role.PROVIDER: _("Provider"),
    Role.CHILD_PROTECTION_ADVISER: _("Child protection adviser"),
    Role.CATALOGUE_EDITOR: _("Offer catalogue"),
    Role.COORDINATOR: _("Network coordination"),
    Role.PRIVACY_OFFICER: _("Data protection officer"),
    Role.ADMINISTRATOR: _("Administration"),
}
