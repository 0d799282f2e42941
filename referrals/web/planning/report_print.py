"""A report on paper and a finding on a slide: panels become what the typst templates read.

Only panels and texts come in here: nothing that is not on the page can get onto the paper.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lotsen import printing
from referrals.statistics import files
from referrals.statistics.published import Published
from referrals.web.planning import charts, method_texts, wording
from referrals.web.planning.overview import Sentence
from referrals.web.planning.panels import Panel
from referrals.web.planning.periods import Chosen

REPORT = Path(__file__).with_name("report.typ")
SLIDE = Path(__file__).with_name("slide.typ")
_PAPER = (640, 250)  # the size of a line chart whose labels are read on A4, and on a slide
_ON_SLIDE = (620, 270)

type Json = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What was chosen for a report."""

    choice: Chosen
    told: Published
    sentences: Sequence[Sentence]
    panels: Sequence[Panel]

    @property
    def title(self) -> str:
        return _("Report of the prevention network, %(city)s") % {
            "city": self.told.municipality.name
        }


def pdf(report: Report) -> bytes:
    """The report as PDF/UA, with the method sheet as its end.

    Raises:
        lotsen.printing.PrintingFailed: typst could not make it.
    """
    told, label = report.told, report.choice.label
    data = {
        "title": report.title,
        "author": _("lotsen, statistics of %(city)s") % {"city": told.municipality.name},
        "subtitle": f"{label} · {_source()}",
        "footer": f"{told.municipality.name} · {label}",
        "sentences_title": _("Where we stand"),
        "sentences": [asdict(sentence) for sentence in report.sentences],
        "findings_title": _("What the numbers show"),
        "panels": [_panel(panel) for panel in report.panels],
        "method": _method(told),
        "colophon": files.colophon(told, period=label),
    }
    return printing.pdf(REPORT, data).content


def png(panel: Panel, choice: Chosen, told: Published) -> bytes:
    """One finding as a picture of 1920 by 1080.

    Raises:
        lotsen.printing.PrintingFailed: typst could not make it.
    """
    data = {
        "title": panel.title,
        "note": panel.note,
        "line": _line(panel.line, _ON_SLIDE),
        "bars": [_bar(bar) for bar in panel.bars.bars] if panel.bars else None,
        "keys": panel.bars.keys if panel.bars else (),
        "footer": f"{told.municipality.name} · {choice.label} · {_source()}",
    }
    return printing.png(SLIDE, data)


def _source() -> str:
    return _("numbers of families are multiples of 5, 0 means 0 to 4")


def _panel(panel: Panel) -> Json:
    return {
        "title": panel.title,
        "note": panel.note,
        "remark": panel.remark,
        "alt": panel.alternative,
        "head": panel.head,
        "rows": panel.shown,
        "drawing": _("Bar"),
        "line": _line(panel.line, _PAPER),
        "bars": {bar.name: _bar(bar)["parts"] for bar in panel.bars.bars} if panel.bars else None,
        "keys": panel.bars.keys if panel.bars else (),
    }


def _line(chart: charts.Line | None, size: tuple[int, int]) -> Json | None:
    """The chart anew for this size; places as numbers, because typst reads no paths of SVG."""
    if chart is None:
        return None
    drawn = charts.resized(chart, width=size[0], height=size[1], shown=wording.count)
    return {
        "width": drawn.width,
        "height": drawn.height,
        "right": drawn.right,
        "base": drawn.base,
        "ticks": [asdict(tick) for tick in drawn.ticks],
        "columns": [asdict(tick) for tick in drawn.columns],
        "lines": [_drawn(line, drawn.right) for line in drawn.lines],
    }


def _drawn(line: charts.Drawn, right: float) -> Json:
    lead = None
    if line.lead:
        x, y = line.points[-1]
        lead = [[x + 7, y], [right + 12, line.label_y]]
    return {
        "number": line.number,
        "points": line.points,
        "runs": [[_point(pair) for pair in run.split()] for run in line.runs],
        "label": line.label,
        "label_x": line.label_x,
        "label_y": line.label_y,
        "lead": lead,
    }


def _point(pair: str) -> list[float]:
    return [float(number) for number in pair.split(",")]


def _bar(bar: charts.Bar) -> Json:
    return {
        "name": bar.name,
        "parts": [asdict(part) for part in bar.parts],
        "values": [part.shown for part in bar.parts],
    }


def _method(told: Published) -> Json:
    return {
        "title": _("How we count"),
        "short": method_texts.in_short(),
        "sections": [asdict(section) for section in method_texts.sections(told)],
    }
