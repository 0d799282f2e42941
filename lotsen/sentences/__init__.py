"""What people read when something is refused: one sentence for each code of lotsen.errors.

Each says what happened, whether anything was lost, and what to do. A code that is raised without
a sentence, or a sentence nobody raises, fails a test.
"""

from lotsen.sentences.families import FAMILIES
from lotsen.sentences.house import HOUSE
from lotsen.sentences.numbers import NUMBERS

SENTENCES = {**HOUSE, **FAMILIES, **NUMBERS}
