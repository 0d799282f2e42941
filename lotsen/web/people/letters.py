"""What an invitation says by mail: that there is one. It names no house and no family."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lotsen.accounts.models import User
from lotsen.mailing import tell

_SUBJECT = _("Your access to lotsen")
_BEFORE = _(
    "Your administration has made an access to lotsen for you, or has set it anew.\n"
    "With this link you choose your password. It works once and for seven days:"
)
_AFTER = _(
    "You know nothing about this? Then please do not open the link, and tell the data protection "
    "officer of your house."
)


def send_link(user: User, link: str) -> None:
    """The link by mail, where there is a mail server."""
    tell([user], subject=_SUBJECT, text=format_lazy("{}\n\n{}\n\n{}\n", _BEFORE, link, _AFTER))
