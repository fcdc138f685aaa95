"""A backup takes the place of the database; what it replaces is put aside and never deleted.

What is no whole copy never takes that place: an SQLite copy is made ready and verified beside the
database; a dump is loaded in one transaction, and goes again where it does not hold.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from tracker import backups, postgresql, running
from tracker.sqlite import library

BESIDE = ("-journal", "-wal", "-shm", "")
"""The endings of what belongs to an SQLite database; its own file goes last."""


class Aside:
    """Where things go that are replaced: a folder that is made when the first one comes."""

    def __init__(self):
        now = datetime.now(ZoneInfo(settings.TIME_ZONE))
        base = database_file().parent if settings.IS_SQLITE else Path(settings.BACKUP_DIR)
        self.folder = base / f"replaced-{now:%Y-%m-%d-%H%M%S-%f}"

    def take(self, file: Path, name: str) -> None:
        if not file.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.rename(self.folder / name)
        backups.sync(self.folder)

    def keep(self, file: Path, name: Path) -> None:
        """A copy of what will be written over; it may lie on another disk."""
        place = self.folder / "evidence" / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        backups.copy(file, place)

    def __str__(self):
        return ", ".join(sorted(path.name for path in self.folder.iterdir()))


@contextmanager
def alone() -> Iterator[None]:
    """Nobody works with what is replaced, as far as that can be known. Raises CommandError."""
    folder = Path(settings.EVIDENCE_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = database_file() if settings.IS_SQLITE else None
    with running.standing_still(folder, database) as is_still:
        if not is_still or (not database and postgresql.others_connected()):
            raise CommandError("the program is running, or the database in use: stop it first")
        yield


def database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def restore_sqlite(file: Path, aside: Aside, *, despite_faults: bool) -> str:
    """Returns what `verify` said."""
    database = database_file()
    draft = database.with_name(f"{database.name}.restoring")
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        remove(draft)
        backups.copy(file, draft)
        with working_on(draft):
            said = made_ready(despite_faults=despite_faults)
        backups.sync(draft)
        for ending in BESIDE:
            aside.take(database.with_name(database.name + ending), database.name + ending)
        draft.rename(database)
        backups.sync(database.parent)
    finally:
        remove(draft)
    return said


@contextmanager
def gathered(file: Path) -> Iterator[Path]:
    """The copy with what stands in a journal beside it, as in a folder ``replaced-…``.

    Without it the last that was acknowledged is gone (-wal), or half a change is there (-journal).
    Raises CommandError.
    """
    parts = [path for ending in BESIDE if (path := file.with_name(file.name + ending)).is_file()]
    if not settings.IS_SQLITE or parts == [file]:
        yield file
        return
    with tempfile.TemporaryDirectory(dir=database_file().parent) as folder:
        whole = Path(folder, file.name)
        for part in parts:
            backups.copy(part, whole.with_name(part.name))
        try:
            with closing(library.connect(whole)) as database:
                database.execute("PRAGMA journal_mode = DELETE").fetchone()
        except library.Error as error:
            raise CommandError(f"{file} and its journal cannot be read: {error}") from error
        yield whole


@contextmanager
def working_on(file: Path) -> Iterator[None]:
    """The program's own commands take this SQLite database for theirs."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = file
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def remove(database: Path) -> None:
    for ending in BESIDE:
        database.with_name(database.name + ending).unlink(missing_ok=True)


def made_ready(*, despite_faults: bool) -> str:
    """Brought up to date and verified. Raises CommandError where not all is as it was stored."""
    call_command("migrate", interactive=False, verbosity=0)
    said = StringIO()
    try:
        call_command("verify", stdout=said)
    except CommandError as error:
        if not despite_faults:
            raise CommandError(f"{error}\nThe database was not replaced; see --help.") from error
        return str(error)
    return said.getvalue().strip()


def restore_dump(file: Path, aside: Aside, *, despite_faults: bool) -> str:
    """Returns what `verify` said. What stood there is dumped first, and comes back if it fails."""
    before = None
    if backups.CHAIN in connection.introspection.table_names():
        before, _contents = backups.make()
        aside.take(before, before.name)
        before = aside.folder / before.name
    replace_tables(file)
    try:
        return made_ready(despite_faults=despite_faults)
    except CommandError:
        replace_tables(before)
        raise


def replace_tables(dump: Path | None) -> None:
    """All in one transaction: the tables that stand go and those of the dump come."""
    tables = connection.introspection.table_names()
    quoted = ", ".join(map(connection.ops.quote_name, tables))
    drop = f"DROP TABLE {quoted} CASCADE;\n" if tables else ""
    connection.close()
    words = postgresql.command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with postgresql.started(words, **pipes) as psql:
        psql.stdin.write(f"BEGIN;\nSET client_min_messages = warning;\n{drop}".encode())
        psql.stdin.flush()
        if dump:
            load(dump, psql.stdin)
        psql.stdin.write(b"COMMIT;\n")


def load(dump: Path, into) -> None:
    """Where this fails, COMMIT is never written, and the transaction is undone."""
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges"]
    words = ["pg_restore", *options, "--file=-", str(dump)]
    with postgresql.started(words, stdout=into):
        pass


def put_evidence(source: Path, aside: Aside) -> int:
    """Files that lack or differ are put in their place; how many. None is ever removed."""
    target, count = Path(settings.EVIDENCE_DIR), 0
    for file in files_in(source):
        name = file.relative_to(source)
        place = target / name
        if place.exists() and digest(place) == digest(file):
            continue
        if place.exists():
            aside.keep(place, name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        backups.copy(file, place)
        count += 1
    return count


def files_in(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        yield from (Path(place, name) for name in sorted(names))


def digest(file: Path) -> str:
    with open(file, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
