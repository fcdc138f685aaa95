"""What the circular claims is so: nothing is owed that came, nothing planned that is over."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities.circular.document import Facts
from priorities.circular.drafting import draft
from priorities.circular.issuing import issue
from priorities.circular.prose import last_day_named
from priorities.models import Decision
from priorities.periods import Period

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

SEPTEMBER = Period.read("2022-09")
LAST = SEPTEMBER.end
IN_PERIOD, BEFORE = date(2022, 9, 20), date(2022, 8, 25)


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def by():
    return make_user("supervisor")


@pytest.fixture
def priority(plan):
    return make_priority(plan, title="示例重点")


@pytest.fixture
def action(priority):
    def make(name: str, **fields):
        return make_action(priority, text=name, lead_unit=make_unit(f"区{name}局"), **fields)

    return make


def said(plan, key: str, kind: str = "circular", period: Period = SEPTEMBER) -> str:
    """The words of one passage of a fresh draft; nothing where there is no such passage."""
    date_history(date(2022, 1, 4))
    with transaction.atomic():
        report = draft(plan, period, kind=kind, by=None)
        words = report.passages.filter(key=key).values_list("computed", flat=True).first()
        transaction.set_rollback(True)
    return words or ""


# Who is silent


def test_what_was_completed_in_the_period_is_not_named_as_silent(plan, by, action):
    make_entry(action("办结"), by=by, percent=100, day=IN_PERIOD)
    make_entry(action("沉默"), by=by, percent=60, day=BEFORE)
    assert said(plan, "p1.silent") == "本期没有经采纳的进展的有1.2“沉默”（区沉默局）。"


def test_a_priority_of_which_only_a_completion_was_accepted_is_not_silent(plan, by, action):
    make_entry(action("办结"), by=by, percent=100, day=IN_PERIOD)
    assert said(plan, "p1.silent") == ""


def test_what_was_complete_before_owes_nothing(plan, by, action):
    make_entry(action("早已办结"), by=by, percent=100, day=BEFORE)
    assert said(plan, "p1.silent") == ""


def test_a_unit_that_reported_waits_for_the_office_and_owes_nothing(plan, by, action):
    for name in ("待审", "沉默"):
        make_entry(action(name), by=by, percent=60, day=BEFORE)
    waiting = plan.priorities.get().actions.get(text="待审")
    make_entry(waiting, by=by, percent=70, day=IN_PERIOD, needs_review=True)
    assert said(plan, "p1.silent") == "本期“示例重点”没有经采纳的进展，应由区沉默局报送。"
    assert said(plan, "p1.waiting") == "1.1“待审”（区待审局）已报送，待审核。"


def test_what_was_returned_is_owed_again(plan, by, action):
    entry = make_entry(action("退回"), by=by, percent=60, day=IN_PERIOD, needs_review=True)
    Decision.objects.create(entry=entry, verdict="returned", reason="示例", by=by)
    assert said(plan, "p1.silent") == "本期“示例重点”没有经采纳的进展，应由区退回局报送。"
    assert said(plan, "p1.waiting") == ""


def test_whose_first_report_is_not_due_owes_nothing_yet(plan, action):
    action("新交办", assigned=date(2022, 9, 15))
    assert said(plan, "p1.silent") == "本期“示例重点”没有经采纳的进展。"
    assert said(plan, "stale.names") == ""


def test_the_never_reported_are_told_apart_from_the_long_silent(plan, by, action):
    action("从未")
    make_entry(action("曾经"), by=by, percent=75, day=LAST - timedelta(40))
    assert said(plan, "stale.names") == (
        "区从未局1.1“从未”（尚未报送，已272天）、区曾经局1.2“曾经”（40天），超过31天没有报送进展。"
    )


# Two names that nobody confuses


def test_overdue_reports_are_counted_by_light_beside_the_unconfirmed(plan, by, action):
    for name, percent in [("甲", 75), ("乙", 60), ("丙", 10), ("丁", 10)]:
        make_entry(action(name), by=by, percent=percent, day=LAST - timedelta(40))
    make_entry(action("戊"), by=by, percent=75, day=LAST)
    assert said(plan, "overview.stale") == (
        "未按期更新（超过31天没有报送进展）的举措共4项，其中滞后2项、预警1项、正常待核1项。"
    )
    assert "正常待核1项，占20.0%；正常1项，占20.0%" in said(plan, "overview.counts")


def test_the_brief_praises_nobody_where_nothing_is_under_way(plan, priority, action):
    make_action(priority)
    assert said(plan, "brief.silence", kind="brief") == "1项尚未明确牵头单位。"
    action("新交办", assigned=date(2022, 9, 15))
    assert said(plan, "brief.silence", kind="brief") == "1项尚未明确牵头单位。"


def test_what_is_only_unconfirmed_has_not_recovered(plan, by, action):
    row = action("未知")
    make_entry(row, by=by, percent=40, day=date(2022, 7, 20))
    date_history(date(2022, 1, 4))
    issue(
        draft(plan, Period.read("2022-07"), kind="circular", by=by, number="示例〔2022〕7号"), by=by
    )
    make_entry(row, by=by, percent=70, day=LAST - timedelta(35))
    assert said(plan, "change.recovered") == ""
    make_entry(row, by=by, percent=72, day=LAST)
    assert said(plan, "change.recovered") == "恢复正常1项：1.1“未知”。"


# How it was checked


def test_checked_one_by_one_only_where_all_was_heard_and_answered(plan, by, action):
    first, second = action("甲"), action("乙")
    make_entry(first, by=by, percent=75, day=IN_PERIOD)
    assert "的进展情况作了汇总。" in said(plan, "lead_in")
    make_entry(second, by=by, percent=75, day=IN_PERIOD)
    assert "的进展情况逐项作了核查。" in said(plan, "lead_in")
    make_entry(second, by=by, percent=76, day=IN_PERIOD, needs_review=True)
    assert "的进展情况作了汇总。" in said(plan, "lead_in")


def test_where_nothing_is_reviewed_nothing_is_called_checked_or_accepted(by):
    plan = make_plan("2032", requires_review=False)
    make_entry(make_action(make_priority(plan), lead_unit=make_unit()), by=by, day=IN_PERIOD)
    words = said(plan, "lead_in")
    assert "的进展情况作了汇总。本期收到进展1条。" in words
    make_action(plan.priorities.get(), lead_unit=make_unit("区丙局"))
    make_action(make_priority(plan), lead_unit=make_unit("区丁局"))
    assert said(plan, "p1.silent").startswith("本期没有收到进展的有1.2")
    assert said(plan, "p2.silent").endswith("没有收到进展，应由区丁局报送。")


# What is still to come


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9月底前补齐最后一项。", date(2022, 9, 30)),
        ("9月18日验收，9月下旬移交。", date(2022, 9, 30)),
        ("9月上旬报审", date(2022, 9, 10)),
        ("九月中旬清单报审", date(2022, 9, 20)),
        ("十月开工，十二月完成", date(2022, 12, 31)),
        ("8—9月集中整治", date(2022, 9, 30)),
        ("三季度完成", date(2022, 9, 30)),
        ("第4季度收尾", date(2022, 12, 31)),
        ("年底前建成", date(2022, 12, 31)),
        ("明年3月开工", date(2023, 3, 31)),
        ("2023年2月30日前", date(2023, 2, 28)),
        ("1月底前完成", date(2023, 1, 31)),
        ("9月20日起抢修剩余路段", None),
        ("8月下旬起筹备", None),
        ("继续推进", None),
        ("用3个月完成12个项目", None),
        ("", None),
    ],
)
def test_the_last_day_that_a_plan_names(text, day):
    assert last_day_named(text, date(2022, 9, 5)) == day


LETTERS = "0123456789年月日底前初上中下旬起一二三四十季度半全明次第份后"


@settings(max_examples=30)
@given(
    st.text(alphabet="0123456789年月日底前初上中下旬起一二三四十季度半全明次第份后", max_size=30)
)
def test_any_words_about_days_are_read_without_an_error(text):
    found = last_day_named(text, date(2022, 9, 5))
    assert found is None or date(2000, 1, 1) <= found <= date(2100, 12, 31)


def test_a_step_whose_day_is_over_is_no_plan(plan, by, action):
    steps = {"已过": "9月底前补齐", "未到": "10月底前完成", "没说": "抓紧推进"}
    for name, step in steps.items():
        make_entry(action(name), by=by, percent=10, day=IN_PERIOD, next_step=step)
    assert said(plan, "next.1.1") == ""
    assert said(plan, "next.1.2") == "1.2“未到”（区未到局）：10月底前完成。"
    assert said(plan, "next.1.3") == "1.3“没说”（区没说局）：抓紧推进。"
    assert said(plan, "next.over") == (
        "1.1“已过”（区已过局）所报下步举措的时间已过，请报送落实情况和新的安排。"
    )


def test_a_step_of_whom_nobody_has_heard_since_is_no_plan(plan, by, action):
    make_entry(action("久"), by=by, percent=10, day=date(2022, 6, 1), next_step="抓紧推进")
    assert (said(plan, "next.1.1"), said(plan, "next.over")) == ("", "")


def test_what_is_due_on_the_last_day_is_not_told_as_to_come(plan, by, action):
    for name, due in [("当日", LAST), ("次日", LAST + timedelta(1)), ("已过", LAST - timedelta(1))]:
        make_entry(action(name, due=due), by=by, percent=90, day=IN_PERIOD)
    assert said(plan, "next.due_today") == (
        "9月30日当日到期、尚未办结的举措有1项：1.1“当日”（区当日局）。"
    )
    assert said(plan, "next.due") == "今后31天内到期的举措有1项：1.2“次日”（区次日局，10月1日）。"


def test_a_report_that_was_issued_before_reads_as_it_did(plan, by, action):
    """Its rows do not say who spoke last: that was not asked then."""
    make_entry(action("甲"), by=by, percent=75, day=IN_PERIOD)
    date_history(date(2022, 1, 4))
    report = draft(plan, SEPTEMBER, kind="circular", by=by)
    for row in report.facts["rows"]:
        del row["spoken"]
    assert [row.spoken for row in Facts.from_json(report.facts).rows] == [None]
