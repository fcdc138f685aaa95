"""What was changed, told in sentences, with person, reason and door."""

from datetime import date

import pytest
from django.utils import translation

from priorities.history import changes_of, times_moved
from priorities.models import Milestone
from priorities.models.changes import Door

from .factories import date_history, make_action, make_plan, make_priority, make_unit, make_user

pytestmark = pytest.mark.django_db

LATER = date(2030, 1, 1)
LOADED, ASSIGNED, STARTED, MOVED = (date(2022, month, 8) for month in (1, 2, 4, 6))


@pytest.fixture
def office():
    return make_user("supervisor", display_name="示例督查员")


@pytest.fixture
def lead():
    return make_unit("区甲局")


@pytest.fixture
def support():
    return make_unit("区乙局")


@pytest.fixture
def action():
    return make_action(make_priority(make_plan()))


@pytest.fixture
def story(action, office, lead, support):
    """Loaded, assigned with a milestone, the milestone done, the due date moved, units dropped."""
    owner = make_user("reporter", units=[lead], display_name="示例责任人")
    date_history(LOADED)
    changes = {"lead_unit": lead, "owner": owner, "supporting_units": [support]}
    action.assign(
        by=office, changes={**changes, "due": date(2022, 6, 30)}, reason="示例交办", door=Door.BULK
    )
    stone = Milestone(title="示例开工", planned=date(2022, 3, 31))
    action.set_milestones([stone], by=office, door=Door.BULK)
    date_history(ASSIGNED)
    stone.done = date(2022, 4, 2)
    action.set_milestones([stone], by=office)
    date_history(STARTED)
    action.assign(by=office, changes={"due": date(2022, 9, 30)}, reason="示例：材料未到")
    date_history(MOVED)
    action.assign(by=office, changes={"supporting_units": []}, door=Door.ADMIN)
    return action


def told(action, until=LATER):
    with translation.override("en"):
        lines = changes_of(action, until)
        return [(line.by, line.door_word, line.reason, line.sentences) for line in lines]


def test_changes_are_told_in_sentences_newest_first(story, office):
    assert told(story) == [
        (office, "admin panel", "", ["Supporting units removed (was 区乙局)."]),
        (
            office,
            "",
            "示例：材料未到",
            ["Due date changed from 30 June 2022 to 30 September 2022."],
        ),
        (office, "", "", ["Milestone “示例开工”: done set to 2 April 2022."]),
        (
            office,
            "bulk change",
            "示例交办",
            [
                "Lead unit set to 区甲局.",
                "Supporting units set to 区乙局.",
                "Owner set to 示例责任人.",
                "Start set to 1 January 2022.",
                "Due date set to 30 June 2022.",
                "Milestone “示例开工” planned for 31 March 2022.",
            ],
        ),
        (None, "command", "", ["Loaded into the system."]),
    ]


def test_they_are_told_in_chinese(story):
    sentences = [line.sentences for line in changes_of(story, LATER)]
    assert sentences == [
        ["取消配合单位（原为区乙局）。"],
        ["完成时限由2022年6月30日改为2022年9月30日。"],
        ["节点“示例开工”：完成日期定为2022年4月2日。"],
        [
            "牵头单位定为区甲局。",
            "配合单位定为区乙局。",
            "责任人定为示例责任人。",
            "开始定为2022年1月1日。",
            "完成时限定为2022年6月30日。",
            "新增节点“示例开工”，计划2022年3月31日完成。",
        ],
        ["录入系统。"],
    ]


def test_a_past_day_knows_no_later_change(story):
    assert [len(told(story, day)) for day in (LOADED, ASSIGNED, STARTED, MOVED)] == [1, 2, 3, 4]
    assert told(story, date(2022, 1, 7)) == []


def test_moves_of_the_due_date_are_counted_by_day(story):
    assert [times_moved(story, day) for day in (LOADED, STARTED, MOVED, LATER)] == [0, 0, 1, 1]


def test_a_milestone_that_is_dropped_is_told(story, office):
    date_history(MOVED)
    story.set_milestones([], by=office, reason="示例：不再需要")
    assert told(story)[0] == (office, "", "示例：不再需要", ["Milestone “示例开工” removed."])


def test_two_people_at_the_same_moment_are_two_lines(action, office, lead):
    colleague = make_user("supervisor")
    date_history(LOADED)
    action.assign(by=office, changes={"lead_unit": lead})
    action.assign(by=colleague, changes={"measure": "示例"})
    assert [line[0] for line in told(action)] == [colleague, office, None]


def test_another_actions_changes_are_not_told(action, office, lead):
    neighbour = make_action(action.priority)
    neighbour.assign(by=office, changes={"lead_unit": lead})
    neighbour.set_milestones([Milestone(title="示例", planned=date(2022, 3, 31))], by=office)
    assert [line[3] for line in told(action)] == [["Loaded into the system."]]


def test_many_changes_cost_no_more_than_few(story, office, support, django_assert_num_queries):
    for month in range(7, 12):
        date_history(date(2022, month, 1))
        units = [support] if month % 2 else []
        story.assign(by=office, changes={"supporting_units": units})
    with django_assert_num_queries(8):
        assert len(changes_of(story, LATER)) == 10
