"""A past day shows the plan as it stood then, under the names of then."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities import words
from priorities.models import Action, Milestone
from priorities.state.stored import recorded_since, stored_as_recorded, stored_now
from tests.states import state

from .factories import date_history, make_action, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

LOADED, ASSIGNED, CHANGED = date(2022, 1, 10), date(2022, 2, 10), date(2022, 6, 10)
BEFORE, SPRING, NOW = date(2022, 1, 9), date(2022, 5, 31), date(2022, 9, 30)


@pytest.fixture
def office():
    return make_user("supervisor")


@pytest.fixture
def plan():
    """Assigned in February; in June nearly everything about it is changed."""
    office, plan = make_user("supervisor"), make_plan()
    first, second = make_unit("区甲局"), make_unit("区乙局")
    owner = make_user("reporter", units=[first], display_name="示例甲")
    action, dropped = (make_action(make_priority(plan), text="示例原文") for _ in range(2))
    date_history(LOADED)
    action.assign(
        by=office, changes={"lead_unit": first, "owner": owner, "supporting_units": [second]}
    )
    stone = Milestone(title="示例开工", planned=date(2022, 3, 31))
    action.set_milestones([stone], by=office)
    date_history(ASSIGNED)
    change_everything(plan, action, dropped, office)
    date_history(CHANGED)
    return plan


def change_everything(plan, action, dropped, office):
    """New names, units, dates, words and thresholds; the milestone and one action deleted."""
    first, second, owner = action.lead_unit, action.supporting_units.get(), action.owner
    for row, names in [
        (first, {"short_name": "区甲局（更名）"}),
        (owner, {"display_name": "示例甲（更名）"}),
        (action.priority, {"title": "示例新标题"}),
        (plan, {"red_deviation": 40, "title": "示例新名"}),
    ]:
        for name, value in names.items():
            setattr(row, name, value)
        row.save_change(by=office)
    action.assign(
        by=office,
        changes={
            "lead_unit": second,
            "owner": None,
            "supporting_units": [first],
            "due": date(2022, 11, 30),
        },
        reason="示例调整",
    )
    action.text = "示例新文"
    action.save_change(by=office)
    action.set_milestones([], by=office)
    dropped.delete()


def test_the_plan_as_it_stood(plan):
    rows = stored_as_recorded(plan, SPRING)
    action, dropped = rows.actions
    assert rows.is_as_recorded is True
    assert (rows.plan.title, rows.plan.red_deviation) == ("示例2031年度重点工作", 30)
    assert (action.text, dropped.text) == ("示例原文", "示例原文")
    assert (action.lead_unit.short_name, str(action.owner)) == ("区甲局", "示例甲")
    assert [unit.short_name for unit in action.supporting] == ["区乙局"]
    assert [stone.title for stone in action.milestones] == ["示例开工"]
    assert (action.due, action.priority.title) == (date(2022, 12, 31), "示例重点工作1")


def test_the_plan_as_it_stands(plan):
    for rows in (stored_as_recorded(plan, CHANGED), stored_now(plan, CHANGED)):
        [action] = rows.actions
        assert (rows.plan.title, rows.plan.red_deviation) == ("示例新名", 40)
        assert (action.text, action.owner) == ("示例新文", None)
        assert action.lead_unit.short_name == "区乙局"
        assert [u.short_name for u in action.supporting] == ["区甲局（更名）"]
        assert action.milestones == ()
        assert (action.due, action.priority.title) == (date(2022, 11, 30), "示例新标题")


def test_a_change_counts_from_the_day_on_which_it_was_made(plan):
    days = [LOADED, date(2022, 2, 9), ASSIGNED, date(2022, 6, 9), CHANGED]
    rows = [stored_as_recorded(plan, day) for day in days]
    leads = [row.actions[0].lead_unit and row.actions[0].lead_unit.short_name for row in rows]
    assert leads == [None, None, "区甲局", "区甲局", "区乙局"]
    assert [len(row.actions) for row in rows] == [2, 2, 2, 2, 1]


def test_before_the_plan_was_in_the_system_it_is_shown_as_it_is(plan):
    assert recorded_since(plan) == LOADED
    rows = stored_as_recorded(plan, BEFORE)
    assert (rows.is_as_recorded, [a.text for a in rows.actions]) == (False, ["示例新文"])


def test_the_state_of_a_past_day_is_judged_by_the_thresholds_of_then(plan):
    day = date(2022, 5, 1)  # 33 % of the time gone, nothing reported
    then = state(plan, day, stored_as_recorded(plan, day))
    [now_] = state(plan, day).actions
    assert (then.actions[0].light, words.brief(then.actions[0])) == ("red", "落后 33 个百分点")
    assert (now_.elapsed, now_.light) == (36, "yellow")


def test_another_plans_past_does_not_leak(plan):
    other = make_plan("2032")
    make_action(make_priority(other), text="示例别的计划")
    date_history(LOADED)
    texts = {action.text for action in stored_as_recorded(plan, SPRING).actions}
    assert texts == {"示例原文"}


def test_a_past_day_costs_the_same_for_6_and_for_60_actions(office):
    costs = []
    for slug, sizes in (("2041", [6]), ("2042", [10] * 6)):
        plan, lead, support = make_plan(slug, sizes=sizes), make_unit(), make_unit()
        owner = make_user("reporter", units=[lead])
        changes = {"lead_unit": lead, "supporting_units": [support], "owner": owner}
        for action in Action.objects.of_plan(plan):
            action.assign(by=office, changes=changes)
            stones = [Milestone(title="示例开工", planned=date(2022, 3, 31))]
            action.set_milestones(stones, by=office)
        date_history(LOADED)
        with CaptureQueriesContext(connection) as queries:
            found = state(plan, SPRING, stored_as_recorded(plan, SPRING))
            assert {a.lead_name for a in found.actions} == {lead.short_name}
        costs.append(len(queries))
    assert costs[0] == costs[1]
