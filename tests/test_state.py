"""The state of a plan on a day: what counts, how it adds up, and what it costs."""

import math
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities import words
from priorities.addresses import Addresses
from priorities.drawings.trends import trend
from priorities.lights import KINDS
from priorities.models import Action, Decision
from priorities.state.kept import Keeper, plan_on
from tests.states import state

from .factories import (
    date_history,
    make_action,
    make_entries,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .seals import seal_off

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)


def shown(plan, number="1.1", on=TODAY):
    return state(plan, on).numbered(number)


def answer(entry, verdict, by):
    """The office's answer, or the author's taking back, without asking a rule."""
    return Decision.objects.create(entry=entry, verdict=verdict, by=by, reason="示例原因")


def say(action, percent, day, *, by, answered="", **fields):
    """An entry for a day with its answer: accepted, returned, withdrawn, waiting, or none asked."""
    entry = make_entry(
        action, by=by, percent=percent, day=day, needs_review=bool(answered), **fields
    )
    if answered not in ("", "waiting"):
        answer(entry, answered, by)
    return entry


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def liaison(unit):
    return make_user("reporter", units=[unit])


@pytest.fixture
def action(plan, unit):
    return make_action(make_priority(plan), lead_unit=unit)


# What counts


@pytest.mark.parametrize(
    ("answered", "percent", "waiting", "stands"),
    [
        ("", 80, 0, True),
        ("accepted", 80, 0, True),
        ("waiting", 20, 1, True),
        ("returned", 20, 0, False),
        ("withdrawn", 20, 0, False),
    ],
)
def test_only_what_is_accepted_counts(plan, action, liaison, answered, percent, waiting, stands):
    earlier = say(action, 20, date(2022, 9, 1), by=liaison)
    later = say(action, 80, date(2022, 9, 20), by=liaison, answered=answered)
    a = shown(plan)
    assert (a.percent, a.waiting) == (percent, waiting)
    assert a.accepted.pk == (later if percent == 80 else earlier).pk
    assert a.standing.pk == (later if stands else earlier).pk
    assert a.latest.pk == (earlier if answered == "withdrawn" else later).pk
    assert (a.returned == a.latest) == (answered == "returned")


def test_a_return_is_answered_by_the_next_entry(plan, action, liaison):
    say(action, 30, date(2022, 9, 1), by=liaison, answered="returned")
    again = say(action, 25, date(2022, 9, 1), by=liaison, answered="waiting")
    a = shown(plan)
    assert (a.returned, a.latest.pk, a.percent) == (None, again.pk, 0)


def test_entries_of_later_days_do_not_count(plan, action, liaison):
    for day, percent in [(date(2022, 3, 31), 20), (date(2022, 7, 1), 45), (TODAY, 70)]:
        say(action, percent, day, by=liaison)
    days = [
        date(2022, 3, 30),
        date(2022, 3, 31),
        date(2022, 6, 30),
        date(2022, 7, 1),
        TODAY,
        plan.end,
    ]
    assert [shown(plan, on=day).percent for day in days] == [0, 20, 20, 45, 70, 70]


def test_entries_of_later_days_do_not_wait_on_an_earlier_one(plan, action, liaison):
    say(action, 20, date(2022, 8, 1), by=liaison, answered="waiting")
    say(action, 30, date(2022, 9, 1), by=liaison, answered="waiting")
    days = [date(2022, 7, 31), date(2022, 8, 31), TODAY]
    assert [shown(plan, on=day).waiting for day in days] == [0, 1, 2]


def test_the_day_decides_and_then_the_order_of_recording(plan, action, liaison):
    say(action, 50, date(2022, 9, 1), by=liaison)
    say(action, 40, date(2022, 8, 1), by=liaison)  # about an earlier day, told later
    assert shown(plan).percent == 50
    say(action, 55, date(2022, 9, 1), by=liaison)
    assert shown(plan).percent == 55


