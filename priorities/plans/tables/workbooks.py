"""Workbooks of Excel and WPS as cells of words: .xlsx by the ledger's own reader, .xls by xlrd."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time
from math import isfinite
from typing import BinaryIO

import xlrd
from xlrd.biffh import XL_CELL_BLANK, XL_CELL_BOOLEAN, XL_CELL_EMPTY, XL_CELL_ERROR, XL_CELL_TEXT

from ...ledger.formats import GENERAL, moment_of, read_format, shown, shown_day, shown_text
from ...ledger.workbook import Cell, TooMuch, Workbook
from ...ledger.workbook import Sheet as StoredSheet
from .grid import MOST_COLUMNS, MOST_SHEETS, Book, Cells, Measure, Merged, Sheet, sheet_of

OLDEST_READ = 80
"""BIFF8, of Excel 97; nothing older is written by anything that an office has."""

MOST_OLD_CELLS = 300_000
LONGEST_NUMBER = 15


def words_of(cell: Cell) -> str:
    """What the cell shows; of a formula what it gave when the file was saved."""
    if cell.kind == "formula":
        return words_of(cell.result) if cell.result else ""
    if cell.kind == "number":
        return _of_number(cell.value, cell.format, is_1904=cell.is_1904)
    if cell.kind == "day":
        with suppress(ValueError):
            moment = datetime.fromisoformat(str(cell.value)).replace(tzinfo=None, microsecond=0)
            return _of_moment(moment, cell.format)
        return str(cell.value)
    if cell.kind == "truth":
        return str(cell.value).upper()
    return shown_text(str(cell.value or ""), cell.format) if cell.kind == "text" else ""


def _of_number(number: float, form: str, *, is_1904: bool = False) -> str:
    if read_format(form).is_date and (moment := moment_of(number, is_1904=is_1904)):
        return _of_moment(moment, form)
    words = shown(number, form, is_1904=is_1904)
    return f"{number:.{LONGEST_NUMBER}g}" if words is None else words


def _of_moment(moment: datetime, code: str) -> str:
    """The day; what is shown where only a part of one counts, and a time with its day."""
    form = read_format(code)
    shows = form.shows if form.is_date else "ymd"
    if "h" in shows and "m" not in shows:
        return shown_day(moment, code) or moment.isoformat(" ")
    if moment.time() != time():  # of which some programs mean the day after
        return moment.isoformat(" ")
    if shows == "y":
        return f"{moment.year}年"
    return moment.date().isoformat() if "d" in shows else f"{moment.year}年{moment.month}月"


def read_workbook(file: BinaryIO) -> Book:
    """An .xlsx; raises what its reader raises where it is damaged, and ValidationError."""
    workbook, measure = Workbook(file), Measure()
    pictures = 0
    sheets = []
    for stored in workbook.sheets:
        sheets.append(_new_sheet(stored, measure))
        pictures += stored.pictures()
    notes = ["pictures"] * bool(pictures) + ["sheets"] * bool(workbook.unread)
    return Book(tuple(sheets), tuple(notes))


def _new_sheet(stored: StoredSheet, measure: Measure) -> Sheet:
    cells: Cells = {}
    for line, row in stored.rows():
        words = {place: measure.cell(words_of(cell)) for place, cell in row.items()}
        words = {place: said for place, said in words.items() if said}
        if words:
            measure.check_column(max(words))
            cells[line] = words
            measure.check_line(len(cells))
    return sheet_of(
        measure,
        cells,
        name=stored.name,
        merged=[Merged(area.lines, area.columns) for area in stored.merged],
        hidden_lines=stored.hidden_lines,
        hidden_columns=[p for run in stored.hidden_columns for p in run if p < MOST_COLUMNS],
        is_hidden=stored.is_hidden,
    )


# The older format


def read_old_workbook(content: bytes) -> Book:
    """An .xls of Excel 97 to 2003, of WPS, or .et; raises what xlrd raises, and ValidationError."""
    _check_size(content)
    with xlrd.open_workbook(
        file_contents=content, on_demand=True, formatting_info=True, logfile=_Nowhere()
    ) as book:
        if book.biff_version < OLDEST_READ:
            raise xlrd.XLRDError("older than Excel 97")
        measure = Measure()
        names = book.sheet_names()
        sheets = tuple(_old_sheet(book, n, measure) for n in range(min(len(names), MOST_SHEETS)))
    return Book(sheets, ("sheets",) * (len(names) > MOST_SHEETS))


class _Nowhere:
    """What xlrd says of a file while it reads is for nobody."""

    def write(self, words: str) -> None:
        pass


RECORDS_OF_CELLS = {0x0006, 0x0203, 0x0204, 0x0205, 0x00FD, 0x027E, 0x0201, 0x00D6}
MULTIPLE = {0x00BD: 6, 0x00BE: 2}
"""MULRK and MULBLANK hold a run of cells, of so many bytes each (MS-XLS 2.4.174, 2.4.175)."""


def _check_size(content: bytes) -> None:
    """Count the cells before xlrd makes lists of them: a small file can ask for a large table.

    Raises TooMuch. xlrd keeps a place for each cell up to the last of a line, so the width counts.
    """
    with suppress(xlrd.XLRDError, AssertionError, IndexError):
        document = xlrd.compdoc.CompDoc(content, logfile=_Nowhere())
        for name in ("Workbook", "Book"):
            stream, base, size = document.locate_named_stream(name)
            if stream:
                _count(stream[base : base + size])


def _count(stream: bytes) -> None:
    ends: dict[tuple[int, int], int] = {}
    sheet, at, total = 0, 0, 0
    while at + 4 <= len(stream):
        kind = int.from_bytes(stream[at : at + 2], "little")
        length = int.from_bytes(stream[at + 2 : at + 4], "little")
        body = stream[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 0x0809:
            sheet += 1
        elif (kind in RECORDS_OF_CELLS or kind in MULTIPLE) and len(body) >= 4:
            line, column = (int.from_bytes(body[n : n + 2], "little") for n in (0, 2))
            run = (length - 6) // MULTIPLE[kind] if kind in MULTIPLE else 1
            before = ends.get((sheet, line), 0)
            end = max(before, column + max(run, 1))
            ends[(sheet, line)] = end
            total += end - before
            if total > MOST_OLD_CELLS:
                raise TooMuch("cells")


def _old_sheet(book: xlrd.Book, number: int, measure: Measure) -> Sheet:
    stored = book.sheet_by_index(number)
    cells: Cells = {}
    for line in range(stored.nrows):
        words = dict(_old_words(book, stored, line, measure))
        if words:
            measure.check_column(max(words))
            cells[line + 1] = words
            measure.check_line(len(cells))
    sheet = sheet_of(
        measure,
        cells,
        name=stored.name,
        merged=[
            Merged(range(top + 1, bottom + 1), range(left, right))
            for top, bottom, left, right in stored.merged_cells
        ],
        hidden_lines=[line + 1 for line, info in stored.rowinfo_map.items() if info.hidden],
        hidden_columns=[place for place, info in stored.colinfo_map.items() if info.hidden],
        is_hidden=bool(stored.visibility),
    )
    book.unload_sheet(number)
    return sheet


def _old_words(
    book: xlrd.Book, stored: xlrd.sheet.Sheet, line: int, measure: Measure
) -> Iterator[tuple[int, str]]:
    for place, cell in enumerate(stored.row(line)):
        if cell.ctype in (XL_CELL_EMPTY, XL_CELL_BLANK, XL_CELL_ERROR):
            continue
        if words := measure.cell(_old_cell(book, cell)):
            yield place, words


def _old_cell(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    number = float(cell.value)
    if not isfinite(number):
        return ""
    return _of_number(number, _old_format(book, cell), is_1904=bool(book.datemode))


def _old_format(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    with suppress(IndexError, KeyError, TypeError):
        return book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    return GENERAL
