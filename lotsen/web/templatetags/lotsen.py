"""What templates need again and again: an icon, a pseudonym."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lotsen.accounts.roles import Role
from lotsen.web.wording import ROLE_NAMES

register = template.Library()

_MIRRORED = frozenset({"back", "next", "hand", "undo", "out"})  # arrows turn with the script


@register.simple_tag
def icon(name: str) -> SafeString:
    """One symbol of static/icons.svg. Never alone: a word stands beside it."""
    turn = " ico--turn" if name in _MIRRORED else ""
    return format_html(
        '<svg class="ico{}" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        turn,
        static("icons.svg"),
        name,
    )


@register.filter
def code(pseudonym: str) -> SafeString:
    """A pseudonym with its first group in bold: what people read out to each other."""
    first, dash, rest = pseudonym.partition("-")
    return format_html('<bdi class="code"><b>{}</b>{}{}</bdi>', first, dash, rest)


@register.filter
def role_name(role: str) -> str:
    """A role as people call it."""
    return str(ROLE_NAMES[Role(role)])
