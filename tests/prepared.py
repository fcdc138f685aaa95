"""A migrated SQLite database and static files, made once for all who need not see them made.

The plan that comes with the program is loaded in its own time, as the demonstration wants it. The
database is kept between runs under a hash of what migrations are made of. Where the hash misses
something, nothing is wrong: who takes a copy migrates it, and mostly finds nothing to do.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import django
from django.conf import settings

from tracker.sqlite import library

FOLDER = settings.VAR_DIR / "tests"
STATIC = FOLDER / "static"
"""For programs that are started: the first one collects there what the others then find."""

SOURCES = (
    *("migrations/*.py", "models/*.py", "data/*.*"),
    *("loading.py", "names.py", "readings.py", "seal.py", "version.py", "waiting.py"),
)
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
from priorities.loading import OF_DEMO, loaded_at
with loaded_at(OF_DEMO):
    call_command("migrate", verbosity=0)
"""


def database_file() -> Path:
    """The file, made by the first who asks; the others wait for it."""
    file = FOLDER / f"migrated-{_hash()}.sqlite3"
    with _one_at_a_time():
        if not file.exists():
            for old in FOLDER.glob("migrated-*"):
                old.unlink()
            _migrate(file.with_suffix(".new"))
            file.with_suffix(".new").rename(file)
    return file


def copy_into(folder: Path) -> None:
    """As the program's own database, as if it had been started there before."""
    with closing(library.connect(folder / "tracker.sqlite3")) as target:
        copy_to(target)
    (folder / "tracker.sqlite3").chmod(0o600)


def copy_to(target) -> None:
    """Into an open connection, whatever was in there."""
    with closing(library.connect(database_file())) as prepared:
        prepared.backup(target)


def _hash() -> str:
    digest = hashlib.sha256(f"{django.VERSION} {library.sqlite_version}".encode())
    for pattern in SOURCES:
        for path in sorted(Path(settings.BASE_DIR, "priorities").glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(file: Path) -> None:
    file.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-c", MIGRATE],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{file}"},
        check=True,
    )
    with closing(library.connect(file)) as made:
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without what belongs to a WAL


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
