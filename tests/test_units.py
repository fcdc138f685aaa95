"""Units, people, trends: what each holds, drawn from the state."""

import re
from datetime import date
from html import unescape
from urllib.parse import quote, unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from priorities.drawings.trends import trend
from tests.states import state

from .factories import (
    date_history,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .seals import rewriting

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)


@pytest.fixture
def lead():
    return make_unit("区甲局")


@pytest.fixture
def helper_unit():
    return make_unit("区乙局")


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def liaison(lead):
    return make_user("reporter", units=[lead], username="jia", display_name="示例联络员")


@pytest.fixture
def actions(plan, lead, helper_unit, liaison):
    priority = make_priority(plan)
    led = [make_action(priority, lead_unit=lead, supporting=[helper_unit]) for _ in range(3)]
    led[0].owner = liaison
    led[0].save()
    make_entry(led[0], by=liaison, percent=40, day=date(2022, 6, 30))
    make_entry(led[1], by=liaison, percent=90, day=date(2022, 9, 20))
    make_action(priority)
    return led


@pytest.fixture
def reader(client):
    client.force_login(make_user("viewer"))
    return client


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_unit_that_holds_anything_is_listed(reader, actions, lead, helper_unit):
    idle = make_unit("区丙局")
    context = reader.get(reverse("units", args=["2031"])).context
    rows = {row.unit.pk: (len(row.led), row.supports) for row, _due in context["rows"]}
    assert rows == {lead.pk: (3, 0), helper_unit.pk: (0, 3)}
    assert [unit for unit in context["idle"] if unit.pk == idle.pk] == [idle]


def test_a_unit_shows_what_it_leads_supports_and_reports(
    reader, actions, lead, helper_unit, liaison
):
    context = reader.get(reverse("unit", args=["2031", lead.pk])).context
    assert [a.number for a in context["row"].led] == ["1.1", "1.2", "1.3"]
    assert [a.number for a in context["due"]] == ["1.3", "1.1", "1.2"]
    assert list(context["people"]) == [liaison]
    context = reader.get(reverse("unit", args=["2031", helper_unit.pk])).context
    assert [a.number for a in context["supported"]] == ["1.1", "1.2", "1.3"]


def test_a_unit_without_anything_has_a_page_too(reader, plan):
    unit = make_unit("区丙局")
    assert reader.get(reverse("unit", args=["2031", unit.pk])).status_code == 200


def test_a_person_shows_what_they_own(reader, actions, liaison):
    context = reader.get(reverse("person", args=["2031", liaison.pk])).context
    assert (context["person"], [a.number for a in context["owned"]]) == (liaison, ["1.1"])


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("unit", 999999999),
        ("unit_by_name", "区无局"),
        ("unit_by_name", "长" * 3000),
        ("unit_by_name", "\u200b"),
        ("person", 999999999),
        ("person_by_name", "nobody"),
        ("person_by_name", "长" * 3000),
    ],
)
def test_who_does_not_exist_is_not_found(reader, plan, name, word):
    assert reader.get(reverse(name, args=["2031", word])).status_code == 404


def test_pages_cost_the_same_for_more_actions_and_entries(reader, actions, lead, liaison, plan):
    urls = [
        reverse("units", args=["2031"]),
        reverse("unit", args=["2031", lead.pk]),
        reverse("person", args=["2031", liaison.pk]),
        reverse("trends", args=["2031"]),
    ]
    few = [cost(reader, url) for url in urls]
    for place in range(6):
        action = make_action(actions[0].priority, lead_unit=lead, owner=liaison)
        make_entry(action, by=liaison, percent=10 + place, day=date(2022, 5, 1))
    assert [cost(reader, url) for url in urls] == few


# Trends


def test_the_last_point_is_what_the_pages_show(plan, actions):
    now = state(plan, TODAY)
    drawn = trend(plan, now.actions, TODAY)
    last = drawn.points[-1]
    assert (last.day, last.counts) == (TODAY, now.counts)
    assert last.percent == now.priorities[0].percent
    assert last.elapsed == now.priorities[0].elapsed


