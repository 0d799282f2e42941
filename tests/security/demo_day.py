"""A day with made-up families through the real pages, for whoever searches what is left of it."""

import re

from django.http import HttpResponse
from django.test import Client

from referrals.models import Case, Handover
from tests.builders import PASSWORD, make_assessment, make_district
from tests.conftest import Cast
from tests.security.canaries import Canaries
from tests.security.stage import browser, post_json

# Pages that name families by pseudonym alone, whoever may open more.
PAGES = ("/", "/station/", "/eingang/", "/ausgang/", "/wiedervorlagen/", "/api/v1/cases/",
         "/api/v1/handovers/", "/api/v1/handovers/?box=sent")  # fmt: skip
CASE_PAGES = ("", "kontaktdaten/", "notiz/", "kontakt/", "einwilligungen/", "abschliessen/")
ALL = ["name", "phone", "safe_contact", "language", "district", "needs", "note"]


class Day:
    """Remembers every address, header and cookie, and every page that opened nothing."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.anna, self.bilal = browser(cast.anna), browser(cast.bilal)
        self.around: list[str] = []
        self.shown: dict[str, bytes] = {}
        self.titles: list[str] = []

    def get(self, client: Client, url: str) -> HttpResponse:
        answer = client.get(url)
        self.shown[f"{url} {len(self.shown)}"] = answer.content
        return self._noted(client, answer)

    def post(self, client: Client, url: str, data: dict[str, object]) -> HttpResponse:
        return self._noted(client, client.post(url, data))

    def _noted(self, client: Client, answer: HttpResponse) -> HttpResponse:
        assert answer.status_code < 500
        self.around.append(answer.wsgi_request.get_full_path())
        self.around += [f"{name}: {value}" for name, value in answer.headers.items()]
        self.around += [morsel.OutputString() for morsel in client.cookies.values()]
        self.titles += re.findall(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)
        return answer

    def family_comes(self, told: Canaries) -> None:
        case = self._intake()
        wish = {"categories": ALL, "name": told.name, "phone": told.phone}
        page = f"/fall/{case.pk}/uebergabe/?angebot={self.cast.offer.pk}"
        assert self.post(self.anna, page, wish | {"phone": told.searched}).status_code == 422
        asked = self.post(self.anna, page, wish | {"safe_contact": told.safe_contact})
        self._signs(asked["Location"], told)
        handover = Handover.objects.get(case=case)
        review = f"/uebergabe/{handover.pk}/pruefen/"
        assert self.post(self.anna, review, {"message": told.message}).status_code == 302
        self._is_written_about(case, told)
        self._is_called(handover, told)

    def _intake(self) -> Case:
        facts = {"district": make_district().key, "language": "tr", "child_age_months": 0}
        answer = post_json(self.anna, "/api/v1/cases/", facts)
        case = Case.objects.get(pseudonym=answer.json()["pseudonym"])
        make_assessment(case, self.cast.anna, needs=["overload"], talk_wish="yes")
        return case

    def _signs(self, page: str, told: Canaries) -> None:
        self.get(self.anna, page)
        signature = {"given_by": "mother", "form": "typed", "typed_name": told.signature}
        assert self.post(self.anna, page, signature | {"form": "?"}).status_code == 422
        assert self.post(self.anna, page, signature).status_code == 302
        assert self.post(self.anna, "/gesperrt/", {"secret": PASSWORD}).status_code == 302

    def _is_written_about(self, case: Case, told: Canaries) -> None:
        page, note = f"/fall/{case.pk}/notiz/", {"was": "schreiben", "text": told.note}
        assert self.post(self.anna, page, note | {"kind": "?"}).status_code == 422
        written = note | {"kind": "case", "provenance": "family"}
        assert self.post(self.anna, page, written).status_code == 302

    def _is_called(self, handover: Handover, told: Canaries) -> None:
        self.get(self.bilal, f"/eingang/?uebergabe={handover.pk}")
        assert self.post(self.bilal, f"/uebergabe/{handover.pk}/annehmen/", {}).status_code == 302
        case = f"/fall/{handover.case_id}/"
        opened = self.post(self.bilal, f"{case}kontaktdaten/", {"was": "anzeigen"})
        assert told.name in opened.content.decode()
        read = self.post(self.bilal, f"{case}notiz/", {"was": "oeffnen"})
        assert b"anrufen &lt;b&gt;" in read.content
        call = {"channel": "phone", "result": "reached", "next_step": "two_days"}
        call |= {"handover": str(handover.pk), "note": told.contact_note}
        assert self.post(self.bilal, f"{case}kontakt/", call).status_code == 302

    def look_round(self, *, cases: int = 10) -> None:
        """Every page on which a family stands by its pseudonym, for both houses."""
        for client in (self.anna, self.bilal):
            for page in PAGES:
                self.get(client, page)
            for case in Case.objects.order_by("opened_at")[:cases]:
                for page in CASE_PAGES:
                    self.get(client, f"/fall/{case.pk}/{page}")
                self.get(client, f"/api/v1/cases/{case.pseudonym}/")
            for handover in Handover.objects.all():
                self.get(client, f"/uebergabe/{handover.pk}/")
                self.get(client, f"/api/v1/handovers/{handover.pk}/")
