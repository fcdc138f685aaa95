"""Days of one plan in another: pure, over years, leap years, and times that are no year."""

from calendar import isleap, monthrange
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from priorities.plans.life.moved_days import Span, a_year_later, moved

YEARS = st.integers(2015, 2060)
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))


def year(of: int) -> Span:
    return Span(date(of, 1, 1), date(of, 12, 31))


@st.composite
def spans(draw) -> Span:
    start = draw(DAYS)
    return Span(start, start + timedelta(draw(st.integers(1, 900))))


def within(span: Span) -> st.SearchStrategy[date]:
    return st.dates(span.start, span.end)


@given(st.data(), YEARS)
def test_from_year_to_year_a_day_keeps_its_month_and_its_day(data, old):
    day = data.draw(within(year(old)))
    found = moved(day, year(old), year(old + 1))
    assert (found.year, found.month) == (old + 1, day.month)
    if day.day < 28 or day.month != 2:
        assert found.day == day.day
    else:
        assert found.day == (29 if isleap(old + 1) else 28) or (isleap(old) and day.day == 28)


@given(st.data(), YEARS)
def test_the_last_day_of_a_month_stays_the_last(data, old):
    month = data.draw(st.integers(1, 12))
    day = date(old, month, monthrange(old, month)[1])
    found = moved(day, year(old), year(old + 1))
    assert found.day == monthrange(old + 1, month)[1]


@given(st.data(), spans(), spans())
def test_no_day_leaves_the_new_plan_and_their_order_stays(data, old, new):
    one, other = sorted([data.draw(within(old)), data.draw(within(old))])
    first, second = moved(one, old, new), moved(other, old, new)
    assert new.start <= first <= second <= new.end


@given(spans(), spans())
def test_first_and_last_day_become_first_and_last(old, new):
    assert (moved(old.start, old, new), moved(old.end, old, new)) == (new.start, new.end)
    assert moved(None, old, new) is None


@given(st.data(), spans())
def test_into_the_same_time_no_day_moves(data, span):
    day = data.draw(within(span))
    assert moved(day, span, span) == day


@given(st.data(), spans(), st.integers(1, 400))
def test_times_that_are_no_year_move_by_days(data, old, shift):
    new = Span(old.start + timedelta(shift), old.end + timedelta(shift))
    assume(old.start.day != new.start.day)
    last = [d.day == monthrange(d.year, d.month)[1] for d in (old.start, new.start)]
    assume(not all(last))
    day = data.draw(within(old))
    assert moved(day, old, new) - day == timedelta(shift)


@pytest.mark.parametrize(
    ("day", "old", "new", "found"),
    [
        ("2024-02-29", year(2024), year(2025), "2025-02-28"),
        ("2023-02-28", year(2023), year(2024), "2024-02-29"),
        ("2022-06-30", year(2022), year(2023), "2023-06-30"),
        ("2021-11-01", year(2022), year(2023), "2023-01-01"),
        ("2023-03-31", year(2022), year(2023), "2023-12-31"),
        (
            "2022-03-31",
            Span(date(2022, 1, 1), date(2022, 6, 30)),
            Span(date(2022, 7, 1), date(2022, 12, 31)),
            "2022-09-30",
        ),
        (
            "2023-01-31",
            Span(date(2022, 3, 1), date(2023, 2, 28)),
            Span(date(2023, 3, 1), date(2024, 2, 29)),
            "2024-01-31",
        ),
    ],
)
def test_days_that_people_would_name(day, old, new, found):
    assert moved(date.fromisoformat(day), old, new) == date.fromisoformat(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (year(2022), year(2023)),
        (year(2023), year(2024)),
        (
            Span(date(2022, 3, 1), date(2023, 2, 28)),
            Span(date(2023, 3, 1), date(2024, 2, 29)),
        ),
        (
            Span(date(2022, 1, 1), date(2022, 6, 30)),
            Span(date(2023, 1, 1), date(2023, 6, 30)),
        ),
        (
            Span(date(2022, 2, 14), date(2022, 12, 31)),
            Span(date(2023, 2, 14), date(2023, 12, 31)),
        ),
        (
            Span(date(2021, 1, 1), date(2025, 12, 31)),
            Span(date(2026, 1, 1), date(2030, 12, 31)),
        ),
    ],
)
def test_the_time_that_is_offered_follows_the_old_one(old, new):
    assert a_year_later(old) == new


@given(spans())
def test_what_is_offered_is_a_time(span):
    found = a_year_later(span)
    assert span.end < found.start < found.end
    assert abs((found.end - found.start) - (span.end - span.start)) <= timedelta(3)
