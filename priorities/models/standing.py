"""Is each row as its last recorded change left it? What pages show today is what was recorded.

The database compares, one statement for each question, so that nothing that is saved meanwhile
is taken for a difference. Fields of which no history is kept (a password) are not asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections

RECORDED = ("Plan", "Priority", "Action", "Milestone", "Lineage", "Target", "Unit", "User")


@dataclass(frozen=True)
class Stray:
    """A row that is not as it was recorded; ``columns`` maps those to (now, recorded)."""

    table: str
    key: int
    columns: dict[str, tuple]
    what: str

    def __str__(self):
        told = ", ".join(
            f"{name} is {_short(now)} and was recorded as {_short(recorded)}"
            for name, (now, recorded) in self.columns.items()
        )
        return f"{self.what}: {told}" if told else self.what


def _short(value: object) -> str:
    words = "nothing" if value in (None, "") else " ".join(str(value).split())
    return words if len(words) <= 40 else words[:39] + "…"


def strays(apps, using: str = "default") -> Iterator[Stray]:
    """Of every kind that is recorded; ``apps`` may be those of a migration, which lack some."""
    there = {model.__name__ for model in apps.get_app_config("priorities").get_models()}
    for name in RECORDED:
        if name in there:
            yield from Kind(apps, name, using).strays()


class Kind:
    """One kind of row, with the table of its history."""

    def __init__(self, apps, name: str, using: str):
        self.apps, self.connection = apps, connections[using]
        self.model = apps.get_model("priorities", name)
        self.past = apps.get_model("priorities", f"Historical{name}")
        kept = {field.column for field in self.past._meta.concrete_fields}
        columns = [field.column for field in self.model._meta.concrete_fields]
        self.columns = [column for column in columns if column in kept]
        self.differs = "IS NOT" if self.connection.vendor == "sqlite" else "IS DISTINCT FROM"
        self.t, self.h = self._quoted(self.model), self._quoted(self.past)

    def strays(self) -> Iterator[Stray]:
        """The rows that differ, those that are gone, and those with other rows beside them."""
        yield from self._rows()
        yield from self._gone()
        for field in self.model._meta.many_to_many:
            try:
                past = self.apps.get_model(
                    "priorities", f"Historical{self.model.__name__}_{field.name}"
                )
            except LookupError:
                continue  # of this relation no history is kept
            yield from self._relation(field, past)

    def _quoted(self, model) -> str:
        return self.connection.ops.quote_name(model._meta.db_table)

    def _ask(self, statement: str) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def _last_of(self, key: str) -> str:
        return f"(SELECT MAX(history_id) FROM {self.h} newest WHERE newest.id = {key})"

    def _rows(self) -> Iterator[Stray]:
        quote = self.connection.ops.quote_name
        pairs = [(f"t.{quote(column)}", f"h.{quote(column)}") for column in self.columns]
        differing = " OR ".join(f"{now} {self.differs} {then}" for now, then in pairs)
        found = self._ask(
            f"SELECT t.id, h.history_type, {', '.join(one for pair in pairs for one in pair)} "
            f"FROM {self.t} t LEFT JOIN {self.h} h ON h.history_id = {self._last_of('t.id')} "
            f"WHERE h.history_id IS NULL OR h.history_type = '-' OR {differing} ORDER BY t.id"
        )
        for key, kind, *values in found:
            compared = zip(self.columns, values[::2], values[1::2], strict=True)
            columns = {name: (now, then) for name, now, then in compared if now != then}
            if kind is None:
                yield self._stray(key, "was never recorded")
            elif kind == "-":
                yield self._stray(key, "was recorded as deleted")
            else:
                yield self._stray(key, "is not as its last recorded change left it", columns)

    def _gone(self) -> Iterator[Stray]:
        found = self._ask(
            f"SELECT h.id FROM {self.h} h LEFT JOIN {self.t} t ON t.id = h.id "
            f"WHERE t.id IS NULL AND h.history_type <> '-' "
            f"AND h.history_id = {self._last_of('h.id')} ORDER BY h.id"
        )
        for [key] in found:
            yield self._stray(key, "was removed, and no change says so")

    def _relation(self, field, past) -> Iterator[Stray]:
        own, other = field.m2m_column_name(), field.m2m_reverse_name()
        now, then = self._quoted(field.remote_field.through), self._quoted(past)
        added = self._ask(
            f"SELECT n.{own}, n.{other} FROM {now} n WHERE NOT EXISTS (SELECT 1 FROM {then} p "
            f"WHERE p.{other} = n.{other} AND p.history_id = {self._last_of(f'n.{own}')})"
        )
        lost = self._ask(
            f"SELECT h.id, p.{other} FROM {then} p JOIN {self.h} h ON h.history_id = p.history_id "
            f"WHERE h.history_type <> '-' AND h.history_id = {self._last_of('h.id')} "
            f"AND NOT EXISTS (SELECT 1 FROM {now} n WHERE n.{own} = h.id AND n.{other} = p.{other})"
        )
        for key, one in sorted(added):
            yield self._stray(key, f"has a row {one} among its {field.name} that no change put in")
        for key, one in sorted(lost):
            yield self._stray(key, f"has lost row {one} of its {field.name}, and no change says so")

    def _stray(self, key: int, what: str, columns: dict | None = None) -> Stray:
        return Stray(self.model._meta.db_table, key, columns or {}, what)
