"""Everything that hangs on a case, found by the keys themselves, so that no table is forgotten."""

from collections.abc import Iterator
from graphlib import TopologicalSorter
from uuid import UUID

from django.db.models import ForeignKey, ManyToOneRel, Model, Q

from referrals.cases.models import Case


def keys_to(model: type[Model]) -> list[ForeignKey[Model, Model]]:
    """Every foreign key that points at `model`, those without a way back included."""
    return [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
    ]


def models_below(root: type[Model] = Case) -> list[type[Model]]:
    """Models whose rows hang on `root`, however far down, each before what it points at.

    Raises:
        graphlib.CycleError: two of them point at each other, so neither could go first.
    """
    below: dict[type[Model], set[type[Model]]] = {}
    _descend(root, below)
    return [model for model in TopologicalSorter(below).static_order() if model is not root]


def delete(case: Case) -> set[UUID]:
    """Delete the case and every row that hangs on it; answers the ids of all of them.

    One row after the other, so that the change log keeps that each was there. Asks no right and
    writes no event: that is the caller's.
    """
    rows = _rows(case)
    for model in models_below():
        model._base_manager.filter(pk__in=rows[model]).delete()
    gone = {pk for pks in rows.values() for pk in pks if isinstance(pk, UUID)}
    case.delete()
    return gone


def _descend(model: type[Model], below: dict[type[Model], set[type[Model]]]) -> None:
    children = {key.model for key in keys_to(model)} - {model}
    is_known = model in below
    below[model] = below.get(model, set()) | children
    if not is_known:
        for child in children:
            _descend(child, below)


def _rows(case: Case) -> dict[type[Model], set[object]]:
    """The keys of all rows below, from the case downward."""
    rows: dict[type[Model], set[object]] = {Case: {case.pk}}
    for model in reversed(models_below()):
        hang = Q(pk__in=[])
        for name, targets in _keys_within(model, rows):
            hang |= Q(**{f"{name}__in": targets})
        rows[model] = set(model._base_manager.filter(hang).values_list("pk", flat=True))
    return rows


def _keys_within(
    model: type[Model], rows: dict[type[Model], set[object]]
) -> Iterator[tuple[str, set[object]]]:
    for key in model._meta.concrete_fields:
        if isinstance(key, ForeignKey) and key.related_model in rows:
            yield key.name, rows[key.related_model]
