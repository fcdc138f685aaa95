"""The key of a row: what stood in its cells when the file was made, to tell a change."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from ..legible import drawn
from ..measured import plainly
from .columns import COLUMNS, COUNTED_COLUMNS, FILL_COLUMNS, Value

FORM = "1"
"""Which form a key has; another one is of another version of the program."""

LONGEST_KEPT = 40
"""Characters of a value of which the mark is kept."""

CHANGED_BY_SAVING = re.compile("[\n\t]|x005F_|_x000D_")

MARKED = tuple(column.name for column in (*COLUMNS, *FILL_COLUMNS, *COUNTED_COLUMNS))
"""What comes later comes last: a key of an older file has fewer marks, in the same order."""


@dataclass(frozen=True)
class Key:
    """What a row of a file was when the file was made.

    ``standing`` is the entry that stood then (0: none); ``marks`` tell what was in which cell.
    """

    plan: str
    on: str
    number: str
    standing: int
    marks: dict[str, str]

    def is_as_made(self, name: str, value: Value) -> bool:
        """Whether a cell holds what it held when the file was made; an unmarked one was empty."""
        return self.marks.get(name, mark(None)) == mark(value)


def key_of(plan: str, on: date, number: str, standing: int, cells: list[Value]) -> str:
    """The key of the row with these cells, for a file that is made on a day."""
    marks = ".".join(mark(value) for value in cells)
    return "/".join((FORM, plan, on.isoformat(), number, str(standing), marks))


KEY_FORM = re.compile(
    r"1/([0-9][-a-z0-9]{0,39})/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,5}\.[0-9]{1,5})"
    r"/([0-9]{1,18})/([0-9a-f]{6}(?:\.[0-9a-f]{6})*)"
)


def read_key(words: str) -> Key | None:
    """The key that the words are, if they are one."""
    found = KEY_FORM.fullmatch(words)
    if not found:
        return None
    plan, on, number, standing, marks = found.groups()
    return Key(plan, on, number, int(standing), dict(zip(MARKED, marks.split("."), strict=False)))


def mark(value: Value) -> str:
    """A short hash of what stands in a cell, the same after any program saved it."""
    is_long = isinstance(value, str) and len(value) > LONGEST_KEPT
    return _mark(value) if is_long else _kept_mark(value)


def _mark(value: Value) -> str:
    return hashlib.sha256(as_saved(value).encode()).hexdigest()[:6]


_kept_mark = lru_cache(maxsize=4096)(_mark)
"""Names, days and percents come again in every ledger; a megabyte of them is kept at most."""


def as_saved(value: Value) -> str:
    """A value as text, without the differences that programs make when they save a file.

    Excel writes a carriage return as ``_x000D_``; openpyxl reads ``_x005F_`` without its digits;
    LibreOffice drops a tab where it saves as .ods.
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plainly(value)
    text = drawn(str(value))
    if not CHANGED_BY_SAVING.search(text):
        return text.strip()
    text = text.replace("x005F_", "").replace("\t", "")
    text = re.sub("_x000D_\n?", "\n", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()
