"""OpenDocument spreadsheets (.ods) as cells of words, as each cell shows them (ISO/IEC 26300-1).

Repeated rows and cells are counted, never made: a few bytes can name a million of them.
"""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from .grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    Book,
    Cells,
    Measure,
    Merged,
    Sheet,
    sheet_of,
)

MOST_ELEMENTS = 1_000_000
HIDDEN = ("collapse", "filter")
ASIDE = {"annotation", "tracked-changes", "note", "ruby-text", "shapes"}
"""What stands in the file and not in the cell: comments, changes, readings."""


class TooMany(ValueError):
    """More elements than any table of the trade has."""


def read_open_document(file: BinaryIO) -> Book:
    """Raises what zipfile and lxml raise where it is damaged, TooMany, and ValidationError."""
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as source:
        root = _root(source)
    hidden = {
        _attribute(style, "name")
        for style in root.iter("{*}style")
        if any(_attribute(p, "display") == "false" for p in style.iter("{*}table-properties"))
    }
    tables = [t for t in root.iter("{*}table") if _name(t.getparent()) == "spreadsheet"]
    measure = Measure()
    sheets = tuple(
        _sheet(table, measure, is_hidden=_attribute(table, "style-name") in hidden)
        for table in tables[:MOST_SHEETS]
    )
    pictures = any(True for _ in root.iter("{*}image"))
    notes = ["pictures"] * pictures + ["sheets"] * (len(tables) > MOST_SHEETS)
    return Book(sheets, tuple(notes))


def _root(source: BinaryIO):
    events = etree.iterparse(
        source, events=("end",), resolve_entities=False, no_network=True, load_dtd=False
    )
    for count, _event in enumerate(events):
        if count > MOST_ELEMENTS:
            raise TooMany("content.xml")
    return events.root


def _sheet(table, measure: Measure, *, is_hidden: bool) -> Sheet:
    cells: Cells = {}
    merged: list[Merged] = []
    hidden_lines: list[int] = []
    line = 1
    for row in _within(table, "table-row"):
        times = _count(row, "number-rows-repeated")
        words = dict(_words(row, line, measure, merged))
        if words:
            _repeat(cells, words, line, times, measure)
        if _attribute(row, "visibility") in HIDDEN:
            hidden_lines += range(line, line + min(times, MOST_ROWS))
        line += times
    return sheet_of(
        measure,
        cells,
        name=_attribute(table, "name"),
        merged=merged,
        hidden_lines=hidden_lines,
        hidden_columns=_hidden_columns(table),
        is_hidden=is_hidden,
    )


def _repeat(cells: Cells, words: dict[int, str], line: int, times: int, measure: Measure) -> None:
    measure.check_line(len(cells) + times)
    measure.add(sum(map(len, words.values())) * (times - 1))
    for n in range(times):
        cells[line + n] = dict(words)


def _words(row, line: int, measure: Measure, merged: list[Merged]) -> Iterator[tuple[int, str]]:
    place = 0
    for cell in row:
        if _name(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = _count(cell, "number-columns-repeated")
        wide, high = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        if wide > 1 or high > 1:
            merged.append(Merged(range(line, line + high), range(place, place + wide)))
        words = "" if _name(cell) == "covered-table-cell" else measure.cell(_shown(cell))
        if words:
            measure.check_column(place + times - 1)
            measure.add(len(words) * (times - 1))
            yield from ((place + n, words) for n in range(times))
        place += times


def _hidden_columns(table) -> list[int]:
    found, place = [], 0
    for column in _within(table, "table-column"):
        times = _count(column, "number-columns-repeated")
        if _attribute(column, "visibility") in HIDDEN:
            found += range(place, min(place + times, MOST_COLUMNS))
        place += times
    return found


def _within(table, name: str) -> Iterator:
    """The rows or columns of a table, also those in groups and heads; not of tables within it."""
    for child in table:
        if _name(child) == name:
            yield child
        elif _name(child).startswith(name.rstrip("s")) or _name(child).endswith(
            ("-group", "-rows", "-columns")
        ):
            yield from _within(child, name)


def _shown(cell) -> str:
    """What the cell shows: a day as it is held where it shows one, else its paragraphs."""
    day = _attribute(cell, "date-value")
    paragraphs = [_text(p) for p in cell if _name(p) == "p"]
    words = "\n".join(paragraphs)
    if day and "日" not in words and not any(c in words for c in "-/."):
        return words
    return day.removesuffix("T00:00:00") if day and len(day) >= 10 else words


def _text(element) -> str:
    parts = [element.text or ""]
    for child in element:
        name = _name(child)
        if name == "s":
            parts.append(" " * min(_count(child, "c"), 100))
        elif name in ("tab", "line-break"):
            parts.append("\n" if name == "line-break" else " ")
        elif name not in ASIDE:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _name(element) -> str:
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _attribute(element, name: str) -> str:
    """The attribute of that name, in whichever of the standard's namespaces."""
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return next(found, "")


def _count(element, name: str) -> int:
    words = _attribute(element, name)
    return max(1, int(words)) if words.isascii() and words.isdigit() and len(words) < 9 else 1
