"""What both pages share that take a table in: putting it aside, its columns as recognised."""

import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..acts.once import once
from ..forms.tables import TableForm
from ..imports.table_plan import Breakdown
from ..imports.table_progress import Progress
from ..imports.table_words import label_of, sure_words
from ..models import Plan, SourceDocument, TableIntake, User
from ..plans.tables.headings import Name
from ..plans.tables.recognising import Column, Table
from ..words import listed


def put_aside(form: TableForm, *, by: User, plan: Plan | None = None) -> TableIntake:
    """The file kept and its cells put aside; the same form sent again gives the same."""

    def act(key: uuid.UUID) -> TableIntake:
        file, name, kind = form.file_kept()
        document = SourceDocument.keep(
            file, name=name[:255], content_type=kind[:100], text=form.book.text, by=by
        )
        return TableIntake.objects.create(
            document=document, plan=plan, grid=form.book.as_json(), by=by, changed_by=by
        )

    return once(TableIntake, act, by=by, nonce=form.cleaned_data["nonce"])


def said_read(document: SourceDocument) -> str:
    """That it arrived: only then the browser forgets what was pasted."""
    return _("“%(name)s” is read; look at what was recognised.") % {"name": document}


@dataclass(frozen=True)
class ColumnRow:
    """A column with its select."""

    name: str
    head: str
    value: str
    options: list[tuple[str, str]]
    sure: str
    is_sure: bool
    samples: str
    is_hidden: bool
    error: str


@dataclass(frozen=True)
class TableBlock:
    """A sheet, whether it is taken, and its columns."""

    number: int
    name: str
    is_taken: bool
    is_hidden: bool
    lines: int
    hidden_lines: str
    columns: list[ColumnRow]

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to look at the columns before the rows."""
        return all(column.is_sure and not column.error for column in self.columns)

    @property
    def said(self) -> str:
        """In one sentence how many columns there are, and how many of them are sure."""
        words = {"n": len(self.columns), "sure": sum(c.is_sure for c in self.columns)}
        said = ngettext(
            "%(n)d column, %(sure)d of them sure",
            "%(n)d columns, %(sure)d of them sure",
            words["n"],
        )
        return said % words


def tables_shown(
    read: Breakdown | Progress, offered: tuple[Name, ...], errors: dict[str, str]
) -> list[TableBlock]:
    """The sheets as a page shows them, with the columns that are offered for each of theirs."""
    return [_block(read, table, offered, errors) for table in read.tables]


def _block(
    read: Breakdown | Progress, table: Table, offered: tuple[Name, ...], errors: dict[str, str]
) -> TableBlock:
    return TableBlock(
        table.sheet,
        table.name,
        table in read.taken,
        table.is_hidden,
        len(table.rows),
        listed(read.book.sheets[table.sheet].hidden_lines),
        [_column(table, column, offered, errors) for column in table.columns],
    )


def _column(
    table: Table, column: Column, offered: tuple[Name, ...], errors: dict[str, str]
) -> ColumnRow:
    name = f"col-{table.sheet}-{column.place}"
    value = column.name if column.name in offered else Name.ASIDE
    return ColumnRow(
        name,
        column.head or _("column %(n)d") % {"n": column.place + 1},
        str(value),
        [(str(option), label_of(option)) for option in offered],
        sure_words(column.sure),
        column.sure not in ("", "like", "content"),
        " · ".join(sample[:24] for sample in column.samples),
        column.is_hidden,
        errors.get(name, ""),
    )
