"""Cells of one row as values. What cannot be a value rejects the row; contact data only hints."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime

from lotsen.importing import one_line
from offers.importing import prose
from offers.importing.problems import RowRejectedError

YES, NO = frozenset({"ja", "yes", "true", "1"}), frozenset({"nein", "no", "false", "0"})
_FORMULA = re.compile(r"[=@]|[+-][A-Za-z(=@]")
# Invisible: control characters, and marks that turn the reading direction around.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]"
)


class Cells:
    """Reads cells by column name and remembers what it had to leave out."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.markup = False
        self.hints: list[str] = []

    def raw(self, column: str) -> str:
        return one_line(_INVISIBLE.sub("", self._cells.get(column, "")))

    def text(self, column: str, limit: int) -> str:
        """One line of plain text, without HTML and without anything a spreadsheet would run."""
        cell = self.raw(column)
        if _FORMULA.match(cell):
            raise RowRejectedError("formula_in_cell", column=column, start=cell[0])
        plain = one_line(prose.without_markup(cell))
        self.markup = self.markup or plain != cell
        if len(plain) > limit:
            raise RowRejectedError("too_long", column=column, length=len(plain), limit=limit)
        return plain

    def items(self, column: str) -> list[str]:
        """A list; its items stand between "|" or ","."""
        parts = re.split(r"[|,]", self.text(column, 2000))
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def code(self, column: str, allowed: Collection[str]) -> str:
        return next(iter(self.codes(column, allowed, at_most=1)), "")

    def codes(self, column: str, allowed: Collection[str], at_most: int = 99) -> list[str]:
        found = self.items(column)
        strange = [item for item in found if item not in set(allowed)] or found[at_most:]
        if strange:
            raise RowRejectedError("unknown_code", column=column, value=strange[0][:40])
        return found

    def number(self, column: str, low: int, high: int) -> int | None:
        """A whole number; the minus sign may be a hyphen or a true minus."""
        cell = self.raw(column).replace("−", "-").replace("–", "-")
        if not cell:
            return None
        if not re.fullmatch(r"-?[0-9]{1,5}", cell) or not low <= int(cell) <= high:
            raise RowRejectedError(
                "not_a_number", column=column, value=cell[:20], low=low, high=high
            )
        return int(cell)

    def day(self, column: str, *, latest: date) -> date | None:
        cell = self.raw(column)
        if not cell:
            return None
        found = next((day for form in ("%Y-%m-%d", "%d.%m.%Y") if (day := _day(cell, form))), None)
        if found is None:
            raise RowRejectedError("not_a_date", column=column, value=cell[:20])
        if found > latest:
            raise RowRejectedError("date_in_future", column=column, value=f"{found:%d.%m.%Y}")
        return found

    def yes_or_no(self, column: str) -> bool | None:
        cell = self.raw(column).lower()
        if cell and cell not in YES | NO:
            raise RowRejectedError("not_yes_or_no", column=column, value=cell[:20])
        return cell in YES if cell else None

    def position(self, latitude: str, longitude: str) -> tuple[float | None, float | None]:
        """A place in Germany in WGS 84 degrees, or nothing."""
        try:
            north, east = float(latitude.replace(",", ".")), float(longitude.replace(",", "."))
        except ValueError:
            north = east = 0.0
        if 47 <= north <= 56 and 5 <= east <= 16:
            return north, east
        if latitude or longitude:
            self.hints.append("Die Koordinaten liegen nicht in Deutschland und fehlen nun.")
        return None, None

    def postal_code(self, column: str) -> str:
        cell = self.raw(column)
        if cell and not re.fullmatch(r"[0-9]{5}", cell):
            self.hints.append(f"Postleitzahl nicht übernommen: „{cell[:20]}“.")
            return ""
        return cell

    def phone(self, column: str) -> str:
        number, remark = prose.telephone(self.raw(column))
        if remark:
            self.hints.append(f"Neben der Telefonnummer stand: „{remark[:100]}“.")
        return number

    def email(self, column: str) -> str:
        good, bad = prose.email_addresses(self.raw(column))
        if left_out := [*good[1:], *bad]:
            self.hints.append(
                f"Weitere E-Mail-Adresse nicht übernommen: {', '.join(left_out)[:200]}."
            )
        return good[0] if good else ""

    def website(self, column: str) -> str:
        found = prose.web_address(self.raw(column))
        if found is None:
            self.hints.append(f"Internetadresse nicht übernommen: „{self.raw(column)[:100]}“.")
        return found or ""


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no time zone
    except ValueError:
        return None