def test_each_week_says_whose_report_was_overdue(reader, plan, actions):
    now = state(plan, TODAY)
    drawn = trend(plan, now.actions, TODAY)
    assert drawn.last.overdue == sum(a.is_stale for a in now.actions) == sum(now.overdue.values())
    assert max(point.overdue for point in drawn.points) > 0
    page = reader.get(reverse("trends", args=["2031"])).content.decode()
    assert page.count("未按期更新") > 2


def test_each_week_knows_only_what_was_said_by_then(plan, actions):
    points = {p.day: p for p in trend(plan, state(plan, TODAY).actions, TODAY).points}
    assert points[date(2022, 6, 24)].percent == 0
    assert points[date(2022, 7, 1)].percent == 10
    assert points[date(2022, 9, 23)].percent == 33


def test_every_week_adds_up_to_all_actions(plan, actions):
    points = trend(plan, state(plan, TODAY).actions, TODAY).points
    assert {sum(p.counts.values()) for p in points} == {4}
    assert len(points) == 39


def test_moved_dates_are_marked(plan, actions):
    office = make_user("supervisor")
    actions[0].assign(by=office, changes={"due": date(2022, 10, 31)}, reason="示例")
    moved = actions[0].history.filter(due=date(2022, 10, 31))
    with rewriting(connection):
        moved.update(history_date="2022-08-01T09:00+08:00")
        actions[0].history.exclude(pk__in=moved).update(history_date="2022-01-04T09:00+08:00")
    marks = trend(plan, state(plan, TODAY).actions, TODAY).marks
    assert [(mark.day, mark.kind) for mark in marks] == [(date(2022, 8, 1), "moved")]


def test_before_the_first_week_there_is_no_trend(plan, actions):
    assert trend(plan, state(plan, date(2022, 1, 3)).actions, date(2022, 1, 3)) is None


@pytest.mark.parametrize("name", ["甲/乙办", "/", "a%2Fb", "a?b#c", "=1+1"])
def test_a_unit_of_any_name_has_its_page_and_breaks_no_other(reader, plan, name):
    unit = make_unit(name)
    make_action(make_priority(plan), lead_unit=unit)
    answer = reader.get(reverse("unit_by_name", args=["2031", name]), follow=True)
    assert answer.context["unit"] == unit
    for page in ("units", "dashboard", "actions"):
        assert reader.get(reverse(page, args=["2031"])).status_code == 200
    assert reader.get(reverse("jump", args=["2031"]), {"q": name}).status_code == 200


# Addresses outlive names


@pytest.fixture
def renamed(actions, lead, liaison):
    """On 1 September 区甲局 became 区新甲局, and somebody else took the old name."""
    date_history(date(2022, 1, 4))
    office = make_user("supervisor")
    lead.short_name, lead.name = "区新甲局", "示例区新甲管理局"
    lead.save_change(by=office, reason="示例：机构改革")
    liaison.username, liaison.display_name = "xin", "示例新名"
    liaison.save_change(by=office, reason="示例：更名")
    heir, other = make_unit("区甲局", name="示例接名局"), make_user(username="jia")
    date_history(date(2022, 9, 1))
    return heir, other


@pytest.mark.parametrize(
    "name", ["区新甲局", "示例区新甲管理局", "示例区甲局", "区新甲局\u200b", "区新甲 局"]
)
def test_an_address_by_name_leads_on_and_keeps_its_query(reader, renamed, lead, name):
    url = reverse("unit_by_name", args=["2031", name])
    answer = reader.get(f"{url}?since=2022-03-31")
    assert (answer.status_code, answer.url) == (302, f"/2031/units/~{lead.pk}/?since=2022-03-31")
    assert reader.get(answer.url).context["unit"] == lead


def test_a_name_means_who_bears_it_on_the_day(reader, renamed, lead, liaison):
    heir, other = renamed
    url, person_url = "/2031/units/区甲局/", "/2031/people/jia/"
    assert reader.get(url).url == f"/2031/units/~{heir.pk}/"
    assert reader.get(f"{url}?on=2022-06-30").url == f"/2031/units/~{lead.pk}/?on=2022-06-30"
    assert reader.get(person_url).url == f"/2031/people/~{other.pk}/"
    then = reader.get(f"{person_url}?on=2022-06-30").url
    assert then == f"/2031/people/~{liaison.pk}/?on=2022-06-30"


def test_a_former_user_name_leads_on(reader, renamed, liaison):
    renamed[1].delete()
    assert reader.get("/2031/people/JIA/").url == f"/2031/people/~{liaison.pk}/"


