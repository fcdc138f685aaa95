"""The ledger as CSV (RFC 4180), as Excel opens it: UTF-8 with a byte-order mark.

A CSV knows no types, so a program that opens it takes ``=1+1`` for a formula, ``2.10`` for 2.1 and
``1-2`` for a day. Such texts get an apostrophe before them, which is seen and said in the help; the
Excel file needs none of that.
"""

import csv
import re
from io import StringIO

from ..measured import plainly
from .columns import KEY, Kind, Value
from .contents import Ledger

TYPE = "text/csv; charset=utf-8"
BEGINS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What spreadsheet programs take for the start of a formula (OWASP, CSV injection)."""

BECOMES_ANOTHER = re.compile(
    r"[0-9]+\.[0-9]*0|0[0-9]+(?:\.[0-9]+)?|[0-9]{12,}|[0-9]{1,4}(?:[-/][0-9]{1,2}){1,2}"
    r"|[0-9]+(?:\.[0-9]+)?[eE][0-9]+"
)
"""Texts that they turn into a number or a day that shows otherwise: 2.10, 007, 1-2, 3E5."""


def ledger_csv(ledger: Ledger) -> bytes:
    """The rows of the ledger under their heads; percents as 45%, days as 2022-09-30.

    The key stands last, as in the Excel file: a CSV that was opened and saved as .xlsx can be
    handed in too.
    """
    text = StringIO()
    writer = csv.writer(text)
    columns = (*ledger.columns, *([KEY] if ledger.keys else []))
    writer.writerow([str(column.head) for column in columns])
    kinds = [column.kind for column in ledger.columns]
    keys = [[key] for key in ledger.keys] or [[]] * len(ledger.rows)
    for cells, key in zip(ledger.cells, keys, strict=True):
        writer.writerow([*map(_as_text, kinds, cells), *key])
    return text.getvalue().encode("utf-8-sig")


def _as_text(kind: Kind, value: Value) -> str:
    if value is None:
        return ""
    if kind == Kind.PERCENT:
        return f"{value}%"
    if kind == Kind.NUMBER:
        return plainly(value)
    if kind == Kind.DAY:
        return value.isoformat()
    return guarded(value)


def guarded(text: str) -> str:
    """The text, with an apostrophe before what would be read as a formula or as another number."""
    bare = text.strip()
    is_number = "0" <= bare[:1] <= "9" and BECOMES_ANOTHER.fullmatch(bare)
    is_taken = is_number or text.lstrip().startswith(BEGINS_A_FORMULA)
    return f"'{text}" if is_taken else text
