"""Records progress through the real forms while the server is killed, then counts what is there.

    python -m tests.faults.load --acknowledged 10000

Eight signed-in sessions fill in the form of one action after another. Meanwhile the workers and
the master are killed with kill -9. Where an answer does not come, the person sends the same form
again, as people do; some go away without waiting, and some click twice at once. A form counts as
acknowledged when its answer led on to the next page and that page came.

At the end every acknowledged entry must be there once, with its own words and its file. It fails
where one is lost or doubled, where fewer were acknowledged than asked for, and where nothing was
killed. SQLite in a folder of its own; with DATABASE_URL a PostgreSQL, in a database of its own.
"""

import argparse
import os
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .browser import Browser, Forms, Unclear
from .server import ROOT, Killer, Server

SESSIONS = 8
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WITH_FILE, GO_AWAY, CLICK_TWICE = 0.05, 0.05, 0.05
"""The share of forms that carry a file, are sent without waiting, are clicked twice."""

PAUSE = 0.2
SECONDS_BETWEEN_WORDS = 60
MAKE_READY = """
import sys
from datetime import date
from priorities.models import Action, Plan, Unit, User
plan = Plan.objects.get()
plan.status_date, plan.requires_review = date(plan.start.year, 9, 30), False
plan.save()
unit = Unit.objects.create(name="示例单位", short_name="示例单位")
for n in range(int(sys.argv[1])):
    person = User(username=f"faults{n}", display_name=f"示例{n}", role="reporter")
    person.set_password(sys.argv[2])
    person.save()
    person.units.add(unit)
for action in Action.objects.all():
    action.lead_unit, action.start, action.due = unit, plan.start, plan.end
    action.save()
print(plan.slug, *[action.number for action in Action.objects.select_related("priority")])
"""
WITHOUT_DATABASE = """
import sys
from django.db import connection
with connection._nodb_cursor() as cursor:
    cursor.execute(sys.argv[1])
"""
READ_BACK = """
from priorities.models import ProgressEntry
for done, file in ProgressEntry.objects.values_list("done", "evidence__name"):
    print(done, file or "-", sep="\\t")
"""


@dataclass
class Tally:
    """What all sessions together have seen. ``acknowledged``: words → file name."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)

    def acknowledge(self, words: str, file: str) -> None:
        """No two forms say the same."""
        with self.lock:
            self.acknowledged[words] = file

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def fail(self, words: str) -> None:
        with self.lock:
            self.errors.append(words)
        self.over.set()


class Person(threading.Thread):
    """Signs in and reports on one action after another until time is over."""

    def __init__(self, number: int, server: Server, tally: Tally, plan: str, actions, password):
        super().__init__(name=f"faults{number}")
        self.server, self.tally, self.password = server, tally, password
        self.browser, self.random = Browser(server.port), random.Random(number)
        self.paths = [f"/{plan}/actions/{action}/report/" for action in actions]
        self.random.shuffle(self.paths)
        self.sent = 0

    def run(self) -> None:
        try:
            while not self.tally.over.is_set():
                self.report()
        except Exception as error:
            self.tally.fail(f"{self.name}: {error!r}")

    def report(self) -> None:
        """One form, from opening it to the page that follows; the page that follows is a form."""
        path = self.paths[self.sent % len(self.paths)]
        fields = self.form_at(path)
        if fields is None:
            return
        self.sent += 1
        fields |= {
            "percent": "20",
            "done": f"示例：{self.name} 第 {self.sent} 条。",
            "next": self.paths[self.sent % len(self.paths)],
        }
        file = PDF if self.random.random() < WITH_FILE else None
        if self.random.random() < GO_AWAY:
            self.tally.count("sent without waiting")
            self.browser.send_and_go_away(path, fields, file)
        elif self.random.random() < CLICK_TWICE:
            self.tally.count("clicked twice")
            self.click_beside(path, fields, file)
        if self.insist(path, fields, file):
            name = "示例.pdf" if file else "-"
            self.tally.acknowledge(fields["done"], name)

    def form_at(self, path: str) -> dict[str, str] | None:
        """The form as it stands on the page that is open, else on its own; signs in if asked."""
        if self.browser.path != path:
            self.browser.path = ""
            self.patiently(lambda: self.browser.get(path))
        if self.browser.path.startswith("/sign-in/"):
            self.sign_in()
            return None
        return Forms(self.browser.page).at(path)

    def sign_in(self) -> None:
        address = self.browser.path
        fields = Forms(self.browser.page).found
        form = next((f for f in fields if "password" in f), None)
        if form:
            form |= {"username": self.name, "password": self.password}
            self.patiently(lambda: self.browser.send(address, form))

    def insist(self, path: str, fields: dict[str, str], file: bytes | None) -> bool:
        """Send the same form until its answer is clear."""
        taken = self.patiently(lambda: self.browser.send(path, fields, file))
        if taken is None:
            return False
        if not taken or self.browser.path != fields["next"]:
            raise AssertionError(f"{path} led to {self.browser.path}: {self.browser.page[:3000]}")
        return True

    def patiently(self, act):
        """Do it until it is clear that it was done; None where time is over before that."""
        while not self.tally.over.is_set():
            try:
                return act()
            except Unclear:
                self.tally.count("unclear answers")
                time.sleep(PAUSE)
        return None

    def click_beside(self, path: str, fields: dict[str, str], file: bytes | None) -> None:
        """The same form from a second connection at the same moment."""
        other = Browser(self.server.port)
        other.cookies = dict(self.browser.cookies)
        clicks = threading.Thread(target=other.send_and_go_away, args=(path, fields, file))
        clicks.start()


def main() -> int:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="tracker-faults-") as name:
        variables = environment(Path(name))
        with database(variables):
            faults = Trial(asked, variables, Path(name)).faults()
    for fault in faults:
        print(f"FAILED: {fault}")
    print("FAILED" if faults else "Nothing lost, nothing doubled.")
    return 1 if faults else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--acknowledged", type=int, default=10_000, help="at least so many")
    parser.add_argument("--kills", type=int, default=20, help="at least so many")
    parser.add_argument("--every", type=float, default=3, help="seconds between two kills")
    parser.add_argument("--minutes", type=float, default=60, help="give up after")
    parser.add_argument("--seed", type=int, default=1, help="of who is killed when")
    return parser.parse_args()


def environment(folder: Path) -> dict[str, str]:
    """Everything that the program writes lies in ``folder``."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
        "EVIDENCE_DIR": f"{folder}/evidence",
        "BACKUP_DIR": f"{folder}/backups",
        "STATIC_ROOT": f"{folder}/static",
        "SECRET_KEY_FILE": f"{folder}/secret_key",
        "DEFAULT_LANGUAGE": "en",
    }


