"""A plan changes during its year: each act, what it leaves as it was, and how it is taken back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from priorities import words
from priorities.drawings.trends import trend
from priorities.lights import ENDED, KINDS
from priorities.models import (
    Action,
    Amendment,
    Lineage,
    Milestone,
    Plan,
    Priority,
    ProgressEntry,
    Unit,
)
from priorities.models.amending import (
    Part,
    add_action,
    add_priority,
    merge,
    reword_action,
    reword_priority,
    split,
    withdraw,
)
from priorities.models.amendments import CannotUndo
from priorities.models.standing import strays
from priorities.state.kept import action_on, plan_on

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .seals import rewriting

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
BEFORE = date(2022, 9, 1)


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def office():
    return make_user("supervisor")


@pytest.fixture
def plan(unit):
    plan = make_plan()
    first = make_priority(plan, sentence="示例重点工作1，开展示例甲行动、示例乙行动。")
    make_action(first, text="示例甲行动", lead_unit=unit)
    make_action(first, text="示例乙行动", lead_unit=unit)
    make_action(make_priority(plan), lead_unit=unit)
    return plan


@pytest.fixture
def acting(office):
    return {"by": office, "on": TODAY, "reason": "示例：专题会议定"}


def action(plan, number):
    return Action.objects.of_plan(plan).numbered(number).get()


def numbers(plan, day=TODAY):
    return [a.number for a in plan_on(plan, day).actions]


def two(unit=None):
    return [Part("示例前半", lead_unit=unit), Part("示例后半", lead_unit=unit)]


def all_rows():
    """What pages read: the rows of the plan, without the histories."""
    models = (Priority, Action, Milestone, Lineage)
    return [list(model.objects.order_by("pk").values()) for model in models]


# Adding


def test_an_action_gets_the_next_number_and_starts_with_the_plan(plan, unit, acting):
    add_action(plan.priorities.get(number=1), Part("示例丙行动", lead_unit=unit), **acting)
    made = action(plan, "1.3")
    assert (made.text, made.lead_unit, made.start, made.due) == (
        "示例丙行动",
        unit,
        plan.start,
        plan.end,
    )
    assert made.history.get().history_change_reason == "示例：专题会议定"


def test_an_added_action_has_units_owner_and_milestones(plan, unit, acting):
    owner, other = make_user("reporter", units=[unit]), make_unit("区乙局")
    part = Part(
        "示例丙行动",
        measure="示例：建成",
        lead_unit=unit,
        supporting=(other,),
        owner=owner,
        start=date(2022, 10, 1),
        due=date(2022, 11, 30),
        milestones=((date(2022, 11, 1), "示例封顶"),),
    )
    add_action(plan.priorities.get(number=1), part, **acting)
    made = action(plan, "1.3")
    assert list(made.supporting_units.all()) == [other]
    assert (made.owner, made.measure, made.original_due) == (owner, "示例：建成", part.due)
    assert list(made.milestones.values_list("planned", "title")) == list(part.milestones)
    assert list(strays(Action._meta.apps)) == []


def test_a_number_is_never_used_again(plan, acting):
    priority = plan.priorities.get(number=1)
    add_action(priority, Part("示例丙行动"), **acting).undo(by=acting["by"])
    withdraw(action(plan, "1.2"), **acting)
    add_action(priority, Part("示例丁行动"), **acting)
    assert numbers(plan) == ["1.1", "1.2", "1.4", "2.1"]


def test_a_priority_gets_the_next_number_and_that_of_one_undone_stays_used(plan, acting):
    said = {"title": "示例新重点", "sentence": "示例新重点，示例。", "premise": "", "goal": ""}
    add_priority(plan, **said, **acting).undo(by=acting["by"])
    add_priority(plan, **said, **acting)
    assert list(plan.priorities.values_list("number", flat=True)) == [1, 2, 4]


# Rewording


def test_a_reworded_action_keeps_its_place_and_its_entries(plan, acting, office):
    row = action(plan, "1.1")
    entry = make_entry(row, by=office)
    reword_action(row, text="示例甲行动（新）", measure="示例：两项", **acting)
    row.refresh_from_db()
    assert (row.number, row.text, row.measure) == ("1.1", "示例甲行动（新）", "示例：两项")
    assert row.entries.get() == entry


def test_words_that_are_the_same_are_no_act(plan, acting):
    with pytest.raises(ValidationError, match="没有改动"):
        reword_action(action(plan, "1.1"), text="示例甲行动", **acting)
    assert not Amendment.objects.exists()


def test_a_reworded_priority_keeps_its_actions(plan, acting):
    reword_priority(plan.priorities.get(number=1), title="示例改名", goal="示例目标", **acting)
    found = plan_on(plan, TODAY).priority(1)
    assert (found.title, found.priority.goal, len(found.actions)) == ("示例改名", "示例目标", 2)


# Splitting and merging


def test_what_is_split_leaves_the_figures_and_says_where_it_goes_on(plan, unit, acting, office):
    make_entry(action(plan, "1.1"), by=office, percent=64)
    split(action(plan, "1.1"), two(unit), **acting)
    now = plan_on(plan, TODAY)
    source, first, second = (now.numbered(n) for n in ("1.1", "1.3", "1.4"))
    assert (source.kind, source.is_ended, source.percent) == ("split", True, 64)
    assert words.reason(source) == "9月30日起拆分为 1.3、1.4，不再计数。"
    assert [words.descent(a) for a in (source, first, second)] == [
        "拆分为 1.3、1.4",
        "由 1.1 拆分",
        "由 1.1 拆分",
    ]
    assert (now.total, now.ended) == (4, {"cancelled": 0, "split": 1, "merged": 0})
    assert now.priority(1).total == 3
    assert action(plan, "1.1").entries.count() == 1
    assert (first.accepted, second.accepted) == (None, None)


def test_what_is_merged_goes_on_in_one(plan, unit, acting):
    merge([action(plan, "2.1"), action(plan, "1.2")], Part("示例合一", lead_unit=unit), **acting)
    now = plan_on(plan, TODAY)
    assert [now.numbered(n).kind for n in ("1.2", "2.1")] == ["merged", "merged"]
    assert words.descent(now.numbered("2.2")) == "由 1.2、2.1 合并"
    assert words.brief(now.numbered("1.2")) == "并入 2.2"
    assert (now.total, now.ended["merged"]) == (2, 2)


def test_each_is_counted_by_its_own_word(plan, unit, acting):
    withdraw(action(plan, "1.1"), **acting)
    split(action(plan, "1.2"), two(unit), **acting)
    assert words.left_out(plan_on(plan, TODAY).ended) == ["中止 1 项", "拆分 1 项"]
    assert words.summary(plan_on(plan, TODAY).priority(1)).endswith("中止 1 项，拆分 1 项，不计入")


def test_a_past_day_knows_nothing_of_it(plan, unit, acting):
    date_history(date(2022, 1, 4))
    split(action(plan, "1.1"), two(unit), **acting)
    then = plan_on(plan, BEFORE)
    assert [a.number for a in then.actions] == ["1.1", "1.2", "2.1"]
    assert (then.total, then.numbered("1.1").is_ended, then.numbered("1.1").action.into) == (
        3,
        False,
        (),
    )


def test_a_day_on_which_it_was_split_shows_it_also_after_that_was_taken_back(unit, office):
    """What was so on a day is shown on that day, whatever came later."""
    today = timezone.localdate()
    plan = make_plan(start=today - timedelta(90), end=today + timedelta(90), status_date=None)
    make_action(make_priority(plan), text="示例甲行动", lead_unit=unit)
    at = timezone.now()
    recorded_since(at - timedelta(60), today - timedelta(30))
    acting = {"by": office, "on": today - timedelta(5), "reason": "示例"}
    act = split(action(plan, "1.1"), two(unit), **acting)
    recorded_since(at - timedelta(1), today - timedelta(5))
    act.undo(by=office)
    now, then = plan_on(plan, today), plan_on(plan, today - timedelta(3))
    assert ([a.number for a in now.actions], now.total) == (["1.1"], 1)
    assert ([a.number for a in then.actions], then.total) == (["1.1", "1.2", "1.3"], 2)
    assert then.numbered("1.1").kind == "split"
    assert [d.target_number for d in then.numbered("1.1").action.into] == ["1.2", "1.3"]


def recorded_since(moment, day):
    """Let what was recorded since that moment have been recorded on a day."""
    at = datetime.combine(day, time(9), tzinfo=UTC)
    with rewriting(connection):
        for model in (Plan, Priority, Action, Lineage, Unit):
            model.history.filter(history_date__gt=moment).update(history_date=at)


@pytest.mark.parametrize("count", [0, 1, 13])
def test_a_split_is_into_two_to_twelve(plan, acting, count):
    with pytest.raises(ValidationError, match="2 至 12"):
        split(action(plan, "1.1"), [Part(f"示例{n}") for n in range(count)], **acting)
    assert numbers(plan) == ["1.1", "1.2", "2.1"]


def test_what_has_ended_is_neither_split_nor_merged_nor_withdrawn(plan, unit, acting):
    withdraw(action(plan, "1.1"), **acting)
    row = action(plan, "1.1")
    for act in (
        lambda: split(row, two(unit), **acting),
        lambda: merge([row, action(plan, "1.2")], Part("示例"), **acting),
        lambda: withdraw(row, **acting),
        lambda: reword_action(row, text="示例", **acting),
    ):
        with pytest.raises(ValidationError, match=r"1\.1 已终止"):
            act()
    assert numbers(plan) == ["1.1", "1.2", "2.1"]


def test_what_is_complete_is_not_split(plan, unit, acting, office):
    make_entry(action(plan, "1.1"), by=office, percent=100)
    with pytest.raises(ValidationError, match=r"1\.1 已办结"):
        split(action(plan, "1.1"), two(unit), **acting)


def test_actions_of_two_plans_are_not_merged(plan, acting):
    other = make_action(make_priority(make_plan("2041")))
    with pytest.raises(ValidationError, match="同一份计划"):
        merge([action(plan, "1.1"), other], Part("示例"), **acting)


def test_a_broken_part_leaves_nothing(plan, unit, acting):
    stranger = make_user("reporter")
    before = all_rows()
    parts = [Part("示例前半", lead_unit=unit), Part("示例后半", lead_unit=unit, owner=stranger)]
    with pytest.raises(ValidationError):
        split(action(plan, "1.1"), parts, **acting)
    assert all_rows() == before
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_act_without_a_reason(plan, acting, reason):
    with pytest.raises(ValidationError, match="原因"):
        withdraw(action(plan, "1.1"), **acting | {"reason": reason})
    assert action(plan, "1.1").cancelled_on is None


# Taking back

ACTS = {
    "add": lambda plan, unit, given: add_action(
        plan.priorities.get(number=1), Part("示例丙", lead_unit=unit), **given
    ),
    "add_priority": lambda plan, unit, given: add_priority(
        plan, title="示例", sentence="示例。", **given
    ),
    "reword": lambda plan, unit, given: reword_action(action(plan, "1.1"), text="示例改", **given),
    "reword_priority": lambda plan, unit, given: reword_priority(
        plan.priorities.get(number=1), title="示例改", **given
    ),
    "withdraw": lambda plan, unit, given: withdraw(action(plan, "1.1"), **given),
    "split": lambda plan, unit, given: split(
        action(plan, "1.1"),
        [Part("示例前", lead_unit=unit, milestones=((TODAY, "示例节点"),)), Part("示例后")],
        **given,
    ),
    "merge": lambda plan, unit, given: merge(
        [action(plan, "1.1"), action(plan, "1.2")], Part("示例合一", lead_unit=unit), **given
    ),
}


@pytest.fixture(params=ACTS)
def act(request, plan, unit, acting):
    make_milestone(action(plan, "1.1"), TODAY, title="示例节点")
    action(plan, "1.1").supporting_units.add(make_unit("区乙局"))
    before = all_rows(), list(Action.supporting_units.through.objects.values())
    return ACTS[request.param](plan, unit, acting), before


def test_an_act_can_be_taken_back_while_nothing_followed(act, plan, office):
    amendment, before = act
    assert all_rows() != before[0]
    amendment.undo(by=office)
    assert (all_rows(), list(Action.supporting_units.through.objects.values())) == before
    assert (amendment.undone_by, amendment.undone_at is not None) == (office, True)
    assert list(strays(Action._meta.apps)) == []


def test_an_act_is_taken_back_once(act, office):
    amendment, _before = act
    amendment.undo(by=office)
    with pytest.raises(CannotUndo, match="撤回过"):
        amendment.undo(by=office)


def test_what_was_changed_again_stays(act, office):
    amendment, _before = act
    [name, key] = next(row[:2] for row in amendment.touched if row[0] in ("action", "priority"))
    row = {"action": Action, "priority": Priority}[name].objects.get(pk=key)
    row.save_change(by=office, reason="示例：又改")
    with pytest.raises(CannotUndo, match="又改过"):
        amendment.undo(by=office)


@pytest.mark.parametrize("name", ["add", "reword", "split", "merge"])
def test_what_was_reported_on_stays(plan, unit, acting, office, name):
    amendment = ACTS[name](plan, unit, acting)
    pk = amendment.made("action") or amendment.keys("action")
    make_entry(Action.objects.get(pk=pk[0]), by=office, at=timezone.now())
    with pytest.raises(CannotUndo, match="新的记录"):
        amendment.undo(by=office)


def test_a_priority_in_which_an_action_was_made_stays(plan, unit, acting, office):
    amendment = ACTS["add_priority"](plan, unit, acting)
    make_action(plan.priorities.get(number=3))
    with pytest.raises(CannotUndo, match="新的记录"):
        amendment.undo(by=office)


# Whatever is done, the figures add up

STEPS = st.lists(
    st.tuples(st.sampled_from(("add", "withdraw", "split", "merge", "undo")), st.integers(0, 40)),
    max_size=7,
)


@settings(max_examples=25)
@given(STEPS)
def test_every_action_is_counted_once_or_has_ended_once(steps):
    with transaction.atomic():
        plan, unit, office = make_plan("2051"), make_unit("区丁局"), make_user("supervisor")
        priorities = [make_priority(plan) for _ in range(2)]
        for priority in (*priorities, *priorities):
            make_action(priority, lead_unit=unit)
        expected, done = {"open": 4, "cancelled": 0, "split": 0, "merged": 0}, []
        for name, at in steps:
            _step(plan, unit, office, name, at, expected, done)
        now = plan_on(plan, TODAY)
        every = {row.number for row in Action.objects.of_plan(plan).select_related("priority")}
        transaction.set_rollback(True)
    assert now.total == sum(now.counts.values()) == expected["open"]
    assert now.ended == {kind: expected[kind] for kind in ENDED}
    assert {a.number for a in now.actions} == every
    assert len(now.actions) == now.total + sum(now.ended.values())
    assert sum(p.total for p in now.priorities) == now.total
    for kind in ENDED:
        assert sum(p.ended[kind] for p in now.priorities) == now.ended[kind]
    assert {a.kind for a in now.actions if not a.is_ended} <= set(KINDS)
    for a in now.actions:
        assert bool(a.action.into) == (a.kind in ("split", "merged"))


def _step(plan, unit, office, name, at, expected, done):
    given = {"by": office, "on": TODAY, "reason": "示例"}
    rows = Action.objects.of_plan(plan).filter(cancelled_on=None).select_related("priority__plan")
    rows = list(rows.order_by("pk"))
    if name == "undo":
        if done:
            amendment, change = done.pop()
            amendment.undo(by=office)
            for key, by in change.items():
                expected[key] -= by
        return
    if name == "add":
        act, change = add_action(plan.priorities.first(), Part("示例"), **given), {"open": 1}
    elif name == "withdraw" and rows:
        row = rows[at % len(rows)]
        act, change = withdraw(row, **given), {"open": -1, "cancelled": 1}
    elif name == "split" and rows:
        count = 2 + at % 3
        parts = [Part(f"示例{n}", lead_unit=unit) for n in range(count)]
        act = split(rows[at % len(rows)], parts, **given)
        change = {"open": count - 1, "split": 1}
    elif name == "merge" and len(rows) > 1:
        count = min(len(rows), 2 + at % 2)
        act = merge(rows[:count], Part("示例"), **given)
        change = {"open": 1 - count, "merged": count}
    else:
        return
    done.append((act, change))
    for key, by in change.items():
        expected[key] += by


# What a part begins with


def test_a_part_begins_with_the_percent_that_it_is_given(plan, unit, acting, office):
    row = action(plan, "1.1")
    make_entry(row, by=office, percent=64, day=TODAY)
    parts = [Part("示例前半", lead_unit=unit, starts_at=60), Part("示例后半", lead_unit=unit)]
    split(row, parts, **acting)
    now = plan_on(plan, TODAY)
    first, second = now.numbered("1.3"), now.numbered("1.4")
    assert [(a.percent, a.kind, a.is_unreported) for a in (first, second)] == [
        (60, "yellow", False),
        (0, "not_started", True),
    ]
    assert words.reason(first) == "落后 15 个百分点：完成 60%，时间已过 75%。"
    assert now.priority(1).percent == 20  # of 60, 0 and 0
    assert words.summary(now.priority(1)) == (
        "3 项举措的平均值，2 项尚未填报，按 0 计，拆分 1 项，不计入"
    )
    assert action_on(action(plan, "1.3"), TODAY).percent == 60


def begun(unit):
    return [Part("示例一", lead_unit=unit, starts_at=60), Part("示例二")]


def test_what_is_reported_takes_the_place_of_what_it_began_with(plan, unit, acting, office):
    split(
        action(plan, "1.1"),
        [Part("示例一", lead_unit=unit, starts_at=60), Part("示例二")],
        **acting,
    )
    make_entry(action(plan, "1.3"), by=office, percent=20, day=TODAY)
    assert plan_on(plan, TODAY).numbered("1.3").percent == 20


def test_no_step_is_asked_about_that_was_not_taken(plan, unit, acting, office):
    split(
        action(plan, "1.1"),
        [Part("示例一", lead_unit=unit, starts_at=60), Part("示例二")],
        **acting,
    )
    said = {"by": office, "day": TODAY, "done": "示例", "outlook": "on_course"}
    said["action"] = action(plan, "1.3")
    with pytest.raises(ValidationError, match="60"):
        ProgressEntry.record(percent=99, **said)
    assert ProgressEntry.record(percent=66, **said).percent == 66


def test_the_weeks_before_know_nothing_of_what_came_later(plan, unit, acting, office):
    before = trend(plan, plan_on(plan, TODAY).actions, TODAY).points
    split(
        action(plan, "1.1"),
        [Part("示例一", lead_unit=unit, starts_at=60), Part("示例二")],
        **acting,
    )
    after = trend(plan, plan_on(plan, TODAY).actions, TODAY).points
    assert [point.counts for point in after[:-1]] == [point.counts for point in before[:-1]]
    assert sum(after[-1].counts.values()) == 4
