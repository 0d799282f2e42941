"""The page of district figures: one year, with sources."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from referrals.planning.models import ContextFigure
from tests.builders import make_district
from tests.conftest import Cast
from tests.referrals.planning.stage import elsewhere

type SignsIn = Callable[[str], Client]
PAGE, FILE = "/planung/sozialraum/", "/planung/sozialraum/datei/"
HEAD = "district,name,unit,source,url,year,value\n"
ROWS = (
    "Bilk,Kinder in Bedarfsgemeinschaften,%,Amt für Statistik,https://example.org/a,2025,\"18,5\"\n"
    "Bilk,Kinder in Bedarfsgemeinschaften,%,Amt für Statistik,,2024,17\n"
    "Bilk,Geburten,Kinder,Einwohnermeldeamt,,2023,412\n"
)  # fmt: skip


def _send(client: Client, rows: str = ROWS) -> str:
    file = SimpleUploadedFile("zahlen.csv", (HEAD + rows).encode())
    return client.post(FILE, {"file": file}).content.decode()


def test_a_file_becomes_a_table_of_one_year_with_its_source(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    assert "Noch keine" in dora.get(PAGE).content.decode()
    assert "3 Zeilen übernommen" in _send(dora)
    page = dora.get(PAGE).content.decode()
    assert "18,5" in page
    assert "Amt für Statistik" in page
    assert 'href="https://example.org/a"' in page
    assert "Geburten (2023)" in page
    assert ">17<" not in page
    assert ">17<" in dora.get(PAGE, {"jahr": "2024"}).content.decode()
    assert dora.get(PAGE, {"jahr": "2022"}).status_code == 404


def test_an_unknown_district_is_told_with_what_may_be_meant(cast: Cast, signed_in: SignsIn) -> None:
    page = _send(signed_in("dora"), ROWS.replace("Bilk,Geb", "Billk,Geb"))
    assert "Zeile 4" in page
    assert "vielleicht: Bilk" in page
    assert not ContextFigure.objects.exists()


def test_what_a_file_says_is_shown_as_text(cast: Cast, signed_in: SignsIn) -> None:
    dora = signed_in("dora")
    _send(dora, "Bilk,<script>x</script>,%,<b>Amt</b>,,2025,1\n")
    page = dora.get(PAGE).content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;Amt" in page


def test_who_coordinates_elsewhere_neither_sees_nor_changes_anything(
    cast: Cast, signed_in: SignsIn
) -> None:
    make_district("Bilk")
    _send(signed_in("dora"))
    _clinic, cast.carla = elsewhere()  # type: ignore[misc]
    emil = signed_in("carla")
    assert "Bilk" not in emil.get(PAGE).content.decode()
    assert emil.get(PAGE, {"stadt": "duesseldorf"}).status_code == 404
    assert emil.post(f"{FILE}?stadt=duesseldorf").status_code == 404
    assert "Nichts wurde übernommen" in _send(emil, ROWS.replace("18,5", "99"))
    assert not ContextFigure.objects.filter(value=99).exists()


def test_nobody_else_plans(signed_in: SignsIn) -> None:
    assert signed_in("anna").get(PAGE).status_code == 403
    assert signed_in("anna").get(FILE).status_code == 403
    assert signed_in("anna").post(FILE).status_code == 403
