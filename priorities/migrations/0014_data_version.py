"""The tables that count the changes (``priorities.version``); no models, so that no flush and no
``loaddata`` reaches them. The triggers come after the migrations."""

from django.db import migrations

MADE = {
    "sqlite": [
        "CREATE TABLE priorities_dataversion (number integer NOT NULL, mark integer NOT NULL)"
    ],
    "postgresql": [
        "CREATE TABLE priorities_dataversion (number bigint NOT NULL, mark bigint NOT NULL)",
        "CREATE TABLE priorities_datamove (mark bigint NOT NULL)",
    ],
}
FIRST = "INSERT INTO priorities_dataversion (number, mark) VALUES (1, 0)"


def make(apps, editor):
    for statement in [*MADE[editor.connection.vendor], FIRST]:
        editor.execute(statement)


def unmake(apps, editor):
    """The triggers first: without the tables they would refuse every change."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION IF EXISTS priorities_moved() CASCADE")
        editor.execute("DROP TABLE priorities_datamove")
    else:
        for name in triggers(editor.connection):
            editor.execute(f'DROP TRIGGER "{name}"')
    editor.execute("DROP TABLE priorities_dataversion")


def triggers(connection) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND sql LIKE '%UPDATE priorities_dataversion SET%'"
        )
        return [name for (name,) in cursor.fetchall()]


class Migration(migrations.Migration):
    dependencies = [("priorities", "0013_discarded_drafts")]

    operations = [migrations.RunPython(make, unmake)]
