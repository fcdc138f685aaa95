"""What cannot be had for the moment: a database that is locked or away, a disk that is full.

That is no fault of the program: the answer is 503, says what is the matter and when to try again,
and gives back what was typed, because nothing else may have kept it.
"""

import errno
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.db import Error as DatabaseError
from django.db import OperationalError
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.sqlite import library


class Cause(Enum):
    """With the seconds after which to try again."""

    LOCKED = ("locked", 10)
    FULL = ("full", 300)
    READ_ONLY = ("read-only", 300)
    AWAY = ("away", 60)

    def __init__(self, _word: str, seconds: int):
        self.seconds = seconds

    @property
    def sentence(self) -> Promise:
        return SENTENCES[self]


SENTENCES = {
    Cause.LOCKED: _("The database was busy for too long. Try again in some seconds."),
    Cause.FULL: _(
        "The server's disk is full: nothing can be stored until there is room. "
        "Tell the administrator, and try again afterwards."
    ),
    Cause.READ_ONLY: _(
        "The server can only read for the moment: nothing can be stored. "
        "Tell the administrator, and try again afterwards."
    ),
    Cause.AWAY: _(
        "The database cannot be reached. Try again in a minute; "
        "if it stays so, tell the administrator."
    ),
}

SQLITE = {
    library.SQLITE_BUSY: Cause.LOCKED,
    library.SQLITE_LOCKED: Cause.LOCKED,
    library.SQLITE_FULL: Cause.FULL,
    library.SQLITE_READONLY: Cause.READ_ONLY,
    library.SQLITE_IOERR: Cause.AWAY,
    library.SQLITE_CANTOPEN: Cause.AWAY,
    library.SQLITE_CORRUPT: Cause.AWAY,
    library.SQLITE_NOTADB: Cause.AWAY,
    library.SQLITE_PERM: Cause.AWAY,
}
POSTGRESQL = {
    "55P03": Cause.LOCKED,  # lock_not_available: waited longer than lock_timeout
    "40P01": Cause.LOCKED,  # deadlock_detected
    "40001": Cause.LOCKED,  # serialization_failure
    "57014": Cause.LOCKED,  # query_canceled: longer than statement_timeout
    "25006": Cause.READ_ONLY,  # read_only_sql_transaction
    "53100": Cause.FULL,  # disk_full
    "42P01": Cause.AWAY,  # undefined_table: the database is not prepared
}
POSTGRESQL_CLASSES = {
    "08": Cause.AWAY,  # connection exceptions
    "28": Cause.AWAY,  # invalid authorization
    "3D": Cause.AWAY,  # no such database
    "53": Cause.AWAY,  # insufficient resources, too many connections
    "57": Cause.AWAY,  # operator intervention: shutting down, starting up
    "58": Cause.AWAY,  # system errors
}
FILES = {
    errno.ENOSPC: Cause.FULL,
    errno.EDQUOT: Cause.FULL,
    errno.EFBIG: Cause.FULL,
    errno.EROFS: Cause.READ_ONLY,
    errno.EACCES: Cause.READ_ONLY,
    errno.EIO: Cause.AWAY,
}


def cause_of(error: BaseException | None) -> Cause | None:
    """Why it cannot be had; nothing where the error is one of ours."""
    for one in _with_causes(error):
        if isinstance(one, library.Error):
            return _of_sqlite(one)
        if isinstance(one, OSError) and one.errno in FILES:
            return FILES[one.errno]
        if getattr(one, "sqlstate", None):
            state = one.sqlstate
            return POSTGRESQL.get(state) or POSTGRESQL_CLASSES.get(state[:2])
    is_connection = isinstance(error, OperationalError) or type(error).__name__ == "InterfaceError"
    return Cause.AWAY if is_connection and isinstance(error, DatabaseError) else None


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """The innermost first; a broken transaction says nothing, what broke it does."""
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        broken = isinstance(error, TransactionManagementError)
        error = error.__cause__ or (error.__context__ if broken else None)
    return reversed(chain)


def _of_sqlite(error: library.Error) -> Cause | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == library.SQLITE_ERROR and str(error).startswith("no such table"):
        return Cause.AWAY
    return SQLITE.get(code)


# What was typed


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: what people typed, what the page itself added, the names of files."""

    words: list[tuple[str, str]]
    rest: list[tuple[str, str]]
    files: dict[str, list[str]]


def kept_of(request: HttpRequest) -> Kept | None:
    """Nothing where none was sent, where it is not known to come from our page, or to be secret."""
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    if any("password" in name for name, _value in fields):
        return None
    return Kept(
        words=[field for field in fields if _is_typed(field[1])],
        rest=[field for field in fields if not _is_typed(field[1])],
        files={
            name: [file.name for file in files] for name, files in request.FILES.lists() if files
        },
    )


def _is_typed(value: str) -> bool:
    """Words, and no number, key or day that a page fills in by itself."""
    return bool(re.search(r"\s|[^\x00-\x7f]", value.strip()))


# The log

LONGEST = 300
"""Characters of an error in a line."""


def first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


class OneLine(logging.Filter):
    """What cannot be had is said in one line; a trace would tell nothing more.

    The first line of the error only: PostgreSQL shows the statement below, with what was typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error and getattr(record, "status_code", None) == 503:
            record.msg, record.args = "%s: %s", (record.getMessage(), first_line(error)[:LONGEST])
            record.exc_info = record.exc_text = None
        return True
