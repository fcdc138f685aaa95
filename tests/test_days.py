"""A day says its year wherever that is not the plan's, and nobody else formats one."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import translation
from hypothesis import example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from priorities.days import Days, clock, dated, full_day, iso, moment
from priorities.periods import Period

ROOT = Path(settings.BASE_DIR)
OF_ONE_YEAR = Days.between(date(2022, 1, 1), date(2022, 12, 31))
OF_TWO_YEARS = Days.between(date(2022, 7, 1), date(2023, 6, 30))
FORMS = ("said", "short", "month", "official")

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
plans = st.sampled_from([OF_ONE_YEAR, OF_TWO_YEARS, Days()])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@given(day=days, plan=plans)
@example(day=date(2022, 12, 31), plan=OF_ONE_YEAR)
@example(day=date(2023, 1, 1), plan=OF_ONE_YEAR)
@example(day=date(2022, 9, 30), plan=OF_TWO_YEARS)
@limits(max_examples=30)
def test_the_year_is_said_exactly_where_it_does_not_go_without_saying(language, day, plan):
    with translation.override(language):
        said = [getattr(plan, form)(day) for form in FORMS] + plan.on_axis([day])
    is_told = day.year != plan.year
    assert [str(day.year) in words for words in said] == [is_told] * len(said)


@given(first=days, second=days, plan=plans)
@limits(max_examples=30)
def test_two_days_are_never_said_alike(first, second, plan):
    for form in ("said", "short", "official"):
        say = getattr(plan, form)
        assert (say(first) == say(second)) == (first == second)


@pytest.mark.parametrize(
    ("language", "in_plan", "outside"),
    [
        ("zh-hans", ["9月30日", "09-30", "9月"], ["2023年3月31日", "2023-03-31", "2023年3月"]),
        (
            "en",
            ["30 September", "09-30", "September"],
            ["31 March 2023", "2023-03-31", "March 2023"],
        ),
    ],
)
def test_as_a_sentence_a_table_and_a_month_say_it(language, in_plan, outside):
    def said(day: date) -> list[str]:
        return [getattr(OF_ONE_YEAR, form)(day) for form in ("said", "short", "month")]

    with translation.override(language):
        assert (said(date(2022, 9, 30)), said(date(2023, 3, 31))) == (in_plan, outside)


def test_an_official_text_is_chinese_in_every_language():
    with translation.override("en"):
        assert OF_ONE_YEAR.official(date(2022, 12, 31)) == "12月31日"
        assert OF_ONE_YEAR.official(date(2023, 3, 31)) == "2023年3月31日"
        assert full_day(date(2022, 12, 31)) == "2022年12月31日"
        assert dated(date(2022, 12, 31)) == "31 December 2022"


def test_an_axis_says_each_foreign_year_once():
    months = [date(2022, 11, 1), date(2022, 12, 1), date(2023, 1, 1), date(2023, 2, 1)]
    with translation.override("zh-hans"):
        assert OF_ONE_YEAR.on_axis(months) == ["11月", "12月", "2023年1月", "2月"]
        assert OF_TWO_YEARS.on_axis(months) == ["2022年11月", "12月", "2023年1月", "2月"]


def test_a_moment_is_told_by_the_clock_of_the_readers():
    at = datetime(2022, 12, 31, 16, 30, tzinfo=UTC)
    with override_settings(TIME_ZONE="Asia/Shanghai"):
        assert (moment(at), clock(at)) == ("2023-01-01 00:30", "00:30")
        assert (iso(at), OF_ONE_YEAR.short(at)) == ("2023-01-01", "2023-01-01")
        assert OF_ONE_YEAR.official(at) == "2023年1月1日"
    assert (iso(None), moment(None)) == ("", "")


@pytest.mark.parametrize(
    ("written", "in_year", "in_two"),
    [
        ("2022-09", "9月", "2022年9月"),
        ("2023-01", "2023年1月", "2023年1月"),
        ("2022-Q3", "三季度", "2022年三季度"),
        ("2022-09-01..2022-09-20", "9月1日—9月20日", "2022年9月1日—2022年9月20日"),
        ("2022-12-01..2023-01-15", "2022年12月1日—2023年1月15日", "2022年12月1日—2023年1月15日"),
    ],
)
def test_a_period_says_the_year_by_the_same_rule(written, in_year, in_two):
    period = Period.read(written)
    assert (period.named(OF_ONE_YEAR), period.named(OF_TWO_YEARS)) == (in_year, in_two)
    assert period.dated == in_two


# Nobody else

A_DAY = re.compile(
    r"date_format|dateformat|time_format|strftime|ctime\("
    r"|%-?[mdbBj][^\"'{}]{0,3}%-?[mdbBj]|%H:%M"  # 09-30 in whatever order, 16:05
    r"|\.month\}|月\{|\|(?:date|time)\b"
)
MAY = {
    "priorities/days.py",
    "priorities/periods.py",  # the names of periods: 1—9月
    "priorities/forms/fields.py",  # what a browser's date field takes
    "priorities/ledger/cells.py",  # what a cell of a file may show
    "priorities/plans/tables/workbooks.py",  # what a cell of a file shows
    "tracker/backups.py",  # a file's name
    "tracker/restoring.py",  # a folder's name
}


def formatted(path: Path) -> list[str]:
    return A_DAY.findall(path.read_text(encoding="utf-8"))


def test_no_module_and_no_template_formats_a_day_on_its_own():
    code = [path for folder in ("priorities", "tracker") for path in (ROOT / folder).rglob("*.py")]
    paths = [*code, *(ROOT / "templates").rglob("*.html")]
    names = {str(path.relative_to(ROOT)): path for path in paths if "migrations" not in path.parts}
    found = {name: formatted(path) for name, path in names.items()}
    assert {name: words for name, words in found.items() if words and name not in MAY} == {}