def test_another_plan_and_another_action_do_not_count(plan, action, liaison, unit):
    twin = make_action(make_priority(make_plan("2032")), lead_unit=unit)
    neighbour = make_action(action.priority, lead_unit=unit)
    say(twin, 90, TODAY, by=liaison)
    say(neighbour, 80, TODAY, by=liaison, answered="waiting")
    make_milestone(twin, date(2022, 1, 2))
    a = shown(plan)
    assert (a.percent, a.waiting, a.milestones, a.latest) == (0, 0, (), None)
    assert state(plan, TODAY).total == 2


# Complete and reopened


def test_complete_since_the_entry_that_said_so(plan, unit, liaison):
    action = make_action(make_priority(plan), lead_unit=unit, due=date(2022, 8, 31))
    say(action, 100, date(2022, 8, 31), by=liaison)
    say(action, 100, date(2022, 9, 20), by=liaison)  # nothing changed since
    a = shown(plan)
    assert (a.kind, words.brief(a)) == ("complete", "办结")


def test_reopened_and_completed_anew(plan, unit, liaison):
    action = make_action(make_priority(plan), lead_unit=unit, due=date(2022, 8, 31))
    say(action, 100, date(2022, 8, 1), by=liaison)
    say(action, 60, date(2022, 8, 20), by=liaison)
    say(action, 100, date(2022, 9, 2), by=liaison)
    days = [date(2022, 8, 1), date(2022, 8, 20), date(2022, 9, 1), date(2022, 9, 2)]
    found = [(a.kind, words.brief(a)) for a in (shown(plan, on=day) for day in days)]
    assert found == [
        ("complete", "办结"),
        ("red", "落后 35 个百分点"),
        ("red", "逾期 1 天"),
        ("complete", "逾期办结"),
    ]


def test_each_week_of_a_trend_knows_what_was_reopened(plan, action, liaison):
    for day, percent in [(1, 100), (19, 60), (28, 100)]:  # a week ends on the 19th
        say(action, percent, date(2022, 8, day), by=liaison)
    points = trend(plan, state(plan, TODAY).actions, TODAY).points
    assert [p.counts for p in points] == [state(plan, p.day).counts for p in points]
    assert {p.counts["complete"] for p in points[-8:]} == {0, 1}


def test_reopened_and_complete_on_the_same_day(plan, action, liaison):
    for percent in (100, 60, 100):
        say(action, percent, TODAY, by=liaison)
    assert shown(plan).kind == "complete"
    say(action, 60, TODAY, by=liaison)
    assert shown(plan).kind == "yellow"


@pytest.mark.parametrize("answered", ["waiting", "returned", "withdrawn"])
def test_a_hundred_percent_that_nobody_accepted_is_not_complete(plan, action, liaison, answered):
    say(action, 75, date(2022, 9, 1), by=liaison)
    say(action, 100, TODAY, by=liaison, answered=answered)
    assert (shown(plan).kind, shown(plan).percent) == ("green", 75)


def test_what_has_no_dates_yet_has_the_time_of_its_plan(plan):
    make_action(make_priority(plan))
    assert (shown(plan).elapsed, state(plan, TODAY).elapsed) == (75, 75)


# Age


def test_a_trend_ages_by_what_stands_as_the_page_does(plan, action, liaison):
    say(action, 75, TODAY - timedelta(40), by=liaison)
    say(action, 76, TODAY - timedelta(1), by=liaison, answered="waiting")
    now = state(plan, TODAY)
    last = trend(plan, now.actions, TODAY).last
    assert (now.counts["green"], now.counts["stale"], sum(now.overdue.values())) == (1, 0, 0)
    assert (last.counts, last.overdue) == (now.counts, 0)


def test_a_stale_green_is_shown_and_counted_apart(plan, action, liaison):
    say(action, 75, TODAY - timedelta(32), by=liaison)
    a, counts = shown(plan), state(plan, TODAY).counts
    assert (a.light, a.kind, a.is_stale, a.age) == ("green", "stale", True, 32)
    assert words.word(a) == "正常待核"
    assert (counts["stale"], counts["green"]) == (1, 0)


