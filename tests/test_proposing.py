"""What people do to a reading: runs stay verbatim, in order and apart, and every act leads back."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.models import Action, Priority
from priorities.names import fold
from priorities.plans.proposing import remarks
from priorities.plans.proposing.acts import (
    ACTS,
    LONGEST_OWN,
    Act,
    Refused,
    applied,
    step_back,
    undone,
    with_unit,
)
from priorities.plans.proposing.marks import Draft, Kind, Mark, Passage, Source
from priorities.plans.proposing.outlining import Heads, outline_of
from priorities.plans.proposing.proposed import groups_of, left_between, words_of
from priorities.plans.proposing.remarks import Setting, counts_of, remarks_on
from priorities.plans.proposing.said import REFUSALS, SAID, head_and_sentence, refusal
from priorities.plans.proposing.taking import taken
from priorities.plans.reading import read
from priorities.plans.written.amounts import read_amounts, targets_of

from .district import SENTENCES
from .readings import EIGHT, marked, start_of

UNITS = {fold("示例区发改局"): 7, fold("示例区住建局"): 8}
SETTING = Setting(2023, date(2023, 1, 1), date(2023, 12, 31), lambda name: UNITS.get(fold(name)))


def plan_of(source: Source, draft: Draft) -> list[tuple]:
    """Titles with their actions, in the order of the plan."""
    return [
        (
            words_of(source, group.title) if group.title else None,
            [words_of(source, action) for action in group.actions],
        )
        for group in groups_of(source, draft)
    ]


def are_in_order(draft: Draft, source: Source) -> bool:
    """Whether all runs lie in the text, none is empty, and none reaches into the next."""
    ends = [place for mark in draft.marks for place in (mark.start, mark.end)]
    are_filled = all(mark.start < mark.end for mark in draft.marks)
    return are_filled and all(a <= b for a, b in pairwise([0, *ends, len(source.text)]))


def act(source: Source, draft: Draft, name: str, words: str, **options) -> Draft:
    said = options.pop("said", {})
    asked = Act(name, start_of(source, words), said=tuple(said.items()), **options)
    return applied(source, draft, asked).draft


@pytest.fixture
def eight():
    return marked(EIGHT)


PLAN = [
    ("坚定不移加强党的建设", ["旗帜鲜明讲政治", "常抓不懈强基层"]),
    ("锲而不舍补短板", ["土地整备行动", "交通攻坚行动"]),
]


def test_a_priority_goes_from_its_title_to_the_next(eight):
    assert plan_of(*eight) == PLAN
    first, second = groups_of(*eight)
    text = eight[0].text
    assert text[first.start : first.end].endswith("凝聚磅礴力量。")
    assert text[second.start : second.end].endswith("扫除障碍。")
    assert second.labels == {action.start: f"2.{n}" for n, action in enumerate(second.actions, 1)}


def test_what_belongs_to_no_priority_lies_between(eight):
    source, draft = eight
    source = replace(source, passages=(Passage(0, source.text.index("今年"), "review"),))
    left = left_between(source, draft, groups_of(source, draft))
    said = [(piece.why, [words_of(source, mark) for mark in piece.marks]) for piece in left]
    assert said == [("review", ["过去一年成绩很大"]), ("", ["会议号召全区上下团结奋斗"])]


def test_a_run_is_taken_for_something_else(eight):
    source, draft = eight
    draft = act(source, draft, "none", "常抓不懈强基层")
    draft = act(source, draft, "action", "认真落实总要求")
    draft = act(source, draft, "title", "有关单位要配合")
    assert plan_of(source, draft) == [
        ("坚定不移加强党的建设", ["认真落实总要求", "旗帜鲜明讲政治"]),
        ("锲而不舍补短板", ["土地整备行动", "交通攻坚行动"]),
        ("有关单位要配合", []),
    ]


def test_what_stands_before_the_first_title_is_a_priority_without_one(eight):
    source, draft = eight
    draft = act(source, draft, "action", "过去一年成绩很大")
    assert plan_of(source, draft) == [(None, ["过去一年成绩很大"]), *PLAN]


def test_a_run_is_split_where_the_cut_is(eight):
    source, draft = eight
    draft = act(source, draft, "split", "旗帜鲜明讲政治", cut=4)
    assert plan_of(source, draft)[0][1] == ["旗帜鲜明", "讲政治", "常抓不懈强基层"]


def test_the_rest_of_a_title_is_no_second_one(eight):
    source, draft = eight
    draft = act(source, draft, "split", "锲而不舍补短板", cut=4)
    assert plan_of(source, draft)[1][0] == "锲而不舍"
    assert len(plan_of(source, draft)) == 2


def test_punctuation_at_the_cut_belongs_to_no_side():
    source, draft = marked("[t:改革]，[a:深化改革，扩大开放]。")
    draft = act(source, draft, "split", "深化改革，", cut=5)
    assert plan_of(source, draft) == [("改革", ["深化改革", "扩大开放"])]


def test_two_runs_become_one_with_what_stands_between(eight):
    source, draft = eight
    draft = act(source, draft, "join", "旗帜鲜明讲政治")
    assert plan_of(source, draft)[0][1] == ["旗帜鲜明讲政治，常抓不懈强基层"]


def test_merging_keeps_who_and_when():
    source, draft = marked("[t:改革]，[a:深化改革]，[a:扩大开放]。")
    first, second = draft.marks[1:]
    first = replace(first, lead="甲局", due="6月底", amounts=(("1", "个"),))
    second = replace(second, lead="乙局", supporting=("甲局", "丙局"), due="年底")
    draft = replace(draft, marks=(draft.marks[0], first, second))
    joined = act(source, draft, "join", "深化改革").marks[1]
    assert (joined.lead, joined.supporting, joined.due) == ("甲局", ("乙局", "丙局"), "6月底")
    assert joined.amounts == (("1", "个"),)


def test_an_action_changes_places_with_its_neighbour(eight):
    source, draft = eight
    draft = act(source, draft, "up", "常抓不懈强基层")
    assert plan_of(source, draft)[0][1] == ["常抓不懈强基层", "旗帜鲜明讲政治"]
    split = act(source, draft, "split", "常抓不懈强基层", cut=4)
    assert plan_of(source, split)[0][1] == ["常抓不懈", "强基层", "旗帜鲜明讲政治"]
    back = act(source, draft, "down", "常抓不懈强基层")
    assert plan_of(source, back) == PLAN


def test_a_priority_changes_places_with_its_neighbour(eight):
    source, draft = eight
    moved = act(source, draft, "down", "坚定不移加强党的建设")
    assert plan_of(source, moved) == PLAN[::-1]
    assert [group.number for group in groups_of(source, moved)] == [1, 2]


def test_other_words_stand_beside_the_printed_ones(eight):
    source, draft = eight
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said={"words": "讲政治、强党建"})
    assert plan_of(source, draft)[0][1][0] == "讲政治、强党建"
    assert source.text == marked(EIGHT)[0].text
    back = act(source, draft, "words", "旗帜鲜明讲政治", said={"words": ""})
    assert plan_of(source, back) == PLAN
    assert act(source, draft, "words", "旗帜鲜明讲政治", said={"words": "旗帜鲜明讲政治"}) == back


def test_only_an_action_has_units_and_a_time(eight):
    source, draft = eight
    said = {"lead": "示例区发改局", "due": "6月底前"}
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said=said)
    place = draft.place_of(start_of(source, "旗帜鲜明讲政治"))
    assert (draft.marks[place].lead, draft.marks[place].due) == ("示例区发改局", "6月底前")
    assert act(source, draft, "words", "认真落实总要求", said=said) == draft


@pytest.mark.parametrize(
    ("name", "words", "options", "code"),
    [
        ("split", "旗帜鲜明讲政治", {"cut": 0}, "nothing_there"),
        ("split", "旗帜鲜明讲政治", {"cut": -3}, "nothing_there"),
        ("split", "旗帜鲜明讲政治", {"cut": 7}, "nothing_there"),
        ("split", "旗帜鲜明讲政治", {"cut": 10**12}, "nothing_there"),
        ("join", "会议号召全区上下团结奋斗", {}, "last"),
        ("join", "凝聚磅礴力量", {}, "next_is_title"),
        ("up", "旗帜鲜明讲政治", {}, "at_the_end"),
        ("down", "交通攻坚行动", {}, "at_the_end"),
        ("up", "坚定不移加强党的建设", {}, "at_the_end"),
        ("up", "认真落实总要求", {}, "not_movable"),
        ("words", "过去一年成绩很大", {"said": {"words": "别的话"}}, "not_taken"),
        ("words", "旗帜鲜明讲政治", {"said": {"words": "长" * (LONGEST_OWN + 1)}}, "too_long"),
        ("action", "会议指出", {}, "gone"),
        ("delete", "旗帜鲜明讲政治", {}, "unknown"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(eight, name, words, options, code):
    with pytest.raises(Refused) as refused:
        act(*eight, name, words, **options)
    assert refused.value.code == code
    assert str(refusal(code)) == str(REFUSALS[code])


def test_reworded_words_are_not_split(eight):
    source, draft = eight
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said={"words": "讲政治"})
    with pytest.raises(Refused, match="reworded"):
        act(source, draft, "split", "旗帜鲜明讲政治", cut=2)


# Any sequence of acts


acts = st.tuples(
    st.sampled_from(sorted(ACTS)),
    st.integers(0, 12),
    st.integers(-1, 14),
    st.sampled_from(["", "别的话", "旗帜鲜明讲政治"]),
)


@given(st.lists(acts, max_size=25))
def test_runs_stay_verbatim_in_order_and_apart_and_undo_restores(sequence):
    source, draft = marked(EIGHT)
    drafts, steps = [draft], []
    for name, place, cut, words in sequence:
        start = draft.marks[place % len(draft.marks)].start
        asked = Act(name, start, cut, (("words", words),) if name == "words" else ())
        try:
            after = applied(source, draft, asked).draft
        except Refused:
            continue
        assert are_in_order(after, source)
        assert Draft.of(after.stored()) == after
        step = step_back(draft, after, start)
        assert (step is None) == (draft == after)
        if step:
            drafts.append(after)
            steps.append(step)
        draft = after
        holds_together(source, draft)
    for before, step in zip(drafts[-2::-1], steps[::-1], strict=True):
        done = undone(draft, step)
        draft = done.draft
        assert draft == before
        assert draft.place_of(done.run) is not None


def holds_together(source: Source, draft: Draft) -> None:
    """Every run is in one place, and every taken one in the plan once."""
    groups = groups_of(source, draft)
    left = left_between(source, draft, groups)
    stretches = sorted((part.start, part.end) for part in (*groups, *left))
    assert all(one[1] <= other[0] for one, other in pairwise(stretches))
    placed = sorted((m for part in (*groups, *left) for m in part.marks), key=lambda m: m.start)
    assert tuple(placed) == draft.marks
    actions = sorted(a.start for g in groups for a in g.actions)
    assert actions == [m.start for m in draft.marks if m.kind == Kind.ACTION]
    for mark in draft.marks:
        assert source.words(mark.start, mark.end) == source.text[mark.start : mark.end]


# Hard-wrapped words


WRAPPED = "一是加强城\n市  管理。\n二是用好 big\ndata 平台。"


def wrapped() -> Source:
    breaks = [place for place, letter in enumerate(WRAPPED) if letter == "\n"]
    dropped = tuple((place, place + 1) for place in breaks)
    return Source(WRAPPED, dropped=dropped, paragraphs=(0, WRAPPED.index("二")))


def test_words_are_shown_without_the_breaks_of_wrapping():
    source = wrapped()
    assert source.words(0, WRAPPED.index("。")) == "一是加强城市  管理"
    assert source.words(WRAPPED.index("二"), len(WRAPPED)) == "二是用好 big data 平台。"
    assert source.sentence(0, len(WRAPPED)).count("\n") == 1


def test_a_cut_counts_what_is_shown():
    source = wrapped()
    draft = Draft((Mark(0, WRAPPED.index("。"), Kind.ACTION),))
    draft = applied(source, draft, Act("split", 0, cut=5)).draft
    assert [words_of(source, mark) for mark in draft.marks] == ["一是加强城", "市  管理"]
    assert [source.text[m.start : m.end] for m in draft.marks] == ["一是加强城", "市  管理"]


def test_a_source_is_stored_without_its_text():
    source = replace(
        wrapped(),
        declared=3,
        warnings=("ends_in_the_middle",),
        sections=((0, 9),),
        passages=(Passage(0, 3, "review"),),
        candidates=((1, 4),),
    )
    stored = source.stored()
    assert "text" not in stored
    assert Source.of(WRAPPED, stored) == source


# What to look at


def remarked(source: Source, draft: Draft, setting: Setting = SETTING) -> list[tuple]:
    groups = groups_of(source, draft)
    return [(r.code, *r.about) for r in remarks_on(source, draft, groups, setting)]


def test_nothing_to_look_at_but_what_the_text_does_not_say(eight):
    assert remarked(*eight) == [("nothing_said",)]
    assert counts_of(*eight, groups_of(*eight)) == remarks.Counts(None, 2, 4, 2, 2, 0)


def test_declared_and_taken_are_compared_after_each_act(eight):
    source, draft = eight
    source = replace(source, declared=2, warnings=("declared_differs", "ends_in_the_middle"))
    assert remarked(source, draft)[0] == ("ends_in_the_middle",)
    draft = act(source, draft, "title", "有关单位要配合")
    assert ("declared", "2", "3") in remarked(source, draft)
    assert ("no_actions", "3") in remarked(source, draft)


def test_a_premise_that_most_have_and_one_has_not():
    source, draft = marked(
        "[t:甲]，[p:总一]，[a:事一]。[t:乙]，[p:总二]，[a:事二]。[t:丙]，[a:事三]。"
    )
    assert ("no_premise", "3") in remarked(source, draft)


def test_the_same_words_twice():
    source, draft = marked("[t:甲]：[a:修路]，[a:修桥]。[t:乙]：[a:修路]。")
    assert ("twice", "2.1", "1.1") in remarked(source, draft)


def test_a_unit_that_nobody_knows_is_named_once_with_its_actions(eight):
    source, draft = eight
    said = {"lead": "示例区发展改革局", "supporting": ("示例区住建局",)}
    for words in ("旗帜鲜明讲政治", "土地整备行动"):
        draft = act(source, draft, "words", words, said=said)
    assert remarked(source, draft) == [("unknown_unit", "示例区发展改革局", "1.1", "2.1")]
    left_out = with_unit(draft, fold("示例区发展改革局"), 0)
    assert remarked(source, left_out) == []
    assert with_unit(left_out, fold("示例区发展改革局"), -1) == draft


@pytest.mark.parametrize(
    ("due", "code"),
    [("待定后另行通知", "unread_due"), ("2025年6月底", "due_outside"), ("6月底前", None)],
)
def test_a_time_is_understood_or_named(eight, due, code):
    source, draft = eight
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said={"due": due})
    assert remarked(source, draft) == ([(code, "1.1", due)] if code else [])


def test_what_is_too_long_or_too_much_is_a_fault():
    source, draft = marked("[t:甲]：[a:" + "修" * 501 + "]。[t:" + "乙" * 201 + "]。[n:没有]")
    assert remarked(source, draft)[:2] == [
        ("long_action", "1.1", "501", "500"),
        ("long_title", "2", "201", "200"),
    ]
    many, draft = marked("".join(f"[t:第{n}项]：[a:第{n}事]。" for n in range(61)))
    assert remarked(many, draft)[0] == ("too_many_priorities", "61", "60")
    nothing, draft = marked("没有[n:任何]清单。")
    assert remarked(nothing, draft) == [("empty",)]


def test_the_bounds_are_those_of_the_rows():
    assert Priority._meta.get_field("title").max_length == remarks.LONGEST_TITLE
    assert Action._meta.get_field("text").max_length == remarks.LONGEST_ACTION


def test_every_remark_has_words():
    known = {*SAID, "unknown_unit"}
    assert known > remarks.FAULTS
    for code in known:
        head, sentence = head_and_sentence(remarks.Remark(code, None, ("甲", "乙", "丙")))
        assert head and sentence and "%(" not in head + sentence
    assert "odd_code" in head_and_sentence(remarks.Remark("odd_code"))[1]


# What comes of it


def test_the_outline_has_what_the_draft_says(eight):
    source, draft = eight
    said = {"lead": "示例区发改局", "supporting": ("示例区住建局", "没有的局"), "due": "6月底前"}
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said=said)
    draft = act(source, draft, "action", "过去一年成绩很大")
    heads = Heads("2023年度工作", "2023", "报告.txt")
    outline = outline_of(source, draft, SETTING, heads)
    assert [p.title for p in outline.priorities] == ["2023年度工作", PLAN[0][0], PLAN[1][0]]
    first = outline.priorities[1]
    assert first.sentence == (
        "坚定不移加强党的建设，认真落实总要求，旗帜鲜明讲政治，常抓不懈强基层，凝聚磅礴力量。"
    )
    assert (first.premise, first.goal) == ("认真落实总要求", "凝聚磅礴力量")
    led, other = first.actions
    assert (led.text, led.lead, led.supporting) == ("旗帜鲜明讲政治", 7, (8,))
    assert (led.due, other.lead, other.due) == (date(2023, 6, 30), None, None)


def test_a_name_means_the_unit_that_was_chosen(eight):
    source, draft = eight
    draft = act(source, draft, "words", "旗帜鲜明讲政治", said={"lead": "原发改委"})
    chosen = with_unit(draft, fold("原发改委"), 7)
    heads = Heads("2023年度工作", "2023", "")
    [led, *_] = outline_of(source, chosen, SETTING, heads).actions
    assert led.lead == 7
    [led, *_] = outline_of(source, with_unit(draft, fold("原发改委"), 0), SETTING, heads).actions
    assert led.lead is None


# Quantities


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        ("20 万平方米、50条", (("20", "万平方米"), ("50", "条"))),
        ("１，２００ 套；6.2%", (("1,200", "套"), ("6.2", "%"))),
        ("", ()),
        ("许多", None),
        ("20 万 平方米 左右", None),
        ("、".join(["1 个"] * 9), None),
    ],
)
def test_quantities_are_read_as_they_are_typed(words, amounts):
    assert read_amounts(words) == amounts


def test_what_is_counted_is_called_as_the_action():
    amounts = (("20", "万平方米"), ("5", "个"), ("0", "个"), ("9" * 30, "个"), ("1", "长" * 21))
    targets = targets_of("新增产业空间20万平方米，建园区5个", amounts)
    assert [(t.title, t.target, t.measured_in) for t in targets] == [
        ("新增产业空间，建园区5个", 20, "万平方米"),
        ("新增产业空间20万平方米，建园区", 5, "个"),
    ]
    twice = targets_of("建校", (("5", "所"), ("6", "所")))
    assert [t.title for t in twice] == ["建校", "建校 2"]


def test_quantities_that_nobody_understands_are_refused(eight):
    with pytest.raises(Refused, match="no_amount"):
        act(*eight, "words", "旗帜鲜明讲政治", said={"amounts": None})


def test_a_number_goes_with_its_title_and_is_no_run():
    source, draft = taken(read(NUMBERED))
    groups = groups_of(source, draft)
    begins = [source.text[group.start : group.start + 4] for group in groups]
    assert begins == ["一、深化", "二、改善"]
    assert not any(source.words(m.start, m.end) in ("一", "二") for m in draft.marks)
    outline = outline_of(source, draft, SETTING, Heads("示例", "2023", ""))
    assert outline.priorities[0].sentence.startswith("深化改革。推进示例改革")


PLENUM = (Path(__file__).parent / "reading" / "plenum_2022.txt").read_text(encoding="utf-8")
NUMBERED = """今年做好以下工作：
一、深化改革。推进示例改革；优化示例服务；建设示例学校。
二、改善民生。修建示例道路；改造示例管网；扩大示例就业。
"""


@pytest.mark.parametrize(
    "text", [PLENUM, NUMBERED, SENTENCES], ids=["wrapped", "numbered", "short"]
)
def test_the_draft_that_one_begins_with_says_what_was_read(text):
    """Every run has the words that the reader gave it, whatever was wrapped or left out."""
    reading = read(text)
    source, draft = taken(reading)
    assert are_in_order(draft, source)
    assert [
        (p.title.words, [action.run.words for action in p.actions]) for p in reading.priorities
    ] == plan_of(source, draft)
