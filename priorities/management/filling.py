"""Many rows at once, past the models: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from .. import waiting
from ..version import DATABASES, watch
from ..waiting import keep

ONCE = """
    PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA foreign_keys = OFF
"""
"""For the connection that fills: a power cut spoils a database that is only just being made."""


class Table:
    """Rows of one model to be written: ``varying`` columns first, all others with one value."""

    def __init__(self, model: type[Model], *varying: str, **constant):
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        given = {name: constant.get(name, field.get_default()) for name, field in fields.items()}
        rest = [name for name in fields if name not in varying]
        self.columns = [fields[name].column for name in (*varying, *rest)]
        self.tail = tuple(stored(model, name, given[name]) for name in rest)
        self.rows: list[tuple] = []
        self.next = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1

    def key(self) -> int:
        self.next += 1
        return self.next - 1

    def add(self, *values) -> None:
        self.rows.append(values + self.tail)

    def write(self) -> None:
        """What was added since the last time."""
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        target = f"{connection.ops.quote_name(self.model._meta.db_table)} ({columns})"
        WRITERS[connection.vendor](target, self.rows, len(self.columns))
        self.rows = []


def stored(model: type[Model], name: str, value):
    """As the database keeps it: days are text on SQLite."""
    return model._meta.get_field(name).get_db_prep_save(value, connection)


def _insert(target: str, rows: list[tuple], width: int) -> None:
    places = ", ".join("?" * width)
    connection.connection.executemany(f"INSERT INTO {target} VALUES ({places})", rows)


def _copy(target: str, rows: list[tuple], width: int) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


WRITERS = {"sqlite": _insert, "postgresql": _copy}


@contextmanager
def in_bulk(tables: list[Table]) -> Iterator[None]:
    """What would be done anew for each row is done once at the end: indexes, counted changes."""
    models = [table.model for table in tables]
    with connection.cursor() as cursor:
        waiting.let_go(cursor)
        later = BEFORE[connection.vendor](cursor, [model._meta.db_table for model in models])
        yield
        for statement in [*later, *connection.ops.sequence_reset_sql(no_style(), models)]:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    keep()
    watch()


def _bare_sqlite(cursor, tables: list[str]) -> list[str]:
    """Without indexes and count triggers; the seal stays. Returns what makes the indexes again."""
    for command in ONCE.split(";"):
        cursor.execute(command)
    for table in tables:
        for name in DATABASES["sqlite"].triggers(table):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
    cursor.execute(
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''"
    )
    found = [(name, sql) for table, name, sql in cursor.fetchall() if table in tables]
    for name, _sql in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


def _bare_postgresql(cursor, tables: list[str]) -> list[str]:
    """Indexes that are no constraint; a COPY counts as one change however many rows it brings."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
        [tables],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


BEFORE = {"sqlite": _bare_sqlite, "postgresql": _bare_postgresql}
