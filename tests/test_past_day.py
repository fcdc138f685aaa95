"""A past day stays as it was: whatever is changed later, its pages speak the same bytes."""

import re
from datetime import date

import pytest
from django.urls import reverse

from priorities.models import ExtensionRequest, Milestone, ProgressEntry

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

pytestmark = pytest.mark.django_db

LOADED, THEN, SINCE = date(2022, 1, 4), date(2022, 6, 30), date(2022, 3, 31)
SEEN_ANEW = re.compile(
    r'name="(?:csrfmiddlewaretoken|nonce)" value="[^"]*"'
    r'|<section class="sec" aria-labelledby="h-trend">.*?</section>'
    r"|<datalist.*?</datalist>|<select.*?</select>",
    re.DOTALL,
)
"""What is another at every look, or offers what there is now: choices, and a trend."""


@pytest.fixture
def office():
    return make_user("supervisor", username="ban", display_name="示例督查员")


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def units():
    return [make_unit("区甲局"), make_unit("区乙局")]


@pytest.fixture
def liaison(units):
    return make_user("reporter", units=units, username="lian", display_name="示例联络员")


@pytest.fixture
def owner(units):
    return make_user("reporter", units=units, username="zhu", display_name="示例责任人")


@pytest.fixture
def actions(plan, units, liaison, owner, office):
    """Two priorities of three actions, assigned, with milestones and a first report each."""
    rows = []
    for _ in range(2):
        priority = make_priority(plan)
        rows += [
            make_action(priority, lead_unit=units[0], owner=owner, supporting=[units[1]])
            for _ in range(3)
        ]
    for place, action in enumerate(rows):
        make_milestone(action, date(2022, 5, 31), title="示例中期", done=date(2022, 5, 30))
        make_entry(action, by=liaison, percent=30 + 5 * place, day=date(2022, 6, 20))
        make_entry(action, by=liaison, percent=20, day=date(2022, 3, 20))
    date_history(LOADED)
    return rows


@pytest.fixture
def reader(client):
    client.force_login(make_user("viewer", username="kan"))
    return client


PAGES = {
    "dashboard": [],
    "document": [],
    "timeline": [],
    "actions": [],
    "units": [],
    "priority": [1],
    "action": ["1.1"],
}
"""Not trends: they are drawn with the units and dates as they are now, and say so."""


def pages(client, **query) -> dict[str, str]:
    """What speaks of the day: the main region; around it stands the plan as it is called now."""
    found = {}
    for name, arguments in PAGES.items():
        response = client.get(reverse(name, args=["2031", *arguments]), query)
        assert response.status_code == 200, name
        html = response.text
        found[name] = SEEN_ANEW.sub("", html[html.index('<main id="main"') : html.index("</main>")])
    return found


def change_everything(actions, units, plan, office, owner) -> int:
    """Changes of all kinds, all recorded after the day that is looked at; how many there were."""
    made = 0
    newcomer = make_user("reporter", units=[units[1]], display_name="示例新人")
    for action in actions:
        changes = {"lead_unit": units[1], "owner": newcomer, "supporting_units": []}
        action.assign(by=office, changes={**changes, "due": date(2022, 11, 30)}, reason="示例调整")
        wanted = date(2022, 12, 20)
        ExtensionRequest.ask(action=action, by=owner, wanted=wanted, reason="示例：缺地")
        stone = Milestone(title="示例新增", planned=date(2022, 6, 1))
        action.set_milestones([stone], by=office, reason="示例")
        make_entry(action, by=office, percent=90, day=date(2022, 7, 20))
        make_entry(action, by=office, percent=95, day=date(2022, 8, 20), needs_review=True)
        action.text = f"改写{action.order}"
        action.save_change(by=office, reason="示例改写")
        action.measure = "示例标准"
        action.save_change(by=office)
        made += 10
    actions[0].cancel(by=office, on=date(2022, 9, 1), reason="示例中止")
    for priority in plan.priorities.all():
        priority.title = f"改{priority.number}"
        priority.save_change(by=office)
        made += 1
    plan.title, plan.red_deviation, plan.yellow_deviation = "改名", 5, 1
    plan.save_change(by=office)
    for unit in units:
        unit.short_name, unit.name = f"新{unit.pk}", f"新名{unit.pk}"
        unit.save_change(by=office)
        made += 1
    owner.display_name = "示例改名"
    owner.save_change(by=office)
    make_action(plan.priorities.first(), text="新增举措")
    return made + 4


