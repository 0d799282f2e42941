"""Every model field belongs to exactly one privacy class, declared where the field is.

One declaration feeds four readers: the change log (what to leave out), the erasure
routine, the subject-access export and docs/privacy/records.md (GDPR Art. 30).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Classification:
    """The fields of one model, by class."""

    identity: frozenset[str]  # names a family member; only lotsen.vault may hold any, sealed
    sensitive: frozenset[str]  # about a family: needs, health, household
    staff: frozenset[str]  # names a professional; only lotsen.accounts may hold any
    operational: frozenset[str]  # keys, states, moments; the change log may show their values
    logged: bool = True  # False: the change log leaves the model out altogether

    @property
    def fields(self) -> frozenset[str]:
        return self.identity | self.sensitive | self.staff | self.operational


REGISTER: dict[type[Model], Classification] = {}


def classified[M: Model](
    *,
    identity: str = "",
    sensitive: str = "",
    staff: str = "",
    operational: str = "",
    logged: bool = True,
) -> Callable[[type[M]], type[M]]:
    """Declare the privacy class of each field, as space-separated field names.

    Args:
        logged: False where an entry in the change log would tell what the model must not: who
            caused an anonymous count, when a text was sealed; and for the logs themselves.
    """

    def register(model: type[M]) -> type[M]:
        REGISTER[model] = Classification(
            identity=frozenset(identity.split()),
            sensitive=frozenset(sensitive.split()),
            staff=frozenset(staff.split()),
            operational=frozenset(operational.split()),
            logged=logged,
        )
        return model

    return register
