"""Reading a file that was filled in: which cells were changed since the file was made.

Only cells that a person changed count; the key of each row tells what stood in the others. A file
that is no such ledger is refused as a whole, with one sentence on what to do.
"""

import hashlib
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from itertools import islice
from math import isfinite
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from openpyxl import load_workbook

from ..evidence import BROKEN_ZIP, CHUNK, OLE2, is_of_kind
from ..forms.fields import FIRST_YEAR, LAST_YEAR, in_short
from ..reports.ledger import (
    ASSIGNED,
    COLUMNS,
    FILL_COLUMNS,
    KEY,
    SAID,
    Column,
    Key,
    Kind,
    as_saved,
    read_key,
)

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED_BYTES = 32 * 1024 * 1024
MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_LINES = 1_048_576
"""What a sheet of Excel has."""

MOST_SHEETS = 20
HEADER_WITHIN = 10
"""How many lines may stand above the heads."""

ALL_COLUMNS = {column.name: column for column in (*COLUMNS, *FILL_COLUMNS, KEY)}
REQUIRED = ("number", "percent", "done", "problems", "next_step", "key")
ENTERED = SAID | ASSIGNED

DOCTYPE = re.compile(rb"<!DOCTYPE|<\0!\0D\0O\0C\0T\0Y\0P\0E", re.IGNORECASE)
"""What no office program writes, and what attacks on XML readers begin with."""

LONGEST_DOCTYPE = "<!DOCTYPE".encode("utf-16-le")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+([0-9]+)(?::[A-Z]+([0-9]+))?)")
DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})"
    r"|\.([0-9]{1,2})\.([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,15})?)\s*([%％]?)")


@dataclass
class FilledRow:
    """A row in which something was changed, or that cannot be read (``problems`` say why)."""

    line: int
    number: str
    standing: int
    cells: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Filled:
    """What a file says: the rows that were changed, and how many were not."""

    name: str
    sha256: str
    columns: list[str]
    unknown: list[str]
    days: list[str]
    rows: list[FilledRow]
    untouched: int

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Filled":
        return cls(**data | {"rows": [FilledRow(**row) for row in data["rows"]]})


def read(file: BinaryIO, *, name: str, plan: str) -> Filled:
    """What was filled in since the file was made.

    Raises ValidationError, with a sentence for the reader, where it is no ledger of that plan.
    """
    _check_container(file)
    sheet = _find_sheet(file)
    rows, untouched, keys = _rows(sheet)
    _check_plan(keys, plan)
    file.seek(0)
    return Filled(
        name=name,
        sha256=hashlib.sha256(file.read()).hexdigest(),
        columns=sorted(sheet.places),
        unknown=sheet.unknown,
        days=sorted({key.on for key in keys}),
        rows=rows,
        untouched=untouched,
    )


# The container


