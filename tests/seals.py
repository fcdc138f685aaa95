"""Taking the seal off, as only somebody who owns the database can; the program has no way to."""

from collections import defaultdict
from contextlib import contextmanager

from django.apps import apps

from priorities.models import ChainLink
from priorities.models.chain import GENESIS, digests, hash_of
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
        connection.check_constraints()  # nor does PostgreSQL make one then
        seal(connection.alias)


@contextmanager
def rewriting(connection):
    """Rows may be changed inside, and the chain is made anew after: the past that a test wants."""
    with seal_off(connection):
        yield
        relink(connection)


def relink(connection) -> None:
    """Count the chain again over the rows as they are now."""
    links = list(ChainLink.objects.order_by("number"))
    models = {model._meta.db_table: model for model in apps.get_models()}
    found, before = {}, GENESIS
    kinds = defaultdict(list)
    for link in links:
        kinds[link.table_name, link.columns].append(link.row_id)
    for (table, columns), keys in kinds.items():
        rows = digests(models[table], keys, columns.split(), connection.alias)
        found |= {(table, key): digest for key, digest in rows.items()}
    for link in links:
        link.digest = found[link.table_name, link.row_id]
        link.hash = before = hash_of(before, link)
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE priorities_chainlink SET digest = %s, hash = %s WHERE number = %s",
            [(link.digest, link.hash, link.number) for link in links],
        )
