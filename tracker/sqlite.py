"""Which SQLite is used, and how a database is opened. The docstrings say what was measured."""

import importlib
from types import ModuleType

PYTHONS, OWN = "sqlite3.dbapi2", "pysqlite3.dbapi2"
"""What comes with Python, and the same module with an SQLite of its own (requirements.in)."""

LONGEST_WAIT = 8
"""Seconds that anybody waits for a lock; somebody waits for the answer, and a proxy for both."""

FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))

Version = tuple[int, int, int]


def is_fixed(version: Version) -> bool:
    """Whether WAL is safe: two connections that write and checkpoint at once spoil nothing.

    SQLite 3.7.0 to 3.51.2 can corrupt a WAL database then; fixed in 3.51.3, and in 3.50.7 and
    3.44.6 on their branches (sqlite.org/wal.html).
    """
    newest = max(FIXED)
    return version >= newest or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in FIXED
    )


def chosen(*names: str) -> ModuleType:
    """The first of these modules that is installed and fixed; where none is, Python's own."""
    found = [module for module in map(_installed, names) if module]
    return next((m for m in found if is_fixed(m.sqlite_version_info)), found[0])


def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


library = chosen(PYTHONS, OWN)
"""What every part of the program opens a database with. Never two in one process: who closes a
file in one of them lets go of the locks that the other holds (sqlite.org/howtocorrupt.html)."""


def engine() -> str:
    """Django's backend over ``library``."""
    is_pythons = library.__name__ == PYTHONS
    return "django.db.backends.sqlite3" if is_pythons else "tracker.own_sqlite"


def journal_mode(version: Version = library.sqlite_version_info) -> str:
    """WAL only where it is safe, else the rollback journal."""
    return "WAL" if is_fixed(version) else "DELETE"


def synchronous(mode: str) -> str:
    """What keeps every acknowledged write through a power cut.

    On the rollback journal a transaction is over when its journal is removed, and only EXTRA syncs
    the folder after that: with FULL the journal may come back and undo what was acknowledged. A
    commit to a WAL is one synced write, for which FULL is enough (sqlite.org/pragma.html).
    """
    return "FULL" if mode == "WAL" else "EXTRA"


def options(version: Version = library.sqlite_version_info) -> dict:
    """OPTIONS for Django's SQLite backend.

    IMMEDIATE takes the write lock when a transaction begins, so that writers wait (timeout, in
    seconds) where they would otherwise fail. With recursive_triggers a row that an INSERT OR
    REPLACE would delete has its delete trigger asked, which refuses it for what is written once
    (``priorities.seal``).
    """
    mode = journal_mode(version)
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": LONGEST_WAIT,
        "init_command": (
            f"PRAGMA journal_mode={mode}; PRAGMA synchronous={synchronous(mode)}; "
            "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"
        ),
    }
