"""The sheet of the ledger in a workbook: its heads, and the cells below them by column."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..legible import in_short
from ..names import fold
from ..words import listed
from .cells import is_empty
from .columns import ASSIGNED, COLUMNS, COUNTED_COLUMNS, FILL_COLUMNS, KEY, SAID
from .workbook import NOTHING, Area, Cell, Sheet, Workbook

MOST_ROWS = 2_000
MOST_COLUMNS = 60
HEADER_WITHIN = 10
"""How many lines may stand above the heads."""

ALL_COLUMNS = {column.name: column for column in (*COLUMNS, *FILL_COLUMNS, *COUNTED_COLUMNS, KEY)}
REQUIRED = ("number", "percent", "done", "problems", "next_step", "key")
ENTERED = SAID | ASSIGNED

Cells = dict[str, Cell]
"""The cells of one line by the name of their column; every column of the table is there."""


@dataclass
class Table:
    """Where each column stands, the lines below the heads, and the cells that are merged."""

    places: dict[str, int]
    unknown: list[str]
    lines: list[tuple[int, Cells]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    pictures: int = 0

    def names_in(self, area: Area) -> set[str]:
        return {name for name, place in self.places.items() if place in area.columns}


def find_table(workbook: Workbook) -> Table:
    """The one table with the heads of the ledger. Raises ValidationError where there is none."""
    found = [table for table in map(_read_sheet, workbook.sheets) if table]
    if not found:
        raise ValidationError(
            _("No sheet has the heads of the ledger (%(heads)s …). Download a new file.")
            % {"heads": "、".join(str(column.head) for column in COLUMNS[:4])}
        )
    if len(found) > 1:
        raise ValidationError(_("Two sheets look like the ledger. Keep one of them."))
    return found[0]


def _read_sheet(sheet: Sheet) -> Table | None:
    """The table of a sheet that has the heads of the ledger; None for another sheet."""
    table = None
    for line, cells in sheet.rows():
        if table is None:
            if line > HEADER_WITHIN:
                return None
            heads = {place: _head(cell) for place, cell in cells.items() if place < MOST_COLUMNS}
            table = _table(heads) if _is_header(heads) else None
            continue
        row = {name: cells.get(place, NOTHING) for name, place in table.places.items()}
        if not all(map(is_empty, row.values())):
            table.lines.append((line, row))
        if len(table.lines) > MOST_ROWS:
            raise ValidationError(
                _("The file has more than %(most)d rows; the ledger of a plan is shorter.")
                % {"most": MOST_ROWS}
            )
    if table:
        table.merged = [area for area in sheet.merged if table.names_in(area)]
        table.pictures = sheet.pictures()
    return table


# The heads


def _head(cell: Cell) -> str:
    return str(cell.value) if cell.kind == "text" and not is_empty(cell) else ""


def _is_header(heads: dict[int, str]) -> bool:
    known = _known_heads()
    return sum(fold(head) in known for head in heads.values()) >= 3


def is_head(name: str, words: str) -> bool:
    """Whether the words are the head of that column, in any language."""
    return _known_heads().get(fold(words)) == name


HEADS_OF_OLD = {"研判理由": "outlook_reason"}
"""Heads that files have which were downloaded before a word changed."""


@cache
def _known_heads() -> dict[str, str]:
    """Head → name of the column, in every language that a file may have been made in."""
    found = {fold(head): name for head, name in HEADS_OF_OLD.items()}
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            found |= {fold(str(column.head)): name for name, column in ALL_COLUMNS.items()}
    return found


def _table(heads: dict[int, str]) -> Table:
    """Raises ValidationError where a column that is needed is missing, or one is there twice."""
    known = _known_heads()
    names = {place: known.get(fold(head)) for place, head in heads.items()}
    unknown = [in_short(head) for place, head in heads.items() if head and not names[place]]
    twice = [name for name, n in Counter(filter(None, names.values())).items() if n > 1]
    if twice:
        raise ValidationError(
            _("The column “%(head)s” is there twice. Delete one of them.")
            % {"head": ALL_COLUMNS[twice[0]].head}
        )
    places = {name: place for place, name in names.items() if name}
    _check_none_is_missing([name for name in REQUIRED if name not in places], unknown)
    return Table(places, unknown)


def _check_none_is_missing(missing: list[str], unknown: list[str]) -> None:
    if "key" in missing:
        raise ValidationError(about_no_key())
    if not missing:
        return
    heads = listed(str(ALL_COLUMNS[n].head) for n in missing)
    sentence = ngettext(
        "The column %(heads)s is missing or has another head.",
        "The columns %(heads)s are missing or have other heads.",
        len(missing),
    ) % {"heads": heads}
    if unknown:
        names = listed(unknown[:6])
        sentence += " " + _("Not known here: %(heads)s.") % {"heads": names}
    raise ValidationError(sentence)


def about_no_key() -> str:
    """Of a table whose rows nobody can tell: as a rule one that was never exported from here."""
    return _(
        "This table was not exported from here, or its hidden column “%(head)s” was deleted: "
        "nobody can tell which of its cells were changed. Download the file to fill in and copy "
        "your words into it."
    ) % {"head": KEY.head}
