"""The ledger as an Excel file: three sheets, the same bytes for the same ledger.

XlsxWriter, because it writes twice as fast as openpyxl, and because it makes no formula and no
link of a text when it is told not to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from ..days import iso
from ..lights import KINDS
from ..palette import LOOKS, SHAPES
from ..words import OUTLOOK_WORDS, REPORT_OVERDUE, left_out, overdue_rule
from .columns import ASSIGNED, KEY, SAID, Column, Kind, Value, as_cell, is_cut
from .contents import Ledger

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FONT = "宋体"
A4 = 9
HEADER_LIMIT = 200
"""Characters of a text in a page's header, of which Excel takes 255 with its codes."""

PLAIN = {"font_name": FONT, "font_size": 10, "valign": "top"}
FRAMED = {**PLAIN, "border": 1, "border_color": "#BFBFBF"}
FORMATS = {
    "plain": PLAIN,
    "title": {**PLAIN, "bold": True, "font_size": 14},
    "name": {**PLAIN, "bold": True},
    "head": {**FRAMED, "bold": True, "text_wrap": True, "bg_color": "#E7E6E6", "valign": "vcenter"},
    "head_to_fill": {
        **FRAMED,
        "bold": True,
        "text_wrap": True,
        "bg_color": "#FFF2CC",
        "valign": "vcenter",
    },
    "wrapped": {**PLAIN, "text_wrap": True},
    Kind.LINE: {**FRAMED, "text_wrap": True},
    Kind.TEXT: {**FRAMED, "text_wrap": True},
    Kind.LIGHT: {**FRAMED, "text_wrap": True},
    Kind.DAY: {**FRAMED, "num_format": "yyyy-mm-dd", "align": "center"},
    Kind.PERCENT: {**FRAMED, "num_format": "0%"},
    Kind.NUMBER: {**FRAMED, "num_format": "General"},
    "share": {**FRAMED, "num_format": "0.0%"},
    "count": {**FRAMED, "num_format": "0;-0;–"},
}

