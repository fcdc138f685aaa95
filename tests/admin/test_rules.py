"""What must always hold is refused on the form, in words, with nothing stored."""

import pytest
from django.conf import settings

from priorities.models import Action, Plan, Unit
from tests.factories import (
    make_action,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .pages import add, delete, errors, make_one_of_each, save, signatures

pytestmark = pytest.mark.django_db

LONG = "长" * 100_000


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"due": "2021-12-31"}, "The due date cannot lie before the start."),
        ({"due": ""}, "An assigned action needs a start and a due date."),
        ({"lead_unit": ""}, "Choose the lead unit before the owner."),
        ({"cancelled_reason": "示例"}, "A cancelled action needs a day and a reason."),
        ({"due": "2022-02-30"}, "is not a day"),
        ({"due": "9999-12-31"}, "Choose a day in the years"),
        ({"text": ""}, "This field is required."),
        ({"text": LONG}, "At most"),
        ({"measure": LONG}, "At most"),
        ({"lead_unit": "9" * 30}, "Select a valid choice"),
        ({"lead_unit": "abc"}, "Select a valid choice"),
        ({"owner": "abc"}, "Select a valid choice"),
        ({"supporting_units": ["abc"]}, "not a valid value"),
        ({"supporting_units": ["9" * 30]}, "not a valid value"),
        ({"milestones-0-title": ""}, "This field is required."),
        ({"milestones-0-planned": "0000-01-01"}, "is not a day"),
        ({"reason": "长" * 501}, "At most"),
    ],
)
def test_an_action_keeps_its_rules(client, supervisor, changes, said):
    action, step = make_one_of_each()[2:4]
    before = Action.objects.filter(pk=action.pk).values().get()
    history = action.history.count(), step.history.count()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = save(client, action, **changes)
    assert said in errors(response)
    assert Action.objects.filter(pk=action.pk).values().get() == before
    assert (action.history.count(), step.history.count()) == history


def test_a_milestone_named_twice_is_refused(client, supervisor):
    action, step = make_one_of_each()[2:4]
    twice = {"milestones-TOTAL_FORMS": 2, "milestones-1-title": step.title}
    response = save(client, action, **twice, **{"milestones-1-planned": "2022-08-31"})
    assert response.status_code == 422
    assert action.milestones.count() == 1


def test_owner_must_be_in_the_lead_unit(client, supervisor):
    action = make_one_of_each()[2]
    stranger = make_user("reporter", display_name="示例外人")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "示例外人 is not in the lead unit" in errors(save(client, action, owner=stranger.pk))


def test_a_number_is_never_changed_and_never_used_again(client, supervisor):
    action = make_action(make_priority(make_plan()), order=3)
    save(client, action, order=4, priority=make_priority(action.priority.plan).pk)
    assert Action.objects.get(pk=action.pk).number == "1.3"
    delete(client, action)
    assert not Action.objects.filter(pk=action.pk).exists()
    response = add(client, Action, priority=action.priority_id, order=3, text="又一个1.3")
    assert "order" in response.context["adminform"].form.errors


@pytest.mark.parametrize(
    "changes",
    [
        {"end": "2021-01-01"},
        {"status_date": "2021-12-31"},
        {"yellow_deviation": "50"},
        {"red_deviation": "101"},
        {"red_deviation": "1_0"},
        {"red_deviation": "-1"},
        {"red_deviation": "1e309"},
        {"red_deviation": "9" * 30},
        {"reporting_cycle_days": "0"},
        {"slug": "admin"},
        {"slug": "2022/../x"},
        {"title": ""},
        {"priorities-0-number": "0"},
        {"priorities-0-number": "2"},
        {"priorities-0-sentence": ""},
    ],
)
def test_a_plan_keeps_its_rules(client, supervisor, changes):
    plan = make_plan(sizes=[1, 1])
    before = Plan.objects.filter(pk=plan.pk).values().get()
    numbers = list(plan.priorities.values_list("number", flat=True))
    assert save(client, plan, **changes).status_code == 422
    assert Plan.objects.filter(pk=plan.pk).values().get() == before
    assert list(plan.priorities.values_list("number", flat=True)) == numbers


def test_a_unit_of_the_same_name_is_refused_in_words(client, supervisor):
    make_unit("示例一局", name="示例一局全称")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    fields = {"name": "示例一局全称", "short_name": "示例一局", "kind": "other", "order": 1}
    said = errors(add(client, Unit, **fields))
    assert "There is already a unit with this full name." in said
    assert Unit.objects.filter(short_name="示例一局").count() == 1


def test_control_characters_stay_outside(client, supervisor):
    fields = {"name": "示例\x0b四局\u202e", "short_name": "四\x1f局", "kind": "other", "order": 1}
    response = add(client, Unit, **fields)
    assert response.status_code == 302
    unit = Unit.objects.get(short_name="四局")
    assert (unit.name, unit.pinyin) == ("示例 四局", "sj")
    save(client, unit, reason="第一行\r\n第二\x0c行")
    save(client, unit, order=2, reason="第一行\r\n第二\x07行")
    assert signatures(unit)[0][2] == "第一行\n第二行"


def test_pinyin_follows_the_short_name(client, supervisor):
    unit = make_unit("发改局")
    save(client, unit, short_name="科创局")
    unit.refresh_from_db()
    assert unit.pinyin == "kcj"
