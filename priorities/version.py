"""The version of the data: one number that every committed change moves, by whatever road.

What was drawn under one version can be shown again as long as the database still says that
version. So it must hold, whoever changes a row, and from wherever (page, panel, command, raw SQL,
another process, a backup that comes back):

- The move is part of the change: triggers make it, in the same transaction. Nobody sees one
  without the other, and what is rolled back has moved nothing.
- No version is ever there twice over other data. A sequence would count before the commit: who
  reads it then keeps old rows under the new number. The highest key of a table sees no update and
  no delete, and of two that commit in the other order the later one not at all. The count of the
  moves has neither fault, and ``mark`` is drawn anew with each: two lives of a database, before a
  restore and after, count alike but are marked differently.

Who keeps something reads the version first and the rows after: what is newer than its version is
never asked for under it again.

On PostgreSQL nobody waits for anybody. One counting row would be locked from the first change of
a transaction to its end, against ``hold_chain`` and all the row locks, and whoever changed
something first and locked then would stand in a circle with others. So each statement adds a row
of its own to MOVES, and the sum counts. Now and then one transaction, the only one that got the
lock for it, adds them up.

The triggers are looked after as the seal is (``seal``), for the same reason.
"""

import secrets
from collections.abc import Iterable, Sequence

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from .seal import is_of_an_older_version, mended_by

VERSION = "priorities_dataversion"
MOVES = "priorities_datamove"

SHOWN_NOWHERE = {"sessions", "axes"}
"""Apps whose rows no page shows; every other table is watched, also one that is yet to come."""


class SQLite:
    """A trigger for each row: there is no other kind, and no second writer to wait for it."""

    READ = f"SELECT number, mark{{}} FROM {VERSION}"
    MOVE = f"UPDATE {VERSION} SET number = number + 1, mark = random()"
    MADE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"

    def triggers(self, table: str) -> dict[str, str]:
        return {
            f"{table}_moves_{act.lower()}": f'CREATE TRIGGER "{table}_moves_{act.lower()}" '
            f'AFTER {act} ON "{table}" BEGIN {self.MOVE}; END'
            for act in ("INSERT", "UPDATE", "DELETE")
        }

    def unwatched(self, cursor, tables: Iterable[str]) -> list[str]:
        cursor.execute(self.MADE)
        made = dict(cursor.fetchall()).items()
        return [table for table in tables if not self.triggers(table).items() <= made]

    def watch(self, cursor, table: str) -> None:
        for name, statement in self.triggers(table).items():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(statement)


class PostgreSQL:
    """A trigger for each statement, however many rows it changes; TRUNCATE has no other.

    Two statements add up, each with a snapshot of its own behind the lock: in one statement the
    second of two that follow each other would still see what the first has added up already.
    """

    FUNCTION = "priorities_moved"
    ADD_UP = int.from_bytes(b"moves", "big")
    BODY = f"""
DECLARE counted bigint; mixed bigint;
BEGIN
  INSERT INTO {MOVES} (mark) VALUES ((random() * 9007199254740991)::bigint);
  IF random() < 0.02 AND current_setting('transaction_isolation') = 'read committed'
      AND pg_try_advisory_xact_lock({ADD_UP}) THEN
    WITH gone AS (DELETE FROM {MOVES} RETURNING mark)
      SELECT count(*), coalesce(bit_xor(mark), 0) INTO counted, mixed FROM gone;
    UPDATE {VERSION} SET number = number + counted, mark = mark # mixed;
  END IF;
  RETURN NULL;
END """
    READ = f"""
        SELECT number + (SELECT count(*) FROM {MOVES}),
        mark # coalesce((SELECT bit_xor(mark) FROM {MOVES}), 0){{}} FROM {VERSION}
    """
    MOVE = f"INSERT INTO {MOVES} (mark) VALUES ((random() * 9007199254740991)::bigint)"
    # pg_trigger.tgtype: 4 insert, 8 delete, 16 update, 32 truncate; neither 1 row nor 2 before
    ACTS = ("INSERT OR UPDATE OR DELETE OR TRUNCATE", 4 + 8 + 16 + 32)
    MADE = """
        SELECT relname, tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        JOIN pg_class ON pg_class.oid = tgrelid WHERE pg_table_is_visible(tgrelid)
        AND tgtype = %s AND tgenabled = 'A' AND tgqual IS NULL AND tgattr = ''::int2vector
        AND proname = %s AND prosrc = %s
    """

    def unwatched(self, cursor, tables: Iterable[str]) -> list[str]:
        cursor.execute(self.MADE, [self.ACTS[1], self.FUNCTION, self.BODY])
        made = set(cursor.fetchall())
        return [table for table in tables if (table, f"{table}_moves") not in made]

    def watch(self, cursor, table: str) -> None:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {self.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $${self.BODY}$$"
        )
        name, place = f'"{table}_moves"', f'"{table}"'
        cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {place}")
        cursor.execute(
            f"CREATE TRIGGER {name} AFTER {self.ACTS[0]} ON {place} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.FUNCTION}()"
        )
        cursor.execute(f"ALTER TABLE {place} ENABLE ALWAYS TRIGGER {name}")


