"""What somebody chose on the page of a table, as it is kept between two steps."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from .grid import Book
from .recognising import Table, recognise


@dataclass
class Choices:
    """Everything by words or by the place in the file; what is not here is as it was recognised.

    ``units`` and ``people`` are primary keys by the words of a cell, none to leave it; ``cells``
    are words by hand, by the key of a line and the name of the column.
    """

    sheets: list[int] | None = None
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    units: dict[str, list[int]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    """Of a progress table the number of the action that a line means, by the key of the line."""
    picked: list[str] | None = None
    """Of a progress table the lines that are taken over; None before somebody chose."""

    def as_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Choices":
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def columns_of(self, sheet: int) -> dict[int, str]:
        return {int(place): name for place, name in self.columns.get(str(sheet), {}).items()}


def tables_of(
    book: Book, choices: Choices, *, year: int | None, remembered: Mapping[str, str]
) -> list[Table]:
    """The table of every sheet, as it is recognised and as it was set by hand."""
    return [
        recognise(
            sheet, number, year=year, remembered=remembered, chosen=choices.columns_of(number)
        )
        for number, sheet in enumerate(book.sheets)
    ]


def taken_of(tables: list[Table], choices: Choices) -> list[Table]:
    """The tables that are taken: those chosen, else every one in sight that says what to do."""
    if choices.sheets is not None:
        return [table for table in tables if table.sheet in choices.sheets]
    found = [table for table in tables if table.has_tasks and not table.is_hidden]
    return found or tables[:1]


def heads_set(tables: list[Table], choices: Choices) -> dict[str, str]:
    """Head → column for every column that was set by hand and has a head."""
    found = {}
    for table in tables:
        chosen = choices.columns_of(table.sheet)
        found |= {c.head: chosen[c.place] for c in table.columns if c.head and c.place in chosen}
    return found
