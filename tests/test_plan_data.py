"""The plan's data file against the newspaper text that it was taken from."""

import json
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "priorities" / "data"
PLAN = json.loads((DATA / "plan_2022.json").read_text(encoding="utf-8"))
UNITS = json.loads((DATA / "units_2022.json").read_text(encoding="utf-8"))
# A newspaper line ends in mid-word, and two blank lines fall inside a priority.
ARTICLE = "".join((ROOT / "tests/data/plenum_2022.txt").read_text(encoding="utf-8").split())


def clauses(priority):
    """The clauses in the order of the sentence: title, premise, actions, goal."""
    premise = [priority["premise"]] if priority["premise"] else []
    return [priority["title"], *premise, *priority["actions"], priority["goal"]]


def separators(priority):
    """What stands between the clauses, found by taking each clause out of the sentence once."""
    rest, found = priority["sentence"], []
    for clause in clauses(priority):
        before, clause_itself, rest = rest.partition(clause)
        assert clause_itself == clause
        found.append(before)
    return [*found, rest]


def each_priority():
    return pytest.mark.parametrize("priority", PLAN["priorities"], ids=lambda p: p["number"])


def test_eight_priorities_and_41_actions():
    assert [p["number"] for p in PLAN["priorities"]] == list(range(1, 9))
    assert [len(p["actions"]) for p in PLAN["priorities"]] == [6, 6, 6, 4, 6, 3, 6, 4]


def test_actions_are_all_different():
    actions = [text for p in PLAN["priorities"] for text in p["actions"]]
    assert len(set(actions)) == 41


def test_source_and_year():
    assert PLAN["slug"] == "2022"
    assert PLAN["source"]["publication"] == "深圳侨报"
    assert PLAN["source"]["session"] in ARTICLE
    assert (date.fromisoformat(PLAN["start"]), date.fromisoformat(PLAN["end"])) == (
        date(2022, 1, 1),
        date(2022, 12, 31),
    )


@each_priority()
def test_title_is_the_first_clause(priority):
    assert priority["sentence"].split("，")[0] == priority["title"]


@each_priority()
def test_clauses_rebuild_the_sentence(priority):
    """Nothing left out, nothing added: only punctuation and the verb 开展 join the clauses."""
    between = separators(priority)
    rebuilt = between[0] + "".join(
        clause + separator for clause, separator in zip(clauses(priority), between[1:], strict=True)
    )
    assert rebuilt == priority["sentence"]
    assert between[0] == ""
    assert between[-1] == "。"
    assert set(between[1:-1]) <= ({"，", "，开展", "、"} if priority["number"] == 4 else {"，"})


@each_priority()
def test_every_clause_lies_in_the_article(priority):
    assert [c for c in clauses(priority) if c not in ARTICLE] == []
    assert priority["sentence"] in ARTICLE


def test_only_the_seventh_priority_has_no_premise():
    assert [p["number"] for p in PLAN["priorities"] if not p["premise"]] == [7]


def test_units_can_be_found_by_name_and_initials():
    assert len(UNITS) == 31
    for field in ("short_name", "name"):
        assert len({unit[field] for unit in UNITS}) == 31
    assert [unit["order"] for unit in UNITS] == list(range(1, 32))
    assert {unit["kind"] for unit in UNITS} == {"party", "government", "municipal", "subdistrict"}


def test_initials_have_one_letter_for_each_character():
    for unit in UNITS:
        assert unit["pinyin"].isascii() and unit["pinyin"].islower()
        assert len(unit["pinyin"]) == len(unit["short_name"]), unit


@pytest.mark.parametrize(
    ("short_name", "initials"),
    [
        ("区发改局", "qfgj"),
        ("规自坪山局", "gzpsj"),
        ("区更新整备局", "qgxzbj"),
        ("碧岭街道", "bljd"),
    ],
)
def test_initials_checked_by_hand(short_name, initials):
    assert {unit["short_name"]: unit["pinyin"] for unit in UNITS}[short_name] == initials
