"""A panel: one finding in a sentence, what draws it, its table, and where it is explained.

The page, the report, the slide and the files are all made of the same panels, so none of them can
tell a number that the others do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.text import slugify

from referrals.statistics import files
from referrals.statistics.published import Published
from referrals.web.planning import charts, wording
from referrals.web.planning.periods import Chosen

type Cell = str | int | None


@dataclass(frozen=True)
class Panel:
    """One finding.

    Args:
        code: in addresses and file names.
        title: the finding, as a sentence.
        note: of what and of when the numbers are.
        remark: what else is worth a sentence.
        head, rows: the whole table; a first column of words, then counts or words.
        how: the paragraph of the method page.
        of, unit: what a row of the bars is, and what its number counts.
        exact: the numbers are no family's and so not rounded.
    """

    code: str
    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    how: str
    line: charts.Line | None = None
    bars: charts.Bars | None = None
    of: str = ""
    unit: str = ""
    remark: str = ""
    exact: bool = False

    @property
    def shown(self) -> list[list[str]]:
        """The rows as people read them."""
        number = wording.exact if self.exact else wording.count
        return [
            [cell if isinstance(cell, str) else number(cell) for cell in row] for row in self.rows
        ]

    @property
    def has_drawing(self) -> bool:
        return bool(self.line or (self.bars and self.bars.bars))

    @property
    def alternative(self) -> str:
        """What the drawing shows, in words, every value included."""
        drawing = self.line or self.bars
        return f"{self.title}. {drawing.text}" if drawing else self.title


def table_of(panel: Panel) -> files.Table:
    """The panel as a file has it: whole numbers, a nought for "0 to 4", nothing where unknown."""
    rows = [["" if cell is None else cell for cell in row] for row in panel.rows]
    return files.Table(panel.title, panel.head, rows)


def blocks(panels: Sequence[Panel], title: str) -> files.Table:
    """Several tables below each other in one file, each with its title and head."""
    tables = [table_of(panel) for panel in panels]
    rows: list[Sequence[object]] = []
    for table in tables:
        rows += [[table.title], table.head, *table.rows, []]
    return files.Table(title, [title], rows)


def file_response(
    table: files.Table, told: Published, choice: Chosen, *, kind: str, code: str
) -> HttpResponse:
    """The table as a download with a neutral name."""
    content = files.file_of(table, told, period=choice.label, kind=kind)
    return download(content, files.TYPES[kind], file_name(choice, code, kind))


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def file_name(choice: Chosen, code: str, ending: str) -> str:
    """Which city, period and table: "lotsen-duesseldorf-2026q3-needs.csv"."""
    return f"{slugify(f'lotsen-{choice.municipality.slug}-{choice.period}-{code}')}.{ending}"
