"""`make run` and `make demo`: prepare database, static files and accounts, then become gunicorn.

Safe to run again: each step is skipped where nothing changed. Whatever stands in the way is
said in one line.
"""

import hashlib
import ipaddress
import os
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.wsgiapp import WSGIApplication

from priorities import seal, version, waiting
from priorities.loading import OF_DEMO, loaded_at
from tracker import running
from tracker.sqlite import library
from tracker.unavailable import first_line

DEMO = {"DATABASE_URL": "sqlite:///var/demo.sqlite3", "EVIDENCE_DIR": "var/demo-evidence"}


PREPARING = int.from_bytes(b"prepare", "big")
"""The key of PostgreSQL's advisory lock: one start at a time prepares a database."""

LONGEST_PREPARATION = 300
"""Seconds for which a start waits for another one."""

EVERYBODY = stat.S_IRWXO


class StartError(Exception):
    """Says in one line what stands in the way."""


def main(arguments: list[str]) -> None:
    is_demo = arguments == ["--demo"]
    if is_demo:
        os.environ.update(DEMO)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        prepare(is_demo)
    except (StartError, ImproperlyConfigured, CommandError) as error:
        sys.exit(f"tracker: {first_line(error)}")
    serve()


def prepare(is_demo: bool) -> None:
    ask_for_port(settings.HOST, settings.PORT)
    django.setup()
    make_folders()
    ask_checks()
    prepare_database(is_demo)
    with running.one_at_a_time(Path(settings.STATIC_ROOT), wait_for):
        collect_static()
    warn_of_slow_connections(settings.HOST)


def say(line: str) -> None:
    print(f"tracker: {line}", flush=True)


def ask_for_port(host: str, port: int) -> None:
    """Bind and let go, as gunicorn will: it would retry for five seconds and then show a trace."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StartError(
            f"cannot serve on {host} port {port}: {reason}; set HOST or PORT to another"
        ) from error


def make_folders() -> None:
    folders = [Path(settings.EVIDENCE_DIR), Path(settings.STATIC_ROOT)]
    if settings.IS_SQLITE:
        folders.append(database_file().parent)
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(f"cannot make the folder {folder}: {error.strerror}") from error
    keep_private(Path(settings.EVIDENCE_DIR))


def ask_checks() -> None:
    messages = run_checks()
    for message in messages:
        if message.level < ERROR:
            say(f"{message.msg} ({message.id})")
    if errors := [message for message in messages if message.level >= ERROR]:
        raise StartError(f"{errors[0].msg} ({errors[0].id})")


def database_file() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def prepare_database(is_demo: bool) -> None:
    """Nodes that start together do it one after another: the second finds it done."""
    try:
        with preparing():
            say(describe_database())
            with loaded_at(OF_DEMO) if is_demo else nullcontext():
                migrate()
            ask_seal()
            call_command("demo" if is_demo else "first_admin")
    except (DatabaseError, OSError) as error:
        name = connection.settings_dict["NAME"]
        raise StartError(f"the database {name} cannot be used: {first_line(error)}") from error
    finally:
        connection.close()


@contextmanager
def preparing() -> Iterator[None]:
    if settings.IS_SQLITE:
        with running.one_at_a_time(database_file().parent, wait_for):
            yield
            keep_private(database_file())
        return
    with connection.cursor() as cursor:
        wait_for(lambda: has_advisory_lock(cursor))
    yield  # the lock goes with the connection


def has_advisory_lock(cursor) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [PREPARING])
    return cursor.fetchone()[0]


def wait_for(is_ours: Callable[[], bool]) -> None:
    """Raises StartError where another start takes longer than any does."""
    until = time.monotonic() + LONGEST_PREPARATION
    if is_ours():
        return
    say("another start prepares the same database or files; waiting for it")
    while not is_ours():
        if time.monotonic() > until:
            raise StartError("another start has not finished preparing; stop it and start again")
        time.sleep(0.2)


def keep_private(place: Path) -> None:
    """What was made before others were kept out."""
    mode = place.stat().st_mode
    if not mode & EVERYBODY:
        return
    try:
        place.chmod(mode & ~EVERYBODY)
    except OSError:
        say(f"{place} can be read by everybody: chmod o-rwx {place}")


def describe_database() -> str:
    """Opens a transaction that may write, so that a read-only database is found out now."""
    if not settings.IS_SQLITE:
        connection.ensure_connection()
        return f"PostgreSQL, database {connection.settings_dict['NAME']}"
    if not os.access(database_file().parent, os.W_OK | os.X_OK):
        raise StartError(f"the folder {database_file().parent} cannot be written")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    journal = "WAL" if mode == "wal" else "rollback journal"
    return f"SQLite {library.sqlite_version} ({journal}), database {database_file()}"


def migrate() -> None:
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if steps:
        say(f"preparing the database, {len(steps)} steps")
        call_command("migrate", interactive=False, verbosity=0)


def ask_seal() -> None:
    """What is written once must be so by the database itself, and it must count each change."""
    if tables := seal.open_tables():
        raise StartError(seal.complaint(tables))
    if tables := version.unwatched_tables():
        raise StartError(version.complaint(tables))
    if not waiting.is_kept():
        raise StartError(waiting.complaint())


def collect_static() -> None:
    """Copying and compressing takes seconds, so only where a file or a package changed."""
    stamp = Path(settings.STATIC_ROOT, ".collected")
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{storage.path(name)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def warn_of_slow_connections(host: str) -> None:
    """The program has eight threads and limits, but no room to buffer many slow uploads."""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        say(
            f"listening on {host}, where others reach it directly: slow connections can keep it "
            "busy; put a proxy that buffers in front, and let it listen on 127.0.0.1"
        )


def serve() -> None:
    """gunicorn in this very process: what is loaded already need not be loaded again."""
    os.chdir(settings.BASE_DIR)
    sys.argv = ["gunicorn", "--config", "gunicorn.conf.py", "tracker.wsgi"]
    WSGIApplication().run()


if __name__ == "__main__":
    main(sys.argv[1:])