def test_within_the_cycle_it_is_green(plan, action, liaison):
    say(action, 75, TODAY - timedelta(31), by=liaison)
    a = shown(plan)
    assert (a.kind, a.is_stale, a.next_report) == ("green", False, TODAY)


def test_a_stale_red_stays_red_and_says_that_it_is_stale(plan, action, liaison):
    say(action, 10, TODAY - timedelta(90), by=liaison)
    a, counts = shown(plan), state(plan, TODAY).counts
    assert (a.kind, a.is_stale, counts["red"], counts["stale"]) == ("red", True, 1, 0)


def test_never_reported_ages_from_the_start(plan, unit):
    make_action(make_priority(plan), lead_unit=unit, start=TODAY - timedelta(32))
    a = shown(plan)
    assert (a.age, a.is_stale, a.accepted) == (32, True, None)


@pytest.mark.parametrize(("answered", "age"), [("waiting", 5), ("returned", 60), ("withdrawn", 60)])
def test_what_was_said_and_not_sent_back_counts_as_reported(plan, action, liaison, answered, age):
    say(action, 75, TODAY - timedelta(60), by=liaison)
    say(action, 76, TODAY - timedelta(5), by=liaison, answered=answered)
    assert shown(plan).age == age


def test_what_has_no_unit_or_no_start_yet_has_no_age(plan, unit):
    priority = make_priority(plan)
    make_action(priority)
    make_action(priority, lead_unit=unit, start=TODAY + timedelta(1))
    assert [(a.kind, a.age, a.is_stale) for a in state(plan, TODAY).actions] == [
        ("unassigned", None, False),
        ("not_started", 0, False),
    ]


@pytest.mark.parametrize(
    ("days_ago", "is_due"), [(23, False), (24, True), (31, True), (40, True), (0, False)]
)
def test_a_report_is_due_a_week_before_the_cycle_ends(plan, action, liaison, days_ago, is_due):
    say(action, 75, TODAY - timedelta(days_ago), by=liaison)
    assert shown(plan).is_report_due(TODAY) == is_due


# The first report


def kinds(plan, *days):
    return [shown(plan, on=day).kind for day in days]


def test_until_its_first_report_is_due_an_action_has_not_started(plan, unit):
    """Assigned on 20 August: a cycle of 31 days later, on 20 September, the report is due."""
    make_action(make_priority(plan), lead_unit=unit, assigned=date(2022, 8, 20))
    last = date(2022, 9, 20)
    assert kinds(plan, date(2022, 8, 20), last, last + timedelta(1)) == [
        "not_started",
        "not_started",
        "red",
    ]
    a = shown(plan, on=last)
    assert (words.reason(a), words.brief(a)) == (
        "尚未填报，首次填报不晚于9月20日。",
        "首次填报不晚于9月20日",
    )
    assert (a.awaits_first_report, a.owes_reports, a.next_report) == (True, True, last)
    assert (a.is_stale, a.has_yardstick) == (False, False)
    late = shown(plan, on=last + timedelta(1))
    assert (late.is_stale, late.age, late.next_report) == (True, 32, last)


def test_a_first_report_is_due_by_the_due_date_at_the_latest(plan, unit):
    due = date(2022, 9, 10)
    make_action(make_priority(plan), lead_unit=unit, assigned=date(2022, 9, 1), due=due)
    assert kinds(plan, due, due + timedelta(1)) == ["not_started", "red"]
    assert shown(plan, on=due).next_report == due


def test_what_is_assigned_after_its_due_date_is_overdue_at_once(plan, unit):
    make_action(
        make_priority(plan), lead_unit=unit, assigned=date(2022, 9, 1), due=date(2022, 8, 1)
    )
    assert kinds(plan, date(2022, 9, 1)) == ["red"]


def test_before_its_start_it_waits_for_the_start_and_then_for_a_cycle(plan, unit):
    start = date(2022, 8, 1)
    make_action(make_priority(plan), lead_unit=unit, start=start)
    assert words.brief(shown(plan, on=start - timedelta(1))) == "8月1日启动"
    assert kinds(plan, start, start + timedelta(31), start + timedelta(32)) == [
        "not_started",
        "not_started",
        "yellow",
    ]


