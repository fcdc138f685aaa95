"""Limits of time as tables and documents write them, and what is never guessed."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.plans.written.dues import TOLD, Due, Stage, Why, read_due

YEAR = 2022

LAST_DAYS = {
    "06-30": (
        "2022年6月底 6月30日前 2022.6 2022-06-30 2022.06.30 2022/6/30 20220630 202206 "
        "第二季度 二季度末 2季度 第二季度末前 上半年 上半年底前 6月底前完成 6月末 6月30号 "
        "六月底 六月三十日前 22年6月 二〇二二年六月 二〇二二年六月三十日 今年6月 2022年二季度 "
        "2022年上半年 2022年6月份 ２０２２年６月底 6.30 6/30 6.30前 完成时限：2022年6月 "
        "力争6月底前建成 6月投入使用 （6月底前） 截至2022年6月 6月底前。"
    ),
    "12-31": (
        "12月底前 年底前 年底 年内 2022 2022年 2022年底 今年底 年末前 2022年内 第四季度 "
        "下半年 四季度末前 十二月底前 2022年12月 2022.12 年终 2022年度"
    ),
    "06-20": "6月中旬 6月中旬前",
    "06-10": "6月上旬",
    "09-30": "9月投入使用 9月 2022-9 三季度末 9月竣工",
    "10-31": "2022.10",
    "11-30": "2022年11月底前基本完成",
    "01-31": "元月 1月底前",
}


@pytest.mark.parametrize(
    ("words", "day"), [(w, day) for day, words in LAST_DAYS.items() for w in words.split(" ")]
)
def test_a_last_day_as_people_write_it(words, day):
    found = read_due(words, YEAR)
    assert (found.due, found.start, found.left, found.why) == (
        date.fromisoformat(f"{YEAR}-{day}"),
        None,
        "",
        Why.CLEAR,
    )
    assert found.is_understood


@pytest.mark.parametrize(
    ("words", "start", "due"),
    [
        ("全年", "2022-01-01", "2022-12-31"),
        ("2022年全年", "2022-01-01", "2022-12-31"),
        ("2022年6月—2023年3月", "2022-06-01", "2023-03-31"),
        ("2022年6月至12月", "2022-06-01", "2022-12-31"),
        ("2022.6-2022.12", "2022-06-01", "2022-12-31"),
        ("2022.6-12", "2022-06-01", "2022-12-31"),
        ("1—12月", "2022-01-01", "2022-12-31"),
        ("3至6月", "2022-03-01", "2022-06-30"),
        ("6月1日-30日", "2022-06-01", "2022-06-30"),
        ("10月—次年3月", "2022-10-01", "2023-03-31"),
        ("2022-2023年", "2022-01-01", "2023-12-31"),
        ("2021—2025年", "2021-01-01", "2025-12-31"),
        ("2022年1月起至2022年6月底", "2022-01-01", "2022-06-30"),
    ],
)
def test_a_stretch_of_time_has_both_ends(words, start, due):
    found = read_due(words, YEAR)
    assert (str(found.start), str(found.due), found.left) == (start, due, "")


@pytest.mark.parametrize(
    "words", ["长期坚持", "持续推进", "长期", "常态化推进", "常年", "持续开展"]
)
def test_what_has_no_end_says_so(words):
    assert read_due(words, YEAR) == Due(words, is_open=True)
    assert read_due(words, None).is_understood


def test_an_end_and_no_end_may_stand_together():
    found = read_due("12月底前完成并长期坚持", YEAR)
    assert (found.due, found.is_open, found.left) == (date(2022, 12, 31), True, "")
    since = read_due("6月起长期坚持", YEAR)
    assert (since.start, since.due, since.is_open) == (date(2022, 6, 1), None, True)


@pytest.mark.parametrize(
    ("words", "left", "why"),
    [
        ("6月前", "6月前", Why.AMBIGUOUS),
        ("2022年第四季度前", "2022年第四季度前", Why.AMBIGUOUS),
        ("2022.1", "2022.1", Why.AMBIGUOUS),
        ("6-12", "6-12", Why.AMBIGUOUS),
        ("6.3", "6.3", Why.UNKNOWN),
        ("2月30日", "2月30日", Why.NO_SUCH_DAY),
        ("13月", "13月", Why.NO_SUCH_DAY),
        ("12月-6月", "12月-6月", Why.ORDER),
        ("春节前", "春节", Why.UNKNOWN),
        ("按市要求", "按市要求", Why.UNKNOWN),
        ("每月25日前", "每月25日", Why.UNKNOWN),
        ("新建5个公园", "新建5个公园", Why.UNKNOWN),
        ("6.15万平方米", "6.15万平方米", Why.UNKNOWN),
        ("2630年6月", None, None),
        ("待定", "待定", Why.UNKNOWN),
        ("?", "?", Why.UNKNOWN),
    ],
)
def test_what_has_no_one_meaning_has_none(words, left, why):
    found = read_due(words, YEAR)
    assert not found.is_understood
    if why:
        assert (found.due, found.left, found.why) == (None, left, why)


def test_words_beside_a_day_are_given_back():
    found = read_due("6月 开工建设", YEAR)
    assert (found.due, found.left, found.is_understood) == (date(2022, 6, 30), "开工建设", False)


def test_since_a_day_is_no_limit():
    found = read_due("2022年6月起", YEAR)
    assert (found.start, found.due, found.why) == (date(2022, 6, 1), None, Why.NO_END)
    assert not found.is_understood


def test_a_date_that_lost_its_format():
    assert read_due("44742", YEAR) == Due("44742", due=date(2022, 6, 30), why=Why.SERIAL)


def test_several_days_are_stages_and_the_last_one_is_due():
    found = read_due("6月底前完成设计；12月底前完工", YEAR)
    assert found.stages == (
        Stage(date(2022, 6, 30), "完成设计"),
        Stage(date(2022, 12, 31), "完工"),
    )
    assert (found.due, found.why, found.is_understood) == (date(2022, 12, 31), Why.SEVERAL, True)


@pytest.mark.parametrize(
    "words", ["6月底前", "二季度", "年底前", "全年", "上半年", "6月30日", "今年底"]
)
def test_without_a_year_nothing_is_taken(words):
    assert read_due(words, None).why == Why.NO_YEAR
    assert read_due(words, None).due is None


def test_the_year_of_the_plan_is_meant():
    assert read_due("6月底前", 2023).due == date(2023, 6, 30)
    assert read_due("明年3月", 2023).due == date(2024, 3, 31)
    assert read_due("2月", 2024).due == date(2024, 2, 29)


def test_nothing_is_no_limit():
    assert read_due("", YEAR) == Due("")
    assert not read_due(" \n", YEAR).is_understood


def test_a_long_text_is_not_looked_through():
    assert read_due("6月" * 1000, YEAR).why == Why.UNKNOWN


WORDS_OF_TIME = (
    "2022|年|6|12|30|月|日|底|前|末|-|—|至|到|.|/|第|二|季度|上半年|全年|长期|坚持|起|完成|十|〇|"
    "今年|次年|落实|到位|落实到位|完成任务|、|，|\n|旬|上|中|投入使用|x|６|元|号|份|Q1|内"
)
PIECES = st.sampled_from(WORDS_OF_TIME.split("|"))
WRITTEN = st.lists(PIECES, max_size=25).map("".join)


def of_nothing_but(words: str, whole: str) -> bool:
    """Whether the words stand in the whole in their order, blanks aside."""
    rest = iter(re.sub(r"\s", "", whole))
    return all(c in rest for c in re.sub(r"\s", "", words))


@given(st.one_of(WRITTEN, st.text(max_size=60)), st.sampled_from([None, 1990, 2022, 2100]))
def test_any_words_give_an_answer_and_nothing_is_made_up(words, year):
    found = read_due(words, year)
    assert found.words == words
    assert of_nothing_but(found.left, words)
    assert all(of_nothing_but(stage.words, words) for stage in found.stages)
    if found.start and found.due:
        assert found.start <= found.due
    if not found.is_understood:
        assert found.left or found.why not in TOLD or not words.strip(" \n\t\r") or not found.due


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_in_every_writing(day):
    writings = (
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日前",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.month}月{day.day}日",
    )
    assert {read_due(words, day.year).due for words in writings} == {day}
