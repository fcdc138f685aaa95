"""Several plans side by side: where ``/`` leads, and the switch in the head of every page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from priorities.models.phases import Life

from .dom import Node, page_of
from .factories import make_plan, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client) -> Client:
    client.force_login(make_user())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def plan_from(slug: str, first: int, last: int, size: int = 2):
    """A plan whose first and last day are so many days from today."""
    today = timezone.localdate()
    days = {"start": today + timedelta(first), "end": today + timedelta(last)}
    return make_plan(slug, sizes=(size,) if size else (), status_date=None, **days)


def switch(client: Client, path: str) -> Node | None:
    return next(page_of(client.get(path)).all("details", css="plans"), None)


def ways(node: Node) -> list[tuple[str, bool]]:
    return [(a["href"], "aria-current" in a.attrs) for a in node.all("a")]


def test_with_one_plan_it_names_that_and_leads_to_all_plans(reader):
    assert ways(switch(reader, "/2022/")) == [("/2022/", True), ("/plans/", False)]


def test_the_switch_lists_the_plans_by_phase_and_marks_this_one(reader):
    plan_from("2041", -30, 335)
    plan_from("2042", -10, 355, size=0)
    closed = plan_from("2043", -400, -36)
    closed.phase = Life.CLOSED
    closed.save()
    here = switch(reader, "/2041/")
    assert [h.text for h in here.all("h2")] == ["Running", "Closed"]
    assert ways(here) == [
        ("/2042/", False),
        ("/2041/", True),
        ("/2022/", False),
        ("/2043/", False),
        ("/plans/", False),
        ("/overview/", False),
    ]
    assert "示例2041年度重点工作" in next(here.all("summary")).text


@pytest.mark.parametrize(
    "path", ["/2022/document/", "/2022/help/", "/2022/actions/2.6/", "/password/"]
)
def test_it_stands_on_every_page_and_leads_to_the_plans_own_day(reader, path):
    plan_from("2041", -30, 335)
    here = switch(reader, f"{path}?since=2022-03-31")
    over_all = ("/plans/", "/overview/")
    others = [href for href, is_this in ways(here) if not is_this and href not in over_all]
    assert len(others) == 1 and "?" not in others[0]
    assert reader.get(others[0]).status_code == 200


def test_a_supervisor_sees_there_what_is_prepared(client):
    client.force_login(make_user("supervisor"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    coming = plan_from("2041", 30, 395)
    coming.phase = Life.PREPARING
    coming.save()
    here = switch(client, "/2022/")
    assert [h.text.split(" ")[0] for h in here.all("h2")] == ["Running", "In"]
    assert ("/2041/", False) in ways(here)


def test_an_empty_plan_captures_nobody_and_has_a_way_back(reader):
    plan_from("2041", -1, 364, size=0)
    assert reader.get("/")["Location"] == "/2022/"
    assert ("/2022/", False) in ways(switch(reader, "/2041/"))


def test_the_plan_that_runs_leads_in(reader):
    plan_from("2041", 30, 395)
    assert reader.get("/")["Location"] == "/2022/"
    plan_from("2042", -1, 364)
    assert reader.get("/")["Location"] == "/2042/"


@pytest.mark.parametrize("words", ["2041", "示例2041"])
def test_ctrl_k_leads_to_the_other_plans(reader, words):
    plan_from("2041", -30, 335)
    page = page_of(reader.get("/2022/jump/", {"q": words, "on": "2022-06-30"}))
    targets = [a["href"] for a in page.one("ul", css="targets").all("a")]
    assert targets[0] == "/2041/"


def test_the_switch_costs_the_same_for_any_number_of_plans(reader):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            reader.get("/2022/help/")
        return len(found)

    few = queries()
    for number in range(6):
        plan_from(f"20{50 + number}", -30 - number, 335)
    assert queries() == few


def test_further_plans_are_found_by_name(reader):
    """A thousand plans are no menu: the latest stand in it, and a way to the others."""
    for number in range(12):
        plan_from(f"20{50 + number}", -30 - number, 335)
    here = switch(reader, "/2022/help/")
    assert [href for href, _is_this in ways(here)] == [
        *(f"/20{50 + number}/" for number in range(11)),
        "/plans/",
        "/overview/",
        "/2022/jump/",
    ]
    found = page_of(reader.get("/2022/jump/", {"q": "2061"}))
    assert next(found.one("ul", css="targets").all("a"))["href"] == "/2061/"
