"""Two people on one page of the panel, and one person whose click arrives twice."""

import uuid
from datetime import date

import pytest

from priorities.models import (
    Action,
    FormReceipt,
    Milestone,
    Plan,
    Priority,
    Target,
    Unit,
    User,
)
from tests.factories import PASSWORD, make_milestone, make_plan, make_priority, make_unit, make_user

from .pages import REASON, address, filled, make_one_of_each

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2022, 6, 30), date(2022, 7, 31)


@pytest.fixture
def colleague(db):
    return make_user("supervisor", display_name="示例同事")


def differences(response) -> dict[str, tuple]:
    assert response.status_code == 409
    found = response.context["differences"]
    return {d.label: (d.theirs, d.mine, d.chosen) for d in found}


def choose(response, data: dict, **kept) -> dict:
    """What a browser sends from the page that shows both versions."""
    form = response.context["adminform"].form
    data = data | {"seen": form["seen"].value()}
    for inline in response.context["inline_admin_formsets"]:
        for row in inline.formset.initial_forms:
            data[row.add_prefix("seen")] = row["seen"].value()
    preselected = {d.keep: d.chosen for d in response.context["differences"] if d.chosen}
    return data | preselected | {f"keep-{name}": which for name, which in kept.items()}


def test_each_field_shows_both_and_who_alone_changed_it_is_preselected(
    client, supervisor, colleague
):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, text="我的文字", measure="我的标准", due="2022-11-30")
    action.assign(
        by=colleague,
        changes={"measure": "同事的标准", "start": date(2022, 2, 1)},
        reason=REASON,
    )
    response = client.post(url, data)
    assert differences(response) == {
        "举措": ("示例举措1.1", "我的文字", "mine"),
        "完成标准": ("同事的标准", "我的标准", ""),
        "开始": ("2022-02-01", "2022-01-01", "theirs"),
        "完成时限": ("2022-10-31", "2022-11-30", "mine"),
    }
    assert "我的文字" in response.content.decode()
    action.refresh_from_db()
    assert (action.text, action.measure) == ("示例举措1.1", "同事的标准")


@pytest.mark.parametrize(("which", "stored"), [("mine", "我的标准"), ("theirs", "同事的标准")])
def test_saving_goes_on_from_there(client, supervisor, colleague, which, stored):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, text="我的文字", measure="我的标准")
    action.assign(by=colleague, changes={"measure": "同事的标准", "start": date(2022, 2, 1)})
    response = client.post(url, data)
    assert client.post(url, choose(response, data, measure=which)).status_code == 302
    action = Action.objects.get(pk=action.pk)
    assert (action.text, action.measure, action.start) == (
        "我的文字",
        stored,
        date(2022, 2, 1),
    )


def test_relations_and_ticks_are_shown_in_words(client, administrator, colleague):
    unit, other = make_unit("示例一局"), make_unit("示例二局")
    person = make_user("reporter", [unit])
    url = address(person, "change")
    data = filled(client, url, units=[unit.pk, other.pk])
    person.role, person.is_active = "viewer", False
    person.save_change(by=colleague)
    found = differences(client.post(url, data))
    assert found["单位"] == ("示例一局", "示例二局、示例一局", "mine")
    assert found["角色"] == ("查看", "填报", "theirs")


def test_a_milestone_that_somebody_changed_on_its_own_page(client, supervisor, colleague):
    action, step = make_one_of_each()[2:4]
    url = address(action, "change")
    data = filled(client, url, **{"milestones-0-title": "我的节点"})
    step.planned = JULY
    step.save_change(by=colleague)
    response = client.post(url, data)
    labels = {label.rpartition(": ")[2]: both for label, both in differences(response).items()}
    assert labels == {
        "节点": (step.title, "我的节点", "mine"),
        "计划日期": ("2022-07-31", "2022-06-30", "theirs"),
    }
    assert client.post(url, choose(response, data)).status_code == 302
    step.refresh_from_db()
    assert (step.title, step.planned) == ("我的节点", JULY)


def test_a_milestone_that_somebody_added_or_changed_is_not_put_back(client, supervisor, colleague):
    action, step = make_one_of_each()[2:4]
    url = address(action, "change")
    data = filled(client, url, measure="我的标准")
    make_milestone(action, date(2022, 1, 31), title="同事的节点")
    assert client.post(url, data).status_code == 302
    assert set(action.milestones.values_list("title", flat=True)) == {"同事的节点", step.title}


def gone(client, action, step, data):
    step.delete()
    response = client.post(address(action, "change"), data)
    assert differences(response)["节点"][2] == ""
    sent = choose(response, data)
    for row in response.context["inline_admin_formsets"][0].formset.forms:
        sent |= {row.add_prefix(name): row[name].value() or "" for name in row.fields}
    form = response.context["inline_admin_formsets"][0].formset.management_form
    return sent | {field.html_name: field.value() for field in form}


