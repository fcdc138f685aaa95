"""PostgreSQL's own programs, reaching the very database that the site reaches, in the same way."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import connection

SECRET = "sslpassword"
OURS = ("client_encoding", "context", "cursor_factory", "password", "prepare_threshold")
"""What Django adds to a connection's parameters; the password goes by the environment."""


def command(program: str, *options: str) -> list[str]:
    """With all that DATABASE_URL says: hosts, port, service, encryption, options, password file.

    What the environment says they read themselves, as the site does. Raises CommandError.
    """
    given = connection.get_connection_params()
    if given.get(SECRET):
        raise CommandError(f"{SECRET} in DATABASE_URL would show in the list of processes")
    named = {name: given[name] for name in given if name not in OURS}
    address = connection.Database.conninfo.make_conninfo(**named)
    role = connection.settings_dict["OPTIONS"].get("assume_role")
    roles = [f"--role={role}"] if role and program == "pg_dump" else []
    return [program, f"--dbname={address}", "--no-password", *roles, *options]


def environment() -> dict[str, str]:
    password = connection.get_connection_params().get("password")
    return os.environ | ({"PGPASSWORD": password} if password else {})


@contextmanager
def started(words: list[str], **options) -> Iterator[subprocess.Popen]:
    """One of PostgreSQL's programs at work. Raises CommandError with the last it said."""
    failure = None
    try:
        process = subprocess.Popen(words, stderr=subprocess.PIPE, env=environment(), **options)
    except FileNotFoundError as error:
        raise CommandError(
            f"{words[0]} is missing: install PostgreSQL's client programs"
        ) from error
    with process:
        try:
            yield process
        except (BrokenPipeError, CommandError) as error:
            failure = error
        said = process.communicate()[1].decode(errors="replace")
    if process.returncode:
        raise CommandError(f"{words[0]} failed: {' '.join(said.split())[-500:]}") from failure
    if failure:
        raise failure


def others_connected() -> int:
    """Connections to this database beside our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]
