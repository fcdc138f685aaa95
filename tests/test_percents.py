"""How far something is, as tables write it, and what is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.plans.written.percents import Percent, Reason, looks_like_fraction, read_percent


@pytest.mark.parametrize(
    ("words", "value"),
    [
        *(("60%", 60), ("60", 60), ("６０％", 60), ("60 ％", 60), ("0", 0), ("100%", 100)),
        *(("百分之六十", 60), ("百分之百", 100), ("百分之十五", 15), ("百分之六十五", 65)),
        *(("已完成", 100), ("办结", 100), ("已竣工", 100), ("未启动", 0), ("1%", 1)),
        *(("已完成60%", 60), ("总体进度65%", 65), ("完成率：70%", 70), ("60.0", 60), ("60%。", 60)),
    ],
)
def test_a_percent_that_is_clear(words, value):
    assert read_percent(words) == Percent(words, value)


@pytest.mark.parametrize(
    ("words", "value", "why"),
    [
        *(("约60%", 60, Reason.ROUGH), ("过半", 50, Reason.ROUGH), ("近90%", 90, Reason.ROUGH)),
        *(
            ("完成80%以上", 80, Reason.ROUGH),
            ("七成", 70, Reason.ROUGH),
            ("六成半", 65, Reason.ROUGH),
        ),
        *(
            ("基本完成", 75, Reason.ROUGH),
            ("超过60%", 60, Reason.ROUGH),
            ("60%左右", 60, Reason.ROUGH),
        ),
        *(("0.6", 60, Reason.FRACTION), ("0.05", 5, Reason.FRACTION)),
        *(
            ("66.7%", 67, Reason.ROUNDED),
            ("0.125", 12, Reason.ROUNDED),
            ("99.8%", 99, Reason.ROUNDED),
        ),
    ],
)
def test_a_percent_of_which_something_is_to_be_said(words, value, why):
    assert read_percent(words) == Percent(words, value, why)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        *(("1", Reason.AMBIGUOUS), ("1.0", Reason.AMBIGUOUS), ("约0.6", Reason.AMBIGUOUS)),
        *(("120%", Reason.TOO_MUCH), ("-5%", Reason.UNKNOWN), ("50%-60%", Reason.UNKNOWN)),
        *(
            ("已完成设计", Reason.UNKNOWN),
            ("未完成", Reason.UNKNOWN),
            ("达到序时进度", Reason.UNKNOWN),
        ),
        *(("正在推进", Reason.UNKNOWN), ("√", Reason.UNKNOWN), ("9" * 99, Reason.UNKNOWN)),
        ("", Reason.CLEAR),
    ],
)
def test_what_says_no_percent_has_none(words, why):
    assert read_percent(words) == Percent(words, None, why)


def test_among_fractions_a_one_is_the_whole():
    assert looks_like_fraction("0.6") and not looks_like_fraction("60")
    assert read_percent("1", are_fractions=True) == Percent("1", 100, Reason.FRACTION)


@given(st.integers(0, 100))
def test_every_percent_in_every_writing(value):
    assert {read_percent(w).value for w in (f"{value}%", f"约{value}%", f"完成{value}%")} == {value}


@given(
    st.text(max_size=50) | st.text("0123456789.%约近成百分之一二十完以上", max_size=12),
    st.booleans(),
)
def test_any_words_give_an_answer_from_0_to_100(words, are_fractions):
    found = read_percent(words, are_fractions=are_fractions)
    assert found.value is None or 0 <= found.value <= 100
