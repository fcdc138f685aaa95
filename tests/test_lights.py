"""The light rule on both sides of each threshold, and the figures that go with it (DOMAIN)."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from priorities.days import Days
from priorities.lights import (
    KINDS,
    Ended,
    Judgement,
    Light,
    Outlook,
    Said,
    Thresholds,
    is_early_warning,
    is_stale,
    judge,
    mean,
    needs_talk,
    shares,
    time_proportional,
)
from priorities.words import brief_of, reason_of

START = date(2022, 1, 1)
WEEK = timedelta(7)
DUE = START + timedelta(100)  # so that each day is one percent of the time

OWN_THRESHOLDS = Thresholds(
    red_deviation=20,
    yellow_deviation=5,
    due_soon_days=3,
    red_milestone_days=10,
    reporting_cycle_days=14,
)


def judged(
    day: int,
    percent: int = 0,
    *,
    start=START,
    due=DUE,
    thresholds: Thresholds | None = None,
    missed=(),
    completed_on=None,
    **facts,
):
    """The judgement on the day that is ``day`` days after START."""
    return judge(
        on=START + timedelta(day),
        thresholds=thresholds or Thresholds(),
        start=start,
        due=due,
        said=Said(percent, completed_on, spoken_on=START),
        missed=missed,
        **{"is_assigned": True, **facts},
    )


def in_english(words, judgement: Judgement, year: int = START.year) -> str:
    with translation.override("en"):
        return words(judgement, Days(year))


def missed_for(*ages: int, day: int):
    return [(START + timedelta(day - age), f"示例节点{age}") for age in ages]


# The table, on both sides of each threshold


@pytest.mark.parametrize(
    ("day", "percent", "light"),
    [
        (71, 40, Light.RED),  # 31 points behind
        (71, 41, Light.YELLOW),  # 30
        (71, 60, Light.YELLOW),  # 11
        (71, 61, Light.GREEN),  # 10
        (71, 71, Light.GREEN),  # level
        (71, 100, Light.GREEN),  # 100 % that nobody has accepted yet
    ],
)
def test_deviation(day, percent, light):
    assert judged(day, percent).light == light


@pytest.mark.parametrize(
    ("day", "percent", "light"),
    [
        (92, 92, Light.GREEN),  # due in 8 days
        (93, 93, Light.YELLOW),  # in 7
        (100, 99, Light.YELLOW),  # today
        (101, 99, Light.RED),  # yesterday
    ],
)
def test_due_soon_and_overdue(day, percent, light):
    assert judged(day, percent).light == light


@pytest.mark.parametrize(
    ("ages", "light"),
    [
        ((), Light.GREEN),
        ((1,), Light.YELLOW),
        ((15,), Light.YELLOW),
        ((16,), Light.RED),
        ((1, 16), Light.RED),
    ],
)
def test_missed_milestones(ages, light):
    assert judged(50, 50, missed=missed_for(*ages, day=50)).light == light


@pytest.mark.parametrize(
    ("day", "percent", "ages", "light"),
    [
        (71, 50, (), Light.RED),  # 21 points behind
        (71, 51, (), Light.YELLOW),  # 20
        (71, 65, (), Light.YELLOW),  # 6
        (71, 66, (), Light.GREEN),  # 5
        (96, 96, (), Light.GREEN),  # due in 4 days
        (97, 97, (), Light.YELLOW),  # in 3
        (50, 50, (10,), Light.YELLOW),
        (50, 50, (11,), Light.RED),
    ],
)
def test_the_plans_own_thresholds(day, percent, ages, light):
    missed = missed_for(*ages, day=day)
    assert judged(day, percent, thresholds=OWN_THRESHOLDS, missed=missed).light == light


@pytest.mark.parametrize(("day", "light"), [(-1, Light.NOT_STARTED), (0, Light.GREEN)])
def test_before_and_on_the_start(day, light):
    assert judged(day).light == light


@pytest.mark.parametrize(
    ("day", "percent", "light"),
    [
        (-1, 0, Light.NOT_STARTED),
        (0, 0, Light.RED),  # the one day is gone and nothing is done
        (0, 99, Light.YELLOW),
        (1, 99, Light.RED),
    ],
)
def test_start_and_due_on_the_same_day(day, percent, light):
    assert judged(day, percent, due=START).light == light


@pytest.mark.parametrize(
    "facts",
    [
        {"is_assigned": False},
        {"is_assigned": False, "start": None, "due": None},
        {"start": None},
        {"due": None},
    ],
)
def test_without_a_lead_unit_or_dates_no_time_runs(facts):
    assert judged(300, 0, **facts).light == Light.UNASSIGNED


@pytest.mark.parametrize(
    ("completed", "brief"), [(99, "complete"), (100, "complete"), (101, "completed late")]
)
def test_complete_in_time_and_late(completed, brief):
    found = judged(300, 100, completed_on=START + timedelta(completed))
    assert (found.light, in_english(brief_of, found)) == (Light.COMPLETE, brief)


def test_complete_without_a_due_date_is_never_late():
    found = judged(300, 100, due=None, completed_on=START + timedelta(300))
    assert (found.light, in_english(brief_of, found)) == (Light.COMPLETE, "complete")


ALL_AT_ONCE = {
    "ended": Ended(Light.CANCELLED, START, "示例原因"),
    "completed_on": START,
    "is_assigned": False,
    "missed": missed_for(40, day=150),
}


@pytest.mark.parametrize(
    ("dropped", "day", "percent", "light"),
    [
        ([], 150, 0, Light.CANCELLED),
        (["ended"], 150, 0, Light.COMPLETE),
        (["ended", "completed_on"], 150, 0, Light.UNASSIGNED),
        (["ended", "completed_on"], -1, 0, Light.UNASSIGNED),
        (["ended", "completed_on", "is_assigned"], -1, 0, Light.NOT_STARTED),
        (["ended", "completed_on", "is_assigned"], 150, 0, Light.RED),
    ],
)
def test_the_first_rule_that_matches_wins(dropped, day, percent, light):
    facts = {name: value for name, value in ALL_AT_ONCE.items() if name not in dropped}
    assert judged(day, percent, **facts).light == light


# The sentences


def sentences(language: str) -> list[str]:
    thresholds, started = Thresholds(), {"start": START, "due": DUE, "is_assigned": True}
    cases = [
        {"on": START, "ended": Ended(Light.CANCELLED, START, "示例原因")},
        {"on": START, "ended": Ended(Light.SPLIT, START, "示例原因", "3.8 3.9")},
        {"on": START, "ended": Ended(Light.MERGED, START, "示例原因", "3.10")},
        {"on": DUE, "completed_on": DUE},
        {"on": DUE, "completed_on": DUE + timedelta(1)},
        {"on": DUE, "completed_on": DUE + timedelta(2)},
        {"on": DUE, "is_assigned": False},
        {"on": START - timedelta(1)},
        {"on": START - timedelta(2)},
        {"on": START, "said": Said()},
        {"on": START, "said": Said(spoken_on=START)},
        {"on": DUE + timedelta(1), "percent": 90},
        {"on": DUE + timedelta(12), "percent": 90},
        {"on": START + timedelta(71), "percent": 40},
        {"on": START + timedelta(50), "percent": 50, "missed": missed_for(1, day=50)},
        {"on": START + timedelta(50), "percent": 50, "missed": missed_for(16, day=50)},
        {"on": DUE, "percent": 90},
        {"on": DUE - timedelta(1), "percent": 90},
        {"on": DUE - timedelta(7), "percent": 90},
        {"on": START + timedelta(50), "percent": 50},
        {"on": START + timedelta(50), "percent": 51},
        {"on": START + timedelta(50), "percent": 58},
        {"on": START + timedelta(50), "percent": 49},
        {"on": START + timedelta(50), "percent": 42},
    ]
    with translation.override(language):
        found = [_judged_case({"thresholds": thresholds, **started, **case}) for case in cases]
        days = Days(START.year)
        return [f"{reason_of(one, days)} | {brief_of(one, days)}" for one in found]


def _judged_case(case: dict) -> Judgement:
    said = Said(case.pop("percent", 0), case.pop("completed_on", None), spoken_on=START)
    return judge(**{"said": said, **case})


def test_the_reasons_in_english():
    assert sentences("en") == [
        "Withdrawn: 示例原因 | withdrawn",
        "Split into 3.8, 3.9 on 1 January; it counts no more from then on. | split into 3.8, 3.9",
        "Merged into 3.10 on 1 January; it counts no more from then on. | merged into 3.10",
        "Accepted at 100 % on 11 April, in time. | complete",
        "Completed 1 day late: accepted at 100 % on 12 April. | completed late",
        "Completed 2 days late: accepted at 100 % on 13 April. | completed late",
        "No lead unit yet, so no time is running. | unassigned",
        "Starts on 1 January, in 1 day. | starts 1 January",
        "Starts on 1 January, in 2 days. | starts 1 January",
        "Nothing reported yet: first report awaited by 1 February. | first report by 1 February",
        "The first report has come in and waits for review; nothing counts yet. | "
        "first report in review",
        "1 day overdue: was due on 11 April, now 90 % done. | 1 day overdue",
        "12 days overdue: was due on 11 April, now 90 % done. | 12 days overdue",
        "31 points behind schedule: 40 % done, 71 % of the time gone. | 31 points behind",
        "Milestone missed by 1 day: “示例节点1”. | milestone 1 day late",
        "Milestone missed by 16 days: “示例节点16”. | milestone 16 days late",
        "Due today: 90 % done. | due today",
        "Due in 1 day: 90 % done. | due in 1 day",
        "Due in 7 days: 90 % done. | due in 7 days",
        "Level with the schedule: 50 % done, 50 % of the time gone. | level",
        "1 point ahead: 51 % done, 50 % of the time gone. | 1 point ahead",
        "8 points ahead: 58 % done, 50 % of the time gone. | 8 points ahead",
        "1 point behind, within the margin: 49 % done, 50 % of the time gone. | 1 point behind",
        "8 points behind, within the margin: 42 % done, 50 % of the time gone. | 8 points behind",
    ]


def test_the_reasons_in_chinese():
    assert sentences("zh-hans") == [
        "已中止：示例原因 | 已中止",
        "1月1日起拆分为 3.8、3.9，不再计数。 | 拆分为 3.8、3.9",
        "1月1日起并入 3.10，不再计数。 | 并入 3.10",
        "4月11日采纳为 100%，按期办结。 | 办结",
        "逾期 1 天办结：4月12日采纳为 100%。 | 逾期办结",
        "逾期 2 天办结：4月13日采纳为 100%。 | 逾期办结",
        "还没有牵头单位，不能计时。 | 待分派",
        "1月1日启动，距今 1 天。 | 1月1日启动",
        "1月1日启动，距今 2 天。 | 1月1日启动",
        "尚未填报，首次填报不晚于2月1日。 | 首次填报不晚于2月1日",
        "首次填报待审核，尚无计入的进展。 | 首次填报待审核",
        "逾期 1 天：应于4月11日完成，现完成 90%。 | 逾期 1 天",
        "逾期 12 天：应于4月11日完成，现完成 90%。 | 逾期 12 天",
        "落后 31 个百分点：完成 40%，时间已过 71%。 | 落后 31 个百分点",
        "节点误期 1 天：“示例节点1”未完成。 | 节点误期 1 天",
        "节点误期 16 天：“示例节点16”未完成。 | 节点误期 16 天",
        "今天到期：完成 90%。 | 今天到期",
        "1 天后到期：完成 90%。 | 1 天后到期",
        "7 天后到期：完成 90%。 | 7 天后到期",
        "与序时一致：完成 50%，时间已过 50%。 | 与序时一致",
        "领先 1 个百分点：完成 51%，时间已过 50%。 | 领先 1 个百分点",
        "领先 8 个百分点：完成 58%，时间已过 50%。 | 领先 8 个百分点",
        "落后 1 个百分点，在容许范围内：完成 49%，时间已过 50%。 | 落后 1 个百分点",
        "落后 8 个百分点，在容许范围内：完成 42%，时间已过 50%。 | 落后 8 个百分点",
    ]


@pytest.mark.parametrize(
    ("day", "facts"),
    [(-1, {}), (150, {}), (150, {"completed_on": DUE}), (150, {"completed_on": DUE + WEEK})],
)
def test_a_reason_says_the_year_that_is_not_the_plans(day, facts):
    found = judged(day, **facts)
    plain, dated = (in_english(reason_of, found, year) for year in (START.year, START.year + 1))
    assert "2022" not in plain
    assert dated.replace(" 2022", "") == plain != dated


def test_the_earliest_missed_milestone_is_named():
    found = judged(50, 50, missed=missed_for(3, 20, 8, day=50))
    assert in_english(reason_of, found) == "Milestone missed by 20 days: “示例节点20”."


# Time, means, shares


@pytest.mark.parametrize(
    ("day", "percent"), [(-9, 0), (0, 0), (1, 1), (50, 50), (99, 99), (100, 100), (101, 100)]
)
def test_time_proportional_progress_by_day(day, percent):
    assert time_proportional(START, DUE, START + timedelta(day)) == percent


def test_time_proportional_progress_is_rounded_half_up():
    due = START + timedelta(8)  # 12.5, 25, 37.5 …
    found = [time_proportional(START, due, START + timedelta(day)) for day in range(9)]
    assert found == [0, 13, 25, 38, 50, 63, 75, 88, 100]


def test_an_action_of_one_day_is_gone_on_that_day():
    days = [START + timedelta(day) for day in (-1, 0, 1)]
    assert [time_proportional(START, START, day) for day in days] == [0, 100, 100]


@pytest.mark.parametrize("length", [2, 200, 365, 5000])
def test_the_time_is_not_gone_while_a_day_is_left(length):
    due = START + timedelta(length)
    found = [time_proportional(START, due, due - timedelta(left)) for left in (1, 0)]
    assert found == [min(99, (200 * (length - 1) + length) // (2 * length)), 100]


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.integers(0, 5000),
    st.integers(-6000, 6000),
)
def test_time_never_runs_backwards_nor_out_of_its_bounds(start, length, day):
    due, on = start + timedelta(length), start + timedelta(day)
    today, tomorrow = (time_proportional(start, due, d) for d in (on, on + timedelta(1)))
    assert 0 <= today <= tomorrow <= 100


@pytest.mark.parametrize(
    ("percents", "found"),
    [([], 0), ([40], 40), ([0, 0, 100], 33), ([0, 1], 1), ([50, 51], 51), ([100, 100], 100)],
)
def test_mean(percents, found):
    assert mean(percents) == found


def test_shares_give_the_rest_to_the_largest_remainders():
    assert shares({"red": 1, "yellow": 1, "green": 1}) == {
        "red": 33.4,
        "yellow": 33.3,
        "green": 33.3,
    }
    assert shares({"red": 2, "green": 39}) == {"red": 4.9, "green": 95.1}
    assert shares({"red": 0, "green": 0}) == {"red": 0.0, "green": 0.0}


@given(st.lists(st.integers(0, 10_000), min_size=len(KINDS), max_size=len(KINDS)))
def test_shares_add_to_exactly_a_hundred(numbers):
    counts = dict(zip(KINDS, numbers, strict=True))
    found = shares(counts)
    tenths = {kind: round(10 * share) for kind, share in found.items()}
    assert list(found) == list(counts)
    assert sum(tenths.values()) == (1000 if sum(numbers) else 0)
    assert [share for kind, share in found.items() if not counts[kind]] == [0.0] * numbers.count(0)
    for kind, count in counts.items():
        assert abs(tenths[kind] - 1000 * count / max(1, sum(numbers))) < 1


# Age, talk, early warning


@pytest.mark.parametrize("light", list(Light))
@pytest.mark.parametrize(("age", "is_old"), [(None, False), (0, False), (31, False), (32, True)])
def test_only_work_in_progress_grows_stale(light, age, is_old):
    in_progress = light in ("red", "yellow", "green")
    assert is_stale(light, age, Thresholds()) == (is_old and in_progress)


def test_the_reporting_cycle_is_the_plans_own():
    ages = (14, 15)
    assert [is_stale(Light.GREEN, age, OWN_THRESHOLDS) for age in ages] == [False, True]


@pytest.mark.parametrize("light", list(Light))
@pytest.mark.parametrize("outlook", [*Outlook, None])
def test_a_talk_is_needed_where_light_and_outlook_contradict(light, outlook):
    contradictions = [("green", "off_course"), ("red", "on_course")]
    assert needs_talk(light, outlook) == ((light, outlook) in contradictions)


@pytest.mark.parametrize(
    ("outlook", "percent", "elapsed", "is_early"),
    [
        (Outlook.ON_COURSE, 50, 50, False),
        (Outlook.AT_RISK, 50, 50, True),
        (Outlook.OFF_COURSE, 50, 50, True),
        (Outlook.AT_RISK, 40, 50, True),  # 10 points behind show no light yet
        (Outlook.AT_RISK, 39, 50, False),
        (Outlook.AT_RISK, 99, 100, False),  # the time is over
    ],
)
def test_trouble_told_before_the_figures_show_it(outlook, percent, elapsed, is_early):
    assert is_early_warning(outlook, percent, elapsed, Thresholds()) == is_early


# What was said, one entry after another


def test_what_is_reopened_is_completed_anew():
    said, days = Said(), []
    for number, percent in enumerate([100, 100, 90, 100]):
        said = said.and_then(START + timedelta(number), percent, counts=True)
        days.append(said.completed_on)
    assert days == [START, START, None, START + timedelta(3)]


def test_what_waits_was_said_and_does_not_count():
    said = Said(60, None, START).and_then(START + timedelta(5), 100, counts=False)
    assert said == Said(60, None, START + timedelta(5))
