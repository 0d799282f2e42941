"""How a family signs: by typing the name, by drawing, or on paper. All three weigh the same."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referrals.consent.models import ConsentForm, GivenBy

# One pen stroke after the other, whole numbers only: nothing else can get into the seal.
DRAWING = re.compile(r"(M\d{1,4} \d{1,4}(L\d{1,4} \d{1,4})+)+")
LONGEST_DRAWING = 20_000  # signs


class SignatureForm(forms.Form):
    """The family's yes, who says it, and its signature."""

    given_by = forms.ChoiceField(
        choices=GivenBy, error_messages={"required": _("Please tap who you are.")}
    )
    form = forms.ChoiceField(
        choices=ConsentForm, error_messages={"required": _("Please choose how you want to sign.")}
    )
    typed_name = forms.CharField(required=False, max_length=120)
    drawing = forms.CharField(required=False, max_length=LONGEST_DRAWING)
    feedback = forms.BooleanField(required=False)

    @property
    def signature(self) -> str | None:
        """What is sealed as the signature; on paper there is nothing to seal."""
        name = {ConsentForm.TYPED: "typed_name", ConsentForm.DRAWN: "drawing"}.get(
            self.cleaned_data["form"]
        )
        return str(self.cleaned_data[name]).strip() if name else None

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        way = facts.get("form")
        if way == ConsentForm.TYPED and not facts.get("typed_name", "").strip():
            self.add_error("typed_name", _("Please write your name."))
        if way == ConsentForm.DRAWN and not DRAWING.fullmatch(facts.get("drawing", "")):
            self.add_error("drawing", _("Please sign in the box, or choose another way."))
        return facts
