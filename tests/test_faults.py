"""The load script in short, so that it stays fit for its long run (`make faults`)."""

import argparse
import subprocess
import sys

import pytest

from .faults import load
from .faults.browser import Forms
from .test_start import ROOT

COMMAND = [sys.executable, "-m", "tests.faults.load"]
SHORT = ["--acknowledged", "60", "--kills", "3", "--every", "1.5", "--minutes", "15"]


@pytest.mark.server
def test_nothing_is_lost_or_doubled_while_the_server_is_killed():
    done = subprocess.run([*COMMAND, *SHORT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 0 lost, 0 doubled" in done.stdout
    assert "all as they were stored" in done.stdout


@pytest.fixture
def trial(tmp_path):
    asked = argparse.Namespace(acknowledged=2, kills=1, every=1, seed=1)
    trial = load.Trial(asked, {}, tmp_path)
    trial.killer.kills["worker"] = 1
    for words in ("n1", "n2"):
        trial.tally.acknowledge(words, "-")
    return trial


def test_too_few_acknowledged_or_killed_is_a_failure(trial):
    assert list(trial.of_the_run(1)) == []
    trial.asked.acknowledged, trial.asked.kills = 3, 2
    assert list(trial.of_the_run(1)) == ["only 2 of 3 were acknowledged", "only 1 of 2 kills"]


WELL = "n1\t-\nn2\t-\n"


@pytest.mark.parametrize(
    ("stored", "faults"),
    [
        (WELL, []),
        (f"{WELL}n3\t-\n", []),
        ("n1\t-\n", ["lost: n2 -"]),
        (WELL.replace("n2", "others"), ["lost: n2 -"]),
        (WELL.replace("n2\t-", "n2\tx.pdf"), ["lost: n2 -"]),
        (f"{WELL}n2\t-\n", ["doubled: n2"]),
    ],
    ids=["well", "unclear at the end", "lost", "other words", "other file", "again"],
)
def test_what_is_lost_or_doubled_is_told(trial, monkeypatch, stored, faults):
    monkeypatch.setattr(load, "ask", lambda *words: stored)
    monkeypatch.setattr(load, "output", lambda *words: "")
    assert list(trial.of_what_is_stored()) == faults


def test_the_forms_of_a_page_are_read_as_a_browser_sends_them():
    page = """<form action="/other/"><input name="q" value="1"></form>
        <form action="/report/" method="post"><input type="hidden" name="nonce" value="7">
        <textarea name="done">\nfirst line\n&lt;b&gt;</textarea><input name="percent">
        <input type="radio" name="outlook" value="on_course" checked>
        <input type="radio" name="outlook" value="at_risk">
        <input type="file" name="files"></form>"""
    assert Forms(page).at("/report/") == {
        "nonce": "7",
        "done": "first line\n<b>",
        "percent": "",
        "outlook": "on_course",
    }
    assert Forms(page).at("/none/") is None