@pytest.mark.parametrize(
    ("answered", "kind", "brief", "is_awaited"),
    [
        ("accepted", "red", "落后 65 个百分点", False),
        ("", "red", "落后 65 个百分点", False),
        ("waiting", "not_started", "首次填报待审核", False),
        ("returned", "not_started", "首次填报不晚于10月20日", True),
        ("withdrawn", "not_started", "首次填报不晚于10月20日", True),
    ],
)
def test_what_counts_ends_the_wait(plan, unit, liaison, answered, kind, brief, is_awaited):
    action = make_action(make_priority(plan), lead_unit=unit, assigned=date(2022, 9, 19))
    say(action, 10, TODAY, by=liaison, answered=answered)
    a = shown(plan)
    assert (a.kind, words.brief(a), a.awaits_first_report) == (kind, brief, is_awaited)


def test_after_the_wait_what_waits_for_review_counts_as_nothing(plan, unit, liaison):
    action = make_action(make_priority(plan), lead_unit=unit, assigned=date(2022, 8, 1))
    say(action, 75, date(2022, 8, 31), by=liaison, answered="waiting")
    assert kinds(plan, date(2022, 9, 1), date(2022, 9, 2)) == ["not_started", "red"]


def test_a_unit_that_takes_over_does_not_start_the_wait_again(plan, action, liaison):
    office, other = make_user("supervisor"), make_unit("区乙局")
    action.assign(by=office, changes={"lead_unit": other})
    assert kinds(plan, date(2022, 2, 1), TODAY) == ["not_started", "red"]


def test_a_lead_that_was_removed_and_set_again_starts_it_again(plan, action, unit):
    date_history(date(2022, 1, 1))
    for lead, day in [(None, date(2022, 5, 1)), (unit, date(2022, 9, 12))]:
        action._history_date = datetime.combine(day, time(12), tzinfo=UTC)
        action.assign(by=make_user("supervisor"), changes={"lead_unit": lead})
    days = (date(2022, 2, 2), date(2022, 6, 1), date(2022, 9, 13))
    recorded = [plan_on(plan, day).actions[0] for day in days]
    assert [a.action.assigned_on for a in recorded] == [date(2022, 1, 1), None, date(2022, 9, 12)]
    assert [a.kind for a in recorded] == ["stale", "unassigned", "not_started"]


def test_assigned_under_a_status_date_is_assigned_on_that_day(plan, unit):
    """The office works in 2022's plan years later: its pages take the status date for today."""
    action = make_action(make_priority(plan))
    office = make_user("supervisor")
    action.assign(by=office, changes={"lead_unit": unit})
    assert words.brief(shown(plan)) == "首次填报不晚于10月31日"
    plan.set_status_date(date(2022, 11, 1), by=office)
    assert kinds(plan, date(2022, 10, 31), date(2022, 11, 1)) == ["not_started", "red"]


def test_without_a_record_the_start_decides(plan, unit):
    action = make_action(make_priority(plan), lead_unit=unit)
    with seal_off(connection):
        action.history.all().delete()
    assert kinds(plan, date(2022, 2, 1), date(2022, 2, 2)) == ["not_started", "stale"]


# Milestones, outlook, help


def test_milestones_as_they_stood_on_the_day(plan, action, liaison):
    say(action, 70, date(2022, 9, 1), by=liaison)
    say(action, 50, date(2022, 7, 1), by=liaison)
    make_milestone(action, date(2022, 7, 10), done=date(2022, 7, 20))
    days = [date(2022, 7, 10), date(2022, 7, 11), date(2022, 7, 19), date(2022, 7, 20)]
    found = [shown(plan, on=day).kind for day in days]
    assert found == ["green", "yellow", "yellow", "green"]


