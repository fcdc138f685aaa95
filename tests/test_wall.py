"""Wall mode: every screen on one page, and a version that changes when what they show may have."""

import gzip
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import Plan

from .factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .markup import uncut

pytestmark = pytest.mark.django_db

WALL, STATE = "/2031/wall/", "/2031/wall/state/"


@pytest.fixture
def unit():
    return make_unit("示例发改局")


@pytest.fixture
def action(unit):
    return make_action(make_priority(make_plan("2031")), lead_unit=unit)


@pytest.fixture
def office(client):
    user = make_user("supervisor")
    client.force_login(user)
    return user


def version(client) -> str:
    return client.get(STATE).json()["version"]


def test_nothing_is_sent_while_nothing_has_changed(client, office, action):
    shown = re.search(r'data-version="(\w+)"', client.get(WALL).content.decode())[1]
    answer = client.get(STATE, {"version": shown})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store, private"


def report(action, by, unit):
    make_entry(action, by=by, percent=60)


def answer(action, by, unit):
    make_entry(action, by=by, needs_review=True).accept(by=by)


def reassign(action, by, unit):
    action.assign(by=by, changes={"due": date(2022, 11, 30)}, reason="示例")


def plan_a_step(action, by, unit):
    step = make_milestone(action, date(2022, 5, 1))
    step.done = date(2022, 5, 1)
    step.save_change(by=by)


def rename_unit(action, by, unit):
    unit.short_name = "示例新名"
    unit.save_change(by=by)


def move_status_date(action, by, unit):
    action.priority.plan.set_status_date(date(2022, 10, 31), by=by)


@pytest.mark.parametrize(
    "change", [report, answer, reassign, plan_a_step, rename_unit, move_status_date]
)
def test_a_change_of_what_is_shown_is_another_version(client, office, action, unit, change):
    before = version(client)
    change(action, office, unit)
    assert version(client) != before
    assert client.get(STATE, {"version": before}).status_code == 200


def test_a_new_day_is_another_version(client, office, action, monkeypatch, settings):
    settings.KEPT_PAGES_MB = 0  # the day of the clock stays
    before = version(client)
    monkeypatch.setattr(Plan, "today", lambda plan: date(2022, 10, 1))
    assert version(client) != before


def test_asking_costs_one_query_beside_user_and_plan(client, office, action):
    with CaptureQueriesContext(connection) as found:
        client.get(STATE)
    assert len(found) == 4


def test_a_session_that_has_ended_is_sent_to_sign_in(client, action):
    answer = client.get(STATE)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in/")


def test_the_page_holds_every_action_and_links_to_the_three_pages(client, office):
    page = uncut(client.get("/2022/wall/").content.decode())
    main = page[page.index("<main") :]
    for address in ("/2022/", "/2022/document/", "/2022/timeline/"):
        assert f'href="{address}"' in main
    assert len(set(re.findall(r'<a href="/2022/actions/(\d\.\d)/" title=', main))) == 41
    assert main.count('class="sentence"') == 8
    assert main.count("data-screen") == 6
    assert len(gzip.compress(page.encode())) < 25_000


def test_screens_are_evenly_filled(client, office):
    """Rows that just do not fit on one screen make two of one size, not a full one and a rest."""
    plan = make_plan("2032", sizes=[5, 5, 5, 6])
    page = client.get(f"/{plan.slug}/wall/").content.decode()
    charts = page.split('class="screen chart"')[1:]
    assert [chart.count('role="rowheader"') for chart in charts] == [12, 13]


def test_a_plan_without_priorities_is_no_error(client, office):
    make_plan("2033")
    for name in ("wall", "timeline", "document"):
        assert client.get(f"/2033/{name}/").status_code == 200
