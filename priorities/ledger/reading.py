"""Reading a file that was filled in: which cells were changed since the file was made.

Only cells that a person changed count; the key of each row tells what stood in the others. A file
that is no such ledger is refused as a whole, with one sentence on what to do.
"""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..legible import in_short
from ..typed import plain
from ..words import listed
from .cells import Value, as_made, is_empty, value_of
from .columns import VALUES, Column, title_of
from .container import check_container, damaged
from .keys import Key, as_saved, read_key
from .sheet import ALL_COLUMNS, ENTERED, Cells, Table, about_no_key, find_table, is_head
from .workbook import Cell, TooMuch, Workbook

ACTION_NUMBER = re.compile(r"[0-9]{1,5}\.[0-9]{1,5}")
TOTAL = re.compile(r"(?:合|小|总|共)\s*计|平均|total|sum|average", re.IGNORECASE)
OWN_CELL = ENTERED | {"number", "key"}
"""The columns in which each row needs a cell of its own."""

TITLES = tuple(map(title_of, VALUES))

logger = logging.getLogger(__name__)


@dataclass
class FilledRow:
    """A row in which something was changed, or that cannot be read (``problems`` say why)."""

    line: int
    number: str
    standing: int
    cells: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """By column the marks of what its targets were called when the file was made."""


@dataclass
class Filled:
    """What a file says: the rows that were changed, how many were not, which lines are no rows."""

    name: str
    sha256: str
    columns: list[str]
    unknown: list[str]
    days: list[str]
    rows: list[FilledRow]
    untouched: int
    remarks: list[int] = field(default_factory=list)
    pictures: int = 0
    speaks_of: str = ""
    """The day of its entries whose rows name none; the plan's today where it is empty."""

    @property
    def remarked(self) -> str:
        """The lines that are no rows, as people say them: 40–42、45."""
        runs = groupby(enumerate(self.remarks), key=lambda pair: pair[1] - pair[0])
        lines = [[line for _place, line in run] for _key, run in runs]
        words = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in lines]
        return listed(words)

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Filled":
        return cls(**data | {"rows": [FilledRow(**row) for row in data["rows"]]})


def read(
    file: BinaryIO, *, name: str, plan: str, formerly: Collection[str] = frozenset()
) -> Filled:
    """What was filled in since the file was made; ``formerly`` are earlier addresses of the plan.

    Raises ValidationError, with a sentence for the reader, where it is no ledger of that plan.
    """
    try:
        return _read(file, name, plan, formerly)
    except ValidationError:
        raise
    except TooMuch as error:
        raise ValidationError(
            _("The file holds far more than a ledger. Copy the table alone into a new workbook.")
        ) from error
    except Exception as error:  # a damaged file breaks readers in ways that cannot be counted
        logger.warning("A file that was handed in cannot be read: %s", type(error).__name__)
        raise damaged() from error


def _read(file: BinaryIO, name: str, plan: str, formerly: Collection[str]) -> Filled:
    check_container(file)
    table = find_table(Workbook(file))
    keys = {line: key for line, cells in table.lines if (key := read_key(_words(cells["key"])))}
    _check_keys(table, list(keys.values()), plan, formerly)
    _check_not_merged(table, set(keys))
    rows, remarks = _rows(table, keys)
    _mark_doubles(rows, Counter(key.number for key in keys.values()))
    told = [row for row in rows if row.cells or row.problems]
    file.seek(0)
    return Filled(
        name=name,
        sha256=hashlib.sha256(file.read()).hexdigest(),
        columns=sorted(table.places),
        unknown=table.unknown,
        days=sorted({key.on for key in keys.values()}),
        rows=told,
        untouched=len(rows) - len(told),
        remarks=remarks,
        pictures=table.pictures,
    )


# The table as a whole


def _check_keys(table: Table, keys: list[Key], plan: str, formerly: Collection[str]) -> None:
    if table.lines and not keys and all(is_empty(cells["key"]) for _line, cells in table.lines):
        raise ValidationError(about_no_key())
    others = sorted({key.plan for key in keys}.difference(formerly, {plan}))
    if others:
        raise ValidationError(
            _("This file belongs to the plan “%(other)s”; here it is “%(plan)s”.")
            % {"other": others[0], "plan": plan}
        )