def test_a_milestone_missed_by_weeks_is_red(plan, action, liaison):
    say(action, 75, TODAY, by=liaison)
    make_milestone(action, TODAY - timedelta(16), title="示例开工")
    a = shown(plan)
    assert (a.kind, words.reason(a)) == ("red", "节点误期 16 天：“示例开工”未完成。")
    assert [m.title for m in a.milestones] == ["示例开工"]


def test_light_and_outlook_stand_side_by_side(plan, action, liaison):
    say(action, 75, TODAY, by=liaison, outlook="off_course", outlook_reason="示例：资金未落实")
    a = shown(plan)
    assert (a.light, a.outlook, a.needs_talk) == ("green", "off_course", True)


def test_the_outlook_is_the_accepted_one(plan, action, liaison):
    say(action, 75, date(2022, 9, 20), by=liaison)
    fields = {"outlook": "off_course", "outlook_reason": "示例：资金未落实"}
    say(action, 75, TODAY, by=liaison, answered="waiting", **fields)
    assert (shown(plan).outlook, shown(plan).needs_talk) == ("on_course", False)


def test_help_is_asked_until_the_action_is_complete(plan, action, liaison):
    say(action, 75, date(2022, 9, 1), by=liaison, help_needed="示例：请协调用地")
    assert shown(plan).help_needed == "示例：请协调用地"
    say(action, 100, TODAY, by=liaison, help_needed="示例：请协调用地")
    assert shown(plan).help_needed == ""


# How it adds up


@pytest.fixture
def mixed(plan, liaison, unit):
    """Two priorities: one of each kind and a cancelled one, then one that is unassigned."""
    first, second = make_priority(plan), make_priority(plan)
    other = make_unit("区乙局")
    red = make_action(first, lead_unit=unit, supporting=[other])
    yellow = make_action(first, lead_unit=unit)
    stale = make_action(first, lead_unit=other)
    green = make_action(first, lead_unit=other, supporting=[unit])
    complete = make_action(first, lead_unit=other)
    make_action(first, lead_unit=unit, start=TODAY + timedelta(9))
    cancelled = make_action(
        first,
        lead_unit=unit,
        supporting=[other],
        cancelled_on=date(2022, 9, 1),
        cancelled_reason="示例：并入其他举措",
    )
    make_action(second)
    say(red, 10, TODAY, by=liaison)
    say(yellow, 60, TODAY, by=liaison)
    say(stale, 75, date(2022, 8, 1), by=liaison)
    say(green, 75, TODAY, by=liaison)
    say(complete, 100, date(2022, 9, 2), by=liaison)
    say(cancelled, 90, date(2022, 8, 1), by=liaison)
    return plan


def test_the_counts_of_the_plan_leave_cancelled_ones_out(mixed):
    found = state(mixed, TODAY)
    assert found.counts == dict.fromkeys(KINDS, 1)
    assert list(found.counts) == list(KINDS)
    assert (found.total, found.ended["cancelled"], found.led, len(found.actions)) == (7, 1, 6, 8)
    assert sum(found.shares.values()) == pytest.approx(100.0)


def test_before_its_cancellation_an_action_counts(mixed):
    found = state(mixed, date(2022, 8, 31))
    assert (found.total, found.ended["cancelled"]) == (8, 0)
    assert state(mixed, date(2022, 9, 1)).ended["cancelled"] == 1


def test_a_cancelled_action_keeps_its_reason(mixed):
    a = shown(mixed, "1.7")
    assert (a.is_cancelled, words.word(a), words.reason(a)) == (
        True,
        "中止",
        "已中止：示例：并入其他举措",
    )


def test_a_priority_is_the_plain_mean_of_its_actions(mixed):
    first, second = state(mixed, TODAY).priorities
    assert first.percent == 53  # of 10, 60, 75, 75, 100 and 0
    assert first.elapsed == 63  # of five times 75, and 0
    assert (first.total, first.ended["cancelled"], first.unreported) == (6, 1, 1)
    assert (second.percent, second.total, second.unassigned) == (0, 1, 1)


