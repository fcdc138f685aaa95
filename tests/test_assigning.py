"""Who does an action and by when: one row of history each, rules, numbers, milestones."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from priorities.models import Action, Milestone
from priorities.models.changes import Door
from priorities.state.stored import stored_now

from .factories import (
    make_action,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

SPRING, SUMMER, AUTUMN = date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30)


@pytest.fixture
def office():
    return make_user("supervisor", display_name="示例督查员")


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def other():
    return make_unit("区乙局")


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def action(plan):
    return make_action(make_priority(plan))


def stored(action):
    """What the database holds of an action, with its supporting units."""
    row = Action.objects.values().get(pk=action.pk)
    return row, sorted(action.supporting_units.values_list("short_name", flat=True))


def refused(call, **arguments) -> dict:
    """The sentences by field, in English, of a call that is refused."""
    with pytest.raises(ValidationError) as error, translation.override("en"):
        call(**arguments)
    with translation.override("en"):
        return {name: [str(m) for m in sentences] for name, sentences in error.value}


# One change, one row of history


def test_one_assignment_is_one_row_of_history(action, office, unit, other):
    owner = make_user("reporter", units=[unit])
    before = action.history.count()
    changes = {
        "lead_unit": unit,
        "supporting_units": [other],
        "owner": owner,
        "start": SPRING,
        "due": AUTUMN,
        "measure": "示例：建成投用",
    }
    assert action.assign(by=office, changes=changes, reason="示例交办", door=Door.BULK) is True
    assert action.history.count() == before + 1
    row = action.history.first()
    assert (row.history_user, row.history_change_reason, row.door) == (office, "示例交办", "bulk")
    assert (row.lead_unit, row.owner, row.start, row.due) == (unit, owner, SPRING, AUTUMN)
    assert [link.unit for link in row.supporting_units.all()] == [other]
    now, supporting = stored(action)
    assert (now["measure"], now["original_due"], supporting) == (
        "示例：建成投用",
        AUTUMN,
        ["区乙局"],
    )


def test_supporting_units_alone_are_one_row_of_history_too(action, office, unit, other):
    action.assign(by=office, changes={"lead_unit": unit})
    before = action.history.count()
    assert action.assign(by=office, changes={"supporting_units": [other]}) is True
    assert action.history.count() == before + 1
    assert [link.unit for link in action.history.first().supporting_units.all()] == [other]


def test_what_changes_nothing_writes_no_history(action, office, unit, other):
    changes = {"lead_unit": unit, "supporting_units": [other], "due": AUTUMN}
    action.assign(by=office, changes=changes)
    before = action.history.count()
    fresh = Action.objects.get(pk=action.pk)
    assert fresh.assign(by=office, changes={**changes, "start": fresh.start}) is False
    assert action.history.count() == before


def test_a_signature_is_good_for_one_change(action, office, unit):
    action.assign(by=office, changes={"lead_unit": unit}, reason="示例交办", door=Door.BULK)
    action.measure = "示例"
    action.save()
    row = action.history.first()
    assert (row.history_user, row.history_change_reason, row.door) == (None, None, "command")


def test_a_refused_assignment_leaves_no_signature(action, office, unit):
    stranger = make_user("reporter")
    refused(action.assign, by=office, changes={"lead_unit": unit, "owner": stranger}, reason="甲")
    fresh = Action.objects.get(pk=action.pk)
    fresh.assign(by=office, changes={"lead_unit": unit}, reason="乙")
    assert fresh.history.first().history_change_reason == "乙"


def test_what_is_not_named_stays(action, office, unit, other):
    owner = make_user("reporter", units=[unit])
    changes = {"lead_unit": unit, "supporting_units": [other], "owner": owner, "due": AUTUMN}
    action.assign(by=office, changes=changes)
    action.assign(by=office, changes={"measure": "示例"})
    now, supporting = stored(action)
    assert (now["lead_unit_id"], now["owner_id"], now["due"]) == (unit.pk, owner.pk, AUTUMN)
    assert supporting == ["区乙局"]


# Rules


def test_an_assigned_action_runs_the_year_unless_told_otherwise(plan, action, office, unit):
    action.assign(by=office, changes={"lead_unit": unit})
    assert (action.start, action.due) == (plan.start, plan.end)


def test_the_lead_unit_does_not_support_itself(action, office, unit, other):
    action.assign(by=office, changes={"lead_unit": unit, "supporting_units": [unit, other]})
    assert stored(action)[1] == ["区乙局"]


def test_a_supporting_unit_that_comes_to_lead_supports_no_more(action, office, unit, other):
    action.assign(by=office, changes={"lead_unit": unit, "supporting_units": [other]})
    action.assign(by=office, changes={"lead_unit": other})
    assert stored(action)[1] == []


def test_the_owner_is_one_of_the_lead_unit(action, office, unit, other):
    stranger = make_user("reporter", units=[other], display_name="示例某人")
    before = stored(action)
    changes = {"lead_unit": unit, "supporting_units": [other], "owner": stranger}
    assert refused(action.assign, by=office, changes=changes) == {
        "owner": ["示例某人 is not in the lead unit 区甲局."]
    }
    assert stored(action) == before


def test_an_owner_who_has_left_the_unit_stays_until_somebody_changes_it(action, office, unit):
    owner = make_user("reporter", units=[unit])
    action.assign(by=office, changes={"lead_unit": unit, "owner": owner})
    owner.units.clear()
    assert action.assign(by=office, changes={"measure": "示例"}) is True


def test_a_new_lead_unit_wants_an_owner_of_its_own(action, office, unit, other):
    owner = make_user("reporter", units=[unit])
    action.assign(by=office, changes={"lead_unit": unit, "owner": owner})
    assert list(refused(action.assign, by=office, changes={"lead_unit": other})) == ["owner"]
    successor = make_user("reporter", units=[other])
    fresh = Action.objects.get(pk=action.pk)
    assert fresh.assign(by=office, changes={"lead_unit": other, "owner": successor})


def test_an_owner_without_a_lead_unit_is_refused(action, office):
    owner = make_user("reporter")
    assert refused(action.assign, by=office, changes={"owner": owner}) == {
        "__all__": ["Choose the lead unit before the owner."]
    }


def test_a_due_date_that_stood_moves_only_with_a_reason(action, office, unit):
    action.assign(by=office, changes={"lead_unit": unit, "due": SUMMER})
    before = stored(action), action.history.count()
    assert refused(action.assign, by=office, changes={"due": AUTUMN}) == {
        "reason": ["Say why the due date moves."]
    }
    assert (stored(action), action.history.count()) == before


def test_the_original_due_date_stays_visible(action, office, unit):
    action.assign(by=office, changes={"lead_unit": unit, "due": SPRING})
    action.assign(by=office, changes={"due": SUMMER}, reason="示例：施工条件变化")
    action.assign(by=office, changes={"measure": "示例"})
    action.assign(by=office, changes={"due": AUTUMN}, reason="示例：材料未到")
    action.refresh_from_db()
    assert (action.due, action.original_due) == (AUTUMN, SPRING)


def test_the_first_due_date_needs_no_reason(action, office, unit):
    assert action.assign(by=office, changes={"lead_unit": unit, "due": SUMMER}) is True


def test_an_action_can_be_taken_from_its_unit_again(action, office, unit):
    owner = make_user("reporter", units=[unit])
    action.assign(by=office, changes={"lead_unit": unit, "owner": owner})
    assert action.assign(by=office, changes={"lead_unit": None, "owner": None}) is True
    assert stored(action)[0]["lead_unit_id"] is None


def test_dates_in_the_wrong_order_are_refused_with_nothing_stored(action, office, unit, other):
    before = stored(action), action.history.count()
    changes = {
        "lead_unit": unit,
        "supporting_units": [other],
        "start": AUTUMN,
        "due": SPRING,
    }
    assert refused(action.assign, by=office, changes=changes) == {
        "__all__": ["The due date cannot lie before the start."]
    }
    assert (stored(action), action.history.count()) == before


def test_cancelling_keeps_the_reason_and_who_gave_it(action, office):
    action.cancel(by=office, on=AUTUMN, reason="示例：并入1.2")
    row = action.history.first()
    assert (row.history_user, row.history_change_reason) == (office, "示例：并入1.2")
    assert (row.cancelled_on, row.cancelled_reason) == (AUTUMN, "示例：并入1.2")
    assert refused(action.cancel, by=office, on=AUTUMN, reason="") == {
        "__all__": ["A cancelled action needs a day and a reason."]
    }


# Numbers


@pytest.mark.parametrize("number", ["1.1", "1.10"])
def test_an_action_is_found_by_its_number(plan, action, number):
    make_action(action.priority, order=10)
    make_action(make_priority(make_plan("2032")), order=1)
    [found] = Action.objects.of_plan(plan).numbered(number)
    assert found.number == number


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1",
        "1.",
        ".1",
        "1.1.1",
        "01.1",
        "1.01",
        "-1.1",
        "1.-1",
        "１.１",
        "1.²",
        "a.b",
        "0.1",
        "1.0",
        "1,1",
        "1_0.1",
        "1.1\x00",
    ],
)
def test_what_is_no_number_finds_nothing(action, number):
    assert list(Action.objects.numbered(number)) == []
    assert list(Action.objects.numbered(f"1.{'1' * 30}")) == []


def test_the_number_of_an_action_never_changes(plan, action):
    elsewhere = make_priority(plan)
    action.order = 7
    assert refused(action.full_clean) == {"order": ["The number of an action never changes."]}
    action.order, action.priority = 1, elsewhere
    assert refused(action.full_clean) == {"order": ["The number of an action never changes."]}


def test_the_number_of_an_action_is_never_used_again(action):
    priority = action.priority
    action.delete()
    again = Action(priority=priority, order=1, text="示例另一项")
    assert refused(again.full_clean) == {"order": ["The number of an action is never used again."]}
    Action(priority=priority, order=2, text="示例另一项").full_clean()


# Milestones


def test_milestones_are_made_changed_and_dropped_in_one_go(action, office):
    kept, moved, gone = (
        make_milestone(action, SPRING, title=f"示例节点{n}") for n in ("甲", "乙", "丙")
    )
    history = Milestone.history.count()
    moved.planned = SUMMER
    new = Milestone(title="示例节点丁", planned=AUTUMN)
    assert action.set_milestones([kept, moved, new], by=office, reason="示例调整") is True
    found = list(action.milestones.values_list("title", "planned"))
    assert found == [
        ("示例节点甲", SPRING),
        ("示例节点乙", SUMMER),
        ("示例节点丁", AUTUMN),
    ]
    rows = Milestone.history.order_by("history_id")[history:]
    assert [(r.title, r.history_type) for r in rows] == [
        ("示例节点丙", "-"),
        ("示例节点乙", "~"),
        ("示例节点丁", "+"),
    ]
    signed = {(r.history_user, r.history_change_reason, r.door) for r in rows}
    assert signed == {(office, "示例调整", "page")}
    assert gone.pk not in action.milestones.values_list("pk", flat=True)


def test_the_same_milestones_change_nothing(action, office):
    make_milestone(action, SPRING)
    history = Milestone.history.count()
    assert action.set_milestones(list(action.milestones.all()), by=office) is False
    assert Milestone.history.count() == history


def test_one_wrong_milestone_stores_none(action, office):
    stays = make_milestone(action, SPRING, title="示例开工")
    new = [Milestone(title=title, planned=SUMMER) for title in ("示例封顶", "示例封顶")]
    assert refused(action.set_milestones, milestones=new, by=office) == {
        "__all__": ["The action already has a milestone of this name."]
    }
    assert list(action.milestones.all()) == [stays]


@pytest.mark.parametrize(
    ("done", "on", "state", "late"),
    [
        (None, SUMMER, "due", 0),
        (None, date(2022, 7, 1), "missed", 1),
        (SPRING, SUMMER, "done", -91),
        (SUMMER, SUMMER, "done", 0),
        (AUTUMN, date(2022, 7, 1), "missed", 1),
        (AUTUMN, AUTUMN, "done", 92),
    ],
)
def test_how_a_milestone_stands_on_a_day(action, done, on, state, late):
    make_milestone(action, SUMMER, done=done)
    [milestone] = stored_now(action.priority.plan, on).actions[0].milestones
    assert (milestone.state_on(on), milestone.days_late(on)) == (state, late)
    assert milestone.is_missed(on) == (state == "missed")


# The status date


def test_the_status_date_is_taken_for_today(plan, office):
    plan.set_status_date(SUMMER, by=office)
    assert plan.today() == SUMMER
    row = plan.history.first()
    assert (row.status_date, row.history_user) == (SUMMER, office)
    assert refused(plan.set_status_date, day=date(2021, 12, 31), by=office) == {
        "__all__": ["The status date cannot lie before the plan's start."]
    }
