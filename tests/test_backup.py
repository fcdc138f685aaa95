"""Backup and restore as whoever runs the program meets them: the commands, in their own process."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tracker import backups, environment, postgresql
from tracker.sqlite import library

from . import prepared
from .faults import load
from .test_start import ROOT, Program
from .test_start import environment as variables_in

FILL = """
from hashlib import sha256
from django.core.files.base import ContentFile
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user
action, user = make_action(make_priority(make_plan("2031")), lead_unit=make_unit()), make_user()
for number in range(41):
    entry = make_entry(action, by=user)
pdf = b"%PDF-1.7 "
file = ContentFile(pdf, "x.pdf")
entry.evidence.create(file=file, name="x.pdf", size=9, sha256=sha256(pdf).hexdigest())
"""
MORE = """
from priorities.models import Action, User
from tests.factories import make_entry
action, user = Action.objects.get(lead_unit__isnull=False), User.objects.first()
for number in range(41):
    make_entry(action, by=user)
"""


def manage(variables: dict, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)


def refused(variables: dict, *words: str) -> str:
    """What one line said."""
    done = manage(variables, *words)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.startswith("CommandError: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def done(variables: dict, *words: str) -> str:
    finished = manage(variables, *words)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A folder with a database of 41 entries, evidence, and one backup; copied, never changed."""
    folder = tmp_path_factory.mktemp("filled")
    prepared.copy_into(folder)
    load.ask(variables_in(folder) | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}, FILL)
    done(variables_in(folder), "backup")
    return folder


@pytest.fixture
def place(filled, tmp_path) -> Path:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return tmp_path


def backup_in(folder: Path) -> Path:
    [copy] = (folder / "backups").iterdir()
    return copy


def ask(database: Path, query: str) -> list[tuple]:
    with closing(library.connect(database)) as opened:
        return opened.execute(query).fetchall()


ENTRIES = "SELECT count(*) FROM priorities_progressentry"


# Backup


def test_a_backup_is_whole_private_counted_and_says_what_it_lacks(place):
    shutil.rmtree(place / "backups")
    said = done(variables_in(place), "backup")
    copy = backup_in(place)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700
    assert f"copy the folder {place}/evidence as well" in said
    assert ask(copy, "PRAGMA integrity_check") == [("ok",)]
    assert ask(copy, ENTRIES) == [(41,)]
    tables = ask(
        copy, "SELECT name FROM sqlite_master WHERE type='table' AND name<>'sqlite_sequence'"
    )
    rows = sum(ask(copy, f'SELECT count(*) FROM "{table}"')[0][0] for [table] in tables)
    assert f"{rows:,} rows in {len(tables)} tables" in said


def test_what_is_no_database_of_this_program_is_not_copied(tmp_path):
    variables = variables_in(tmp_path)
    assert "there is no database" in refused(variables, "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret_key"]
    with closing(library.connect(tmp_path / "tracker.sqlite3")) as other:
        other.execute("CREATE TABLE entry (number)")
    assert "is no database of this program" in refused(variables, "backup")
    assert not (tmp_path / "backups").exists()


def test_a_folder_that_cannot_be_written_is_one_line(place):
    (place / "file").touch()
    variables = variables_in(place, BACKUP_DIR=str(place / "file" / "backups"))
    assert "could not be copied: " in refused(variables, "backup")


def test_copies_of_one_second_have_names_of_their_own(settings, tmp_path):
    settings.IS_SQLITE = True
    draft = tmp_path / "draft"
    draft.write_text("示例")
    names = [backups.name(draft, tmp_path).name for _n in range(20)]
    assert len(set(names)) == 20
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d-\d{6}(-\d+)?\.sqlite3", name) for name in names)


# Restore


