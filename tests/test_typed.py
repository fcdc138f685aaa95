"""What a typed number or day means, as Chinese keyboards and other programs type it."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from priorities.forms.fields import DayField, PercentField, WholeNumberField
from priorities.typed import day_of, percent_of, whole_number_of

from .factories import make_action, make_plan, make_priority, make_user

ZEROS = [c for c in map(chr, range(0x110000)) if unicodedata.decimal(c, None) == 0]
"""The zero of each set of ten digits: full-width, Arabic, mathematical …"""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("75", (75, False)), ("７５", (75, False)), ("\u200b７５\u3000", (75, False))),
        *(("75%", (75, True)), ("７５％", (75, True)), ("75 ％", (75, True)), ("75﹪", (75, True))),
        *(("0.5", (Decimal("0.5"), False)), ("０．５", (Decimal("0.5"), False))),
        *(("７５。５％", (Decimal("75.5"), True)), ("－５", (-5, False)), ("−5", (-5, False))),
    ],
)
def test_a_percent_as_it_is_typed(typed, meant):
    assert percent_of(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "%", "七成", "7²", "①②", "½", "1_0", "1e3", "+5", "1,000", "7 5", "75%%", "5" * 99, "∞"],
)
def test_what_is_no_number_is_none(typed):
    assert percent_of(typed) is None
    assert whole_number_of(typed) is None


@given(number=st.integers(0, 100), zero=st.sampled_from(ZEROS), sign=st.sampled_from("%％﹪"))
def test_every_set_of_digits_is_the_same_number(number, zero, sign):
    typed = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    assert percent_of(typed + sign) == (number, True)
    assert whole_number_of(typed) == number
    assert PercentField().clean(typed + sign) == PercentField().clean(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *("2022-06-30", "2022-6-30", "2022/6/30", "2022.6.30", "2022年6月30日", "2022年6月30号"),
        *("２０２２年６月３０日", "２０２２－０６－３０", "２０２２／６／３０", "2022。6。30"),
        *("2022 年 6 月 30 日", "\u200e2022‑06‑30", "2022-06-30 00:00:00", "2022-06-30T00:00"),
    ],
)
def test_a_day_as_it_is_typed(typed):
    assert day_of(typed) == DayField().clean(typed) == date(2022, 6, 30)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "30", "2022-06", "6/30/2022", "22.6.30", "2022/6-30", "2022-06-31", "20220630"),
        *("2022年6月底", "2022-06-30 08:00", "0000-01-01", "二〇二二年六月三十日", "2" * 5000),
    ],
)
def test_what_is_no_day_is_none(typed):
    assert day_of(typed) is None


@given(day=st.dates(date(1990, 1, 1), date(2100, 12, 31)), zero=st.sampled_from(ZEROS))
def test_every_day_of_a_plan_is_read_in_every_writing(day, zero):
    for form in ("{0}-{1:02}-{2:02}", "{0}/{1}/{2}", "{0}.{1}.{2}", "{0}年{1}月{2}日"):
        words = form.format(day.year, day.month, day.day)
        digits = "".join(chr(ord(zero) + int(c)) if c.isdecimal() else c for c in words)
        assert day_of(digits) == day


def test_every_number_field_takes_full_width_digits():
    assert WholeNumberField(least=0, most=99).clean("８８") == 88


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "status"), [("３．１", 200), (" 3.1 ", 200), ("３．９", 400)])
def test_changes_are_asked_for_by_a_number_as_it_is_typed(client, typed, status):
    action = make_action(make_priority(make_plan("2031"), number=3))
    client.force_login(make_user("supervisor"))
    response = client.get(reverse("history", args=["2031"]), {"action": typed})
    assert (action.number, response.status_code) == ("3.1", status)
