"""The reading of the district's own document, and what holds for a reading of any text."""

import json
from pathlib import Path

from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities.plans.reading import read
from priorities.plans.reading.reader import MOST_ITEMS

HERE = Path(__file__).parent
PLAN = json.loads((HERE.parent / "priorities/data/plan_2022.json").read_text(encoding="utf-8"))
ARTICLE = HERE / "reading" / "plenum_2022.txt"

PIECES = [
    *("一、", "二、", "（一）", "（二）", "(三)", "1.", "2、", "01", "①", "一是", "二是", "三要"),
    *("● ", "——", "重点做好以下8个方面的工作：", "一年来，", "十大重点工作", "等方面", "包括"),
    *("“", "”", "（", "）", "，", "。", "；", "、", "：", "|", "牵头单位：区发改局", "责任单位："),
    *("推进产业发展", "加强社会治理", "聚焦民生实事", "确保安全", "6月底前", "20万平方米", "實施"),
    *("(shí)", "2023年", "𠮷", "序号|任务|责任单位|完成时限", "首先，", "其次，", "## ", "**"),
]
BLANKS = ["\n", "\n\n", "  ", "\t", "\u3000", "\r\n", "\x00"]
texts = st.lists(st.sampled_from(PIECES + BLANKS) | st.text(max_size=8), max_size=60).map("".join)


def runs(reading):
    for p in reading.priorities:
        yield from filter(None, (p.title, p.sentence, p.premise, p.goal))
        for action in p.actions:
            yield action.run
            yield from (quantity.run for quantity in action.quantities)
    yield from (passage.run for passage in reading.passed_over)
    yield from reading.candidates


def test_the_article_of_2022_gives_the_plan_that_is_stored():
    reading = read(ARTICLE.read_text(encoding="utf-8"))
    found = [
        {
            "title": p.title.words,
            "sentence": p.sentence.words,
            "premise": p.premise.words if p.premise else "",
            "goal": p.goal.words if p.goal else "",
            "actions": [action.run.words for action in p.actions],
        }
        for p in reading.priorities
    ]
    stored = [{key: p.get(key) or "" for key in found[0]} for p in PLAN["priorities"]]
    assert found == stored
    assert (reading.declared, reading.warnings) == (8, ())


def is_verbatim(run, text):
    """All letters in their order, but for blanks: wrapping puts some in and takes some out."""
    rest = iter(text[run.start : run.end])
    return all(letter in rest for letter in run.words if not letter.isspace())


@settings(max_examples=300, deadline=None)
@given(texts)
def test_every_run_of_any_text_is_verbatim_and_in_its_place(text):
    reading = read(text)
    assert reading == read(text)
    assert reading.text == text
    for run in runs(reading):
        assert 0 <= run.start < run.end <= len(text)
        assert is_verbatim(run, text)
        assert run.words[:1] == text[run.start : run.start + 1]
        assert run.words[-1:] == text[run.end - 1 : run.end]


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_reading_without_priorities_says_why(text):
    reading = read(text)
    assert bool(reading.priorities) != bool(
        {"no_list", "review_only", "notice_only"} & set(reading.warnings)
    )


def test_a_list_longer_than_any_plan_is_read_as_far_as_the_limit():
    reading = read(
        "重点抓好以下工作：\n" + "".join(f"●推进第{n}个项目\n" for n in range(MOST_ITEMS + 1))
    )
    assert len(reading.priorities) == MOST_ITEMS
    assert reading.warnings == ("too_many_items",)


def test_a_text_that_breaks_off_says_so():
    reading = read("重点抓好以下工作：\n一是抓项目。新建园区2个。\n二是抓民生。新建学校3所，改造")
    assert [p.title.words for p in reading.priorities] == ["抓项目", "抓民生"]
    assert reading.warnings == ("ends_in_the_middle",)


def test_what_was_passed_over_is_told_with_its_place():
    text = (
        "一、2022年工作回顾\n（一）产业做强了。\n二、2023年工作安排\n（一）建园区。\n（二）修道路。"
    )
    reading = read(text, year=2023)
    assert [p.title.words for p in reading.priorities] == ["建园区", "修道路"]
    told = [(p.why, text[p.run.start : p.run.end]) for p in reading.passed_over]
    assert ("review", "2022年工作回顾\n（一）产业做强了") in [
        (w, t.lstrip("一、")) for w, t in told
    ]


def test_sentences_to_pick_by_hand_are_offered_where_there_is_no_list():
    reading = read("会议号召，全区上下要全面推进依法治区，高水平建设中轴新区，为发展作出贡献。")
    assert reading.priorities == ()
    assert [run.words for run in reading.candidates] == ["高水平建设中轴新区"]


def test_numbers_in_an_action_are_told_with_their_unit():
    reading = read(
        "重点抓好以下工作：\n一是扩空间。新增产业空间20万平方米。\n二是促就业。新增就业3000人。"
    )
    found = [
        [(q.number, q.unit) for q in a.quantities] for p in reading.priorities for a in p.actions
    ]
    assert found == [[("20", "万平方米")], [("3000", "人")]]


def test_the_command_prints_the_reading_and_stores_nothing(capsys, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        call_command("read_document", str(ARTICLE), "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["declared"] == 8
    assert [len(p["actions"]) for p in printed["priorities"]] == [6, 6, 6, 4, 6, 3, 6, 4]
    assert printed["priorities"][0]["actions"][0] == {
        "text": "旗帜鲜明讲政治",
        "lead": "",
        "supporting": [],
        "due": "",
    }
