"""The pages on which a plan changes during its year: forms, refusals, two people, taking back."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from priorities.forms.amend import ActionWordsForm, PartForm, PriorityWordsForm
from priorities.forms.assign import MilestoneForm, fingerprint
from priorities.forms.documents import PlanHeads
from priorities.forms.fields import longest
from priorities.forms.new_plan import NewPlanForm
from priorities.forms.reports import LABELS, HeadsForm, NewReportForm
from priorities.models import Action, Amendment, Lineage, Milestone, Plan, Priority, Report
from priorities.models.amending import Part, merge, reword_action, split
from priorities.models.amendments import CannotUndo
from priorities.models.phases import Life
from priorities.plans.proposing.remarks import LONGEST_ACTION, LONGEST_TITLE
from priorities.state.kept import plan_on

from .factories import make_action, make_entry, make_milestone, make_plan, make_priority, make_unit
from .factories import make_user as person

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)


@pytest.fixture
def unit():
    return make_unit("区甲局")


@pytest.fixture
def plan(unit):
    plan = make_plan()
    first = make_priority(plan, sentence="示例重点工作1，开展示例甲行动、示例乙行动。")
    make_action(first, text="示例甲行动", lead_unit=unit)
    make_action(first, text="示例乙行动", lead_unit=unit)
    return plan


@pytest.fixture
def office(client):
    user = person("supervisor")
    client.force_login(user)
    return user


def action(plan, number):
    return Action.objects.of_plan(plan).numbered(number).get()


def form_of(plan, number, **words):
    """What the page of an act on an action sends."""
    seen = fingerprint(action(plan, number))
    return {"nonce": str(uuid.uuid4()), "seen": seen, "reason": "示例：会议定", **words}


def url(name, plan, *args):
    return reverse(name, args=[plan.slug, *args])


def stored():
    actions = Action.objects.filter(priority__plan__slug="2031")
    priorities = Priority.objects.filter(plan__slug="2031")
    return Amendment.objects.count(), actions.count(), priorities.count()


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_split_inherits_what_the_action_has_and_each_part_can_say_otherwise(
    client, plan, unit, office
):
    other = make_unit("区乙局")
    row = action(plan, "1.1")
    row.supporting_units.add(other)
    make_milestone(row, date(2022, 11, 30), title="示例封顶")
    make_milestone(row, date(2022, 3, 30), title="示例开工", done=date(2022, 3, 1))
    page = client.get(url("action_split", plan, "1.1")).content.decode()
    assert page.count('name="part0-lead_unit" value="区甲局"') == 1
    assert page.count("2022-11-30 示例封顶</textarea>") == 3
    assert "示例开工" not in page
    parts = {
        "part0-text": "示例前半",
        "part0-lead_unit": "区甲局",
        "part0-milestones": "2022-11-30 示例封顶\n2022年12月15日 示例验收",
        "part1-text": "示例后半",
        "part1-lead_unit": "区乙局",
        "part1-start": "2022-10-01",
        "part1-due": "2022-11-30",
        "part2-lead_unit": "区甲局",
    }
    answer = client.post(url("action_split", plan, "1.1"), form_of(plan, "1.1", **parts))
    assert (answer.status_code, answer.url) == (302, url("action", plan, "1.1"))
    first, second = action(plan, "1.3"), action(plan, "1.4")
    assert (first.lead_unit, second.lead_unit, second.due) == (unit, other, date(2022, 11, 30))
    assert list(first.milestones.values_list("planned", "title")) == [
        (date(2022, 11, 30), "示例封顶"),
        (date(2022, 12, 15), "示例验收"),
    ]
    assert stored() == (1, 4, 1)


def test_room_for_more_parts_keeps_what_was_typed_and_stores_nothing(client, plan, office):
    sent = form_of(plan, "1.1", **{"part0-text": "示例前半", "count": "3", "more": "1"})
    answer = client.post(url("action_split", plan, "1.1"), sent)
    page = answer.content.decode()
    assert (answer.status_code, stored()) == (200, (0, 2, 1))
    assert 'name="part5-text"' in page
    assert 'name="part0-text" value="示例前半"' in page
    assert 'role="alert"><p><b>' not in page


@pytest.mark.parametrize("count", ["99999999", "-1", "x", ""])
def test_a_count_that_cannot_be_is_bounded(client, plan, office, count):
    sent = form_of(plan, "1.1", **{"part0-text": "示例", "count": count})
    answer = client.post(url("action_split", plan, "1.1"), sent)
    assert (answer.status_code, stored()) == (422, (0, 2, 1))
    assert answer.content.decode().count('name="part11-text"') == (count == "99999999")


BAD = {
    "no words": ({"part0-text": "", "part1-text": "示例"}, "必填"),
    "one part": ({"part0-text": "示例", "part1-text": ""}, "必填"),
    "unknown unit": ({"part0-lead_unit": "区没有局"}, "没有"),
    "bad day": ({"part1-due": "2022-02-31"}, "不是日期"),
    "due before start": ({"part1-start": "2022-11-01", "part1-due": "2022-10-01"}, "早于"),
    "bad milestone": ({"part0-milestones": "示例封顶"}, "不是节点"),
    "twice": ({"part0-milestones": "2022-11-30 示例\n2022-12-30 示例"}, "都叫"),
    "no reason": ({"reason": ""}, "必填"),
    "control characters": ({"part0-text": "示例\ufffd"}, "重新"),
    "too long": ({"part0-text": "长" * 501}, "500"),
    "other owner": ({"part0-owner": "nobody"}, "可选范围"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_stored(client, plan, office, name):
    changed, said = BAD[name]
    good = {
        **{"part0-text": "示例前半", "part0-lead_unit": "区甲局"},
        **{"part1-text": "示例后半", "part1-lead_unit": "区甲局"},
    }
    answer = client.post(url("action_split", plan, "1.1"), form_of(plan, "1.1", **good | changed))
    page = answer.content.decode()
    assert (answer.status_code, stored()) == (422, (0, 2, 1))
    errors = " ".join(re.findall(r'class="errors"[^>]*>(.*?)</ul>', page, re.S))
    notice = " ".join(re.findall(r'class="notice"[^>]*>(.*?)</div>', page, re.S))
    assert said in errors + notice
    assert "尚未保存" in notice


def test_what_a_plan_may_hold_can_be_typed_when_it_is_changed(client, plan, office):
    first, second, third = ("长" * 499 + letter for letter in "甲乙丙")
    parts = {
        **{"part0-text": first, "part0-lead_unit": "区甲局"},
        **{"part1-text": second, "part1-lead_unit": "区甲局"},
        "part0-milestones": "2022-11-30 " + "节" * 100,
    }
    client.post(url("action_split", plan, "1.1"), form_of(plan, "1.1", **parts))
    assert (action(plan, "1.3").text, action(plan, "1.4").text) == (first, second)
    client.post(url("action_reword", plan, "1.3"), form_of(plan, "1.3", text=third))
    assert action(plan, "1.3").text == third


HELD = [
    (ActionWordsForm, "text", Action),
    (PartForm, "text", Action),
    (PriorityWordsForm, "title", Priority),
    (MilestoneForm, "title", Milestone),
    (PlanHeads, "title", Plan),
    (NewPlanForm, "title", Plan),
    *((HeadsForm, name, Report) for name in LABELS),
    *((NewReportForm, name, Report) for name in LABELS if name != "masthead"),
]


@pytest.mark.parametrize("form, name, model", HELD)
def test_a_form_takes_as_much_as_the_model_holds(form, name, model):
    assert form.base_fields[name].longest == model._meta.get_field(name).max_length


def test_the_desk_takes_as_much_as_the_model_holds():
    held = [longest(Priority, "title"), longest(Action, "text")]
    assert held == [LONGEST_TITLE, LONGEST_ACTION]


def test_a_second_click_is_one_act(client, plan, office):
    sent = form_of(plan, "1.1", others=["1.2"], text="示例合一")
    answers = [client.post(url("action_merge", plan, "1.1"), sent) for _ in range(2)]
    assert [(a.status_code, a.url) for a in answers] == [(302, url("action", plan, "1.3"))] * 2
    assert stored() == (1, 3, 1)


def test_who_comes_too_late_sees_what_stands_and_what_was_typed(client, plan, office):
    sent = form_of(plan, "1.1", text="示例我的说法", measure="")
    other = person("supervisor", display_name="示例同事")
    signed = {"by": other, "on": TODAY, "reason": "示例"}
    reword_action(action(plan, "1.1"), text="示例他的说法", **signed)
    answer = client.post(url("action_reword", plan, "1.1"), sent)
    said = words_of(answer)
    assert answer.status_code == 409
    assert "示例同事" in said and "示例他的说法" in said
    assert 'value="示例我的说法"' in answer.content.decode()
    assert action(plan, "1.1").text == "示例他的说法"
    again = sent | {"seen": fingerprint(action(plan, "1.1")), "keep-text": "mine"}
    assert client.post(url("action_reword", plan, "1.1"), again).status_code == 302
    assert action(plan, "1.1").text == "示例我的说法"


def test_who_splits_what_was_split_meanwhile_is_told(client, plan, unit, office):
    sent = form_of(plan, "1.1", **{"part0-text": "示例一", "part1-text": "示例二"})
    signed = {"by": person("supervisor"), "on": TODAY, "reason": "示例"}
    split(action(plan, "1.1"), [Part("示例甲"), Part("示例乙")], **signed)
    answer = client.post(url("action_split", plan, "1.1"), sent)
    assert (answer.status_code, stored()) == (409, (1, 4, 1))
    assert 'value="示例一"' in answer.content.decode()


def test_a_split_can_be_taken_back_from_the_toast_and_from_the_page(client, plan, office):
    parts = {"part0-text": "示例一", "part1-text": "示例二"}
    for _ in range(2):
        answer = client.post(
            url("action_split", plan, "1.1"), form_of(plan, "1.1", **parts), follow=True
        )
        act = Amendment.objects.first()
        assert url("amendment_undo", plan, act.pk) in answer.content.decode()
        assert url("amendment_undo", plan, act.pk) in words_in(client, url("amendments", plan))
        back = client.post(url("amendment_undo", plan, act.pk))
        assert (back.status_code, back.url) == (302, url("amendments", plan))
    assert [a.number for a in plan_on(plan, TODAY).actions] == ["1.1", "1.2"]
    assert Lineage.objects.count() == 0
    assert "已撤回" in words_in(client, url("amendments", plan))


def words_in(client, address):
    return client.get(address).content.decode()


def test_what_was_built_on_is_not_taken_back(client, plan, unit, office):
    signed = {"by": office, "on": TODAY, "reason": "示例"}
    act = split(action(plan, "1.1"), [Part("示例甲", lead_unit=unit), Part("示例乙")], **signed)
    make_entry(action(plan, "1.3"), by=office, at=timezone.now())
    answer = client.post(url("amendment_undo", plan, act.pk))
    assert answer.status_code == 409
    assert "之后已有新的记录" in words_of(answer)
    assert action(plan, "1.1").cancelled_on == TODAY
    assert url("amendment_undo", plan, act.pk) not in words_in(client, url("amendments", plan))


def test_of_another_plan_nothing_is_taken_back(client, plan, office):
    act = reword_action(action(plan, "1.1"), text="示例改", by=office, on=TODAY, reason="示例")
    other = make_plan("2041")
    assert client.post(url("amendment_undo", other, act.pk)).status_code == 404
    assert action(plan, "1.1").text == "示例改"


def test_a_closed_plan_is_not_changed(client, plan, office):
    act = reword_action(action(plan, "1.1"), text="示例改", by=office, on=TODAY, reason="示例")
    Plan.objects.filter(pk=plan.pk).update(phase=Life.CLOSED)
    before = stored()
    of_action = ("action_reword", "action_withdraw", "action_split", "action_merge")
    addresses = [url(name, plan, "1.1") for name in of_action]
    addresses += [url("priority_add", plan), url("priority_reword", plan, 1)]
    addresses += [url("action_add", plan, 1), url("amendment_undo", plan, act.pk)]
    assert [client.post(a, {"reason": "示例"}).status_code for a in addresses] == [403] * 8
    assert [client.get(a).status_code for a in addresses[:-1]] == [403] * 7
    assert stored() == before
    page = words_in(client, url("action", plan, "1.1"))
    assert "do-amend" not in page


def test_the_lineage_is_seen_on_both_sides(client, plan, unit, office):
    make_entry(action(plan, "1.1"), by=office, percent=64)
    signed = {"by": office, "on": TODAY, "reason": "示例：分属两家"}
    split(action(plan, "1.1"), [Part("示例甲", lead_unit=unit), Part("示例乙")], **signed)
    for number in ("1.1", "1.3", "1.4"):
        page = client.get(url("action", plan, number)).content.decode()
        line = page[page.index('<ol class="line">') : page.index("</ol>", page.index("line"))]
        assert re.findall(r'class="when"><b>([\d.]+)', line) == ["1.1", "1.3", "1.4"]
        [here] = re.findall(r'class="here"><p class="when"><b>([\d.]+)', line)
        assert here == number
        assert "示例：分属两家" in line
        assert "此前 1 条进展仍在 1.1" in line
    listed = words_in(client, url("actions", plan))
    assert listed.count("由 1.1 拆分") == 2
    assert "拆分为 1.3、1.4" in listed
    assert "由 1.1 拆分" in words_in(client, url("priority", plan, 1))


def test_the_lineage_of_a_merger_names_all_that_went_into_it(client, plan, office):
    signed = {"by": office, "on": TODAY, "reason": "示例"}
    merge([action(plan, "1.1"), action(plan, "1.2")], Part("示例合一"), **signed)
    for number in ("1.1", "1.2", "1.3"):
        page = words_in(client, url("action", plan, number))
        assert re.findall(r'class="when"><b>([\d.]+)', page) == ["1.1", "1.2", "1.3"]


def test_an_action_without_lineage_shows_none(client, plan, office):
    assert 'class="line"' not in words_in(client, url("action", plan, "1.1"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_is_in_the_language_of_its_reader(client, plan, office, language):
    client.cookies["django_language"] = language
    names = [("action_split", "1.1"), ("action_merge", "1.1"), ("action_withdraw", "1.1")]
    names += [("action_reword", "1.1"), ("priority_add",), ("priority_reword", 1)]
    names += [("action_add", 1), ("amendments",), ("unit_reform",)]
    for name, *args in names:
        page = client.get(url(name, plan, *args))
        head = re.search(r"<h1>(.*?)<small|<h1>(.*?)</h1>", page.content.decode(), re.S)
        words = next(filter(None, head.groups())).strip()
        assert words.isascii() == (language == "en"), name


def test_the_list_of_changes_costs_the_same_with_6_and_with_12(client, plan, office):
    counts = []
    for n in range(12):
        signed = {"by": office, "on": TODAY, "reason": f"示例{n}"}
        reword_action(action(plan, "1.1"), text=f"示例说法{n}", **signed)
        if n in (5, 11):
            with CaptureQueriesContext(connection) as found:
                client.get(url("amendments", plan))
            counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_history_says_in_what_an_action_goes_on(client, plan, unit, office):
    signed = {"by": office, "on": TODAY, "reason": "示例：分属两家"}
    act = split(action(plan, "1.1"), [Part("示例甲"), Part("示例乙")], **signed)
    signed["reason"] = "示例：又合到一处"
    merge([action(plan, "1.2"), action(plan, "1.3")], Part("示例合一"), **signed)
    changes = {n: _changes(client, plan, n) for n in ("1.1", "1.3", "1.5")}
    assert changes["1.1"][0].startswith("拆分为 1.3、1.4。")
    assert [words.split("。")[0] for words in changes["1.3"]] == ["并入 1.5", "由 1.1 拆分"]
    assert changes["1.5"][0].startswith("由 1.2、1.3 合并。")
    listed = words_in(client, url("history", plan))
    assert "拆分为 1.3、1.4。" in listed
    with pytest.raises(CannotUndo):
        act.undo(by=office)


def test_the_history_says_that_a_split_was_taken_back(client, plan, unit, office):
    signed = {"by": office, "on": TODAY, "reason": "示例"}
    split(action(plan, "1.1"), [Part("示例甲"), Part("示例乙")], **signed).undo(by=office)
    assert _changes(client, plan, "1.1")[0].startswith("恢复为单独一项")


def _changes(client, plan, number):
    page = words_in(client, url("action", plan, number))
    part = page[page.index('class="changes"') :]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip()
        for one in re.findall(r"<div>(.*?)</div>", part[: part.index("</ol>")], re.S)
    ]
