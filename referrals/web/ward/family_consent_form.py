"""How a family signs: by typing the name, by drawing, or on paper. All three weigh the same."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from referrals.consent.models import ConsentForm, GivenBy
from referrals.consent.rules import Purpose

# One pen stroke after the other, whole numbers only: nothing else can get into the seal.
DRAWING = re.compile(r"(M\d{1,4} \d{1,4}(L\d{1,4} \d{1,4})+)+")
LONGEST_DRAWING = 20_000  # signs

# Beside passing on, each with a tick of its own; the last two are for the asking house alone.
ALSO_ASKED = (Purpose.FEEDBACK, Purpose.CONTACT_AGAIN, Purpose.EVALUATION)
OF_OWN_HOUSE = (Purpose.CONTACT_AGAIN, Purpose.EVALUATION)


class SignatureForm(forms.Form):
    """The family's yes, who says it, and its signature. Nothing is ticked beforehand.

    Args:
        words: what is said where something is missing, in the family's language.
    """

    given_by = forms.ChoiceField(choices=GivenBy)
    form = forms.ChoiceField(choices=ConsentForm)
    typed_name = forms.CharField(required=False, max_length=120)
    drawing = forms.CharField(required=False, max_length=LONGEST_DRAWING)
    feedback = forms.BooleanField(required=False)
    contact_again = forms.BooleanField(required=False)
    evaluation = forms.BooleanField(required=False)

    def __init__(self, *args: Any, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words
        self.fields["given_by"].error_messages["required"] = words["missing_who"]
        self.fields["form"].error_messages["required"] = words["missing_way"]

    @property
    def signature(self) -> str | None:
        """What is sealed as the signature; on paper there is nothing to seal."""
        name = {ConsentForm.TYPED: "typed_name", ConsentForm.DRAWN: "drawing"}.get(
            self.cleaned_data["form"]
        )
        return str(self.cleaned_data[name]).strip() if name else None

    def ticked(self, purposes: tuple[Purpose, ...]) -> list[Purpose]:
        """Those of `purposes` the family said yes to."""
        return [purpose for purpose in purposes if self.cleaned_data[purpose.value]]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        way = facts.get("form")
        if way == ConsentForm.TYPED and not facts.get("typed_name", "").strip():
            self.add_error("typed_name", self.words["missing_name"])
        if way == ConsentForm.DRAWN and not DRAWING.fullmatch(facts.get("drawing", "")):
            self.add_error("drawing", self.words["missing_drawing"])
        return facts
