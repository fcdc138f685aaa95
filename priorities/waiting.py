"""The triggers that keep the index of what waits: after each change of an entry or an answer.

They are looked after as the seal is (``seal``), for the same reason. The index says nothing that
the three tables do not say: it can be made again at any time, and ``verify`` compares.
"""

from django.core.checks import Error, Tags, register
from django.db import connections, transaction
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from .seal import is_of_an_older_version, mended_by

INDEX = "priorities_waitingentry"
ENTRY, ANSWER, UNDONE = (
    "priorities_progressentry",
    "priorities_decision",
    "priorities_decisionundone",
)
WAITS = f"""
    SELECT e.id, e.action_id, e.day FROM {ENTRY} e WHERE e.needs_review AND NOT EXISTS (
        SELECT 1 FROM {ANSWER} d WHERE d.entry_id = e.id
        AND NOT EXISTS (SELECT 1 FROM {UNDONE} u WHERE u.decision_id = d.id))
"""
"""What needs review and has no decision that stands; a test holds it to the models' own words."""

ACTS = ("INSERT", "UPDATE", "DELETE")


class SQLite:
    MADE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    OF_ROW = {
        ENTRY: "{row}.id",
        ANSWER: "{row}.entry_id",
        UNDONE: f"(SELECT entry_id FROM {ANSWER} WHERE id = {{row}}.decision_id)",
    }

    def triggers(self) -> dict[str, str]:
        return {
            f"{table}_waits_{act.lower()}": self._trigger(table, act)
            for table in self.OF_ROW
            for act in ACTS
        }

    def _trigger(self, table: str, act: str) -> str:
        entry = self.OF_ROW[table].format(row="OLD" if act == "DELETE" else "NEW")
        return (
            f'CREATE TRIGGER "{table}_waits_{act.lower()}" AFTER {act} ON "{table}" BEGIN '
            f"DELETE FROM {INDEX} WHERE entry_id = {entry}; "
            f"INSERT INTO {INDEX} (entry_id, action_id, day) {WAITS} AND e.id = {entry}; END"
        )

    def is_kept(self, cursor) -> bool:
        cursor.execute(self.MADE)
        return self.triggers().items() <= dict(cursor.fetchall()).items()

    def drop(self, cursor) -> None:
        for name in self.triggers():
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')

    def make(self, cursor) -> None:
        for statement in self.triggers().values():
            cursor.execute(statement)


class PostgreSQL:
    FUNCTION = "priorities_waits"
    BODY = f"""
DECLARE changed jsonb; found bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := to_jsonb(OLD); ELSE changed := to_jsonb(NEW); END IF;
  found := (changed ->> TG_ARGV[0])::bigint;
  IF TG_ARGV[0] = 'decision_id' THEN SELECT entry_id INTO found FROM {ANSWER} WHERE id = found;
  END IF;
  DELETE FROM {INDEX} WHERE entry_id = found;
  INSERT INTO {INDEX} (entry_id, action_id, day) {WAITS} AND e.id = found;
  RETURN NULL;
END """
    OF_ROW = {ENTRY: "id", ANSWER: "entry_id", UNDONE: "decision_id"}
    # pg_trigger.tgtype: 1 row, 4 insert, 8 delete, 16 update; it is not before (2)
    MADE = """
        SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgname LIKE '%%\\_waits' AND tgtype = 29 AND tgenabled = 'A' AND tgqual IS NULL
        AND tgattr = ''::int2vector AND proname = %s AND prosrc = %s
    """

    def is_kept(self, cursor) -> bool:
        cursor.execute(self.MADE, [self.FUNCTION, self.BODY])
        return set(self.OF_ROW) <= {table for [table] in cursor.fetchall()}

    def drop(self, cursor) -> None:
        for table in self.OF_ROW:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_waits" ON "{table}"')

    def make(self, cursor) -> None:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {self.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $${self.BODY}$$"
        )
        for table, column in self.OF_ROW.items():
            name = f'"{table}_waits"'
            cursor.execute(
                f'CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {self.FUNCTION}('{column}')"
            )
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {name}')


DATABASES = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def is_kept(using: str = "default") -> bool:
    """Whether the database keeps the index; before the migration that brings it there is none."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if INDEX not in connection.introspection.table_names(cursor):
            return True
        return DATABASES[connection.vendor].is_kept(cursor)


def keep(using: str = "default") -> bool:
    """Make the triggers where they are missing, and the index anew; returns whether they were."""
    if is_kept(using):
        return False
    connection = connections[using]
    database = DATABASES[connection.vendor]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        database.drop(cursor)
        cursor.execute(f"DELETE FROM {INDEX}")
        cursor.execute(f"INSERT INTO {INDEX} (entry_id, action_id, day) {WAITS}")
        database.make(cursor)
    return True


def let_go(cursor, using: str = "default") -> None:
    """Drop the triggers, where their tables are; ``keep`` makes them again, and the index anew."""
    if INDEX in connections[using].introspection.table_names(cursor):
        DATABASES[connections[using].vendor].drop(cursor)


def strays(using: str = "default") -> list[int]:
    """The entries of which the index says otherwise than the three tables."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT entry_id, action_id, day FROM {INDEX}")
        indexed = set(cursor.fetchall())
        cursor.execute(WAITS)
        return sorted({row[0] for row in indexed ^ set(cursor.fetchall())})


def complaint(using: str = "default") -> str:
    """What a start says in one line, with the command that mends it."""
    return (
        "the review page would miss entries, because the triggers that keep the index of what "
        f"waits are missing; run {mended_by(using)}"
    )


@receiver(pre_migrate, dispatch_uid="waiting")
def let_go_before_migrations(app_config, using, plan=(), **kwargs):
    """SQLite renames no table while a trigger of another one speaks of it."""
    if app_config.name == "priorities" and plan:
        with connections[using].cursor() as cursor:
            let_go(cursor, using)


@receiver(post_migrate, dispatch_uid="waiting")
def keep_after_migrations(app_config, using, **kwargs):
    if app_config.name == "priorities":
        keep(using)


@register(Tags.database)
def what_waits_is_indexed(databases=None, **kwargs) -> list:
    """As ``seal.written_once_is_sealed``."""
    return [
        Error(complaint(using), id="priorities.E003")
        for using in databases or ()
        if not is_kept(using) and not is_of_an_older_version(using)
    ]
