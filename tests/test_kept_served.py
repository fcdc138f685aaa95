"""The whole program as it is served: no process shows what another has changed meanwhile."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tracker.sqlite import library

from . import prepared
from .test_start import ROOT, Program

pytestmark = pytest.mark.server

SIGN_IN = """
import time
from django.contrib.auth import get_user_model
from django.test import Client
from priorities.models import User
user = User.objects.create_user("kept", role="supervisor", display_name="示例甲")
client = Client()
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
print("cookie", client.cookies["sessionid"].value)
"""
PAGES = ("/2022/", "/2022/actions/", "/2022/document/", "/2022/help/", "/2022/units/")
EACH = 12
"""So many connections at once that both processes answer some."""


class Reader:
    """A browser that has been here before; each question comes over a connection of its own."""

    def __init__(self, program: Program, session: str):
        self.place = urlsplit(program.address).netloc
        self.cookies = f"sessionid={session}; csrftoken={'a' * 32}; scripts=1"

    def ask(self, path: str, tag: str = "") -> tuple[int, str, str]:
        """Status, tag and title."""
        with closing(HTTPConnection(self.place, timeout=60)) as connection:
            headers = {"Cookie": self.cookies, "Accept-Language": "zh-CN"}
            connection.request("GET", path, headers=headers | {"If-None-Match": tag})
            answer = connection.getresponse()
            page = answer.read().decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        return answer.status, answer.headers.get("ETag", ""), title

    def everywhere(self, tags: dict[str, str] | None = None) -> dict[str, set]:
        """All that is answered, by any process, when each page is asked for many times at once."""
        tags = tags or {}
        with ThreadPoolExecutor(EACH) as threads:
            asked = [path for path in PAGES for _ in range(EACH)]
            answers = list(threads.map(lambda path: self.ask(path, tags.get(path, "")), asked))
        return {
            path: {
                (status, title)
                for at, (status, _tag, title) in zip(asked, answers, strict=True)
                if at == path
            }
            for path in PAGES
        }


def manage(program: Program, *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=program.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def started(folder: Path) -> Program:
    program = Program(folder)
    program.wait_until_it_answers()
    return program


def by_another_program(program: Program, title: str) -> None:
    file = program.log.parent / "tracker.sqlite3"
    with closing(library.connect(file, timeout=30)) as other, other:
        other.execute("UPDATE priorities_plan SET title = ?", [title])


def by_a_command(program: Program, title: str) -> None:
    change = f"from priorities.models import Plan; Plan.objects.update(title='{title}')"
    manage(program, "shell", "--verbosity=0", "-c", change)


ROADS = (by_another_program, by_a_command, *[by_another_program] * 6)


def test_no_process_shows_what_was(tmp_path):
    prepared.copy_into(tmp_path)
    program = started(tmp_path)
    try:
        session = (
            manage(program, "shell", "--verbosity=0", "-c", SIGN_IN).split("cookie ")[1].strip()
        )
        manage(program, "backup")
        reader = Reader(program, session)
        before, again = reader.everywhere(), reader.everywhere()
        assert before == again
        assert all(len(answers) == 1 for answers in before.values())
        tags = {path: reader.ask(path)[1] for path in PAGES}
        assert reader.everywhere(tags) == {path: {(304, "")} for path in PAGES}
        for number, change in enumerate(ROADS):
            change(program, f"示例{number}号")
            now = reader.everywhere(tags)
            assert all(len(answers) == 1 for answers in now.values())
            told = {answer for answers in now.values() for answer in answers}
            assert all(status == 200 and f"示例{number}号" in title for status, title in told)
            tags = {path: reader.ask(path)[1] for path in PAGES}
    finally:
        program.stop()
    [copy] = (tmp_path / "backups").iterdir()
    manage(program, "restore", str(copy))
    program = started(tmp_path)
    try:
        reader = Reader(program, session)
        assert reader.everywhere(tags) == before
    finally:
        program.stop()
