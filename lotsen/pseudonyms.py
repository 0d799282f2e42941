"""The name a case goes by: XXXX-XXXX-XXXX, random, with a check symbol. Pure.

29 symbols without vowels (no words) and without 0, 1, I, O, U (no misreading). 29 is prime: a
pure system MOD 29, radix 2, built as in ISO 7064, then finds every single wrong symbol and
every swap of neighbours. A pseudonym is never derived from anything and authorises nothing.
"""

import secrets
from random import Random

from lotsen.errors import InvalidInput

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
_BASE = len(ALPHABET)
_RADIX = 2


_SYSTEM = secrets.SystemRandom()


def new_pseudonym(chance: Random = _SYSTEM) -> str:
    """A fresh random pseudonym; 29¹¹ of them exist.

    Args:
        chance: the operating system's, except in a demo that must draw the same again.
    """
    body = "".join(chance.choice(ALPHABET) for _ in range(11))
    return _grouped(body + check_symbol(body))


def check_symbol(body: str) -> str:
    """The twelfth symbol of eleven: the weighted sum of all twelve is 1 modulo 29."""
    total = 0
    for symbol in body:
        total = (total + ALPHABET.index(symbol)) * _RADIX % _BASE
    return ALPHABET[(1 - total) % _BASE]


def read_pseudonym(typed: str) -> str:
    """What was meant by `typed`: case, spaces and dashes do not matter.

    Raises:
        InvalidInput: wrong length, a symbol outside the alphabet, or the check symbol differs.
    """
    body = "".join(typed.upper().split()).replace("-", "")
    if len(body) != 12 or any(symbol not in ALPHABET for symbol in body):
        raise InvalidInput("pseudonym_malformed", field="pseudonym")
    if check_symbol(body[:11]) != body[11]:
        raise InvalidInput("pseudonym_mistyped", field="pseudonym")
    return _grouped(body)


def _grouped(body: str) -> str:
    return "-".join((body[:4], body[4:8], body[8:]))
