"""What a backup is made of and what it holds: counted in the copy itself, never taken on trust."""

import os
import secrets
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tracker import postgresql
from tracker.sqlite import library

MIGRATIONS = "django_migrations"
CHAIN = "priorities_chainlink"


@dataclass
class Contents:
    """The rows of each table, and the migrations that made the tables."""

    rows: dict[str, int] = field(default_factory=dict)
    migrations: set[tuple[str, str]] = field(default_factory=set)

    def __str__(self):
        return f"{sum(self.rows.values()):,} rows in {len(self.rows)} tables"

    def check(self, file: Path) -> None:
        """Raises CommandError where this is no database of this program, or a newer one's."""
        if missing := {MIGRATIONS, CHAIN} - self.rows.keys():
            raise CommandError(
                f"{file} is no database of this program: it has no table {sorted(missing)[0]}"
            )
        known = MigrationLoader(None).disk_migrations
        ours = {app.label for app in apps.get_app_configs()}
        if newer := sorted(m for m in self.migrations - known.keys() if m[0] in ours):
            raise CommandError(
                f"{file} is of a newer version of this program ({'.'.join(newer[0])} is not known)"
            )


def contents(file: Path) -> Contents:
    """Read a copy from its beginning to its end. Raises CommandError where it is not whole."""
    found = contents_of_sqlite(file) if settings.IS_SQLITE else contents_of_dump(file)
    found.check(file)
    return found


def contents_of_sqlite(file: Path) -> Contents:
    """``immutable``: neither a journal beside it is believed, nor is anything written."""
    try:
        with closing(library.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as copy:
            [answer] = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if answer != "ok":
                raise CommandError(f"{file} is damaged: {' '.join(answer.split())}")
            tables = copy.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            rows = {t: copy.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for [t] in tables}
            query = f"SELECT app, name FROM {MIGRATIONS}"
            migrations = set(copy.execute(query)) if MIGRATIONS in rows else set()
    except (library.Error, OSError) as error:
        raise CommandError(f"{file} cannot be read as an SQLite database: {error}") from error
    return Contents(rows, migrations)


def contents_of_dump(file: Path) -> Contents:
    """The rows as pg_restore writes them: from ``COPY table (columns) FROM stdin;`` to ``\\.``"""
    found, table, columns = Contents(), "", []
    words = ["pg_restore", "--data-only", "--file=-", str(file)]
    with postgresql.started(words, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            if table and line == b"\\.\n":
                table = ""
            elif table:
                found.rows[table] += 1
                if table == MIGRATIONS:
                    row = dict(zip(columns, line.decode().split("\t"), strict=False))
                    found.migrations.add((row["app"], row["name"]))
            elif line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                name, _, rest = line.decode()[5:].partition(" (")
                table = name.rpartition(".")[2].strip('"')
                columns = rest.partition(")")[0].split(", ")
                found.rows[table] = 0
    return found


def make() -> tuple[Path, Contents]:
    """A copy of the database in BACKUP_DIR, named by the time, that was read and counted.

    Raises CommandError.
    """
    refuse_what_is_none()
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{secrets.token_hex(8)}.part"
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        links = links_of_the_chain()
        copy_sqlite(draft) if settings.IS_SQLITE else copy_postgresql(draft)
        found = contents(draft)
        if found.rows[CHAIN] < links:
            raise CommandError(f"the copy has {found.rows[CHAIN]} links of the chain, not {links}")
        sync(draft)
        target = name(draft, folder)
    finally:
        draft.unlink(missing_ok=True)
    sync(folder)
    return target, found


def refuse_what_is_none() -> None:
    """SQLite would make an empty database where there is none, and that would be copied."""
    if settings.IS_SQLITE:
        database = Path(connection.settings_dict["NAME"])
        if not database.is_file() or not database.stat().st_size:
            raise CommandError(f"there is no database {database}: nothing was copied")
    if CHAIN not in connection.introspection.table_names():
        raise CommandError(
            f"{connection.settings_dict['NAME']} is no database of this program: nothing was copied"
        )


def links_of_the_chain() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {CHAIN}")
        return cursor.fetchone()[0]


def name(draft: Path, folder: Path) -> Path:
    """Give a draft its name by the time; a second one of the same second gets a number."""
    now = f"{datetime.now(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d-%H%M%S}"
    ending = "sqlite3" if settings.IS_SQLITE else "dump"
    for number in range(1, 1000):
        target = folder / (f"{now}.{ending}" if number == 1 else f"{now}-{number}.{ending}")
        try:
            os.link(draft, target)
        except FileExistsError:
            continue
        return target
    raise CommandError(f"{folder} holds a thousand copies of this second")


def copy_sqlite(target: Path) -> None:
    """Copying the file itself would miss what is being written."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("VACUUM INTO %s", [str(target)])


def copy_postgresql(target: Path) -> None:
    with postgresql.started(postgresql.command("pg_dump", "--format=custom", f"--file={target}")):
        pass


def sync(place: Path) -> None:
    """A file, or the names in a folder, have reached the disk."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy(source: Path, target: Path) -> None:
    """A copy that others cannot read and that has reached the disk before it has its name."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(source, "rb") as given, os.fdopen(_new(draft), "wb") as written:
            shutil.copyfileobj(given, written, 1024 * 1024)
        sync(draft)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    sync(target.parent)


def _new(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
