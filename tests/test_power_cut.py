"""Is what was acknowledged still there when the power comes back? See faults/power_cut.py."""

import random
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tracker import sqlite
from tracker.sqlite import library

from .faults.power_cut import Disk, calls_of
from .test_start import ROOT, environment

ROWS = 12
WRITING = f"""
import os, sys
import django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["init_command"] = sys.argv[1]
django.setup()
from django.db import connection, transaction
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, words TEXT)")
    for number in range({ROWS}):
        with transaction.atomic():
            cursor.execute("INSERT INTO entry (words) VALUES (%s)", ["示例" * 1000])
            cursor.execute("UPDATE entry SET words = words || '。' WHERE number < 3")
        os.write(1, b"stored\\n")
"""
WITHOUT_WAL, WITH_WAL = (3, 40, 1), (3, 51, 3)


def calls_that_store(folder: Path, init_command: str):
    """The calls by which the program's own connection stores rows, one by one."""
    disk = folder / "disk"
    disk.mkdir()
    variables = environment(folder, DATABASE_URL=f"sqlite:///{disk}/tracker.sqlite3")
    variables |= {"DJANGO_SETTINGS_MODULE": "tracker.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", WRITING, init_command]
    before = Disk(disk)
    return before, calls_of(command, folder / "calls", cwd=ROOT, env=variables)


def lost_at_cuts(folder: Path, init_command: str, *, cuts: int = 60) -> list[tuple[int, int]]:
    """(acknowledged, found) of each cut after which less was found than had been acknowledged."""
    disk, calls = calls_that_store(folder, init_command)
    chance = random.Random(1)
    stops = set(chance.sample(range(len(calls)), k=min(cuts, len(calls))))
    stops |= {place + 1 for place, call in enumerate(calls) if call[0] == "unlink"}
    lost = []
    for place, call in enumerate(calls):
        disk.take(*call)
        if place in stops and disk.acknowledged:
            found = rows_after_a_cut(disk, folder / f"after-{place}", chance)
            if found < disk.acknowledged:
                lost.append((disk.acknowledged, found))
    assert disk.acknowledged == ROWS
    return lost


def rows_after_a_cut(disk: Disk, folder: Path, chance: random.Random) -> int:
    folder.mkdir()
    for name, content in disk.after_a_cut(chance):
        (folder / name).write_bytes(content)
    with closing(library.connect(folder / "tracker.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        [number] = database.execute("SELECT count(*) FROM entry").fetchone()
    return number


@pytest.mark.parametrize("version", [WITHOUT_WAL, WITH_WAL])
def test_what_was_acknowledged_is_there_after_a_power_cut(tmp_path, version):
    assert lost_at_cuts(tmp_path, sqlite.options(version)["init_command"]) == []


def test_a_removal_that_was_not_synced_would_be_found(tmp_path):
    """So the test above can fail: with FULL the journal comes back, and with it the old rows."""
    weaker = sqlite.options(WITHOUT_WAL)["init_command"].replace("EXTRA", "FULL")
    assert lost_at_cuts(tmp_path, weaker) != []
