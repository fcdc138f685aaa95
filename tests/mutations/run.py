"""Breaks one rule after another in a copy of the checkout and shows which tests notice.

    python -m tests.mutations.run                  all of them (`make mutations`)
    python -m tests.mutations.run seal permission  those with one of these words in their name

A mutation is killed where its tests fail with it and pass without it. The script fails where one
survives, where a text that is to be replaced is not found exactly once, and where tests fail
before anything was broken.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from .rules import RULES, Rule

ROOT = Path(__file__).resolve().parents[2]
PASSED, FAILED = 0, 1
"""pytest's own exit codes; every other one says that it could not even run the tests."""


def main() -> int:
    asked = arguments()
    rules = [r for r in RULES if not asked.words or any(w in r.name for w in asked.words)]
    with copies(asked.jobs) as free, ThreadPoolExecutor(asked.jobs) as pool:
        lame = list(pool.map(lambda test: fails_alone(free, test), tests_of(rules)))
        if lame := [test for test in lame if test]:
            print(f"these fail before anything is broken: {' '.join(lame)}")
            return 1
        outcomes = list(pool.map(lambda rule: tried(free, rule), rules))
    bad = [outcome for outcome in outcomes if outcome != "killed"]
    print(f"{len(outcomes)} mutations, {len(outcomes) - len(bad)} killed")
    return 1 if bad else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Break each rule once.")
    parser.add_argument("words", nargs="*", help="words of the names of the rules to break")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    return parser.parse_args()


def tests_of(rules: Iterable[Rule]) -> list[str]:
    return sorted({test for rule in rules for test in rule.tests})


def fails_alone(free: SimpleQueue, test: str) -> str | None:
    with taken(free) as copy:
        return None if outcome(copy, [test]) == PASSED else test


def tried(free: SimpleQueue, rule: Rule) -> str:
    with taken(free) as copy:
        said = broken(copy, rule)
    print(f"{said:9} {rule.name}", flush=True)
    return said


def broken(copy: Path, rule: Rule) -> str:
    """What became of a rule: killed, survived, lost (its text is not there), or no test ran."""
    file = copy / rule.file
    before = file.read_text()
    if before.count(rule.text) != 1:
        return "lost"
    file.write_text(before.replace(rule.text, rule.instead))
    try:
        code = outcome(copy, rule.tests)
    finally:
        file.write_text(before)
    return {PASSED: "survived", FAILED: "killed"}.get(code, "not run")


def outcome(copy: Path, tests: Iterable[str]) -> int:
    """The exit code of pytest over these tests, up to the first that fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    variables = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=variables, **quiet).returncode


@contextmanager
def copies(number: int) -> Iterator[SimpleQueue]:
    """That many copies of the files that git knows, as they are now, changes included."""
    free: SimpleQueue = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="tracker-mutations-") as folder:
        for place in range(number):
            copy = Path(folder, str(place))
            for name in listed():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
            free.put(copy)
        yield free


def listed() -> list[str]:
    """With the migrated database of the tests, where one is there: it is looked after as ever."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    prepared = [str(path.relative_to(ROOT)) for path in ROOT.glob("var/tests/migrated-*.sqlite3")]
    names = [*found.stdout.split("\0"), *prepared]
    return [name for name in names if name and (ROOT / name).is_file()]


@contextmanager
def taken(free: SimpleQueue) -> Iterator[Path]:
    copy = free.get()
    try:
        yield copy
    finally:
        free.put(copy)


if __name__ == "__main__":
    sys.exit(main())
