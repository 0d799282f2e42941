"""What does not fit, said to whoever sets up houses and people at the command line."""

from django.core.exceptions import ValidationError

_FIELDS = {
    "slug": "Kürzel",
    "name": "Name",
    "username": "Benutzername",
    "email": "E-Mail-Adresse",
    "display_name": "Anzeigename",
}


def in_words(problem: ValidationError) -> str:
    """One line for each field, in German, and that nothing was changed."""
    lines = [
        f"{_FIELDS.get(field, field)}: {' '.join(messages)}"
        for field, messages in problem.message_dict.items()
    ]
    return "\n".join([*lines, "Es wurde nichts geändert."])