def test_a_mean_says_what_it_is_a_mean_of(mixed):
    first, second = state(mixed, TODAY).priorities
    with translation.override("en"):
        assert words.summary(first) == (
            "mean of 6 actions, 1 not yet reported, counted as 0, 1 cancelled, left out"
        )
        assert words.summary(second) == "mean of 1 action, 1 not yet reported, counted as 0"


def test_the_worst_action_is_named_first_by_kind_then_by_deviation(mixed):
    first, second = state(mixed, TODAY).priorities
    assert (first.worst.number, second.worst.number) == ("1.1", "2.1")


def test_the_worst_is_overdue_before_it_is_far_behind(plan, unit, liaison):
    priority = make_priority(plan)
    make_action(priority, lead_unit=unit)
    overdue = make_action(priority, lead_unit=unit, due=date(2022, 9, 20))
    say(overdue, 95, TODAY, by=liaison)
    [only] = state(plan, TODAY).priorities
    assert ([a.kind for a in only.actions], only.worst.number) == (["red", "red"], "1.2")


def test_where_all_is_well_nothing_is_the_worst(plan, action, liaison, unit):
    say(action, 75, TODAY, by=liaison)
    make_action(action.priority, lead_unit=unit, start=TODAY + timedelta(1))
    [only] = state(plan, TODAY).priorities
    assert only.worst is None


def test_units_lead_and_support_those_with_late_work_first(mixed):
    first, second = state(mixed, TODAY).units
    found = [(u.unit.short_name, len(u.led), u.supports) for u in (first, second)]
    assert found == [("区甲局", 3, 1), ("区乙局", 3, 1)]
    none = dict.fromkeys(KINDS, 0)
    assert first.counts == none | {"red": 1, "yellow": 1, "not_started": 1}
    assert second.counts == none | {"stale": 1, "green": 1, "complete": 1}
    assert (first.latest.number, second.latest.number) == ("1.2", "1.4")


def test_the_units_add_up_to_the_plan(mixed):
    found = state(mixed, TODAY)
    sums = {kind: sum(u.counts[kind] for u in found.units) for kind in KINDS}
    assert sums == found.counts | {"unassigned": 0}
    assert sum(len(u.led) for u in found.units) == found.led


def test_an_empty_plan_has_a_state(plan):
    found = state(plan, TODAY)
    assert (found.total, found.priorities, found.units, found.is_untouched) == (0, (), (), True)
    assert set(found.counts.values()) == {0}
    assert set(found.shares.values()) == {0.0}


def test_a_priority_of_which_all_is_cancelled_has_a_mean(plan):
    make_action(make_priority(plan), cancelled_on=date(2022, 5, 1), cancelled_reason="示例")
    [only] = state(plan, TODAY).priorities
    assert (only.percent, only.elapsed, only.total, only.ended["cancelled"]) == (0, 0, 0, 1)


def test_the_time_of_the_plan(plan):
    found = [state(plan, day) for day in (date(2022, 1, 1), TODAY, plan.end, date(2023, 2, 1))]
    assert [(s.elapsed, s.days_left) for s in found] == [(0, 364), (75, 92), (100, 0), (100, 0)]


def test_actions_stand_in_the_order_of_the_document(plan):
    second, first = make_priority(plan, number=2), make_priority(plan, number=1)
    for priority, order in [(second, 2), (first, 10), (second, 1), (first, 9)]:
        make_action(priority, order=order)
    numbers = [a.number for a in state(plan, TODAY).actions]
    assert numbers == ["1.9", "1.10", "2.1", "2.2"]


def test_links_keep_a_past_day_and_only_that(mixed):
    today, past = Addresses(mixed, TODAY), Addresses(mixed, date(2022, 7, 31))
    assert [way.of_action("1.1") for way in (today, past)] == [
        "/2031/actions/1.1/",
        "/2031/actions/1.1/?on=2022-07-31",
    ]
    assert [way.rows_url for way in (today, past)] == [
        "/2031/actions/?",
        "/2031/actions/?on=2022-07-31&",
    ]


# What it costs


