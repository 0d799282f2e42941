"""A cube of protected numbers, and the sums that may be read from it. Pure.

Every chart, table, file and answer is computed from cubes like these and from nothing else: what
is summed from protected cells can tell no more than the cells themselves.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from lotsen.errors import InvalidInput

type Key = tuple[str, ...]

BASE = 5  # every cell is a multiple of it; 0 reads "0 to 4" (privacy.md, section 4)
FAMILIES, NEEDS, CIRCUMSTANCES = "families", "needs", "circumstances"
# The dimensions of each cube, in the order of a cell's key.
DIMENSIONS: dict[str, tuple[str, ...]] = {
    FAMILIES: ("step", "house_kind", "life_phase", "district"),
    NEEDS: ("need", "answer", "life_phase", "district"),
    CIRCUMSTANCES: ("circumstance",),
}


@dataclass(frozen=True)
class Cube:
    """Cells of one cube: key in the order of `dimensions`, each a multiple of five."""

    name: str
    cells: Mapping[Key, int]

    @property
    def dimensions(self) -> tuple[str, ...]:
        return DIMENSIONS[self.name]

    def table(
        self, by: Sequence[str], where: Mapping[str, Collection[str]] | None = None
    ) -> dict[Key, int]:
        """The sums by some dimensions, of the cells that are `where` says; never a zero row less.

        Args:
            by: dimensions, in the order the keys of the answer are wanted.
            where: for each dimension named, the codes to keep.

        Raises:
            InvalidInput: the cube has no such dimension.
        """
        where = where or {}
        for name in (*by, *where):
            if name not in self.dimensions:
                raise InvalidInput("dimension_unknown", field="by", value=name[:30])
        places = [self.dimensions.index(name) for name in by]
        kept = {self.dimensions.index(name): frozenset(codes) for name, codes in where.items()}
        cells: Iterable[tuple[Key, int]] = self.cells.items()
        for place, codes in kept.items():
            cells = [cell for cell in cells if cell[0][place] in codes]
        shortened = _shortening(places)
        sums: dict[Key, int] = defaultdict(int)
        for key, count in cells:
            sums[shortened(key)] += count
        return dict(sums)

    def total(self, **where: str) -> int:
        """The sum of all cells with these codes, for example `total(step="screened")`."""
        return self.table((), {name: (code,) for name, code in where.items()}).get((), 0)

    def codes(self, dimension: str) -> list[str]:
        """The codes a dimension has in this cube, in the order of their first cell."""
        place = self.dimensions.index(dimension)
        return list(dict.fromkeys(key[place] for key in self.cells))


def _shortening(places: Sequence[int]) -> Callable[[Key], Key]:
    """What takes these places of a key. In C where it can: a panel asks for thousands of cells."""
    match places:
        case []:
            return lambda _key: ()
        case [place]:
            return lambda key: (key[place],)
        case _:
            return itemgetter(*places)