def test_fifty_later_changes_leave_the_same_bytes(reader, actions, units, plan, office, owner):
    before = pages(reader, on=THEN.isoformat())
    assert change_everything(actions, units, plan, office, owner) >= 50
    after = pages(reader, on=THEN.isoformat())
    for name in PAGES:
        assert after[name] == before[name], name


def test_without_a_day_every_page_shows_what_is_now(reader, actions, units, plan, office, owner):
    before = pages(reader)
    change_everything(actions, units, plan, office, owner)
    after = pages(reader)
    assert [name for name in PAGES if before[name] == after[name]] == []


def test_what_was_accepted_only_later_is_marked(reader, actions, liaison, office):
    entry = make_entry(actions[0], by=liaison, percent=60, day=date(2022, 6, 29), needs_review=True)
    entry.accept(by=office)
    page = reader.get(reverse("action", args=["2031", "1.1"]), {"on": THEN.isoformat()})
    assert page.context["shown"].percent == 60
    assert page.context["shown"].is_accepted_later
    assert "才采纳" in page.text


def test_figures_are_compared_with_the_month_before_as_it_was(reader, actions, office):
    nobody = {"lead_unit": None, "owner": None, "supporting_units": []}
    actions[0].assign(by=office, changes=nobody, reason="示例：收回")
    page = reader.get(reverse("dashboard", args=["2031"]), {"on": ""})
    changes = {kind: change for kind, _n, _share, change in page.context["tallies"]}
    assert "+1" in changes["unassigned"]


def test_two_days_are_compared_in_the_tables(reader, actions, liaison):
    page = reader.get(
        reverse("priority", args=["2031", 1]), {"on": THEN.isoformat(), "since": SINCE.isoformat()}
    )
    shown = page.context["shown"]
    assert [(a.was.percent, a.percent) for a in shown.actions] == [(20, 30), (20, 35), (20, 40)]
    assert '<del class="was">20%</del> <ins>30%</ins>' in page.text
    assert f"?on={THEN}&amp;since={SINCE}" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"on": "2022-02-30"},
        {"on": "2021-12-31"},
        {"on": "9999-01-01"},
        {"on": "20220630"},
        {"since": "2022-09-30"},
        {"on": "2022-03-01", "since": "2022-06-30"},
        {"since": "x"},
    ],
)
def test_a_wrong_day_is_refused_with_a_sentence(reader, actions, query):
    response = reader.get(reverse("dashboard", args=["2031"]), query)
    assert response.status_code == 400
    assert "日期" in response.text or "请选" in response.text


def test_a_day_before_the_plan_was_in_the_system_says_so(reader, actions, units):
    page = reader.get(reverse("dashboard", args=["2031"]), {"on": "2022-01-02"})
    assert "当时尚未录入系统" in page.text


def test_nothing_can_be_written_from_a_past_day(client, actions, office):
    client.force_login(office)
    page = client.get(reverse("action", args=["2031", "1.1"]), {"on": THEN.isoformat()})
    assert not page.context["may_report"] and not page.context["may_assign"]
    assert 'id="do-report"' not in page.text
    assert ProgressEntry.objects.count() == 12


def test_nothing_can_be_done_from_a_day_to_come(client, actions, office):
    client.force_login(office)
    to_come = {"on": "2022-12-31"}
    page = client.get(reverse("action", args=["2031", "1.1"]), to_come)
    assert not page.context["may_report"] and not page.context["may_assign"]
    assert not client.get(reverse("priority", args=["2031", 1]), to_come).context["may_assign"]
    assert client.get(reverse("dashboard", args=["2031"]), to_come).context["needs"] == []
