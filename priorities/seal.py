"""The triggers by which the database itself refuses to change what is written once.

Every model that is ``Sealed`` is covered. The triggers are no part of a migration, because an
AlterField on SQLite makes the table anew and drops them without a word: they are looked after
each time migrations have run, and every start asks whether they are there.

Whoever owns the database can drop them; what is done then is found by ``manage.py verify``.
"""

from collections.abc import Iterator

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate
from django.dispatch import receiver

CHAIN = "priorities_chainlink"


class SQLite:
    """An INSERT OR REPLACE deletes too, which the delete trigger sees by ``recursive_triggers``."""

    @staticmethod
    def triggers(table: str) -> dict[str, str]:
        return {
            f"{table}_no_{act.lower()}": f'CREATE TRIGGER "{table}_no_{act.lower()}" '
            f'BEFORE {act} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is written once'); END"
            for act in ("UPDATE", "DELETE")
        }

    def is_sealed(self, cursor, table: str) -> bool:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        return self.triggers(table).items() <= dict(cursor.fetchall()).items()

    def seal(self, cursor, table: str) -> None:
        for name, statement in self.triggers(table).items():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            cursor.execute(statement)


class PostgreSQL:
    """ENABLE ALWAYS: a session that replays a replica's changes is refused as well."""

    FUNCTION = "priorities_written_once"
    BODY = (
        " BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END "
    )
    # pg_trigger.tgtype: 1 row, 2 before, 8 delete, 16 update, 32 truncate
    KINDS = {
        "row": (1 + 2 + 8 + 16, "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW"),
        "table": (2 + 32, "BEFORE TRUNCATE ON {} FOR EACH STATEMENT"),
    }
    PRESENT = """
        SELECT tgname, tgtype FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgrelid = to_regclass(%s) AND tgenabled = 'A' AND tgqual IS NULL
        AND tgattr = ''::int2vector AND proname = %s AND prosrc = %s
    """

    def is_sealed(self, cursor, table: str) -> bool:
        cursor.execute(self.PRESENT, [f'"{table}"', self.FUNCTION, self.BODY])
        wanted = {f"{table}_{kind}": number for kind, (number, _when) in self.KINDS.items()}
        return wanted.items() <= dict(cursor.fetchall()).items()

    def seal(self, cursor, table: str) -> None:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {self.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $${self.BODY}$$"
        )
        for kind, (_number, when) in self.KINDS.items():
            name, place = f'"{table}_{kind}"', f'"{table}"'
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {place}")
            cursor.execute(
                f"CREATE TRIGGER {name} {when.format(place)} EXECUTE FUNCTION {self.FUNCTION}()"
            )
            cursor.execute(f"ALTER TABLE {place} ENABLE ALWAYS TRIGGER {name}")


DATABASES = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def sealed_tables(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """The tables of all sealed models; none before the migration that brings the chain."""
    there = connection.introspection.table_names()
    if CHAIN in there:
        tables = {m._meta.db_table for m in apps.get_models() if getattr(m, "is_sealed", False)}
        yield from sorted(tables.intersection(there))


def open_tables(using: str = "default") -> list[str]:
    """The tables whose triggers are missing or not as they should be."""
    connection = connections[using]
    database = DATABASES[connection.vendor]
    tables = list(sealed_tables(connection))
    with connection.cursor() as cursor:
        return [table for table in tables if not database.is_sealed(cursor, table)]


def seal(using: str = "default") -> list[str]:
    """Make the triggers that are missing; returns the tables that had none."""
    tables = open_tables(using)
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table in tables:
            DATABASES[connection.vendor].seal(cursor, table)
    return tables


def is_of_an_older_version(using: str = "default") -> bool:
    """Whether migrations wait: they bring tables under the chain, with their triggers after."""
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def complaint(tables: list[str], using: str = "default") -> str:
    """What a start says in one line, with the command that mends it."""
    return (
        f"the database would let rows of {', '.join(tables)} be changed or deleted, because the "
        f"triggers that refuse it are missing; run {mended_by(using)}, and "
        "then manage.py verify, which finds what was changed meanwhile"
    )


def mended_by(using: str) -> str:
    """The command that makes all triggers again, on this very database."""
    connection = connections[using]
    which = ""
    if connection.vendor == "sqlite":
        which = f"DATABASE_URL=sqlite:///{connection.settings_dict['NAME']} "
    return f"{which}.venv/bin/python manage.py seal"


@receiver(post_migrate, dispatch_uid="seal")
def seal_after_migrations(app_config, using, **kwargs):
    if app_config.name == "priorities":
        seal(using)


@register(Tags.database)
def written_once_is_sealed(databases=None, **kwargs) -> list:
    """Asked by `manage.py check --database default`, and by `migrate` before it does anything.

    A database of an older version has tables that only its migrations will seal.
    """
    return [
        Error(complaint(tables, using), id="priorities.E001")
        for using in databases or ()
        if (tables := open_tables(using)) and not is_of_an_older_version(using)
    ]
