"""Which action a row of somebody's table means, and when nobody can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.plans.tables.matching import Asked, Likeness, Match, matched

ACTIONS = {
    "1.1": "推进工业园区建设",
    "1.2": "推进工业园区招商",
    "2.1": "新建学校两所，增加学位三千个",
    "2.2": "办好养老服务",
}


def of(text: str, number: str = "") -> Match:
    return matched([Asked("row", number, text)], ACTIONS)["row"]


@pytest.mark.parametrize(
    ("number", "text", "found", "likeness"),
    [
        ("1", "办好养老服务", "2.2", Likeness.SAME),
        ("1", "（二）办好养老服务。", "2.2", Likeness.LIKELY),
        ("2.2", "", "2.2", Likeness.NUMBER),
        ("2.2", "办好各类养老服务", "2.2", Likeness.NUMBER),
        ("2.1", "办好养老服务", "", Likeness.UNCLEAR),
        ("9.9", "办好养老服务", "2.2", Likeness.SAME),
        ("", "推进工业园区", "", Likeness.UNCLEAR),
        ("", "新建学校两所、增加学位3000个", "2.1", Likeness.LIKELY),
        ("", "全然不同的一件事", "", Likeness.NONE),
        ("", "", "", Likeness.NONE),
    ],
)
def test_a_row_means_one_action_or_none(number, text, found, likeness):
    match = of(text, number)
    assert (match.number, match.likeness) == (found, likeness)


def test_what_may_be_meant_is_offered_with_the_likeliest_first():
    assert of("推进工业园区").near == ("1.1", "1.2")


def test_rows_of_one_mould_are_told_apart():
    actions = {f"1.{n}": f"推进示例第{n}号工程建设" for n in range(1, 500)}
    rows = [Asked(number, "", f"{text}。") for number, text in actions.items()]
    assert all(match.number in ("", key) for key, match in matched(rows, actions).items())


def test_two_rows_for_one_action_are_both_to_be_chosen():
    rows = [Asked(key, "", "办好养老服务") for key in "ab"]
    assert {m.likeness for m in matched(rows, ACTIONS).values()} == {Likeness.UNCLEAR}


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=20)), max_size=6))
def test_any_rows_are_answered_and_no_action_is_meant_twice(rows):
    asked = [Asked(str(n), *row) for n, row in enumerate(rows)]
    found = matched(asked, ACTIONS)
    numbers = [match.number for match in found.values() if match.number]
    assert len(found) == len(rows)
    assert len(numbers) == len(set(numbers)) and set(numbers) <= set(ACTIONS)