def _check_container(file: BinaryIO) -> None:
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValidationError(
            _("The file is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1024**2}
        )
    if content.startswith(OLE2):
        raise ValidationError(_about_compound_file(content))
    if not is_of_kind(file, "xlsx"):
        raise ValidationError(_("This is no Excel file (.xlsx), or it is damaged."))
    _check_unpacked(file)


def _about_compound_file(content: bytes) -> str:
    """What is wrong with a compound file: how Excel stores what has a password (MS-OFFCRYPTO)."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("The file is protected by a password. Save it without one and choose it again.")
    return _("This is an older format (.xls, .et). Save the file as .xlsx and choose it again.")


def _check_unpacked(file: BinaryIO) -> None:
    """Unpack once without keeping anything: the sizes that an archive names may be lies."""
    size, tail = 0, b""
    try:
        with zipfile.ZipFile(file) as archive:
            for part in _parts(archive):
                size += len(part)
                if size > MOST_UNPACKED_BYTES:
                    raise ValidationError(
                        _("The file holds more than %(limit)d MB when it is unpacked.")
                        % {"limit": MOST_UNPACKED_BYTES // 1024**2}
                    )
                if DOCTYPE.search(tail + part):
                    raise _damaged()
                tail = part[-len(LONGEST_DOCTYPE) :]
    except (*BROKEN_ZIP, RuntimeError, zipfile.zlib.error) as error:
        raise _damaged() from error


def _parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    for member in archive.infolist():
        with archive.open(member) as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _damaged() -> ValidationError:
    return ValidationError(_("The file is damaged: open it in Excel or WPS and save it anew."))


# The sheet and its heads


@dataclass
class _Sheet:
    """The sheet of the rows: where each column stands, and the cells below the heads."""

    places: dict[str, int]
    unknown: list[str]
    lines: list[tuple[int, tuple]]


def _find_sheet(file: BinaryIO) -> _Sheet:
    try:
        workbook = load_workbook(file, read_only=True, keep_links=False)
        found = [sheet for sheet in map(_read_sheet, workbook.worksheets[:MOST_SHEETS]) if sheet]
    except ValidationError:
        raise
    except Exception as error:  # a damaged file breaks openpyxl in ways that cannot be counted
        raise _damaged() from error
    if not found:
        raise ValidationError(
            _("No sheet has the heads of the ledger (%(heads)s …). Download a new file.")
            % {"heads": "、".join(str(column.head) for column in COLUMNS[:4])}
        )
    if len(found) > 1:
        raise ValidationError(_("Two sheets look like the ledger. Keep one of them."))
    return found[0]


def _read_sheet(sheet) -> _Sheet | None:
    """The cells of a sheet that has the heads of the ledger; None for another sheet."""
    sheet.reset_dimensions()  # the size that a sheet names of itself may be wrong
    lines = enumerate(islice(sheet.iter_rows(max_col=MOST_COLUMNS), MOST_LINES), start=1)
    header = next((line for line in islice(lines, HEADER_WITHIN) if _is_header(line[1])), None)
    if header is None:
        return None
    places, unknown = _places(header[1])
    filled = []
    for line, cells in lines:
        if any(cell.value not in (None, "") for cell in cells):
            filled.append((line, cells))
        if len(filled) > MOST_ROWS:
            raise ValidationError(
                _("The file has more than %(most)d rows; the ledger of a plan is shorter.")
                % {"most": MOST_ROWS}
            )
    _check_not_merged(sheet, below=header[0])
    return _Sheet(places, unknown, filled)


def _is_header(cells: tuple) -> bool:
    known = _known_heads()
    return sum(_folded(cell.value) in known for cell in cells) >= 3


def _known_heads() -> dict[str, str]:
    """Head → name of the column, in every language that a file may have been made in."""
    found = {}
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            found |= {_folded(str(column.head)): name for name, column in ALL_COLUMNS.items()}
    return found


def _folded(value: object) -> str:
    return "".join(str(value or "").split()).casefold()


def _places(cells: tuple) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and the heads that nobody here knows.

    Raises ValidationError where a column that is needed is missing, or one is there twice.
    """
    known = _known_heads()
    names = [known.get(_folded(cell.value)) for cell in cells]
    unknown = [
        in_short(cell.value)
        for cell, name in zip(cells, names, strict=True)
        if name is None and cell.value not in (None, "")
    ]
    twice = [name for name, n in Counter(filter(None, names)).items() if n > 1]
    if twice:
        raise ValidationError(
            _("The column “%(head)s” is there twice. Delete one of them.")
            % {"head": ALL_COLUMNS[twice[0]].head}
        )
    _check_none_is_missing([name for name in REQUIRED if name not in names], unknown)
    return {name: place for place, name in enumerate(names) if name}, unknown


def _check_none_is_missing(missing: list[str], unknown: list[str]) -> None:
    if not missing:
        return
    heads = pgettext("between names", ", ").join(str(ALL_COLUMNS[n].head) for n in missing)
    sentence = ngettext(
        "The column %(heads)s is missing or has another head.",
        "The columns %(heads)s are missing or have other heads.",
        len(missing),
    ) % {"heads": heads}
    if unknown:
        names = pgettext("between names", ", ").join(unknown[:6])
        sentence += " " + _("Not known here: %(heads)s.") % {"heads": names}
    raise ValidationError(sentence)


def _check_not_merged(sheet, *, below: int) -> None:
    """Of merged cells only the first has a value; the others would count as emptied.

    In read-only mode openpyxl does not tell of them, so the source is looked through.
    """
    with sheet._get_source() as source:
        for ref, first, last in MERGED.findall(source.read()):
            if int(last or first) > below:
                raise ValidationError(
                    _("Cells are merged (%(cells)s). Split them, so that each row has its own.")
                    % {"cells": ref.decode()}
                )


# The rows


def _rows(sheet: _Sheet) -> tuple[list[FilledRow], int, list[Key]]:
    """The rows that say something, how many do not, and the keys of all."""
    rows, untouched, keys = [], 0, []
    for line, cells in sheet.lines:
        row, key = _row(line, {name: cells[place] for name, place in sheet.places.items()})
        if key:
            keys.append(key)
        if row.cells or row.problems:
            rows.append(row)
        else:
            untouched += 1
    _mark_doubles(rows, Counter(key.number for key in keys))
    return rows, untouched, keys


def _mark_doubles(rows: Iterable[FilledRow], times: Counter) -> None:
    for row in rows:
        if times[row.number] > 1:
            row.problems.append(("number", _("This action stands in the file more than once.")))


def _row(line: int, cells: dict) -> tuple[FilledRow, Key | None]:
    shown = in_short(_text(cells["number"].value), 20)
    key = read_key(_text(cells["key"].value))
    if key is None:
        return FilledRow(line, shown, 0, problems=[("key", _about_missing_key(cells))]), None
    row = FilledRow(line, key.number, key.standing)
    if shown != key.number:
        sentence = _("The hidden key of this row is that of %(number)s: the columns were moved.")
        row.problems.append(("number", sentence % {"number": key.number}))
        return row, key
    for name, cell in cells.items():
        if name != "key":
            _note_change(row, key, ALL_COLUMNS[name], cell)
    return row, key


def _about_missing_key(cells: dict) -> str:
    if _text(cells["key"].value):
        return _("The hidden key of this row was changed. Download a new file.")
    return _("This row has no key: rows cannot be added in a file. Delete it.")


def _note_change(row: FilledRow, key: Key, column: Column, cell) -> None:
    try:
        value = _value(column, cell)
    except ValidationError as error:
        if column.name in ENTERED:
            row.problems.append((column.name, error.messages[0]))
        return
    if not key.is_as_made(column.name, value):
        row.cells[column.name] = as_saved(value)
        row.marks[column.name] = key.marks.get(column.name, "")


def _check_plan(keys: list[Key], plan: str) -> None:
    others = sorted({key.plan for key in keys} - {plan})
    if others:
        raise ValidationError(
            _("This file belongs to the plan “%(other)s”; here it is “%(plan)s”.")
            % {"other": others[0], "plan": plan}
        )


# The cells


def _value(column: Column, cell) -> date | int | str | None:
    """What a cell says, as its column takes it. Raises ValidationError where it cannot be read."""
    if cell.value is None:
        return None
    if cell.data_type == "f":
        raise ValidationError(_("There is a formula here; write the value itself."))
    if cell.data_type == "e":
        raise ValidationError(
            _("There is an error here (%(error)s).") % {"error": in_short(cell.value)}
        )
    if column.kind == Kind.PERCENT:
        return percent_of(cell.value, is_percent="%" in str(cell.number_format))
    if column.kind == Kind.DAY:
        return day_of(cell.value)
    return _text(cell.value)


def percent_of(value: object, *, is_percent: bool) -> int | None:
    """45 of 0.45, of 45 % and of 45; ``is_percent`` says that the cell is formatted so.

    A bare 1 may be 1 % or 100 %: nobody guesses. Raises ValidationError for that, and for what is
    no whole percent from 0 to 100.
    """
    number = value
    if isinstance(value, str):
        words = as_saved(value)
        if not words:
            return None
        found = PERCENT.fullmatch(words)
        number = float(found[1]) / (100 if found[2] else 1) if found else None
        is_percent = bool(found and found[2])
    if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
        raise _no_percent(value)
    if not is_percent and number == 1:
        raise ValidationError(
            _("A bare 1 can mean two things: write it with the sign, as in 100%.")
        )
    percent = number * 100 if is_percent or 0 < number < 1 else number
    if abs(percent - round(percent)) > 1e-6 or not 0 <= percent <= 100:
        raise _no_percent(value if isinstance(value, str) else f"{percent:g}%")
    return round(percent)


def _no_percent(value: object) -> ValidationError:
    return ValidationError(
        _("“%(words)s” does not fit: write a whole percent from 0 %% to 100 %%.")
        % {"words": in_short(value)}
    )


def day_of(value: object) -> date | None:
    """A day of a real date, or of 2022-09-30, 2022/9/30, 2022.9.30, 2022年9月30日 as text."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        words = as_saved(value)
        if not words:
            return None
        value = _day_in(words) or value
    if not isinstance(value, date) or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("“%(words)s” is not a day. Write it as %(example)s.")
            % {"words": in_short(value), "example": "2022-09-30"}
        )
    return value


def _day_in(words: str) -> date | None:
    found = DAY.fullmatch(words)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def _text(value: object) -> str:
    """What a cell shows: a number typed into a text is text."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return as_saved(value)
