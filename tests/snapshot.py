"""The database as the migrations left it, put back after each test that commits.

Django would empty all tables instead, which the seal refuses, and what migrations load would be
gone for every test that follows.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase

from tracker.sqlite import library


class SQLite:
    """A copy in memory; SQLite copies page by page, triggers and all."""

    def take(self) -> None:
        connection.ensure_connection()
        self.copy = library.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.copy)

    def put_back(self) -> None:
        connection.ensure_connection()
        self.copy.backup(connection.connection)

    def drop(self) -> None:
        self.copy.close()


class PostgreSQL:
    """A database beside it, from which the other is made anew; nobody may be connected then."""

    def take(self) -> None:
        self.name = connection.settings_dict["NAME"]
        self.copy = f"{self.name}_as_migrated"
        self._replace(self.copy, like=self.name)

    def put_back(self) -> None:
        self._replace(self.name, like=self.copy)

    def drop(self) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self.copy}" WITH (FORCE)')

    def _replace(self, name: str, *, like: str) -> None:
        connection.close()
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')

    def _execute(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def snapshot() -> Iterator[None]:
    """Taken now; inside, what Django does after a test that commits is to put it back."""
    kept = {"sqlite": SQLite, "postgresql": PostgreSQL}[connection.vendor]()
    kept.take()
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: kept.put_back()
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = flush
        kept.drop()
