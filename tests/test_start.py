"""The start itself, in a process of its own: what it prepares, prints, refuses and stops."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from tracker import sqlite
from tracker.checks import temporary_files_can_be_written
from tracker.start import keep_private, warn_of_slow_connections

from . import prepared

ROOT = Path(settings.BASE_DIR)
START = [sys.executable, "-m", "tracker.start"]
PATIENCE = 600
"""Seconds after which a process that is waited for counts as stuck, on a busy machine too."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, **values) -> dict:
    """Everything that a start writes lies in `folder`, except static files, the same for all."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
        "EVIDENCE_DIR": f"{folder}/evidence",
        "BACKUP_DIR": f"{folder}/backups",
        "STATIC_ROOT": str(prepared.STATIC),
        "SECRET_KEY_FILE": f"{folder}/secret_key",
        "PORT": str(free_port()),
    } | values


class Program:
    """The program as `make run` starts it; leads a process group, as a terminal's job does."""

    def __init__(self, folder: Path, log: str = "log", **values):
        self.log = folder / log
        self.environment = environment(folder, **values)
        self.address = f"http://127.0.0.1:{self.environment['PORT']}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                START, cwd=ROOT, env=self.environment, stdout=log, stderr=log, process_group=0
            )

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return urlopen(f"{self.address}/healthz", timeout=PATIENCE).close()
            except URLError:
                time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self) -> int:
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=PATIENCE)


def fresh(folder: Path, log: str = "log") -> Program:
    """A program that finds nothing and makes everything for itself."""
    return Program(folder, log, STATIC_ROOT=f"{folder}/static")


@pytest.mark.server
def test_it_starts_serves_stops_and_starts_again_quickly(tmp_path):
    first = fresh(tmp_path)
    first.wait_until_it_answers()
    output = first.log.read_text()
    assert len(re.findall(r"password +[a-z2-9]{4}(-[a-z2-9]{4}){3}\n", output)) == 1
    journal = "WAL" if sqlite.journal_mode() == "WAL" else "rollback journal"
    assert f"SQLite {sqlite.library.sqlite_version} ({journal})" in output
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600

    page = urlopen(f"{first.address}/sign-in/")
    style = re.search(r'href="(/static/css/tracker\.[0-9a-f]{12}\.css)"', page.read().decode())
    assert "immutable" in urlopen(first.address + style[1]).headers["Cache-Control"]

    refused = start(first.environment)
    assert refused.stderr.startswith("tracker: cannot serve on 127.0.0.1 port")

    assert first.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(first.process.pid, 0)
    assert "Traceback" not in first.log.read_text()

    second = fresh(tmp_path)
    second.wait_until_it_answers()
    second.stop()
    said = second.log.read_text()
    for step in ("password", "preparing the database", "collecting static files"):
        assert step in output
        assert step not in said


@pytest.mark.server
def test_nodes_that_start_together_on_an_empty_database_all_serve(tmp_path):
    """Each prepares database, first account and static files, and only one of them finds work."""
    nodes = [fresh(tmp_path, f"log-{number}") for number in range(3)]
    for node in nodes:
        node.wait_until_it_answers()
    said = "".join(node.log.read_text() for node in nodes)
    assert len(re.findall(r"password +[a-z2-9]{4}-", said)) == 1
    assert [node.stop() for node in nodes] == [0, 0, 0]
    assert "Traceback" not in "".join(node.log.read_text() for node in nodes)
    made = [path for path in tmp_path.rglob("*") if not path.name.startswith("log-")]
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_what_everybody_could_read_is_closed(tmp_path):
    old = tmp_path / "tracker.sqlite3"
    for before, after in ((0o644, 0o640), (0o666, 0o660), (0o600, 0o600)):
        old.touch()
        old.chmod(before)
        keep_private(old)
        assert old.stat().st_mode & 0o777 == after


@pytest.mark.parametrize(
    ("host", "is_said"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True), ("::", True)],
)
def test_listening_where_others_reach_it_is_said(capsys, host, is_said):
    warn_of_slow_connections(host)
    assert ("put a proxy that buffers in front" in capsys.readouterr().out) is is_said


