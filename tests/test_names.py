"""When two spellings are one name, where a name ends, how names are read and put in order."""

import json
import random
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from priorities.names import SEPARATORS, fold, letters, split_names
from priorities.readings import SURNAMES, TABLE, holds, order_of, pattern_of, usual_initials

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = json.loads((ROOT / "tests/data/names.json").read_text(encoding="utf-8"))
KNOWN = {fold(name) for name in SAMPLES["known"]}

INVISIBLE = " 　\u00a0\u2003\u200b\u200d\u2060\ufeff\u00ad\ufe0f\n\t"


def listed(words: str) -> list[str]:
    return split_names(words, lambda part: fold(part) in KNOWN)


@pytest.mark.parametrize("spellings", SAMPLES["alike"], ids=lambda row: row[0])
def test_spellings_of_one_name_are_equal(spellings):
    assert {fold(words) for words in spellings} == {fold(spellings[0])}


def test_different_names_stay_different():
    heads = [row[0] for row in SAMPLES["alike"]]
    for one, other in [*SAMPLES["different"], *permutations(heads, 2)]:
        assert fold(one) != fold(other)


@given(st.text(max_size=20), st.integers(0, 20), st.sampled_from(INVISIBLE))
@settings(max_examples=30, deadline=None)
def test_what_cannot_be_seen_makes_no_difference(words, place, sign):
    assert fold(words[:place] + sign + words[place:]) == fold(words) == fold(fold(words))


@pytest.mark.parametrize(("words", "typed", "is_found"), SAMPLES["found"])
def test_a_search_finds_text_and_initials(words, typed, is_found):
    assert holds(words, typed) is is_found


@pytest.mark.parametrize(("words", "names"), SAMPLES["listed"])
def test_a_list_of_names_is_cut_where_names_end(words, names):
    assert listed(words) == names


@given(
    st.lists(st.sampled_from(SAMPLES["known"]), min_size=1, max_size=6),
    st.lists(st.sampled_from("、，,；;/／ 　\n\t"), min_size=6, max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_known_names_come_apart_whatever_stands_between(names, between):
    words = "".join(name + sign for name, sign in zip(names, between, strict=False))
    assert listed(words) == names


def test_a_long_list_of_nothing_known_is_cut_in_no_time():
    assert len(SEPARATORS.split("、".join("甲" * 1000))) == 1999
    assert listed("、".join("甲" * 1000)) == ["甲"] * 1000


# Readings


def test_the_table_is_that_of_the_package():
    loader = SourceFileLoader("readings_table", str(ROOT / "bin/readings"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    assert TABLE.read_text(encoding="utf-8") == module.table()


def test_each_letter_meets_every_reading():
    """What the package says of a character is what a search goes by."""
    chosen = random.Random(1).sample(range(0x4E00, 0x9FA6), 300)
    for character in map(chr, chosen):
        for reading in pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]:
            assert holds(f"示{character}例", f"s{reading}l"), (character, reading)


def test_the_running_program_does_not_load_the_package():
    """It takes 44 MiB in each process; the table of its characters takes one."""
    code = (
        "import django; django.setup(); import tracker.wsgi, sys; print('pypinyin' in sys.modules)"
    )
    run = [sys.executable, "-c", code]
    settings_module = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(run, env=settings_module, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("words", "pattern"),
    [("发改局", "fgj"), ("曾“5G”", "[cz]5g"), ("Wang Wei", "wangwei"), ("", "")],
)
def test_a_script_gets_every_reading(words, pattern):
    assert pattern_of(words) == pattern


def test_the_usual_initials_are_those_that_offices_write():
    units = json.loads((ROOT / "priorities/data/units_2022.json").read_text(encoding="utf-8"))
    for unit in units:
        assert usual_initials(unit["short_name"]) == unit["pinyin"]


# Pinyin order


PINYIN = (
    "阿示 卜示 曹示 丁示 冯示 葛示 华示 李示 李一 马示 区示 欧示 "
    "单示 王示 解示 尉迟示 曾示 张示 赵示 卓示"
)


def test_names_stand_in_the_order_of_pinyin():
    names = PINYIN.split()
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: order_of(name, is_person=True)) == names


def test_in_the_name_of_a_unit_a_character_is_no_surname():
    assert sorted(["区示", "曾示", "丙局", "甲局"], key=order_of) == [
        "丙局",
        "曾示",
        "甲局",
        "区示",
    ]


def test_people_of_one_surname_stand_together():
    names = ["章三", "张四", "章一", "张五"]
    assert [n[0] for n in sorted(names, key=order_of)] in (list("张张章章"), list("章章张张"))


def test_the_order_is_digits_alone_so_that_every_database_agrees():
    assert order_of("示例Ａ局 “1”").isdigit()
    assert order_of("示例甲局") == order_of(" 示例　甲局\u200b")


def test_each_surname_is_read_as_the_table_knows_it():
    for said, heads in SURNAMES:
        names = [heads] if " " in said else heads
        for name in names:
            assert order_of(name, is_person=True) != order_of(name), name
            assert letters(name) == name
