"""The columns of the ledger: DOMAIN's fourteen, and those of a file that is to be filled in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext_lazy, pgettext_lazy

from ..legible import drawn
from ..measured import MOST_TARGETS
from .rows import Row

Value = date | Decimal | int | str | None

LONGEST_CELL = 32_767
"""What a cell of Excel holds, counted as Excel counts: in UTF-16 units."""


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DAY = "day"
    PERCENT = "percent"
    LIGHT = "light"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` in the program, ``head`` for people, ``width`` in Latin characters."""

    name: str
    head: str
    width: float
    kind: Kind
    value: Callable[[Row], Value] = lambda row: None


def light_of(row: Row) -> str:
    """Shape and word, so that a print without colour can be read."""
    return f"{row.shape} {row.word}"


COLUMNS = (
    Column("number", pgettext_lazy("ledger", "No."), 6, Kind.LINE, lambda r: r.number),
    Column("priority", pgettext_lazy("ledger", "Priority"), 15, Kind.LINE, lambda r: r.priority),
    Column("text", pgettext_lazy("ledger", "Action"), 24, Kind.LINE, lambda r: r.titled),
    Column("lead_unit", pgettext_lazy("ledger", "Lead unit"), 17, Kind.LINE, lambda r: r.lead),
    Column(
        "supporting_units",
        pgettext_lazy("ledger", "Supporting units"),
        20,
        Kind.LINE,
        lambda r: "、".join(r.supporting),
    ),
    Column("owner", pgettext_lazy("ledger", "Owner"), 11, Kind.LINE, lambda r: r.owner),
    Column("due", pgettext_lazy("ledger", "Due"), 12, Kind.DAY, lambda r: r.due),
    Column(
        "percent",
        pgettext_lazy("ledger", "Done"),
        8,
        Kind.PERCENT,
        lambda r: None if r.is_ended else r.percent,
    ),
    Column(
        "elapsed",
        pgettext_lazy("ledger", "Time gone"),
        8,
        Kind.PERCENT,
        lambda r: r.elapsed if r.has_yardstick else None,
    ),
    Column("light", pgettext_lazy("ledger", "Light"), 11, Kind.LIGHT, light_of),
    Column("done", pgettext_lazy("ledger", "Progress"), 40, Kind.TEXT, lambda r: r.done),
    Column("problems", pgettext_lazy("ledger", "Problems"), 24, Kind.TEXT, lambda r: r.problems),
    Column(
        "next_step", pgettext_lazy("ledger", "Next steps"), 24, Kind.TEXT, lambda r: r.next_step
    ),
    Column("updated", pgettext_lazy("ledger", "Updated"), 12, Kind.DAY, lambda r: r.updated),
)
"""DOMAIN's fourteen, in its order (annex 2 of the report)."""

FILL_COLUMNS = (
    Column("day", pgettext_lazy("ledger", "Day it speaks of"), 12, Kind.DAY),
    Column("outlook", pgettext_lazy("ledger", "Outlook"), 11, Kind.LINE),
    Column("outlook_reason", pgettext_lazy("ledger", "Reason of the outlook"), 24, Kind.TEXT),
    Column("help_needed", pgettext_lazy("ledger", "Help needed"), 24, Kind.TEXT),
    Column("explanation", pgettext_lazy("ledger", "Why this percent"), 24, Kind.TEXT),
    Column("reason", pgettext_lazy("ledger", "Why it is reassigned"), 24, Kind.TEXT),
)
"""Beside them in a file that is to be filled in: what the form on the page asks for as well."""


@dataclass(frozen=True)
class Numbered:
    """A head with a number in it, in the language of whoever reads it."""

    head: object
    number: int

    def __str__(self):
        return str(self.head) % {"n": self.number}


def _of_target(number: int, part: str) -> Callable[[Row], Value]:
    """A part of the row's target of that number, where it has so many; numbers as numbers."""

    def value(row: Row) -> Value:
        if len(row.counted) < number:
            return None
        words = getattr(row.counted[number - 1], part)
        is_number = part in ("value", "target") and words
        return Decimal(words) if is_number else words or None

    return value


def counted_columns(number: int) -> tuple[Column, ...]:
    """The columns of the target of that number."""
    parts = (
        ("title", pgettext_lazy("ledger", "Target %(n)d"), 20, Kind.LINE),
        ("value", pgettext_lazy("ledger", "Target %(n)d: value"), 11, Kind.NUMBER),
        ("target", pgettext_lazy("ledger", "Target %(n)d: to reach"), 11, Kind.NUMBER),
        ("measured_in", pgettext_lazy("ledger", "Target %(n)d: unit of measure"), 11, Kind.LINE),
    )
    return tuple(
        Column(
            f"target{number}_{part}",
            Numbered(head, number),
            width,
            kind,
            _of_target(number, part),
        )
        for part, head, width, kind in parts
    )


COUNTED_COLUMNS = tuple(c for n in range(1, MOST_TARGETS + 1) for c in counted_columns(n))
"""Behind all others, and only as many as the rows have targets."""

COUNTED_EACH = len(COUNTED_COLUMNS) // MOST_TARGETS

VALUES = tuple(f"target{n}_value" for n in range(1, MOST_TARGETS + 1))
"""The columns of what is counted; the others say of what."""


def title_of(value: str) -> str:
    """The column that says what is counted in a column of values."""
    return value.replace("value", "title")


def columns_of_targets(rows: Iterable[Row]) -> tuple[Column, ...]:
    """The columns that these rows need."""
    most = max((len(row.counted) for row in rows), default=0)
    return COUNTED_COLUMNS[: COUNTED_EACH * most]


KEY = Column("key", pgettext_lazy("ledger", "Key (keep)"), 10, Kind.LINE)

SAID = frozenset(
    ("percent", "done", "problems", "next_step", "outlook", "outlook_reason", "help_needed")
) | {"explanation", "day", *VALUES}
"""The columns of a progress entry."""

ASSIGNED = frozenset(("lead_unit", "supporting_units", "owner", "due", "reason"))
"""The columns of an assignment."""


def heads(columns: Iterable[Column]) -> dict[str, str]:
    """Name → head, in the language of the reader."""
    return {column.name: str(column.head) for column in columns}


# What stands in a cell

CUT = gettext_lazy("… (cut here: the whole text has %(length)d characters, see the page)")


def as_cell(value: Value) -> Value:
    """A text without what no file may hold, cut to what a cell holds; the cut says so itself."""
    if not isinstance(value, str):
        return value
    text = drawn(value)
    is_short = len(text) <= LONGEST_CELL // 2  # the count in UTF-16 is dear, and at most twice that
    return text if is_short or length_in_excel(text) <= LONGEST_CELL else _cut(text)


def length_in_excel(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str) -> str:
    said = str(CUT) % {"length": len(text)}
    room = 2 * (LONGEST_CELL - length_in_excel(said))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + said


def is_cut(whole: Value, cell: Value) -> bool:
    """Whether a cell does not hold the whole text."""
    if not isinstance(whole, str) or whole is cell or len(whole) <= LONGEST_CELL // 2:
        return False
    return length_in_excel(drawn(whole)) > length_in_excel(str(cell))
