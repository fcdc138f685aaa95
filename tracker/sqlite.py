"""How an SQLite database is opened. The measurements behind each line are in the docstrings."""

import sqlite3

LONGEST_WAIT = 8
"""Seconds that anybody waits for a lock; somebody waits for the answer, and a proxy for both."""

FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """WAL only where its corruption bug is fixed, else the rollback journal.

    With two connections that write and checkpoint at once, SQLite 3.7.0 to 3.51.2 can corrupt a
    WAL database; fixed in 3.51.3, and in 3.50.7 and 3.44.6 on their branches (sqlite.org/wal.html).
    """
    newest = max(FIXED)
    is_fixed = version >= newest or any(
        version[:2] == fixed[:2] and version >= fixed for fixed in FIXED
    )
    return "WAL" if is_fixed else "DELETE"


def synchronous(mode: str) -> str:
    """What keeps every acknowledged write through a power cut.

    On the rollback journal a transaction is over when its journal is removed, and only EXTRA syncs
    the folder after that: with FULL the journal may come back and undo what was acknowledged. A
    commit to a WAL is one synced write, for which FULL is enough (sqlite.org/pragma.html).
    """
    return "FULL" if mode == "WAL" else "EXTRA"


def options(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> dict:
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
