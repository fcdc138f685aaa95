"""Taking the seal off, as only somebody who owns the database can: for tests, and for their flush.

The program has no way to do this. Django empties the tables after a test with transactions of its
own; that is a DELETE or a TRUNCATE like any other, and the seal refuses it.
"""

from contextlib import contextmanager

from django.db.backends.base.operations import BaseDatabaseOperations

from priorities.seal import DATABASES, PostgreSQL, seal, sealed_tables


def break_seal(connection) -> None:
    """Drop the triggers of every table."""
    connection.check_constraints()  # PostgreSQL drops none while a foreign key is still unchecked
    with connection.cursor() as cursor:
        for table in list(sealed_tables(connection)):
            for statement in drop_statements(connection.vendor, table):
                cursor.execute(statement)


def drop_statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{name}"' for name in DATABASES[vendor].triggers(table)]
    return [f'DROP TRIGGER IF EXISTS "{table}_{kind}" ON "{table}"' for kind in PostgreSQL.KINDS]


@contextmanager
def seal_off(connection):
    """Without triggers inside, with them again after."""
    break_seal(connection)
    try:
        yield
    finally:
        seal(connection.alias)


@contextmanager
def tests_may_flush():
    """Let Django's own flush, and nothing else, go through between tests."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_unsealed(self, sql_list):
        with seal_off(self.connection):
            flush(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush_unsealed
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = flush
