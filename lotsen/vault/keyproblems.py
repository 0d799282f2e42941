"""Why there is no usable key, said twice: to the operator in full, to a page in one sentence."""

from typing import NoReturn

from lotsen.environment import EnvironmentProblem
from lotsen.errors import Unavailable


class KeyringProblem(EnvironmentProblem, Unavailable):
    """No usable key; the text says why and how to mend it. It never holds a key.

    At the start and in commands the text ends the program. During a request it stays in the
    log, and the person reads the one sentence of `keys_unavailable`.
    """

    code = "keys_unavailable"

    def __init__(self, message: str) -> None:
        Unavailable.__init__(self)
        self.args = (message,)


def refuse(message: str) -> NoReturn:
    """Raise the problem without its technical cause, which could repeat a secret."""
    raise KeyringProblem(message) from None
