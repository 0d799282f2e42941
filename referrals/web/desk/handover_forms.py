"""What a move of a handover asks for: a reason, an outcome, a day to look again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lotsen.web.forms import ChipRadios, DateInput
from referrals.handovers.rules import OUTCOMES, REASONS, Move
from referrals.web import phrases

QUESTIONS: Mapping[Move, phrases.Phrase] = {
    Move.DECLINE: _("Why? The family then gets another offer soon."),
    Move.HOLD: _("Why is it on hold?"),
    Move.COMPLETE: _("How did it end?"),
    Move.FAIL: _("What happened?"),
    Move.CANCEL: _("Why?"),
}


class MoveForm(forms.Form):
    """The facts of one move; its cleaned values are the action's arguments."""

    def __init__(self, move: Move, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{move}-%s")
        self.move = move
        if move in REASONS:
            self.fields["reason"] = _choice(move, REASONS[move], phrases.REASONS)
        if move is Move.COMPLETE:
            self.fields["outcome"] = _choice(move, OUTCOMES, phrases.OUTCOMES)
        if move is Move.HOLD:
            self.fields["resume_on"] = forms.DateField(
                label=_("Look again on"),
                widget=DateInput(),
                error_messages={
                    "required": _("Enter the day on which to look again."),
                    "invalid": _("Enter a day, for example 24.11.2026."),
                },
            )

    @property
    def label(self) -> phrases.Phrase:
        return phrases.MOVES[self.move]

    @property
    def url_name(self) -> str:
        return f"handover-{self.move.value.replace('_', '-')}"

    @property
    def asks(self) -> bool:
        """Whether a single tap would be too little: facts are due, or it is hard to undo."""
        return bool(self.fields) or self.move is Move.MARK_ERROR


def _choice(
    move: Move, codes: Iterable[str], words: Mapping[str, phrases.Phrase]
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=str(QUESTIONS[move]),
        choices=[(code, words[code]) for code in codes],
        widget=ChipRadios,
        error_messages={"required": _("Choose what fits best.")},
    )
