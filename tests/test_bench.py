"""What `make bench` makes of its measurements: ratios, table, verdict, and what a page weighs."""

import subprocess

import pytest

from bench import cases
from bench.__main__ import apart
from bench.figures import Row, missed, ratios, row_of, table, worst
from bench.servers import family
from bench.weight import named_by
from bench.words import tasks


def test_each_round_is_held_against_the_same_round():
    ours, bare = [2.0, 40.0, 3.0], [1.0, 10.0, 2.0]
    row = row_of("list", ratios(ours, bare), [5.0, 1.0, 3.0], goal=1.9)
    assert (row.value, row.low, row.high, row.wall) == (2.0, 1.5, 4.0, 3.0)
    assert missed([row]) == ["list: 2.00 ×, goal ≤ 1.9"]


def test_a_round_without_a_figure_says_nothing():
    assert ratios([1.0, 2.0], [0.0, 4.0]) == [0.5]


@pytest.mark.parametrize(("value", "verdict"), [(1.5, "held"), (1.51, "missed")])
def test_a_goal_is_the_most_that_may_be(value, verdict):
    row = Row("record", value, goal=1.5)
    assert (row.verdict, bool(missed([row]))) == (verdict, verdict == "missed")


def test_without_a_goal_nothing_is_missed():
    assert missed([Row("trends", 99.0)]) == []


def test_of_several_pages_the_worst_is_named():
    rows = [Row("list", 1.0), Row("trends", 3.0), Row("units", 2.0)]
    row = worst("all", rows, 1.1)
    assert (row.name, row.value, row.goal, row.note) == ("all", 3.0, 1.1, "trends")


def test_the_table_says_each_figure_with_its_unit():
    rows = [
        Row("list", 0.5, goal=0.6, low=0.4, high=0.7, wall=0.55),
        Row("memory", 119.84, "MiB", 120, note="bare page 64"),
        Row("first visit, requests", 12, "", 6),
    ]
    assert table(rows).splitlines()[2:] == [
        "| list | 0.50 × | 0.40–0.70 | 0.55 × | ≤ 0.6 | held |  |",
        "| memory | 119.8 MiB |  |  | ≤ 120 | held | bare page 64 |",
        "| first visit, requests | 12 |  |  | ≤ 6 | missed |  |",
    ]


def test_a_visit_fetches_what_a_browser_fetches():
    page = """<link rel="stylesheet" href="/static/a.css"><link rel="canonical" href="/2022/">
        <script defer src="/static/a.js?x=1&amp;y=2"></script><img src="data:image/png;base64,AA">
        <link rel="icon" href="icon.svg"><img src="https://elsewhere.example/x.png">"""
    assert named_by(page, "/2022/") == {
        "/static/a.css",
        "/static/a.js?x=1&y=2",
        "/2022/icon.svg",
    }


def test_the_bare_page_holds_as_much():
    rows = list(tasks())
    assert (len(rows), {len(task.notes) for task in rows}) == (41, {52})
    assert rows == list(tasks())


def test_every_case_is_held_against_a_page_that_there_is():
    asked = [*cases.READS, *cases.WRITES, *cases.ADMIN, *cases.GROWING]
    assert {case.like for case in asked} <= set(cases.BARE)
    names = [case.name for case in [*cases.READS, *cases.WRITES]]
    assert len(names) == len(set(names))


def test_a_server_is_all_of_its_processes():
    shell = subprocess.Popen(["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE)
    shell.stdout.readline()
    pids = family(shell.pid)
    for pid in reversed(pids):
        subprocess.run(["kill", str(pid)], check=True)
    shell.communicate()
    assert len(pids) == 2


def test_what_is_kept_is_measured_apart_from_what_writes():
    kinds = [{case.kind for case in found} for found in apart([*cases.READS, *cases.WRITES])]
    assert kinds == [{"read", "again"}, {"first read", "record", "record plainly"}]
    assert apart([cases.LIST]) == [[cases.LIST]]