NO_GUESSING = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def ledger_xlsx(ledger: Ledger) -> bytes:
    """The file, in the language that is active; equal ledgers give equal bytes."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, **NO_GUESSING}) as workbook:
        workbook.set_properties(
            {"title": title_of(ledger), "created": datetime.combine(ledger.on, time())}
        )
        book = _Book(workbook, ledger)
        book.write_rows()
        book.write_counts()
        book.write_notes()
    return buffer.getvalue()


def title_of(ledger: Ledger) -> str:
    # Translators: the title of the Excel file, e.g. 2022年度区委重点工作台账
    return pgettext("ledger", "%(plan)s: ledger") % {"plan": ledger.title}


@dataclass
class _Place:
    """Where the next line of a sheet goes."""

    sheet: Worksheet
    row: int = 0


class _Book:
    def __init__(self, workbook: Workbook, ledger: Ledger):
        self.workbook, self.ledger = workbook, ledger
        self.formats = {name: workbook.add_format(f) for name, f in FORMATS.items()}
        self.cut: list[tuple[str, str]] = []

    # First sheet: the rows

    def write_rows(self) -> None:
        ledger, columns = self.ledger, self.ledger.columns
        sheet = self.workbook.add_worksheet(pgettext("ledger", "Ledger"))
        self._set_up(sheet, columns)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, str(column.head), self._head(column))
        kinds = [(place, column.kind) for place, column in enumerate(columns)]
        for line, cells in enumerate(ledger.cells, start=1):
            for (place, kind), value in zip(kinds, cells, strict=True):
                self._write(sheet, line, place, kind, value)
            sheet.set_row(line, _height(columns, cells))
        self._note_what_is_cut(columns)
        last_row, last_column = len(ledger.rows), len(columns) - 1
        if ledger.keys:
            last_column += 1
            sheet.write_string(0, last_column, str(KEY.head), self.formats["head"])
            for line, key in enumerate(ledger.keys, start=1):
                sheet.write_string(line, last_column, key)
            sheet.set_column(last_column, last_column, KEY.width, None, {"hidden": True})
        sheet.autofilter(0, 0, last_row, last_column)
        if ledger.rows:
            self._colour_lights(sheet, columns, last_row)
            sheet.ignore_errors({"number_stored_as_text": f"A2:A{last_row + 1}"})
        if ledger.fill is not None and ledger.rows:
            self._check_while_typing(sheet, columns, last_row)

    def _note_what_is_cut(self, columns: tuple[Column, ...]) -> None:
        ledger = self.ledger
        for row, whole, cells in zip(ledger.rows, ledger.whole, ledger.cells, strict=True):
            for column, value, cell in zip(columns, whole, cells, strict=True):
                if is_cut(value, cell):
                    self.cut.append((row.number, str(column.head)))

    def _set_up(self, sheet: Worksheet, columns: tuple[Column, ...]) -> None:
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 30)
        sheet.freeze_panes(1, 3)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, len(self.ledger.rows), len(columns) - 1)
        self._set_page(sheet, is_landscape=True)

    def _set_page(self, sheet: Worksheet, *, is_landscape: bool) -> None:
        if is_landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        title = title_of(self.ledger)[:HEADER_LIMIT].replace("&", "&&")
        sheet.set_header(f"&L{title}&R{as_of(self.ledger)}")
        sheet.set_footer("&C— &P / &N —")

    def _head(self, column: Column):
        is_to_fill = self.ledger.fill is not None and column.name in SAID | ASSIGNED
        return self.formats["head_to_fill" if is_to_fill else "head"]

    def _write(self, sheet: Worksheet, line: int, place: int, kind: Kind, value: Value) -> None:
        form = self.formats[kind]
        if value is None or value == "":
            sheet.write_blank(line, place, None, form)
        elif kind == Kind.PERCENT:
            sheet.write_number(line, place, value / 100, form)
        elif kind == Kind.NUMBER:
            sheet.write_number(line, place, float(value), form)
        elif kind == Kind.DAY:
            sheet.write_datetime(line, place, value, form)
        else:
            sheet.write_string(line, place, value, form)

    def _colour_lights(self, sheet: Worksheet, columns: tuple[Column, ...], last_row: int) -> None:
        place = next(i for i, column in enumerate(columns) if column.kind == Kind.LIGHT)
        for kind, look in LOOKS.items():
            form = self.workbook.add_format({"bg_color": look.ground, "font_color": look.words})
            shown = f"{look.shape} {self.ledger.words[kind]}".replace('"', '""')
            rule = {"type": "cell", "criteria": "==", "value": f'"{shown}"', "format": form}
            sheet.conditional_format(1, place, last_row, place, rule)

    def _check_while_typing(
        self, sheet: Worksheet, columns: tuple[Column, ...], last_row: int
    ) -> None:
        """Excel refuses at once what the import would refuse later."""
        places = {column.name: i for i, column in enumerate(columns)}
        rules = {
            "percent": {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 1,
                "error_message": _("Write a whole percent, at most 100%."),
            },
            "outlook": {
                "validate": "list",
                "source": [str(word) for word in OUTLOOK_WORDS.values()],
                "error_message": _("Choose one of the three outlooks."),
            },
        }
        for name, rule in rules.items():
            sheet.data_validation(1, places[name], last_row, places[name], rule)

    # Second sheet: the counts

    def write_counts(self) -> None:
        ledger = self.ledger
        sheet = self.workbook.add_worksheet(pgettext("ledger", "Counts"))
        sheet.set_column(0, 0, 7)
        sheet.set_column(1, 1, 30)
        sheet.set_column(2, len(KINDS) + 5, 10)
        self._set_page(sheet, is_landscape=True)
        at = _Place(sheet)
        self._line(at, "title", title_of(ledger))
        self._line(at, "plain", f"{as_of(ledger)}  {scope_of(ledger)}")
        self._counts_by_light(at)
        self._counts_by_priority(at)
        self._counts_by_unit(at)

    def _counts_by_light(self, at: _Place) -> None:
        ledger = self.ledger
        heads = [pgettext("ledger", "Light"), _("Actions"), pgettext("ledger", "Share")]
        self._table(at, _("By light"), ["", *heads])
        for kind in KINDS:
            light = f"{SHAPES[kind]} {ledger.words[kind]}"
            self._cells(at, ["", light, ledger.counts[kind], _Share(ledger.shares[kind])])
        share = round(sum(ledger.shares.values()), 1)
        self._cells(at, ["", pgettext("ledger", "Total"), ledger.total, _Share(share)])
        for kind, number in ledger.ended.items():
            if number:
                words = _("%(light)s, left out of every figure") % {"light": ledger.words[kind]}
                self._cells(at, ["", words, number])
        self._cells(at, ["", str(REPORT_OVERDUE), ledger.overdue])
        self._line(at, "plain", f"{REPORT_OVERDUE}: {overdue_rule(ledger.thresholds)}")

    def _counts_by_priority(self, at: _Place) -> None:
        lights = [self.ledger.words[kind] for kind in KINDS]
        heads = [pgettext("ledger", "No."), pgettext("ledger", "Priority"), _("Actions"), *lights]
        heads += [pgettext("ledger", "Done"), pgettext("ledger", "Time gone"), _("What of")]
        self._table(at, _("By priority"), heads)
        for p in self.ledger.priorities:
            counts = [p.counts[kind] for kind in KINDS]
            means = [_Percent(p.percent), _Percent(p.elapsed), p.summary]
            self._cells(at, [p.number, p.title, p.total, *counts, *means])

    def _counts_by_unit(self, at: _Place) -> None:
        lights = [self.ledger.words[kind] for kind in KINDS]
        heads = ["", pgettext("ledger", "Unit"), pgettext("ledger", "Leads"), *lights]
        self._table(at, _("By unit"), [*heads, pgettext("ledger", "Supports")])
        for unit in self.ledger.units:
            counts = [unit.counts[kind] for kind in KINDS]
            self._cells(at, ["", unit.name, unit.led, *counts, unit.supports])

    def _table(self, at: _Place, name: str, heads: list[str]) -> None:
        at.row += 1
        self._line(at, "name", name)
        for place, head in enumerate(heads):
            if head:
                at.sheet.write_string(at.row, place, head, self.formats["head"])
        at.row += 1

    def _cells(self, at: _Place, values: Iterable) -> None:
        for place, value in enumerate(values):
            if isinstance(value, _Percent):
                at.sheet.write_number(at.row, place, value / 100, self.formats[Kind.PERCENT])
            elif isinstance(value, _Share):
                at.sheet.write_number(at.row, place, value / 100, self.formats["share"])
            elif isinstance(value, int):
                at.sheet.write_number(at.row, place, value, self.formats["count"])
            elif value:
                at.sheet.write_string(at.row, place, as_cell(value), self.formats[Kind.LINE])
        at.row += 1

    # Third sheet: what the words mean

    def write_notes(self) -> None:
        ledger = self.ledger
        sheet = self.workbook.add_worksheet(pgettext("ledger", "Notes"))
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 100)
        self._set_page(sheet, is_landscape=True)
        at = _Place(sheet)
        self._line(at, "title", title_of(ledger))
        self._pair(at, _("As of"), iso(ledger.on))
        self._pair(at, _("Actions"), scope_of(ledger))
        if ledger.is_sample:
            self._pair(at, _("Sample data"), _("Units, people and progress are made up."))
        for name, words in (*ledger.rules, *_meanings(ledger)):
            self._pair(at, name, words)
        if ledger.fill is not None:
            self._pair(at, pgettext("ledger", "To fill in"), how_to_fill())
        for number, head in self.cut:
            self._pair(at, f"{number} {head}", _("Cut: longer than a cell of Excel may be."))

    def _line(self, at: _Place, form: str, words: str) -> None:
        if form == "title":
            at.sheet.set_row(at.row, TITLE_HEIGHT)
        at.sheet.write_string(at.row, 0, as_cell(words), self.formats[form])
        at.row += 1

    def _pair(self, at: _Place, name: str, words: str) -> None:
        at.sheet.write_string(at.row, 0, as_cell(name), self.formats["name"])
        at.sheet.write_string(at.row, 1, as_cell(words), self.formats["wrapped"])
        at.row += 1


LINE_HEIGHT = 13.5
TITLE_HEIGHT = 24
HIGHEST_ROW = 409
"""Points; Excel allows no more."""


def _height(columns: Iterable[Column], cells: Iterable[Value]) -> float:
    """High enough for the longest cell: not every program fits the rows when it opens a file."""
    pairs = zip(columns, cells, strict=True)
    lines = max(_lines(cell, column.width) for column, cell in pairs if isinstance(cell, str))
    return min(HIGHEST_ROW, lines * LINE_HEIGHT + 3)


def _lines(text: str, width: float) -> int:
    room = max(1, int(width - 1))
    if 2 * len(text) <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-_width(line) // room)) for line in text.split("\n"))


def _width(line: str) -> int:
    """In Latin characters: a Chinese one is as wide as two."""
    return len(line) + sum(map("\u2e7f".__lt__, line))


class _Percent(int):
    """A whole percent."""


class _Share(float):
    """A percent to one decimal."""


def as_of(ledger: Ledger) -> str:
    return _("As of %(day)s") % {"day": iso(ledger.on)}


def scope_of(ledger: Ledger) -> str:
    """41 actions, 1 cancelled, 1 split; or 12 of 41 actions, with what was asked for."""
    if ledger.asked:
        words = ngettext("%(n)d of %(total)d action", "%(n)d of %(total)d actions", ledger.of_total)
        words %= {"n": ledger.total, "total": ledger.of_total}
        words = f"{words} ({ledger.asked})"
    else:
        words = ngettext("%(n)d action", "%(n)d actions", ledger.total) % {"n": ledger.total}
    return pgettext("between clauses", ", ").join([words, *left_out(ledger.ended)])


def _meanings(ledger: Ledger) -> list[tuple[str, str]]:
    return [
        (pgettext("ledger", "Done"), _("By the last accepted entry; 0 where there is none.")),
        (pgettext("ledger", "Time gone"), _("The share of the action's time that has gone by.")),
        (
            pgettext("ledger", "Updated"),
            _("The day that the last accepted entry speaks of; the cycle is %(days)d days.")
            % {"days": ledger.thresholds.reporting_cycle_days},
        ),
    ]


def how_to_fill() -> str:
    return _(
        "Fill in the columns with yellow heads and hand the file in on the page “Hand in a "
        "ledger”. Only cells that you change count; the hidden last column must stay with its "
        "row. A day alone means that nothing changed."
    )