def cost(plan) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = state(plan, TODAY)
        assert len(
            [(words.reason(a), a.lead_name, a.owner_name, a.help_needed) for a in found.actions]
        )
        assert len([u.latest for u in found.units])
    return len(queries)


def busy_plan(slug, *, sizes, each):
    """Every action with a lead unit, an owner, a supporting unit and a milestone; some complete."""
    lead, support = make_unit(), make_unit()
    owner = make_user("reporter", units=[lead])
    plan = make_plan(slug)
    for size in sizes:
        priority = make_priority(plan)
        for _ in range(size):
            action = make_action(priority, lead_unit=lead, owner=owner, supporting=[support])
            make_milestone(action, date(2022, 6, 1))
            for answered in ("waiting", "returned", "withdrawn"):
                say(action, 80, date(2022, 5, 1), by=owner, answered=answered)
    actions = list(Action.objects.of_plan(plan).order_by("priority__number", "order"))
    make_entries(actions, by=owner, each=each)
    make_entries(actions[::2], by=owner, each=1, percent=100)
    return plan


def test_eleven_queries_with_2_and_with_200_entries_per_action():
    few = busy_plan("2041", sizes=[3, 3], each=2)
    many = busy_plan("2042", sizes=[3, 3], each=200)
    assert [cost(plan) for plan in (few, many)] == [11, 11]


def test_eleven_queries_with_6_and_with_60_actions():
    few = busy_plan("2041", sizes=[6], each=2)
    many = busy_plan("2042", sizes=[10] * 6, each=2)
    assert [cost(plan) for plan in (few, many)] == [11, 11]


# The whole against a slow and simple computation

DAYS = st.dates(date(2022, 1, 1), date(2022, 12, 31))
ANSWERS = st.sampled_from(["", "accepted", "waiting", "returned", "withdrawn"])
ENTRIES = st.lists(
    st.tuples(DAYS, st.sampled_from([0, 10, 40, 60, 75, 90, 99, 100]), ANSWERS), max_size=6
)
ACTIONS = st.fixed_dictionaries(
    {
        "dates": st.tuples(DAYS, DAYS).map(sorted),
        "assigned": DAYS,
        "is_assigned": st.sampled_from([True, True, True, False]),
        "cancelled_on": st.none() | DAYS,
        "milestones": st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=2),
        "entries": ENTRIES,
    }
)


def naive(case, on):
    """Kind and percent of one action, by walking through everything that was ever said."""
    said = [(day, place, percent, how) for place, (day, percent, how) in enumerate(case["entries"])]
    said = sorted(row for row in said if row[0] <= on)
    accepted = [row for row in said if row[3] in ("", "accepted")]
    reported = [row for row in said if row[3] in ("", "accepted", "waiting")]
    percent = accepted[-1][2] if accepted else 0
    if case["cancelled_on"] and case["cancelled_on"] <= on:
        return "cancelled", percent
    if percent == 100:
        return "complete", percent
    if not case["is_assigned"]:
        return "unassigned", percent
    start, due = case["dates"]
    if on < start:
        return "not_started", percent
    asked = max(start, case["assigned"])
    if not accepted and on <= min(due, asked + timedelta(31)):
        return "not_started", percent
    share = 100 * (on - start).days / (due - start).days if on < due else 100
    behind = math.floor(share + 0.5) - percent
    missed = [
        (on - planned).days
        for planned, done in case["milestones"]
        if planned < on and not (done and done <= on)
    ]
    if on > due or behind > 30 or any(days > 15 for days in missed):
        return "red", percent
    if behind > 10 or (due - on).days <= 7 or missed:
        return "yellow", percent
    last = reported[-1][0] if reported else asked
    return ("stale" if (on - last).days > 31 else "green"), percent


def store(case, priority, unit, by):
    start, due = case["dates"]
    cancelled = case["cancelled_on"]
    action = make_action(
        priority,
        lead_unit=unit if case["is_assigned"] else None,
        start=start,
        due=due,
        assigned=case["assigned"],
        cancelled_on=cancelled,
        cancelled_reason="示例" if cancelled else "",
    )
    for planned, done in case["milestones"]:
        make_milestone(action, planned, done=done)
    for day, percent, answered in case["entries"]:
        say(action, percent, day, by=by, answered=answered)


