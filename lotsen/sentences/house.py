"""Sentences of the house: who asks, how people sign in, who works here, the vault, the API."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOUSE: Mapping[str, Promise] = {
    # Every refusal of its kind that has nothing more particular to say
    "refused": _("That is not possible at the moment. Nothing was changed."),
    "not_permitted": _(
        "Your role does not include this step. Nothing was changed. Please ask someone in "
        "your organisation who may do it."
    ),
    "invalid_move": _(
        "This step does not fit the current state any more. Nothing was changed. Please open "
        "the page again and look at the state."
    ),
    "consent_missing": _(
        "There is no consent of the family for this. Nothing was passed on. Please ask the "
        "family first."
    ),
    "invalid_input": _("This entry does not fit. Nothing was changed. Please check it."),
    "unavailable": _(
        "That does not work at the moment. Nothing was changed and nothing is lost. Please try "
        "again in a few minutes."
    ),
    "not_recorded": _(
        "Nothing was shown and nothing was changed, because it could not be written down in the "
        "access log. Please try again in a few minutes."
    ),
    # Account and privacy screen
    "pin_not_digits": _("A PIN has 6 to 12 digits. Please choose another one."),
    "pin_too_easy": _("This PIN is too easy to guess. Please choose another one."),
    "second_factor_wrong": _(
        "This code does not fit. Each code works once and only for a short time. Please enter "
        "the next one your app shows; its clock must be right."
    ),
    "second_factor_last": _(
        "Your role needs a second factor, and this is your last one. Nothing was changed. Please "
        "set up another one first."
    ),
    "second_factor_damaged": _(
        "Your second factor cannot be read any more. Nothing was changed. Please ask the "
        "administration of your organisation to set up your access anew."
    ),
    "passkey_unfit": _(
        "This passkey does not fit here, or it took too long. Please try again, or take "
        "another way."
    ),
    # People and houses
    "username_malformed": _(
        "A user name is made of letters, digits, dots, hyphens and underscores, without blanks. "
        "Please choose another one."
    ),
    "username_taken": _("This user name is taken. Please choose another one."),
    "email_taken": _(
        "This address has an account already. Nobody needs two: add the person with “Somebody "
        "with an account”."
    ),
    "email_unknown": _(
        "No open account has this address. Please check it, or invite the person as somebody new."
    ),
    "roles_apart": _(
        "Who gives rights and who reviews them are two people: nobody is administration and data "
        "protection officer at once, not in different houses either."
    ),
    "answer_days_out_of_range": _("Between %(low)s and %(high)s days are possible."),
    "account_closed": _("This account is closed. Nothing was changed. Please open it first."),
    "works_elsewhere": _(
        "This person also works in a house whose people you do not manage. Nothing was changed. "
        "You can end the roles in your own houses; the rest is done by an administration that is "
        "responsible for all houses of this person, or by the operator."
    ),
    "own_account": _(
        "Nobody changes their own roles or account here. Nothing was changed. Please ask another "
        "administrator of your house."
    ),
    "last_administrator": _(
        "Nobody else would manage the people of this house. Nothing was changed. Please give "
        "somebody else the role first."
    ),
    "last_house": _(
        "This is the only house you manage: after closing it you could not come back here. "
        "Nothing was changed. Please ask the operator."
    ),
    # Pseudonyms, lists, the vault
    "pseudonym_malformed": _("A pseudonym looks like 7K4M-QX2T-9RHV. Please check what you typed."),
    "pseudonym_mistyped": _(
        "One character of this pseudonym is mistyped. Please compare it with the original."
    ),
    "device_malformed": _("A device name looks like 7K4M-QX27. Please check what you typed."),
    "device_mistyped": _(
        "One character of this device name is mistyped. Please compare it with the sticker."
    ),
    "cursor_damaged": _(
        "This place in the list cannot be found. Nothing was changed. Please start again at "
        "the beginning of the list."
    ),
    "sealed_text_damaged": _(
        "This sealed entry cannot be opened. Nothing was changed. Please tell your administration."
    ),
    "keys_unavailable": _(
        "Sealed entries can neither be opened nor saved at the moment. Nothing was changed and "
        "nothing is lost. Please try again in a few minutes; if it stays so, tell your "
        "administration."
    ),
    "case_erased": _("This case was erased. Nothing was saved, and nothing can be added to it."),
    "erasure_not_recorded": _(
        "The erasure cannot be recorded, so nothing was erased. Please tell your administration."
    ),
    # The API
    "idempotency_key_unreadable": _(
        "This Idempotency-Key cannot be read: 1 to 255 visible ASCII characters. Nothing was "
        "changed."
    ),
    "idempotency_key_reused": _(
        "This Idempotency-Key was used for another request. Nothing was changed. Please take a "
        "new key for every new thing."
    ),
    "too_often": _(
        "That was too often within a minute; the limit protects the families. Nothing is lost. "
        "Please try again in %(seconds)s seconds."
    ),
    "too_many_tries": _(
        "That was tried too often. Nothing is lost. Please try again in %(minutes)s minutes."
    ),
    "device_unknown": _(
        "No device of this name is known among the people of your houses. Nothing was changed. "
        "Please compare it with the sticker, or ask the data protection officer."
    ),
    "device_blocked": _(
        "This device is blocked. Nobody can sign in on it. Please ask the administration of your "
        "organisation."
    ),
    "token_without_factor": _(
        "This token works as soon as its owner has set up a second factor. Nothing was changed."
    ),
    "token_scope_missing": _(
        "This token may not do that (%(right)s is missing). Nothing was changed. Please use a "
        "token that was made for it."
    ),
}