def _check_not_merged(table: Table, lines: set[int]) -> None:
    """Of merged cells only the first has a value; the others would count as emptied."""
    for area in table.merged:
        if table.names_in(area) & OWN_CELL and lines.intersection(area.lines):
            raise ValidationError(
                _("Cells are merged (%(cells)s). Split them, so that each row has its own.")
                % {"cells": area.reference}
            )


# The rows


def _rows(table: Table, keys: dict[int, Key]) -> tuple[list[FilledRow], list[int]]:
    """The rows of actions, and the lines of what else stands there: notes, totals, signatures."""
    rows, remarks, last = [], [], max(keys, default=0)
    for line, cells in table.lines:
        if line in keys:
            rows.append(_row(line, keys[line], cells, table))
        elif _is_remark(cells, is_below=line > last):
            remarks.append(line)
        else:
            shown = in_short(_words(cells["number"]), 20)
            rows.append(FilledRow(line, shown, 0, problems=[("key", _about_missing_key(cells))]))
    return rows, remarks


def _is_remark(cells: Cells, *, is_below: bool) -> bool:
    """Whether it is no row of an action: it names none, and says nothing between the rows.

    Heads stand in the middle where somebody pasted the files of several units into one.
    """
    if is_head("key", _words(cells["key"])):
        return True
    number = plain(_words(cells["number"]))
    if not is_empty(cells["key"]) or ACTION_NUMBER.fullmatch(number):
        return False
    return (
        is_below
        or bool(TOTAL.match(number))
        or all(is_empty(cell) for name, cell in cells.items() if name in ENTERED)
    )


def _about_missing_key(cells: Cells) -> str:
    if not is_empty(cells["key"]):
        return _("The hidden key of this row was changed. Download a new file.")
    return _("This row has no key: rows cannot be added in a file. Delete it.")


def _mark_doubles(rows: Iterable[FilledRow], times: Counter) -> None:
    for row in rows:
        if times[row.number] > 1 and (row.cells or row.problems):
            row.problems.append(("number", _("This action stands in the file more than once.")))


def _row(line: int, key: Key, cells: Cells, table: Table) -> FilledRow:
    titles = {name: key.marks[name] for name in TITLES if name in key.marks}
    row = FilledRow(line, key.number, key.standing, titles=titles)
    if not _is_row_of(key, cells):
        sentence = _("The hidden key of this row is that of %(number)s: the columns were moved.")
        row.problems.append(("number", sentence % {"number": key.number}))
        return row
    covered = _covered(table, line)
    for name, cell in cells.items():
        if name not in {"number", "key"} | covered:
            _note_change(row, key, ALL_COLUMNS[name], cell)
    return row


def _is_row_of(key: Key, cells: Cells) -> bool:
    """Whether the row shows the key's number, or what programs make of it (2.1 of 2.10).

    Then the words of the action tell 2.1 from 2.10, where the file has their column.
    """
    words = plain(_words(cells["number"])).removeprefix("'")
    if words == key.number:
        return True
    try:
        is_same = Decimal(words) == Decimal(key.number)
    except InvalidOperation:
        return False
    text = cells.get("text")
    return is_same and (text is None or _is_as_made(key, ALL_COLUMNS["text"], text))


def _is_as_made(key: Key, column: Column, cell: Cell) -> bool:
    return any(key.is_as_made(column.name, value) for value in as_made(column.kind, cell))


def _covered(table: Table, line: int) -> set[str]:
    """The columns whose cell lies under one that is merged; none of them is read."""
    found = set()
    for area in table.merged:
        if line in area.lines:
            is_first = line == area.lines.start
            found |= {
                name
                for name in table.names_in(area)
                if not (is_first and table.places[name] == area.columns.start)
            }
    return found


def _note_change(row: FilledRow, key: Key, column: Column, cell: Cell) -> None:
    if _is_as_made(key, column, cell):
        return
    try:
        value = value_of(column.kind, cell, year=int(key.on[:4]))
    except ValidationError as error:
        if column.name in ENTERED:
            row.problems.append((column.name, error.messages[0]))
        return
    if not key.is_as_made(column.name, value):
        row.cells[column.name] = _as_entered(value)
        row.marks[column.name] = key.marks.get(column.name, "")


def _as_entered(value: Value) -> str:
    return value if isinstance(value, str) else as_saved(value)


def _words(cell: Cell) -> str:
    try:
        return str(value_of(ALL_COLUMNS["number"].kind, cell, year=0) or "")
    except ValidationError:
        return ""
