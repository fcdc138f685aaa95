"""Units as cells list them: who leads, who supports, where one name ends."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.models import Unit
from priorities.models.people import units_by_name
from priorities.plans.written.unit_lists import UnitList, read_units, split_units

A, B, C = "区发改局", "区工信局", "各街道"


@pytest.mark.parametrize(
    "sign", ["、", "，", ",", "；", ";", "/", " ", "\u3000", "\n", "、\n", "，  "]
)
def test_the_first_leads_whatever_stands_between(sign):
    assert read_units(sign.join([A, B, C])) == UnitList((A,), (B, C))
    assert split_units(sign.join([A, B, C])) == [A, B, C]


@pytest.mark.parametrize(
    "words",
    [
        f"牵头单位：{A}；配合单位：{B}、{C}",
        f"牵头单位：{A}\n配合单位：{B}、{C}",
        f"{A}（牵头），{B}、{C}",
        f"{B}、{A}(牵头)、{C}",
        f"{A}牵头，{B}、{C}配合",
        f"{A}牵头、{B}、{C}参与",
        f"{A}负责；{B}、{C}协助",
        f"{A}(牵头)，{B}(配合)，{C}（配合）",
        f"主办：{A} 协办：{B}、{C}",
    ],
)
def test_who_leads_may_be_said(words):
    assert read_units(words) == UnitList((A,), (B, C), is_marked=True)


def test_several_may_be_said_to_lead():
    assert read_units(f"{A}、{B}牵头，{C}配合") == UnitList((A, B), (C,), is_marked=True)


def test_words_about_the_units_are_no_unit():
    assert read_units(f"{A}、{B}等按职责分工负责") == UnitList((A,), (B,), ("等按职责分工负责",))
    assert read_units(f"{A}、{B}等单位") == UnitList((A,), (B,), ("等单位",))


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("公 安 局", ["公安局"]),
        ("区城市更新和土\n地整备局\n区住建局", ["区城市更新和土地整备局", "区住建局"]),
        ("1.区发改局 2.区工信局", [A, B]),
        ("区委办（区政府办）、区委组织部", ["区委办（区政府办）", "区委组织部"]),
        ("区直各单位", ["区直各单位"]),
        ("区发展和改革局", ["区发展和改革局"]),
        ("Unit A, Unit B", ["Unit A", "Unit B"]),
        ("区发改局、区发改局", [A]),
        ("", []),
        ("、，；", []),
    ],
)
def test_where_one_name_ends(words, names):
    assert split_units(words) == names


def test_names_that_are_known_are_cut_and_kept():
    known = {A, B, "市 容 署"}.__contains__
    assert split_units(f"{A}和{B}", known) == [A, B]
    assert split_units(f"{A} 市 容 署", known) == [A, "市 容 署"]


PIECES = st.sampled_from(
    [A, B, C, "、", "，", " ", "\n", "牵头", "配合", "（牵头）", "：", "单位", "等", "和"]
)


@given(st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=60))
def test_any_words_give_an_answer_and_no_name_is_made_up(words):
    found = read_units(words)
    flat = re.sub(r"\s|\u200b|\ufeff", "", words)
    for name in [*found.names, *found.left]:
        assert re.sub(r"\s|\u200b|\ufeff", "", name) in flat
        assert name.strip()
    assert len(found.names) == len(set(found.names))


def test_a_name_that_two_units_bear_means_neither():
    one = Unit(pk=1, short_name="示例甲局", name="示例区甲局")
    other = Unit(pk=2, short_name="示例乙局", name="示例 甲局")
    assert units_by_name([one, other]) == {"示例区甲局": one, "示例乙局": other}
    assert units_by_name([Unit(pk=3, short_name="示例办", name="示例办")]).keys() == {"示例办"}
