"""The change log: which models it watches, and which of their fields it may hold."""

from collections.abc import Collection

from auditlog.context import auditlog_value
from auditlog.receivers import _create_log_entry, check_disable
from auditlog.registry import auditlog
from django.db.models import Model
from django.db.models.signals import pre_save

from lotsen.accounts.models import User
from lotsen.audit.models import ChangeEntry
from lotsen.privacy import REGISTER, Classification

# Secrets, hashed or not: a log that is never emptied would keep them beyond their change. And
# what others count: a moment the access events hold, tries that are over, the place in a work
# list, which every change of a case moves.
NEVER = frozenset({"password", "pin", "digest", "last_login", "unlock_tries", "touched_at"})


def watch() -> None:
    """Log changes of every classified model, its operational fields only."""
    auditlog._signals[pre_save] = _log_update  # noqa: SLF001  the registry offers no other way
    for model, classes in REGISTER.items():
        if classes.logged:
            auditlog.register(
                model, include_fields=logged_fields(classes), m2m_fields=_logged_lists(model)
            )


def logged_fields(classes: Classification) -> list[str]:
    """The fields whose values the change log may hold."""
    return sorted(classes.operational - NEVER)


@check_disable  # type: ignore[untyped-decorator]
def _log_update(
    sender: type[Model],
    instance: Model,
    update_fields: Collection[str] | None = None,
    **_: object,
) -> None:
    """Before a save. auditlog's own reads the whole row once more, whatever is saved; this one
    only what is compared, and nothing where no logged field is saved."""
    if instance._state.adding or instance.pk is None:  # noqa: SLF001  as auditlog asks
        return
    saved = [
        name
        for name in logged_fields(REGISTER[sender])
        if update_fields is None or name in update_fields
    ]
    if saved:
        _create_log_entry(
            action=ChangeEntry.Action.UPDATE,
            instance=instance,
            sender=sender,
            diff_old=sender._base_manager.filter(pk=instance.pk).only(*saved).first(),
            diff_new=instance,
            fields_to_check=saved,
        )


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
