"""Periods: how they are written, what they are called, and where each begins and ends."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorities.periods import Cycle, Period, chinese_number


@pytest.mark.parametrize(
    "written, name, cycle, start, end",
    [
        ("2022-09", "9月", Cycle.MONTH, "2022-09-01", "2022-09-30"),
        ("2022-02", "2月", Cycle.MONTH, "2022-02-01", "2022-02-28"),
        ("2024-02", "2月", Cycle.MONTH, "2024-02-01", "2024-02-29"),
        ("2022-Q1", "一季度", Cycle.QUARTER, "2022-01-01", "2022-03-31"),
        ("2022-Q4", "四季度", Cycle.QUARTER, "2022-10-01", "2022-12-31"),
        ("2022-H1", "上半年", Cycle.HALF, "2022-01-01", "2022-06-30"),
        ("2022-H2", "下半年", Cycle.HALF, "2022-07-01", "2022-12-31"),
        ("2022", "全年", Cycle.YEAR, "2022-01-01", "2022-12-31"),
        ("2022-01-01..2022-09-30", "1—9月", Cycle.CUSTOM, "2022-01-01", "2022-09-30"),
        ("2022-02-01..2022-04-30", "2—4月", Cycle.CUSTOM, "2022-02-01", "2022-04-30"),
        ("2022-03-05..2022-03-20", "3月5日—3月20日", Cycle.CUSTOM, "2022-03-05", "2022-03-20"),
        (
            "2021-12-01..2022-01-31",
            "2021年12月1日—2022年1月31日",
            Cycle.CUSTOM,
            "2021-12-01",
            "2022-01-31",
        ),
    ],
)
def test_a_period_has_days_a_cycle_and_a_name(written, name, cycle, start, end):
    period = Period.read(written)
    assert (period.name, period.cycle) == (name, cycle)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert str(period) == written


@pytest.mark.parametrize(
    "written", ["", "2022-13", "2022-Q5", "2022-H3", "22-09", "2022-9", "2022-09-31..2022-10-01"]
)
def test_what_is_no_period_is_refused(written):
    with pytest.raises(ValueError):
        Period.read(written)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        Period.read("2022-09-30..2022-09-01")


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 800))
def test_every_period_reads_back_as_itself(start, days):
    period = Period(start, start + timedelta(days))
    assert Period.read(str(period)) == period
    assert period.name


@pytest.mark.parametrize(
    "number, words", [(1, "一"), (8, "八"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")]
)
def test_chinese_numbers(number, words):
    assert chinese_number(number) == words


@pytest.mark.parametrize(
    ("on", "period"),
    [
        (date(2022, 9, 30), "2022-09"),
        (date(2022, 9, 29), "2022-08"),
        (date(2022, 1, 1), "2021-12"),
    ],
)
def test_the_last_month_that_is_over(on, period):
    assert str(Period.last_month(on)) == period