DATABASES = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def data_version(using: str = "default") -> str:
    """What the database stands at, for the transaction that asks."""
    return data_version_and("NULL", using=using)[0]


def data_version_and(
    query: str, parameters: Sequence = (), using: str = "default"
) -> tuple[str, object]:
    """The version, and in the same statement the one value that a query finds.

    Where nobody counts, which a start refuses (``unwatched_tables``), no version is there twice.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(DATABASES[connection.vendor].READ.format(f", ({query})"), parameters)
        counted = cursor.fetchone()
    if counted is None:
        return secrets.token_hex(), None
    number, mark, value = counted
    return f"{number:x}.{mark:x}", value


def move(using: str = "default") -> None:
    """Say that something changed which no trigger saw."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(DATABASES[connection.vendor].MOVE)


def watched_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Every table that a page may show; none before the migration that brings the count."""
    there = connection.introspection.table_names()
    if VERSION not in there:
        return []
    models = apps.get_models(include_auto_created=True)
    tables = {m._meta.db_table for m in models if m._meta.app_label not in SHOWN_NOWHERE}
    return sorted(tables.intersection(there))


def unwatched_tables(using: str = "default") -> list[str]:
    """The tables whose triggers are missing or not as they should be."""
    connection = connections[using]
    tables = watched_tables(connection)
    with connection.cursor() as cursor:
        return DATABASES[connection.vendor].unwatched(cursor, tables)


def watch(using: str = "default") -> list[str]:
    """Make the triggers that are missing, and move for what went unseen; returns their tables."""
    tables = unwatched_tables(using)
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table in tables:
            DATABASES[connection.vendor].watch(cursor, table)
        if tables:
            move(using)
    return tables


def complaint(tables: list[str], using: str = "default") -> str:
    """What a start says in one line, with the command that mends it."""
    return (
        f"old pages would be shown after a change of {', '.join(tables)}, because the triggers "
        f"that count the changes are missing; run {mended_by(using)}"
    )


@receiver(post_migrate, dispatch_uid="version")
def watch_after_migrations(app_config, using, **kwargs):
    """A table that a migration made anew was without triggers while it was filled."""
    if app_config.name == "priorities" and watched_tables(connections[using]):
        watch(using)
        move(using)


@register(Tags.database)
def changes_are_counted(databases=None, **kwargs) -> list:
    """As ``seal.written_once_is_sealed``."""
    return [
        Error(complaint(tables, using), id="priorities.E002")
        for using in databases or ()
        if (tables := unwatched_tables(using)) and not is_of_an_older_version(using)
    ]
