"""The access report on paper: the same structure as German headings, lines and one table.

Every text of the report comes along; a field the family could miss would be the one that matters.
Nothing here reads a database.
"""

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lotsen import printing
from referrals.documents.layout import (
    Row,
    day,
    entry,
    lines,
    listed,
    many,
    said,
    section,
    span,
    when,
    yes,
)
from referrals.documents.words import Json

TEMPLATE = Path(__file__).with_name("access_report.typ")


def printed(report: Json) -> bytes:
    """The report as PDF/UA. Neither title nor metadata name anybody or the case.

    Raises:
        lotsen.printing.PrintingFailed: typst could not make it.
    """
    information = report["information"]
    data = {
        "title": _("What is stored about your family"),
        "house": information["controller"],
        "code_line": _("Case code %(code)s") % {"code": report["pseudonym"]},
        "head": lines(
            (_("Answer of"), information["controller"]),
            (_("Made on"), when(report["made_at"])),
            (_("Law"), information["law"]),
        ),
        "gap_notice": _(
            "Some letters of a script cannot be printed here and stand as […]. The data file "
            "(JSON), which belongs to this answer, holds them in full."
        ),
        "sections": _sections(report) if report["is_stored"] else _nothing(report),
    }
    return printing.pdf(TEMPLATE, data).content


def _sections(report: Json) -> list[Json]:
    return [
        section(_("Who you are"), rows=_identity(report), text=_damaged(report)),
        section(_("Your family"), rows=_family(report["family"])),
        section(_("The case"), rows=_case(report["case"])),
        many(_("Sheets"), map(_assessment, report["assessments"])),
        many(_("Offers looked at"), map(_suggestion, report["suggestions"])),
        many(_("What was missing"), map(_gap, report["gaps"])),
        many(_("Consents"), map(_consent, report["consents"])),
        _recipients(report["recipients"]),
        many(_("Handovers"), map(_handover, report["handovers"])),
        many(_("Tries to reach you"), map(_contact, report["contacts"])),
        many(_("What we owe or owed you"), map(_follow_up, report["follow_ups"])),
        many(_("Notes"), map(_note, report["notes"]), text=_entrusted(report)),
        many(_("What you contest"), map(_dispute, report["disputes"])),
        many(_("Restrictions"), map(_restriction, report["restrictions"])),
        many(_("People who stood in or helped"), map(_share, report["shares"])),
        many(_("What you asked for by right"), map(_request, report["requests"])),
        _accesses(report),
        _information(report["information"]),
    ]


def _nothing(report: Json) -> list[Json]:
    answer = _("Nothing about your family is stored under this case code in our house.")
    proofs = report["consent_proofs"]
    left = [_("What is left are the proofs of your consents; their days stand here.")]
    sections = [
        section(_("Answer"), text=[answer, *(left if proofs else [])]),
        *([many(_("Proofs of consent"), map(_proof, proofs))] if proofs else []),
        many(_("What you asked for by right"), map(_request, report["requests"])),
    ]
    if report["accesses"]:
        sections.append(_accesses(report))
    return [*sections, _information(report["information"])]


def _identity(report: Json) -> list[Row]:
    words = {
        "name": _("Name"),
        "birth_date": _("Date of birth"),
        "phone": _("Phone"),
        "safe_contact": _("Safe way to get in touch"),
    }
    found = [(words.get(code, code), text) for code, text in report["identity"].items()]
    return found or [(_("Name and phone"), _("not stored"))]


def _damaged(report: Json) -> list[str]:
    if not report["not_included"]["damaged"]:
        return []
    return [
        _(
            "A sealed entry is damaged and cannot be opened. It is marked; everything else stands "
            "here. We look into it and tell you."
        )
    ]


def _family(facts: Json) -> list[Row]:
    return lines(
        (_("Language"), said(facts["language"])),
        (_("Interpreter"), yes(facts["interpreting"])),
        (_("Lives in"), said(facts["district"])),
        (_("Household"), said(facts["household"])),
        (_("Age of the child"), _age(facts)),
        (_("Way to us"), said(facts["route"])),
    )


