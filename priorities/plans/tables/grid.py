"""The cells of a table as words, whatever kind of file they came in.

A cell holds what a reader of the file sees. Cells that are merged all hold the words of the first;
which of them only repeat is known, so that nothing counts twice.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ...legible import legible, says_nothing

MOST_SHEETS = 20
MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 10_000
MOST_CHARACTERS = 1_000_000
"""In all cells of a file, each counted as often as it is merged over."""

Cells = dict[int, dict[int, str]]
"""Line of the file, from 1 → column, from 0 → words."""


@dataclass(frozen=True)
class Merged:
    """Cells that are one, by their lines and columns."""

    lines: range
    columns: range


@dataclass(frozen=True)
class Row:
    """One line of the file: a cell for each column, and which of them repeat a merged one.

    ``above`` are the columns whose words belong to a cell of an earlier line, ``beside`` those
    whose words belong to a cell further left.
    """

    line: int
    cells: tuple[str, ...]
    above: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()
    is_hidden: bool = False

    @property
    def own(self) -> dict[int, str]:
        """The words that stand in cells of this line, by column."""
        return {
            place: words
            for place, words in enumerate(self.cells)
            if words and place not in self.above and place not in self.beside
        }

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Sheet:
    """One sheet, its blank lines left out; every row is equally wide."""

    name: str
    rows: tuple[Row, ...]
    is_hidden: bool = False
    hidden_columns: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        return max((len(row.cells) for row in self.rows), default=0)

    @property
    def hidden_lines(self) -> list[int]:
        return [row.line for row in self.rows if row.is_hidden]


@dataclass(frozen=True)
class Book:
    """All sheets of a file, or the one table that was pasted."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = field(default=())
    """What was left out as the file was read, as codes: ``pictures``, ``sheets``."""

    @property
    def text(self) -> str:
        """The words as lines and tabs, for who looks for them later."""
        parts = []
        for sheet in self.sheets:
            lines = ["\t".join(_on_one_line(row)) for row in sheet.rows]
            parts.append("\n".join([f"[{sheet.name}]", *lines] if sheet.name else lines))
        return "\n\n".join(parts)

    def as_json(self) -> dict:
        return {"notes": list(self.notes), "sheets": [_sheet_as_json(s) for s in self.sheets]}

    @classmethod
    def from_json(cls, data: dict) -> "Book":
        return cls(tuple(map(_sheet_from_json, data["sheets"])), tuple(data["notes"]))


def _on_one_line(row: Row) -> list[str]:
    return [" ".join(words.split()) for words in row.cells]


def _sheet_as_json(sheet: Sheet) -> dict:
    rows = [
        [row.line, list(row.cells), sorted(row.above), sorted(row.beside), row.is_hidden]
        for row in sheet.rows
    ]
    return {
        "name": sheet.name,
        "is_hidden": sheet.is_hidden,
        "hidden_columns": list(sheet.hidden_columns),
        "rows": rows,
    }


def _sheet_from_json(data: dict) -> Sheet:
    rows = tuple(
        Row(line, tuple(cells), frozenset(above), frozenset(beside), is_hidden)
        for line, cells, above, beside, is_hidden in data["rows"]
    )
    return Sheet(data["name"], rows, data["is_hidden"], tuple(data["hidden_columns"]))


class Measure:
    """Counts what a file holds while it is read, and refuses what no table of the trade holds."""

    def __init__(self) -> None:
        self.characters = 0

    def check_line(self, count: int) -> None:
        """Raises ValidationError where a sheet has more lines with words than are taken."""
        if count > MOST_ROWS:
            raise ValidationError(
                _("A sheet has more than %(most)s rows. Hand the table in in parts.")
                % {"most": f"{MOST_ROWS:,}"}
            )

    def check_column(self, place: int) -> None:
        """Raises ValidationError for words further right than tables are read."""
        if place >= MOST_COLUMNS:
            raise ValidationError(
                _("The table has more than %(most)d columns. Copy those that count.")
                % {"most": MOST_COLUMNS}
            )

    def cell(self, words: str) -> str:
        """The words as a page can show them. Raises ValidationError where it is too much."""
        words = legible(words).strip()
        words = "" if says_nothing(words) else words
        if len(words) > LONGEST_CELL:
            raise ValidationError(
                _("A cell has more than %(most)s characters: “%(words)s”")
                % {"most": f"{LONGEST_CELL:,}", "words": words[:20] + "…"}
            )
        self.add(len(words))
        return words

    def add(self, characters: int) -> None:
        """Raises ValidationError where the file holds more words than are taken."""
        self.characters += characters
        if self.characters > MOST_CHARACTERS:
            raise ValidationError(
                _("The file holds more than %(most)s characters. Hand the table in in parts.")
                % {"most": f"{MOST_CHARACTERS:,}"}
            )


def sheet_of(
    measure: Measure,
    cells: Cells,
    *,
    name: str = "",
    merged: Iterable[Merged] = (),
    hidden_lines: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
    is_hidden: bool = False,
) -> Sheet:
    """The sheet with what is merged filled in and blank lines left out.

    Raises ValidationError where it holds more than a table of the trade.
    """
    lines = sorted(line for line, row in cells.items() if any(row.values()))
    measure.check_line(len(lines))
    width = max((place + 1 for row in cells.values() for place, w in row.items() if w), default=0)
    measure.check_column(width - 1)
    above: dict[int, set[int]] = {}
    beside: dict[int, set[int]] = {}
    for area in merged:
        _fill(measure, cells, area, lines, width, above, beside)
    hidden = set(hidden_lines)
    rows = (
        Row(
            line,
            tuple(cells[line].get(place, "") for place in range(width)),
            frozenset(above.get(line, ())),
            frozenset(beside.get(line, ())),
            line in hidden,
        )
        for line in lines
    )
    kept = tuple(place for place in sorted(set(hidden_columns)) if place < width)
    return Sheet(name, tuple(rows), is_hidden, kept)


def _fill(
    measure: Measure,
    cells: Cells,
    area: Merged,
    lines: list[int],
    width: int,
    above: dict[int, set[int]],
    beside: dict[int, set[int]],
) -> None:
    """Give the words of the first cell to all that are merged with it, on lines that have words."""
    words = cells.get(area.lines.start, {}).get(area.columns.start, "")
    if not words:
        return
    columns = range(area.columns.start, min(area.columns.stop, width))
    first, last = (bisect_left(lines, end) for end in (area.lines.start, area.lines.stop))
    for line in lines[first:last]:
        measure.add(len(words) * len(columns))
        for place in columns:
            if cells[line].get(place):
                continue
            cells[line][place] = words
            is_above = line != area.lines.start
            (above if is_above else beside).setdefault(line, set()).add(place)
