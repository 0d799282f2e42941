"""Sentences about the work with families: cases, wishes, offers, consent, handovers, rights."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FAMILIES: Mapping[str, Promise] = {
    # Cases and intake
    "case_closed": _("This case is closed. Nothing was changed. It can still be read."),
    "case_kept": _(
        "The family agreed that this case is kept. Nothing was deleted. Please close the case "
        "or record that the consent was withdrawn."
    ),
    "case_in_use": _(
        "A consent or a handover already rests on this case. Nothing was deleted. Please "
        "close the case instead."
    ),
    "no_free_pseudonym": _("No free case code was found. Nothing was saved. Please try again."),
    "storage_form_missing": _(
        "It is not recorded how the family agreed to keeping the case. Nothing was changed. "
        "Please choose paper or tapped."
    ),
    "district_unknown": _(
        "This district is not in the list. Nothing was saved. Please choose one from the list."
    ),
    "district_ambiguous": _("Several cities have a district of this name. Give its key."),
    "house_not_named": _(
        "You work in several houses. Nothing was changed. Please say for which one."
    ),
    "instrument_unknown": _(
        "There is no such version of this questionnaire. Nothing was changed. Please check name "
        "and version."
    ),
    "recipient_unknown": _(
        "There is no such house. Nothing was changed. Please choose one that takes part."
    ),
    "consent_text_unknown": _(
        "There is no consent text of this version and language. Nothing was changed."
    ),
    "language_unknown": _(
        "This language is not in the list. Nothing was saved. Please choose one from the list."
    ),
    "household_unknown": _(
        "This kind of household is not in the list. Nothing was saved. Please choose one from "
        "the list."
    ),
    "route_unknown": _(
        "This way to the service is not in the list. Nothing was saved. Please choose one "
        "from the list."
    ),
    "age_out_of_range": _(
        "The age in months must lie between %(low)s and %(high)s; below zero means pregnancy. "
        "Nothing was saved. Please check it."
    ),
    "assignee_elsewhere": _(
        "This person does not work with cases in the organisation that holds this one. "
        "Nothing was changed. Please choose a colleague."
    ),
    "share_kind_unknown": _(
        "This kind of share cannot be given. Nothing was shared. Please choose deputy or "
        "joint work."
    ),
    "share_outside_house": _(
        "This person works in no organisation that takes part in this case. Nothing was "
        "shared. Please choose a colleague."
    ),
    "share_end_out_of_range": _(
        "The share must end after now and within %(days)s days. Nothing was shared. Please "
        "choose another day."
    ),
    "share_with_oneself": _(
        "Nobody shares a case with themselves. Nothing was shared. Please take the case over, or "
        "use the emergency access."
    ),
    "share_ended": _("This share has ended already. Nothing was changed."),
    "insiders_decide": _(
        "Who else learns of this case is decided by those who work on it. Nothing was changed. "
        "Please ask the responsible colleague."
    ),
    "nobody_responsible": _(
        "Nobody who works in this organisation is responsible for this case. Nothing was changed. "
        "Please take it over first."
    ),
    "deputy_is_absent": _("Who is away and who stands in are the same. Please choose a colleague."),
    "deputy_elsewhere": _(
        "This person does not work with cases in this organisation. Nothing was changed. Please "
        "choose somebody who does."
    ),
    "deputy_for_oneself": _(
        "Nobody names themselves to stand in for somebody else. Nothing was changed. Please ask a "
        "colleague to do so, or use the emergency access."
    ),
    "deputyship_ended": _("This deputyship has ended already. Nothing was changed."),
    "emergency_not_needed": _("You work on this case already: you need no emergency access."),
    "emergency_reviewed": _("Somebody has reviewed this access already. Nothing was changed."),
    "own_emergency": _(
        "Nobody reviews their own access. Nothing was changed. Please ask another data protection "
        "officer."
    ),
    "reason_unknown": _(
        "This reason is not in the list. Nothing was changed. Please choose one from the list."
    ),
    # Indicators and wishes
    "no_instrument": _(
        "No questionnaire is installed yet. Nothing was changed. Please ask your "
        "administrator to import one."
    ),
    "version_published": _(
        "Version %(version)s is already published with another content, and answers may refer "
        "to it. Nothing was changed. Please give the file a new version number."
    ),
    "assessment_finished": _(
        "This sheet is already finished. Its answers are kept as they were. Please start a "
        "new one for changes."
    ),
    "item_unknown": _(
        "This question is not part of the sheet. Nothing was saved. Please open the page again."
    ),
    "group_unknown": _(
        "This group is not part of the sheet. Nothing was saved. Please open the page again."
    ),
    "answer_unknown": _(
        "This answer does not exist. Nothing was saved. Possible are: %(allowed)s."
    ),
    "need_unknown": _(
        "This need is not in the list. Nothing was saved. Please choose one from the list."
    ),
    "resource_unknown": _(
        "This entry is not in the list of what goes well. Nothing was saved. Please choose "
        "one from the list."
    ),
    "wish_unknown": _(
        "This answer to the wish for a talk does not exist. Nothing was saved. Possible are: "
        "%(allowed)s."
    ),
    "provenance_unknown": _(
        "It is not recorded who said this. Nothing was saved. Please choose the source."
    ),
    # Offers and matching
    "capacity_not_known": _("Choose how many places there are."),
    "waiting_weeks_beyond": _("The waiting time is at most %(most)s weeks."),
    "offer_not_on_show": _("This offer is not shown at present. Nothing was changed."),
    "offer_not_shown": _(
        "This offer was not among those shown. Nothing was changed. Please choose one from "
        "the list."
    ),
    "offer_withdrawn": _(
        "This offer no longer exists. Nothing was changed. Please choose another one."
    ),
    "offer_not_available": _(
        "This offer is not available at present. Nothing was passed on. Please choose another one."
    ),
    "offer_takes_no_handover": _(
        "This offer does not take handovers here. Nothing was passed on. Give the family the "
        "contact of the offer."
    ),
    "offer_of_own_house": _("This offer belongs to your own house: no handover is needed."),
    # Consent
    "purposes_unknown": _("Choose what the family agrees to."),
    "recipient_not_named": _(
        "Choose the body that receives something; your own house needs no such consent."
    ),
    "categories_missing": _("Choose what may be passed on."),
    "categories_unknown": _("Choose from the list what may be passed on."),
    "consent_text_missing": _(
        "There is no released consent text for this yet. Nothing was passed on. Please tell "
        "your administration."
    ),
    "consent_text_not_released": _(
        "This consent text has not been released. Choose a released one."
    ),
    "consent_text_does_not_fit": _(
        "This consent text belongs to another language or another law. Choose the one that fits."
    ),
    "signature_missing": _(
        "The signature is missing. Nothing was stored. The family may also say no."
    ),
    "signature_is_on_paper": _(
        "On paper the signature stays on the paper. Please leave the field empty."
    ),
    "consent_withdrawn_before": _(
        "This consent has been withdrawn already. Nothing more is passed on."
    ),
    "consent_withdrawn_since": _(
        "The family has withdrawn this consent in the meantime. Nothing was stored or passed on. "
        "Please ask the family again."
    ),
    "passed_on_in_confidence": _(
        "A clinic or practice passed this on in confidence (section 76 SGB X). Nothing was "
        "passed on. Please ask the family for a new consent; the house that holds the case can "
        "then pass it on."
    ),
    # Contact data and notes
    "case_log_of_others": _(
        "Who saw a case is shown to those who work on it in the house that holds it. Please ask"
        " whoever is responsible."
    ),
    "identity_not_released": _(
        "The contact data of this family is not released to you at the moment. Nothing was "
        "shown or changed. Please take the case over, or ask the organisation that holds it."
    ),
    "opening_reason_unknown": _(
        "This reason for opening contact data is not in the list. Nothing was opened. Please "
        "choose one from the list."
    ),
    "contact_missing": _(
        "Without a phone number or a safe way of contact nobody can reach the family. Nothing "
        "was saved. Please enter one of them."
    ),
    "phone_unreadable": _(
        "This does not look like a phone number. Nothing was saved. Please check it."
    ),
    "birth_date_out_of_range": _(
        "A date of birth lies between 1900 and today. Nothing was saved. Please check it."
    ),
    "safe_contact_missing": _(
        "Contact over a shared phone or by post could endanger somebody here. Nothing was "
        "saved. Please enter a safe way of contact."
    ),
    "search_unavailable": _(
        "Searching does not work at the moment. Nothing was changed and nothing is lost. Please "
        "tell your administration."
    ),
    "text_missing": _(
        "The text is empty. Nothing was saved. Please write something or leave the page."
    ),
    "text_too_long": _(
        "The text is longer than %(longest)s characters. Nothing was saved. Please shorten it."
    ),
    "note_kind_unknown": _(
        "This kind of note does not exist. Nothing was saved. Please open the page again."
    ),
    "not_insider": _(
        "Notes on this case are for those who work on it. Nothing was changed. Please take "
        "the case over or ask the responsible colleague."
    ),
    # Handovers and follow-ups
    "message_not_consented": _(
        "The family has not agreed to a message. Nothing was passed on. Ask the family or "
        "leave the message empty."
    ),
    "handover_under_way": _(
        "A handover to this body is under way already. Nothing was passed on a second time."
    ),
    "open_handover": _("A handover is still open. Nothing was changed. Please end it first."),
    "outcome_unknown": _("Choose an outcome from the list."),
    "date_has_passed": _("The day must be today or later."),
    "choice_unknown": _("Choose an entry from the list."),
    "follow_up_done": _("This follow-up is done already. Nothing was changed."),
    # Terms and erasure
    "term_out_of_range": _("This term is possible from %(low)s to %(high)s days."),
    "term_unchanged": _("This term holds already: %(days)s days."),
    "data_kind_unknown": _("There is no term for this. Nothing was changed."),
    "second_person_needed": _(
        "You have taken the first step yourself, so somebody else gives the second approval. "
        "Nothing was changed."
    ),
    "rule_not_waiting": _(
        "This term no longer waits for an approval: it has one, or another term was set since. "
        "Nothing was changed. Please look at the terms again."
    ),
    "nothing_due": _("Nothing is due that is not planned already. Nothing was changed."),
    "run_not_waiting": _(
        "This run no longer waits: somebody approved, carried out or cancelled it. Nothing was "
        "changed. Please look at it again."
    ),
    "run_not_approved": _(
        "This run is not approved or has ended. Nothing was erased. Please look at it again."
    ),
    "run_changed": _(
        "The run has changed since you opened it. Nothing was approved. Please look at the "
        "numbers again."
    ),
    "erasure_planned": _(
        "The erasure of this case waits for its second approval already. Nothing was changed."
    ),
    # Rights of the family
    "case_restricted": _(
        "At the family's wish this case is stored only, not used. Nothing was changed or passed "
        "on. Who works on it can lift the restriction under “Rights of the family”."
    ),
    "case_not_restricted": _("This case is not restricted. Nothing was changed."),
    "rights_belong_to_holder": _(
        "The answer to the family is given by the house that holds the case. Nothing was handed "
        "out. The family can ask there: %(house)s."
    ),
    "rights_health_secret": _(
        "These details come from a health professional and may not be handed out from here. "
        "Nothing was handed out. The family can ask where they come from: %(house)s."
    ),
    "request_running": _(
        "The family has asked for this already and waits for the answer. Nothing was recorded a "
        "second time."
    ),
    "request_ended": _("This request was answered before. Nothing was changed."),
    "request_missing": _(
        "No open request of the family asks for this. Nothing was handed out. Please record the "
        "request first."
    ),
    "day_to_come": _("This day is still to come. Please enter the day of the request."),
    "dispute_running": _("The family contests this already. Nothing was changed."),
    "dispute_settled": _("This is no longer contested. Nothing was changed."),
    "printing_failed": _(
        "The document could not be made. Nothing was handed out and nothing is lost. Please "
        "download the data file instead and tell your administration."
    ),
}
