"""Devices of one's people: find one by its sticker, block it, open it again.

For the administration and for the data protection officer, each for the people of their own
houses. Three steps from the menu to a blocked device: type the name, look, block.
"""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from lotsen import blocking
from lotsen.accounts.http import UserRequest
from lotsen.accounts.models import BlockReason
from lotsen.blocking import Known
from lotsen.devices import kept_device, numbers_named
from lotsen.errors import InvalidInput
from lotsen.refusals import sentence
from lotsen.web.forms import Choices, refusals_on


class DeviceForm(forms.Form):
    """Which device, by the name on its sticker."""

    device = forms.CharField(
        label=gettext_lazy("Name of the device"),
        help_text=gettext_lazy("Eight characters, as on the sticker."),
        max_length=20,
        error_messages={"required": gettext_lazy("Enter the name of the device.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_device(self) -> tuple[UUID, UUID]:
        try:
            return numbers_named(self.cleaned_data["device"])
        except InvalidInput as refusal:
            raise ValidationError(sentence(refusal)) from None


class BlockForm(DeviceForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=BlockReason.choices,
        initial=BlockReason.LOST,
        widget=Choices,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["device"].widget = forms.HiddenInput()


@require_safe
def overview(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted: the user manages neither people nor accesses of any house.
    """
    blocking.require_somewhere(request.user)
    form = DeviceForm(request.GET if "device" in request.GET else None)
    found: list[Known] = []
    if form.is_valid():
        with refusals_on(form):
            found = blocking.look_up(form.cleaned_data["device"], actor=request.user, at=now())
    return _page(request, form, found)


@require_POST
def block(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted: as above.
        InvalidInput: no such device is in the user's reach.
    """
    blocking.require_somewhere(request.user)
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _page(request, form, [])
    ended = blocking.block(
        form.cleaned_data["device"],
        reason=BlockReason(form.cleaned_data["reason"]),
        actor=request.user,
        at=now(),
    )
    messages.success(
        request,
        ngettext(
            "The device is blocked. %(ended)s session on it was ended.",
            "The device is blocked. %(ended)s sessions on it were ended.",
            ended,
        )
        % {"ended": ended},
    )
    return redirect("devices")


@require_POST
def unblock(request: UserRequest) -> HttpResponse:
    """
    Raises:
        NotPermitted, InvalidInput: as above.
    """
    blocking.require_somewhere(request.user)
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, [])
    blocking.unblock(form.cleaned_data["device"], actor=request.user, at=now())
    messages.success(request, _("People can sign in on this device again."))
    return redirect("devices")


def _page(request: UserRequest, form: forms.Form, found: list[Known]) -> HttpResponse:
    name = found[0].name if found else ""
    context = {
        "form": form,
        "found": found,
        "block_form": BlockForm(initial={"device": name}, auto_id="block_%s"),
        "blocked": blocking.blocked(request.user),
        "is_this": any(known.number == kept_device() for known in found),
    }
    return render(request, "people/devices.html", context, status=422 if form.errors else 200)
