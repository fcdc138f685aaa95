"""Does the program run? Whoever serves holds a lock on the folder of evidence, shared by all of it.

The lock belongs to the open folder: every process of the program has inherited it, and the kernel
gives it back when the last of them is gone, however it went.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SQLITE_LOCKS = (512, 0x40000000)
"""Length and place of the bytes that SQLite locks in a database (sqlite.org/fileformat2.html)."""


def serve_from(folder: Path) -> None:
    """Hold the lock until this process and its children are gone.

    A file system that has no such locks leaves it unknown whether the program runs.
    """
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        os.set_inheritable(handle, True)
        fcntl.flock(handle, fcntl.LOCK_SH)


@contextmanager
def one_at_a_time(folder: Path, waiting: Callable[[Callable[[], bool]], None]) -> Iterator[None]:
    """Only one start at a time works on what lies in a folder; ``waiting`` asks until it may."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        waiting(lambda: _is_taken(fcntl.flock, handle))
        yield
    finally:
        os.close(handle)


@contextmanager
def standing_still(folder: Path, database: Path | None) -> Iterator[bool]:
    """Whether nobody serves from the folder nor uses an SQLite database, as long as it lasts."""
    handles = []
    try:
        handles.append(os.open(folder, os.O_RDONLY))
        is_still = _is_taken(fcntl.flock, handles[0])
        if is_still and database and database.exists():
            handles.append(os.open(database, os.O_RDWR))
            is_still = _is_taken(fcntl.lockf, handles[1], *SQLITE_LOCKS)
        yield is_still
    finally:
        for handle in handles:
            os.close(handle)


def _is_taken(lock, handle: int, *place: int) -> bool:
    try:
        lock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, *place)
    except BlockingIOError:
        return False
    except OSError:
        return True  # no such locks here: it cannot be known
    return True
