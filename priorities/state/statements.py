"""Statements that are built once: Django takes longer to build one than a database to answer it.

The SQL of a query set is kept per process with the places of what differs from call to call, and
its rows come as ``values_list`` gives them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

PLAN, DAY, NO_ROW = -4_194_301, date(1, 2, 3), -1
"""Stand in the statement for the plan and the day while it is built; no row has the last."""

AT_ONCE, MANY_AT_ONCE = 128, 1_024
"""Rows that are read by their keys in one statement: of one plan, and of several."""

PLANS_AT_ONCE = 32
"""Plans that are read in one statement; a district has three or four lists at a time."""


class Statement:
    """The rows of ``build(plan, day)``, a ``values_list``; the plan by its primary key.

    With ``keys`` it is ``build(keys, day)`` instead, for as many primary keys at once as that.
    """

    def __init__(self, build: Callable[[object, date], QuerySet], *, keys: int = 0):
        self.build, self.keys = build, keys

    def rows(self, plan: int, day: date | None = None) -> Iterator[list]:
        """Of this plan, and of this day where the statement asks for one."""
        connection = connections[DEFAULT_DB_ALIAS]
        places = {PLAN: plan, _day(connection, DAY): _day(connection, day)}
        yield from self._asked(connection, places)

    def rows_of(self, keys: Sequence[int], day: date | None = None) -> Iterator[list]:
        """Of these primary keys, at most as many as the statement is made for."""
        connection = connections[DEFAULT_DB_ALIAS]
        places = dict.fromkeys(range(PLAN, PLAN + self.keys), NO_ROW)
        places.update(zip(range(PLAN, PLAN + self.keys), keys, strict=False))
        places[_day(connection, DAY)] = _day(connection, day)
        yield from self._asked(connection, places)

    def _asked(self, connection: BaseDatabaseWrapper, places: dict) -> Iterator[list]:
        sql, params, converters = self._built
        with connection.cursor() as cursor:
            cursor.execute(sql, [places.get(param, param) for param in params])
            for row in map(list, cursor.fetchall()):
                for place, (converts, column) in converters:
                    for convert in converts:
                        row[place] = convert(row[place], column, connection)
                yield row

    @cached_property
    def _built(self) -> tuple[str, tuple, list]:
        of = list(range(PLAN, PLAN + self.keys)) if self.keys else PLAN
        compiler = self.build(of, DAY).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return sql, params, list(compiler.get_converters(columns).items())


class OfPlans:
    """The rows of ``build(plans, day)`` of one plan, or by the same words of several at once."""

    def __init__(self, build: Callable[[Sequence, date], QuerySet]):
        self.one, self.several = Statement(build, keys=1), Statement(build, keys=PLANS_AT_ONCE)

    def rows(self, plans: Sequence[int], day: date | None = None) -> Iterator[list]:
        """Of these plans, by their primary keys."""
        asked = self.one if len(plans) == 1 else self.several
        for part in batched(plans, asked.keys):
            yield from asked.rows_of(part, day)


def batched(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """In parts of at most that many."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _day(connection: BaseDatabaseWrapper, day: date | None):
    return connection.ops.adapt_datefield_value(day)
