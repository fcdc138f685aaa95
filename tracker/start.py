"""`make run` and `make demo`: prepare database, static files and accounts, then become gunicorn.

Safe to run again: each step is skipped where nothing changed. Whatever stands in the way is
said in one line.
"""

import hashlib
import os
import socket
import sqlite3
import sys
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

from priorities.seal import complaint, open_tables

DEMO = {"DATABASE_URL": "sqlite:///var/demo.sqlite3", "EVIDENCE_DIR": "var/demo-evidence"}


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
    collect_static()


def first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


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
    try:
        say(describe_database())
        migrate()
        ask_seal()
        call_command("demo" if is_demo else "first_admin")
    except (DatabaseError, OSError) as error:
        name = connection.settings_dict["NAME"]
        raise StartError(f"the database {name} cannot be used: {first_line(error)}") from error
    finally:
        connection.close()


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
    return f"SQLite {sqlite3.sqlite_version} ({journal}), database {database_file()}"


def migrate() -> None:
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if steps:
        say(f"preparing the database, {len(steps)} steps")
        call_command("migrate", interactive=False, verbosity=0)


def ask_seal() -> None:
    """What is written once must be so by the database itself (``priorities.seal``)."""
    if tables := open_tables():
        raise StartError(complaint(tables))


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


def serve() -> None:
    """gunicorn in this very process: what is loaded already need not be loaded again."""
    os.chdir(settings.BASE_DIR)
    sys.argv = ["gunicorn", "--config", "gunicorn.conf.py", "tracker.wsgi"]
    WSGIApplication().run()


if __name__ == "__main__":
    main(sys.argv[1:])