@contextmanager
def database(variables: dict[str, str]) -> Iterator[None]:
    """An empty one: with SQLite in the folder, with PostgreSQL made for this and dropped after."""
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not url.scheme.startswith("postgres"):
        yield
        return
    name = f"tracker_faults_{secrets.token_hex(4)}"
    server = variables | {"DATABASE_URL": url.geturl()}
    ask(server, WITHOUT_DATABASE, f"CREATE DATABASE {name}")
    variables["DATABASE_URL"] = url._replace(path=f"/{name}").geturl()
    try:
        yield
    finally:
        ask(server, WITHOUT_DATABASE, f"DROP DATABASE {name} WITH (FORCE)")


def ask(variables: dict[str, str], code: str, *words: str) -> str:
    """What some lines say that run with the program's own settings."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *words]
    return output(variables, *command)


def output(variables: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


class Trial:
    """One run: people and killer against one server, then the count."""

    def __init__(self, asked: argparse.Namespace, variables: dict[str, str], folder: Path):
        self.asked, self.variables = asked, variables
        self.tally = Tally()
        self.server = Server(variables, folder)
        self.killer = Killer(self.server, every=asked.every, seed=asked.seed, done=self.done)

    def faults(self) -> list[str]:
        """Prints the figures; returns what must not be."""
        password = secrets.token_urlsafe(12)
        output(self.variables, sys.executable, "manage.py", "migrate", "--verbosity", "0")
        plan, *actions = ask(self.variables, MAKE_READY, str(SESSIONS), password).split()
        people = [
            Person(n, self.server, self.tally, plan, actions, password) for n in range(SESSIONS)
        ]
        began = time.monotonic()
        try:
            self.let_run(people)
        finally:
            self.server.stop()
        seconds = time.monotonic() - began
        return [*self.tally.errors, *self.of_the_run(seconds), *self.of_what_is_stored()]

    def done(self) -> int:
        return len(self.tally.acknowledged)

    def let_run(self, people: list[Person]) -> None:
        self.server.start()
        for thread in (*people, self.killer):
            thread.start()
        began = told = time.monotonic()
        while not self.is_enough() and time.monotonic() - began < self.asked.minutes * 60:
            time.sleep(PAUSE)
            if time.monotonic() - told > SECONDS_BETWEEN_WORDS:
                told = time.monotonic()
                print(f"  {len(self.tally.acknowledged):,} after {told - began:.0f} s", flush=True)
        self.killer.over.set()
        self.killer.join()
        self.tally.over.set()
        for person in people:
            person.join()

    def is_enough(self) -> bool:
        if self.tally.errors or self.killer.error:
            return True
        has_answers = len(self.tally.acknowledged) >= self.asked.acknowledged
        return has_answers and self.killer.kills.total() >= self.asked.kills

    def of_the_run(self, seconds: float) -> Iterator[str]:
        acknowledged, kills = len(self.tally.acknowledged), self.killer.kills.total()
        print(f"{acknowledged:,} acknowledged in {seconds:.0f} s from {SESSIONS} sessions")
        print(f"{kills} kills: {dict(self.killer.kills)}; {dict(self.tally.counts)}")
        if acknowledged < self.asked.acknowledged:
            yield f"only {acknowledged:,} of {self.asked.acknowledged:,} were acknowledged"
        if kills < self.asked.kills:
            yield f"only {kills} of {self.asked.kills} kills"
        if self.killer.error:
            yield f"the killer stopped: {self.killer.error!r}"

    def of_what_is_stored(self) -> Iterator[str]:
        rows = [line.split("\t") for line in ask(self.variables, READ_BACK).splitlines()]
        stored = dict(rows)
        lost = self.tally.acknowledged.items() - stored.items()
        times = Counter(done for done, _file in rows)
        doubled = [done for done, number in times.items() if number > 1]
        unclear = len(stored.keys() - self.tally.acknowledged.keys())
        print(f"{len(rows):,} stored: {len(lost)} lost, {len(doubled)} doubled", end="; ")
        print(f"{unclear} stored whose answer nobody waited for at the end")
        print(output(self.variables, sys.executable, "manage.py", "verify"), end="")
        yield from (f"lost: {words} {file}" for words, file in sorted(lost)[:10])
        yield from (f"doubled: {words}" for words in doubled[:10])
        if unclear > SESSIONS:
            yield f"{unclear} entries are stored that nobody sent"


if __name__ == "__main__":
    sys.exit(main())