def test_every_link_of_a_past_day_works_under_the_names_of_that_day(reader, renamed, lead, liaison):
    """What a page of a past day links to was refused where names have changed since."""
    day = "?on=2022-06-30"
    seen = set()
    for page in ("units", "actions", "dashboard", "document", "timeline"):
        text = reader.get(reverse(page, args=["2031"]) + day).text
        seen |= {unescape(href) for href in re.findall(r'href="(/2031/[^"#]*~[^"#]*)', text)}
    assert any(f"/units/~{lead.pk}/" in url for url in seen)
    assert {url: reader.get(url).status_code for url in seen} == dict.fromkeys(seen, 200)
    page = reader.get(f"/2031/units/~{lead.pk}/{day}")
    assert "<h1>示例区甲局</h1>" in page.text
    assert "<h1>示例联络员</h1>" in reader.get(f"/2031/people/~{liaison.pk}/{day}").text


@pytest.mark.parametrize("asked", ["~{lead}", "区甲局", "示例区甲局", "区甲局\u200b"])
def test_the_list_of_a_past_day_is_filtered_by_the_names_of_that_day(reader, renamed, lead, asked):
    asked = quote(asked.format(lead=lead.pk))
    answer = reader.get(f"/2031/actions/?on=2022-06-30&unit={asked}")
    assert [a.action.lead_unit_id for a in rows_in(answer)] == [lead.pk] * 3
    assert answer.context["form"]["unit"].value() in ("区甲局", unquote(asked))
    assert str(answer.context["address"]) == f"/2031/actions/?on=2022-06-30&unit=%7E{lead.pk}" or (
        str(answer.context["address"]) == f"/2031/actions/?on=2022-06-30&unit=~{lead.pk}"
    )


@pytest.mark.parametrize("asked", ["~{lead}", "区新甲局", "示例区甲局"])
def test_the_list_takes_keys_names_and_former_names(reader, renamed, lead, asked):
    answer = reader.get(f"/2031/actions/?unit={quote(asked.format(lead=lead.pk))}")
    assert [a.number for a in rows_in(answer)] == ["1.1", "1.2", "1.3"]


@pytest.mark.parametrize("asked", ["~{owner}", "xin", "示例新名", "示例　新名"])
def test_an_owner_is_asked_for_by_key_or_name(reader, renamed, liaison, asked):
    answer = reader.get(f"/2031/actions/?owner={quote(asked.format(owner=liaison.pk))}")
    assert [a.number for a in rows_in(answer)] == ["1.1"]
    chosen = re.search(r'<option value="(~[0-9]+)" selected>([^<]*)', answer.text)
    assert chosen.groups() == (f"~{liaison.pk}", "示例新名")


def test_the_history_is_asked_for_by_key(reader, renamed, lead, liaison):
    answer = reader.get(f"/2031/history/?unit=~{lead.pk}")
    assert answer.context["form"]["unit"].value() == "区新甲局"
    assert f'href="/2031/units/~{lead.pk}/"' in answer.text
    answer = reader.get(f"/2031/history/?person=~{liaison.pk}")
    assert answer.context["form"]["person"].value() == "xin"
    assert reader.get("/2031/history/?person=~999999").status_code == 400


@pytest.mark.parametrize(
    "query", ["unit=~0", "unit=~" + "9" * 18, "unit=~", "owner=~0", "owner=~x"]
)
def test_a_key_of_nobody_is_refused_beside_the_field(reader, actions, query):
    assert reader.get(f"/2031/actions/?{query}").status_code == 400


def rows_in(answer):
    return [row.a for group in answer.context["groups"] for row in group.rows]


@pytest.mark.parametrize(
    "path", ["", "actions/1.1/", "units/?on=2022-06-30", "ledger.csv?light=red"]
)
def test_an_address_of_a_renamed_plan_leads_on(reader, plan, path):
    date_history(date(2022, 1, 4))
    plan.slug = "2031-new"
    plan.save_change(by=make_user("supervisor"))
    assert reader.get(f"/2031/{path}").url == f"/2031-new/{path}"
    assert reader.post(f"/2031/{path}").status_code in (404, 405)
    assert reader.get("/2035/").status_code == 404