def _age(facts: Json) -> str:
    """As it was recorded; what it is today follows from that."""
    months = facts["child_age_months"]
    words = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    return _("%(age)s on %(day)s") % {"age": words, "day": day(facts["aged_on"])}


def _case(case: Json) -> list[Row]:
    return lines(
        (_("State"), said(case["state"])),
        (pgettext("case", "Opened"), when(case["opened_at"])),
        (_("Last worked on"), when(case["last_worked_at"])),
        (_("Closed"), when(case["closed_at"])),
        (_("How it ended"), said(case["closure_reason"])),
        (_("You agreed that it is kept"), yes(case["kept_with_consent"])),
        (_("How you agreed"), said(case["consent_form"])),
        (_("Restricted"), yes(case["restricted"])),
    )


def _assessment(sheet: Json) -> Json:
    answers = [(item["question"], said(item["answer"])) for item in sheet["answers"]]
    title = _("%(sheet)s, version %(version)s") % {
        "sheet": sheet["instrument"],
        "version": sheet["version"],
    }
    return entry(
        title,
        (_("Begun"), when(sheet["started_at"])),
        (_("Finished"), when(sheet["finished_at"])),
        (_("Who said so"), said(sheet["provenance"])),
        (_("What is going well"), listed(sheet["resources"])),
        (_("You wish for"), listed(sheet["needs"])),
        (_("A talk"), said(sheet["talk_wish"])),
        *answers,
    )


def _suggestion(row: Json) -> Json:
    chosen = row["chosen"]["name"] if row["chosen"] else _("none")
    return entry(
        when(row["shown_at"]),
        (_("Offers"), "; ".join(offer["name"] or offer["id"] for offer in row["shown"])),
        (_("Left out"), str(row["left_out"])),
        (_("Chosen"), chosen),
        (_("Chosen on"), when(row["chosen_at"])),
    )


def _gap(row: Json) -> Json:
    return entry(
        said(row["need"]),
        (_("Why"), said(row["reason"])),
        (_("Noted"), when(row["noted_at"])),
    )


def _consent(row: Json) -> Json:
    drawn = row["form"]["code"] == "drawn" and row["signature"]
    signature = _("drawn; the data file holds it") if drawn else row["signature"]
    return entry(
        row["recipient"] or _("In our house"),
        (pgettext("consent", "For"), listed(row["purposes"])),
        (pgettext("consent", "Details"), listed(row["categories"])),
        (pgettext("consent", "Given"), when(row["given_at"])),
        (_("Given by"), said(row["given_by"])),
        (_("Form"), said(row["form"])),
        (_("Signature"), signature),
        (_("Interpreting"), said(row["interpreted"])),
        (_("Holds until"), day(row["valid_until"])),
        (_("Withdrawn"), when(row["withdrawn_at"])),
        (_("Text"), _("version %(version)s, %(language)s") % {
            "version": row["text"]["version"], "language": said(row["language"]),
        }),
        text=[row["text"]["title"], row["text"]["body"], *row["text"]["agreed_to"]],
    )  # fmt: skip


def _recipients(rows: Sequence[Json]) -> Json:
    nobody = _("Nobody outside our house received anything.")
    ask = _("Each of these houses also keeps notes of its own. Ask there for them.")
    return section(
        _("Who received something"),
        text=[ask if rows else nobody],
        entries=[
            entry(
                row["house"],
                (_("Kind of house"), row["kind"]),
                (pgettext("consent", "Details"), listed(row["categories"])),
                (_("Asked on"), when(row["asked_at"])),
                *((_("Takes part"), span(part)) for part in row["takes_part"]),
            )
            for row in rows
        ],
    )


def _handover(row: Json) -> Json:
    rest = _("How it went on is told to you by this house: you did not agree that we learn it.")
    return entry(
        row["recipient"],
        (_("Offer"), row["offer"]),
        (_("State"), said(row["state"])),
        (_("Reason"), said(row["reason"])),
        (_("Outcome"), said(row["outcome"])),
        (pgettext("consent", "Details"), listed(row["categories"])),
        (_("Topics before acceptance"), listed(row["need_groups"])),
        (_("Mark of origin"), said(row["provenance"])),
        (_("Prepared"), when(row["drafted_at"])),
        (_("Handed over"), when(row["requested_at"])),
        (_("Answer by"), when(row["answer_due_at"])),
        (_("First read"), when(row["seen_at"])),
        (_("Answered"), when(row["answered_at"])),
        (_("Look again on"), day(row["look_again_on"])),
        (_("Ended"), when(row["ended_at"])),
        text=[] if row["course_is_complete"] else [rest],
    )


