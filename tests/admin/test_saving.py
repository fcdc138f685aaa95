"""A reason for each change, and exactly one signed row of history for each row that changed."""

from datetime import date

import pytest

from priorities.models import Action, Milestone, Unit
from tests.factories import (
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .pages import (
    EDITABLE,
    REASON,
    add,
    address,
    errors,
    filled,
    make_one_of_each,
    save,
    signatures,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", EDITABLE)
def test_no_change_without_a_reason(client, supervisor, name):
    row = next(row for row in make_one_of_each() if row._meta.model_name == name)
    before = type(row).objects.filter(pk=row.pk).values().get()
    history = row.history.count()
    field = {"unit": "short_name"}.get(name, "title" if name != "action" else "text")
    response = save(client, row, **{field: "另一个名字", "reason": " \n "})
    assert "reason" in response.context["adminform"].form.errors
    errors(response)
    assert type(row).objects.filter(pk=row.pk).values().get() == before
    assert client.post(address(row, "delete"), {"reason": ""}).status_code in (409, 422)
    assert row.history.count() == history


def test_a_changed_row_has_one_signed_row_of_history(client, supervisor):
    for row in make_one_of_each()[:5]:
        history = row.history.count()
        field = "measure" if isinstance(row, Action) else "title"
        field = "name" if isinstance(row, Unit) else field
        response = save(client, row, **{field: "改过的内容"})
        assert response.status_code == 302, errors(response)
        assert row.history.count() == history + 1, row
        assert signatures(row)[0] == ("~", supervisor, REASON, "admin")
        assert getattr(type(row).objects.get(pk=row.pk), field) == "改过的内容"


def test_an_unchanged_save_writes_nothing(client, supervisor):
    for row in make_one_of_each()[:5]:
        history = row.history.count()
        assert save(client, row).status_code == 302
        assert row.history.count() == history, row


def test_supporting_units_are_part_of_the_one_row(client, supervisor):
    _plan, _priority, action, *_rest = make_one_of_each()
    support = [make_unit("示例二局"), make_unit("示例三局")]
    history = action.history.count()
    response = save(
        client,
        action,
        supporting_units=[unit.pk for unit in (*support, action.lead_unit)],
        due="2022-11-30",
    )
    assert response.status_code == 302, errors(response)
    assert action.history.count() == history + 1
    assert set(action.supporting_units.all()) == set(support)
    newest = action.history.order_by("-history_id").first()
    assert {row.unit for row in newest.supporting_units.all()} == set(support)
    assert (newest.due, newest.original_due) == (date(2022, 11, 30), date(2022, 10, 31))
    assert signatures(action)[0] == ("~", supervisor, REASON, "admin")


def test_only_the_relation_changed_is_one_row_too(client, supervisor):
    action = make_one_of_each()[2]
    history = action.history.count()
    save(client, action, supporting_units=[make_unit().pk])
    assert action.history.count() == history + 1


def test_a_new_action_has_one_row_with_its_units(client, supervisor):
    priority = make_priority(make_plan())
    lead, support = make_unit(), make_unit()
    fields = {
        "priority": priority.pk,
        "order": 7,
        "text": "示例新举措",
        "lead_unit": lead.pk,
        "supporting_units": [support.pk],
        "start": "2022-01-01",
        "due": "2022-06-30",
    }
    response = add(client, Action, **fields)
    assert response.status_code == 302, errors(response)
    action = Action.objects.get(text="示例新举措")
    assert signatures(action) == [("+", supervisor, REASON, "admin")]
    assert [row.unit for row in action.history.get().supporting_units.all()] == [support]
    assert action.original_due == date(2022, 6, 30)


def test_milestones_share_the_reason_of_their_action(client, supervisor):
    action, step = make_one_of_each()[2:4]
    own, theirs = action.history.count(), step.history.count()
    response = save(
        client,
        action,
        **{
            "milestones-TOTAL_FORMS": 2,
            "milestones-0-done": "2022-07-01",
            "milestones-1-title": "示例新节点",
            "milestones-1-planned": "2022-08-31",
        },
    )
    assert response.status_code == 302, errors(response)
    new = Milestone.objects.get(title="示例新节点")
    assert (action.history.count(), step.history.count()) == (own, theirs + 1)
    assert signatures(step)[0] == ("~", supervisor, REASON, "admin")
    assert signatures(new) == [("+", supervisor, REASON, "admin")]
    save(client, action, **{"milestones-0-DELETE": "on"})
    kept = Milestone.history.filter(id=step.pk).order_by("-history_id").first()
    assert (kept.history_type, kept.history_user, kept.history_change_reason, kept.door) == (
        "-",
        supervisor,
        REASON,
        "admin",
    )
    assert list(action.milestones.all()) == [new]


def test_priorities_are_edited_on_the_plans_page(client, supervisor):
    plan = make_plan(sizes=[1, 1])
    first, second = plan.priorities.order_by("number")
    counts = [row.history.count() for row in (plan, first, second)]
    response = save(client, plan, red_deviation=40, **{"priorities-1-goal": "示例目标"})
    assert response.status_code == 302, errors(response)
    assert [row.history.count() for row in (plan, first, second)] == [
        counts[0] + 1,
        counts[1],
        counts[2] + 1,
    ]
    assert signatures(second)[0] == ("~", supervisor, REASON, "admin")


def test_somebody_was_faster(client, supervisor):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, text="我的文字")
    other = make_user("supervisor", display_name="示例同事")
    action.assign(by=other, changes={"measure": "同事的标准"})
    response = client.post(url, data)
    assert response.status_code == 409
    assert "示例同事" in response.content.decode()
    action.refresh_from_db()
    assert (action.measure, action.text) == ("同事的标准", "示例举措1.1")


def test_history_page_shows_who_when_why_and_what(client, supervisor):
    action = make_one_of_each()[2]
    save(client, action, due="2022-11-30")
    page = client.get(address(action, "history")).content.decode()
    for words in (REASON, str(supervisor), "2022-10-31", "2022-11-30"):
        assert words in page


def test_what_clashes_only_in_the_database_is_told(client, supervisor, monkeypatch):
    """Two people who add the same unit at once: both forms were right when they were checked."""
    make_unit("示例一局")
    monkeypatch.setattr(Unit, "validate_constraints", lambda self, exclude=None: None)
    fields = {"name": "示例一局", "short_name": "示例一局", "kind": "other", "order": 1}
    response = add(client, Unit, **fields)
    assert (response.status_code, response["Location"]) == (302, address(Unit, "add"))
    assert Unit.objects.filter(short_name="示例一局").count() == 1
    assert "messagelist" in client.get(address(Unit, "add")).content.decode()
