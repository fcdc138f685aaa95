"""What changed between two texts."""

from hypothesis import given
from hypothesis import strategies as st

from priorities.differences import differences


def test_a_clause_that_changed_is_struck_and_the_new_one_follows():
    assert differences("首批3家开诊，新增床位20张。", "首批4家开诊，新增床位20张。") == [
        ("old", "首批3家开诊，"),
        ("new", "首批4家开诊，"),
        ("same", "新增床位20张。"),
    ]


def test_the_same_text_is_one_run_and_nothing_is_none():
    assert differences("按期。", "按期。") == [("same", "按期。")]
    assert differences("", "") == []


def test_what_is_new_and_what_is_gone():
    assert differences("", "按期。") == [("new", "按期。")]
    assert differences("按期。", "") == [("old", "按期。")]


def test_figures_with_separators_stay_whole():
    assert differences("3,016件", "3,017件") == [("old", "3,016件"), ("new", "3,017件")]


TEXTS = st.text(alphabet="甲乙丙，。；、,. \n12", max_size=60)


@given(before=TEXTS, after=TEXTS)
def test_the_runs_hold_both_texts_to_the_last_character(before, after):
    runs = differences(before, after)
    assert "".join(words for kind, words in runs if kind != "old") == after
    assert "".join(words for kind, words in runs if kind != "new") == before