def _contact(row: Json) -> Json:
    return entry(
        when(row["at"]),
        (_("How"), said(row["channel"])),
        (_("What came of it"), said(row["result"])),
    )


def _follow_up(row: Json) -> Json:
    return entry(
        said(row["reason"]),
        (_("Due on"), day(row["due_on"])),
        (_("Planned"), when(row["created_at"])),
        (_("Done"), when(row["done_at"])),
    )


def _note(row: Json) -> Json:
    text = row["text"] if row["text"] is not None else _("Damaged, cannot be opened.")
    return entry(
        _("%(kind)s, %(when)s") % {"kind": said(row["kind"]), "when": when(row["written_at"])},
        (_("House"), row["house"]),
        (_("Who said so"), said(row["provenance"])),
        text=[text],
    )


def _entrusted(report: Json) -> list[str]:
    if not report["not_included"]["entrusted"]:
        return []
    return [
        _(
            "What somebody entrusted to one person of our house (section 65 SGB VIII) does not "
            "stand here, because others could read along. Ask that person: whoever entrusted it "
            "gets it from them."
        )
    ]


def _dispute(row: Json) -> Json:
    return entry(
        said(row["part"]),
        (_("Contested since"), when(row["raised_at"])),
        (_("Settled"), when(row["settled_at"])),
        text=[row["words"]],
    )


def _restriction(row: Json) -> Json:
    return entry(said(row["reason"]), (_("Time"), span(row)))


def _share(row: Json) -> Json:
    return entry(said(row["kind"]), (_("Time"), span(row)))


def _request(row: Json) -> Json:
    return entry(
        said(row["kind"]),
        (_("Received"), day(row["received_on"])),
        (_("Answer due"), day(row["due_on"])),
        (_("How we knew it was you"), said(row["identity_check"])),
        (_("State"), said(row["state"])),
        (_("Reason"), said(row["reason"])),
        (_("Answered"), when(row["ended_at"])),
    )


def _proof(row: Json) -> Json:
    return entry(
        row["recipient"] or _("In our house"),
        (pgettext("consent", "For"), listed(row["purposes"])),
        (pgettext("consent", "Details"), listed(row["categories"])),
        (pgettext("consent", "Given"), when(row["given_at"])),
        (_("Withdrawn"), when(row["withdrawn_at"])),
        (_("Case erased"), when(row["erased_at"])),
        (_("Proof kept until"), day(row["keep_until"])),
    )


def _accesses(report: Json) -> Json:
    text = [_("By house and kind of work; names of employees are not told.")]
    if begin_at := report.get("accesses_begin_at"):
        text.append(
            _("Only the latest: this list begins at %(moment)s.") % {"moment": when(begin_at)}
        )
    return section(
        _("Who looked at it"),
        text=text,
        table={
            "head": [_("When"), _("House"), _("What"), _("Which entries"), _("Why")],
            "widths": [3, 4, 3, 4, 3],
            "rows": [
                [
                    when(row["at"]),
                    ", ".join(filter(None, [row["house"], said(row["role"])])),
                    said(row["what"]),
                    listed(row["fields"]),
                    _why(row),
                ]
                for row in report["accesses"]
            ],
        },
    )


def _why(row: Json) -> str:
    emergency = pgettext("access", "emergency access") if row["emergency"] else ""
    return ", ".join(filter(None, dict.fromkeys([emergency, said(row["why"])])))


def _information(told: Json) -> Json:
    return section(
        _("Your rights, and what else you should know"),
        rows=lines(
            (_("Why we store it"), told["purposes"]),
            (_("Where it comes from"), told["source"]),
            (_("How long it is kept"), told["storage"]),
            (_("Does a program decide?"), told["automated_decisions"]),
            (_("What you can do"), told["rights"]),
            (_("Complaint"), told["complaint"]),
        ),
    )