def crash_while_writing(database: Path) -> None:
    """Killed with kill -9 in the middle of a transaction whose pages are in the file already."""
    code = f"""if True:
        import os, signal
        from tracker import sqlite
        database = sqlite.library.connect({str(database)!r}, isolation_level=None)
        database.executescript(sqlite.options()["init_command"] + "; PRAGMA cache_size = 1")
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE half AS SELECT randomblob(400000)")
        for table in ("auth_permission", "priorities_unit", "priorities_action"):
            database.execute(f"CREATE TABLE copy_of_{{table}} AS SELECT * FROM {{table}}")
            database.execute(f"UPDATE {{table}} SET id = id + 0")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.server
def test_a_backup_is_restored_after_a_kill_and_what_it_replaces_is_kept(place):
    program = Program(place)
    program.wait_until_it_answers()
    copy = backup_in(place)
    assert "the program is running" in refused(program.environment, "restore", copy)
    os.killpg(program.process.pid, signal.SIGKILL)
    program.process.wait()

    database = place / "tracker.sqlite3"
    with closing(library.connect(database)) as changed:
        changed.execute("UPDATE priorities_unit SET name = '示例改名' WHERE id = 1")
        changed.commit()
    crash_while_writing(database)
    left = sorted(path.name for path in place.glob("tracker.sqlite3*"))
    assert left != ["tracker.sqlite3"]

    said = done(program.environment, "restore", copy)
    [(links,)] = ask(copy, "SELECT count(*) FROM priorities_chainlink")
    assert f"{links} rows and 1 files: all as they were stored." in said
    assert ask(database, "SELECT name FROM priorities_unit WHERE name = '示例改名'") == []
    assert ask(database, ENTRIES) == [(41,)]
    assert database.stat().st_mode & 0o777 == 0o600
    [aside] = place.glob("replaced-*")
    assert sorted(path.name for path in aside.iterdir()) == left
    assert str(aside) in said
    assert ask(aside / "tracker.sqlite3", "PRAGMA integrity_check") == [("ok",)]
    assert ask(aside / "tracker.sqlite3", ENTRIES) == [(41,)]
    assert not list(place.glob("*restoring*"))

    again = Program(place)
    again.wait_until_it_answers()
    assert again.stop() == 0


def test_evidence_that_lacks_or_differs_comes_back(place):
    variables = variables_in(place)
    shutil.copytree(place / "evidence", place / "kept")
    [file] = (path for path in (place / "evidence").rglob("*") if path.is_file())
    content = file.read_bytes()
    for spoil in (file.unlink, lambda: file.write_text("示例")):
        spoil()
        assert "file" in refused(variables, "restore", backup_in(place))
        said = done(variables, "restore", backup_in(place), "--evidence", place / "kept")
        assert "Evidence: 1 files" in said
        assert file.read_bytes() == content
    [replaced] = place.glob("replaced-*/evidence/*/*/*")
    assert replaced.read_text() == "示例"


@pytest.fixture
def untouched(place):
    """The database must be the very same bytes afterwards, and nothing is left beside it."""
    database = place / "tracker.sqlite3"
    before = database.read_bytes()
    yield
    assert database.read_bytes() == before
    assert [path.name for path in place.glob("tracker.sqlite3*")] == ["tracker.sqlite3"]
    assert not list(place.glob("replaced-*"))


def cut(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-8192])


def overwrite(copy: Path) -> None:
    copy.write_text("示例" * 5000)


def change_an_entry(copy: Path) -> None:
    with closing(library.connect(copy)) as opened:
        opened.executescript(
            "DROP TRIGGER priorities_progressentry_no_update;"
            "UPDATE priorities_progressentry SET percent = 99 WHERE id = 7"
        )


def come_from_a_newer_program(copy: Path) -> None:
    with closing(library.connect(copy)) as opened:
        opened.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('priorities', '9999_later', '2031-01-01')"
        )
        opened.commit()


def be_another_programs(copy: Path) -> None:
    copy.unlink()
    with closing(library.connect(copy)) as opened:
        opened.execute("CREATE TABLE entry (number)")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (Path.unlink, "there is no file"),
        (cut, "damaged|cannot be read"),
        (overwrite, "cannot be read as an SQLite database: file is not a database"),
        (change_an_entry, "Row 7 of priorities_progressentry"),
        (come_from_a_newer_program, "newer version"),
        (be_another_programs, "is no database of this program"),
    ],
)
def test_what_is_no_whole_copy_never_takes_the_databases_place(place, untouched, spoil, sentence):
    copy = backup_in(place)
    spoil(copy)
    assert re.search(sentence, refused(variables_in(place), "restore", copy))


def test_a_database_in_use_is_not_replaced(place, untouched):
    with closing(library.connect(place / "tracker.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "in use" in refused(variables_in(place), "restore", backup_in(place))


# PostgreSQL

postgresql_only = pytest.mark.skipif(settings.IS_SQLITE, reason="of PostgreSQL only")


@postgresql_only
def test_a_dump_is_counted_and_restored_and_what_it_replaces_is_kept(tmp_path):
    variables = variables_in(tmp_path) | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    with load.database(variables):
        assert "is no database of this program" in refused(variables, "backup")
        done(variables, "migrate", "--verbosity", "0")
        load.ask(variables, FILL)
        said = done(variables, "backup")
        copy = backup_in(tmp_path)
        count = "from priorities.models import ProgressEntry as E; print(E.objects.count())"
        assert int(load.ask(variables, count)) == 41
        assert re.search(r"[\d,]+ rows in \d+ tables", said)
        load.ask(variables, MORE)
        assert int(load.ask(variables, count)) == 82
        assert "Restored from" in done(variables, "restore", copy)
        assert int(load.ask(variables, count)) == 41
        [replaced] = (tmp_path / "backups").glob("replaced-*/*.dump")
        assert "Restored from" in done(variables, "restore", replaced)
        assert int(load.ask(variables, count)) == 82
        copy.write_bytes(copy.read_bytes()[:-20_000])
        assert "pg_restore failed" in refused(variables, "restore", copy)
        assert int(load.ask(variables, count)) == 82


def test_a_dump_connects_as_the_site_does(monkeypatch):
    """All that DATABASE_URL says, and no password where others can read it."""
    url = (
        "postgres://me:p%2Fw@a.example:5432,b.example:5433/tracker"
        "?sslmode=verify-full&passfile=/x&options=-c%20a%3Db&service=s&target_session_attrs=any"
    )
    monkeypatch.setenv("DATABASE_URL", url)
    given = environment.database("DATABASE_URL", default="", base=ROOT)
    connection = DatabaseWrapper(connections["default"].settings_dict | given)
    monkeypatch.setattr(postgresql, "connection", connection)
    words = postgresql.command("pg_dump")
    assert "p/w" not in str(words)
    assert postgresql.environment()["PGPASSWORD"] == "p/w"
    for part in (
        "host=a.example,b.example",
        "port=5432,5433",
        "user=me",
        "dbname=tracker",
        "sslmode=verify-full",
        "passfile=/x",
        "options='-c a=b'",
        "service=s",
        "target_session_attrs=any",
    ):
        assert part in words[1]
    connection.settings_dict["OPTIONS"]["sslpassword"] = "secret"
    with pytest.raises(CommandError, match="list of processes"):
        postgresql.command("pg_dump")
