"""What can be refused. Pure: no Django, because rules raise these too.

A refusal is a code and parameters; lotsen/refusals.py alone turns it into a sentence.
"""


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a crash
    """The request was understood and is refused.

    Args:
        code: one of the codes in lotsen/sentences; a code without a sentence fails a test.
        parameters: values for that sentence. Never a person: states, dates, counts, rules.
    """

    code = "refused"
    status = 409
    is_recorded = False  # whether an access event tells of it, after the rollback

    def __init__(self, code: str | None = None, **parameters: object) -> None:
        self.code = code or self.code
        self.parameters = parameters
        super().__init__(self.code)


class NotPermitted(Refusal):
    """Visible, but not allowed: 403."""

    code = "not_permitted"
    status = 403
    is_recorded = True


class InvalidMove(Refusal):
    """The state table has no such arrow."""

    code = "invalid_move"


class ConsentMissing(Refusal):
    """No living consent covers what was asked for."""

    code = "consent_missing"


class InvalidInput(Refusal):
    """A value does not fit; `field` names the form field or JSON key it belongs to."""

    code = "invalid_input"
    status = 422

    def __init__(self, code: str | None = None, *, field: str, **parameters: object) -> None:
        super().__init__(code, **parameters)
        self.field = field


class Damaged(Refusal):
    """Something stored was changed or moved and does not open. Everything else stays as it is."""

    code = "sealed_text_damaged"
    is_recorded = True


class Unavailable(Refusal):
    """Something this step needs does not answer at present: 503. Trying again may help."""

    code = "unavailable"
    status = 503


class TooOften(Refusal):
    """More often than allowed within a short time: 429. `seconds` says how long to wait."""

    code = "too_often"
    status = 429

    def __init__(self, code: str | None = None, *, seconds: int) -> None:
        super().__init__(code, seconds=seconds, minutes=-(-seconds // 60))
        self.seconds = seconds
