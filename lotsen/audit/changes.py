"""The change log: which models it watches, and which of their fields it may hold."""

from auditlog.context import auditlog_value
from auditlog.registry import auditlog
from django.db.models import Model

from lotsen.accounts.models import User
from lotsen.privacy import REGISTER, Classification

# Secrets, hashed or not: a log that is never emptied would keep them beyond their change. And
# what others count: a moment the access events hold, tries that are over.
NEVER = frozenset({"password", "pin", "digest", "last_login", "unlock_tries"})


def watch() -> None:
    """Log changes of every classified model, its operational fields only."""
    for model, classes in REGISTER.items():
        if classes.logged:
            auditlog.register(
                model, include_fields=logged_fields(classes), m2m_fields=_logged_lists(model)
            )


def logged_fields(classes: Classification) -> list[str]:
    """The fields whose values the change log may hold."""
    return sorted(classes.operational - NEVER)


def attribute_to(user: User) -> None:
    """Changes in the rest of this request are `user`'s.

    For whoever signs in after the middleware looked: API tokens. Outside a request it does
    nothing; commands change things in nobody's name.
    """
    context = auditlog_value.get(None)
    if context is not None:
        context["actor"] = user


def _logged_lists(model: type[Model]) -> set[str]:
    """Lists of other rows, such as districts served: logged where no class but operational has
    a say, because lists are not classified one by one."""
    if not _is_purely_operational(model):
        return set()
    return {
        field.name
        for field in model._meta.many_to_many
        if isinstance(field.related_model, type) and _is_purely_operational(field.related_model)
    }


def _is_purely_operational(model: type[Model]) -> bool:
    classes = REGISTER.get(model)
    return classes is not None and classes.fields == classes.operational