@pytest.mark.parametrize(("which", "left"), [("mine", ["我的节点"]), ("theirs", [])])
def test_a_milestone_that_somebody_deleted(client, supervisor, which, left):
    action, step = make_one_of_each()[2:4]
    data = filled(client, address(action, "change"), **{"milestones-0-title": "我的节点"})
    sent = gone(client, action, step, data) | {"keep-milestones-0-gone": which}
    sent.pop("milestones-0-DELETE", None)
    assert client.post(address(action, "change"), sent).status_code == 302
    assert list(action.milestones.values_list("title", flat=True)) == left


def test_what_somebody_changed_is_looked_at_before_it_is_deleted(client, supervisor, colleague):
    action, step = make_one_of_each()[2:4]
    url = address(action, "change")
    data = filled(client, url, **{"milestones-0-DELETE": "on"})
    step.planned = JULY
    step.save_change(by=colleague)
    response = client.post(url, data)
    assert response.status_code == 409
    assert "示例同事" in response.content.decode()
    assert Milestone.objects.filter(pk=step.pk).exists()
    assert client.post(url, choose(response, data)).status_code == 302
    assert not Milestone.objects.filter(pk=step.pk).exists()


def test_both_meant_the_same(client, supervisor, colleague):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, measure="同一个标准")
    action.assign(by=colleague, changes={"measure": "同一个标准"})
    count = action.history.count()
    assert client.post(url, data).status_code == 302
    assert action.history.count() == count


def test_a_form_that_names_no_version_is_late(client, supervisor):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url, measure="我的标准")
    for seen in ("", "abc", "9" * 30, "0"):
        response = client.post(url, data | {"seen": seen})
        assert differences(response) == {"完成标准": ("–", "我的标准", "")}


ADDED = {
    Unit: {"name": "示例新局", "short_name": "示例新局", "kind": "other", "order": 1},
    User: {
        "username": "xinren",
        "role": "viewer",
        "new_password": PASSWORD,
        "new_password_again": PASSWORD,
    },
    Plan: {"slug": "2032", "title": "示例2032", "start": "2032-01-01", "end": "2032-12-31"},
    Priority: {"number": 7, "title": "示例重点", "sentence": "示例句子。"},
    Action: {"order": 9, "text": "示例新举措"},
    Milestone: {"title": "示例新节点", "planned": "2022-06-30"},
    Target: {"title": "示例新指标", "start_value": "0", "target_value": "12.5"},
}


def values_for(model) -> dict:
    """What is typed on the page that adds such a row."""
    plan = Plan.objects.filter(slug="2031").first() or make_plan("2031")
    priority = plan.priorities.first() or make_priority(plan)
    action = Action.objects.filter(priority=priority).first()
    parents = {Priority: {"plan": plan.pk}, Action: {"priority": priority.pk}}
    if model in (Milestone, Target):
        action = action or Action.objects.create(priority=priority, order=1, text="示例")
        parents[model] = {"action": action.pk}
    return ADDED[model] | parents.get(model, {})


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model.__name__)
def test_one_row_and_the_same_page_however_often_it_is_sent(client, administrator, model):
    values = values_for(model)
    before = model.objects.count()
    data = filled(client, address(model, "add"), **values)
    answers = [client.post(address(model, "add"), data) for _click in range(4)]
    assert {(a.status_code, a["Location"]) for a in answers} == {
        (302, address(model, "changelist"))
    }
    assert model.objects.count() == before + 1
    assert FormReceipt.objects.count() == 1


def test_a_form_is_another_persons_only_by_chance(client, administrator):
    """A nonce that somebody else used says nothing: the row is checked as any other."""
    data = filled(client, address(Unit, "add"), **ADDED[Unit])
    assert client.post(address(Unit, "add"), data).status_code == 302
    client.force_login(make_user("administrator"))
    assert client.post(address(Unit, "add"), data).status_code == 422
    assert Unit.objects.filter(name="示例新局").count() == 1


def test_a_new_milestone_on_the_actions_page_comes_once(client, supervisor):
    action = make_one_of_each()[2]
    url = address(action, "change")
    data = filled(client, url) | {
        "milestones-TOTAL_FORMS": "2",
        "milestones-1-title": "示例新节点",
        "milestones-1-planned": "2022-08-31",
        "milestones-1-id": "",
        "milestones-1-action": action.pk,
    }
    for _click in range(3):
        assert client.post(url, data).status_code == 302
    assert action.milestones.count() == 2


def test_a_form_without_nonce_is_refused(client, supervisor):
    data = filled(client, address(Unit, "add"), **ADDED[Unit])
    for nonce in ("", "abc"):
        assert client.post(address(Unit, "add"), data | {"nonce": nonce}).status_code == 422
    nonce = str(uuid.uuid4())
    assert client.post(address(Unit, "add"), data | {"nonce": nonce}).status_code == 302
