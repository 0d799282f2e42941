"""What can be refused. Pure: no Django, because rules raise these too.

A refusal is a code and parameters; lotsen/refusals.py alone turns it into a sentence.
"""


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a crash
    """The request was understood and is refused.

    Args:
        code: one of the codes in lotsen/refusals.py; a code without a sentence fails a test.
        parameters: values for that sentence. Never a person: states, dates, counts, rules.
    """

    code = "refused"
    status = 409

    def __init__(self, code: str | None = None, **parameters: object) -> None:
        self.code = code or self.code
        self.parameters = parameters
        super().__init__(self.code)


class NotPermitted(Refusal):
    """Visible, but not allowed: 403."""

    code = "not_permitted"
    status = 403


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