@settings(max_examples=30)
@given(st.lists(st.lists(ACTIONS, max_size=3), max_size=2), DAYS)
def test_the_counts_equal_those_of_a_slow_computation(priorities, on):
    with transaction.atomic():
        plan, unit = make_plan("2051"), make_unit("区丙局")
        by = make_user("reporter", units=[unit])
        for cases in priorities:
            priority = make_priority(plan)
            for case in cases:
                store(case, priority, unit, by)
        found = state(plan, on)
        drawn = trend(plan, found.actions, on)
        weeks = drawn.points[-12::3] if drawn else []
        shown_then = [state(plan, week.day) for week in weeks]
        transaction.set_rollback(True)
    expected = [[naive(case, on) for case in cases] for cases in priorities]
    every = [kind for cases in expected for kind, _ in cases]
    assert found.counts == {kind: every.count(kind) for kind in KINDS}
    assert found.ended["cancelled"] == every.count("cancelled")
    assert [week.counts for week in weeks] == [then.counts for then in shown_then]
    for p, cases in zip(found.priorities, expected, strict=True):
        counted = [percent for kind, percent in cases if kind != "cancelled"]
        assert p.percent == (math.floor(sum(counted) / len(counted) + 0.5) if counted else 0)
        assert p.total == len(counted)


# What is kept


def test_after_a_change_what_it_did_not_touch_is_the_very_same_value(plan, unit, liaison):
    first, second = make_priority(plan), make_priority(plan)
    touched, other = (make_action(p, lead_unit=unit) for p in (first, second))
    before = plan_on(plan, TODAY)
    assert plan_on(plan, TODAY) is before
    say(touched, 40, TODAY, by=liaison)
    after = plan_on(plan, TODAY)
    assert (after.numbered("1.1").percent, before.numbered("1.1").percent) == (40, 0)
    assert after.numbered("2.1") is before.numbered("2.1")
    assert after.priority(2) is before.priority(2)
    assert after.priority(1) is not before.priority(1)
    assert other.pk == after.numbered("2.1").action.pk


def test_what_was_undone_is_not_kept(plan, action, liaison):
    before = plan_on(plan, TODAY)
    with transaction.atomic():
        say(action, 40, TODAY, by=liaison)
        assert plan_on(plan, TODAY).numbered("1.1").percent == 40
        transaction.set_rollback(True)
    assert plan_on(plan, TODAY).counts == before.counts
    say(action, 55, TODAY, by=liaison)
    assert plan_on(plan, TODAY).numbered("1.1").percent == 55


@pytest.mark.parametrize("rename", ["unit", "liaison", "priority", "plan", "action"])
def test_a_new_name_is_shown_everywhere(plan, unit, liaison, action, rename):
    action.owner = liaison
    action.save()
    plan_on(plan, TODAY)
    row = {"unit": unit, "liaison": liaison, "priority": action.priority}.get(rename)
    row = row or {"plan": plan, "action": action}[rename]
    field = {"unit": "short_name", "liaison": "display_name", "action": "text"}.get(rename, "title")
    setattr(row, field, "示例新名")
    row.save()
    a = plan_on(plan, TODAY).numbered("1.1")
    said = {
        "unit": a.lead_name,
        "liaison": a.owner_name,
        "priority": a.action.priority.title,
        "plan": a.plan.title,
        "action": a.text,
    }
    assert said[rename] == "示例新名"


def test_a_keeper_lets_go_of_what_was_asked_for_longest_ago(plan):
    make_action(make_priority(plan))
    keeper = Keeper(most=5)
    for key in "abcd":
        keeper.place(key).state = plan_on(plan, TODAY)
    assert list(keeper.kept) == ["b", "c", "d"]
    assert keeper.place("b").state is not None
    for number in range(20):  # an empty one has a weight too
        keeper.place(number)
    assert sum(kept.weight for kept in keeper.kept.values()) <= 5