def test_no_folder_for_temporary_files_is_one_sentence(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc/1/none"])
    [error] = temporary_files_can_be_written()
    assert "set TMPDIR" in error.msg


def start(variables: dict) -> subprocess.CompletedProcess:
    done = subprocess.run(
        START, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 1
    assert done.stderr.startswith("tracker: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done


def test_a_wrong_setting_is_said_in_one_line(tmp_path):
    assert "PORT must be a whole number" in start(environment(tmp_path, PORT="abc")).stderr


def test_a_host_that_is_none_is_said_in_one_line(tmp_path):
    assert "cannot serve on" in start(environment(tmp_path, HOST="no such host")).stderr


def test_a_database_that_cannot_be_made_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    url = f"sqlite:///{tmp_path}/file/tracker.sqlite3"
    assert "cannot make the folder" in start(environment(tmp_path, DATABASE_URL=url)).stderr


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path):
    (tmp_path / "tracker.sqlite3").write_text("no database" * 500)
    assert "cannot be used: file is not a database" in start(environment(tmp_path)).stderr


def test_a_postgresql_that_does_not_answer_is_said_in_one_line(tmp_path):
    url = f"postgres://me@127.0.0.1:{free_port()}/tracker"
    assert "tracker" in start(environment(tmp_path, DATABASE_URL=url)).stderr


def test_public_evidence_is_said_in_one_line(tmp_path):
    folder = f"{prepared.STATIC}/evidence"
    assert "which is public" in start(environment(tmp_path, EVIDENCE_DIR=folder)).stderr


def test_a_wrong_setting_is_one_line_in_manage_py_and_gunicorn_too(tmp_path):
    variables = environment(tmp_path, DEBUG="maybe")
    for command in (
        ["manage.py", "check"],
        ["-m", "gunicorn", "--config", "gunicorn.conf.py", "tracker.wsgi"],
    ):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=variables, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert done.stderr == "tracker: DEBUG must be on or off; it is 'maybe'\n"


# The first administrator


def test_the_first_administrator_is_made_once(db, capsys):
    call_command("first_admin")
    password = re.search(r"password +(\S+-\S+)", capsys.readouterr().out)[1]
    admin = get_user_model().objects.get()
    assert admin.username == "admin"
    assert admin.is_superuser
    assert admin.check_password(password)
    call_command("first_admin")
    assert capsys.readouterr().out == ""
    assert get_user_model().objects.get().check_password(password)


def test_no_administrator_is_made_beside_existing_accounts(db, capsys):
    get_user_model().objects.create_user("zhang")
    call_command("first_admin")
    assert capsys.readouterr().out == ""


# Installing


def install(folder: Path, python: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "bin" / "install", python, "requirements.txt"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def python_that_fails_on(folder: Path, word: str) -> str:
    """A Python that fails where it is asked to run code with this word in it."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\ncase "$*" in *{word}*) exit 1;; esac\n')
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [("version_info", "is older than 3.11"), ("ensurepip", "install its venv module")],
)
def test_a_python_that_will_not_do_is_said_in_one_line(tmp_path, word, sentence):
    done = install(tmp_path, python_that_fails_on(tmp_path, word))
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_python_is_said_in_one_line(tmp_path):
    done = install(tmp_path, "no-such-python")
    assert done.returncode == 1
    assert done.stderr == "tracker: no-such-python is missing: install Python 3.11 or newer\n"


@pytest.mark.skipif(not shutil.which("make"), reason="make runs the tests, unless it does not")
def test_an_interrupted_installation_is_done_again(tmp_path):
    """The stamp that make asks for is written only after pip succeeded."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    (tmp_path / "requirements.txt").write_text("no-hash==1\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "created").touch()
    python_that_fails_on(tmp_path / ".venv" / "bin", "pip")
    done = subprocess.run(["make", "run"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "the packages could not be installed" in done.stderr
    assert not (tmp_path / ".venv" / "installed").exists()
