from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from tests.builders import NOON


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON + timedelta(hours=2), tick=False) as clock:
        yield clock
