"""All plans on one page, and where ``/`` leads."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client

from priorities.models import Closing, Ending, Lineage, Plan
from priorities.models.lineage import Descent
from priorities.models.phases import Life
from priorities.state.kept import plan_on

from .dom import page_of
from .factories import (
    PASSWORD,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)
from .writes import fingerprint, watched

pytestmark = pytest.mark.django_db

DAYS = {"start": date(2022, 1, 1), "end": date(2022, 12, 31), "status_date": date(2022, 9, 30)}


@pytest.fixture
def reader(client) -> Client:
    client.force_login(make_user())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def supervisor(client) -> Client:
    client.force_login(make_user("supervisor"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def running(slug: str, **fields) -> Plan:
    """A plan with a late action, one that is complete, and one without a unit."""
    plan = make_plan(slug, **DAYS | fields)
    unit, by = make_unit(), make_user("reporter")
    priority = make_priority(plan)
    make_entry(make_action(priority, lead_unit=unit), by=by, percent=10)
    make_entry(make_action(priority, lead_unit=unit), by=by, percent=100, explanation="示例")
    make_action(priority)
    return plan


def closed(slug: str, **fields) -> Plan:
    plan = running(slug, phase=Life.CLOSED, **fields)
    by = make_user("supervisor", display_name="示例结束人")
    closing = Closing.objects.create(plan=plan, day=plan.end, reason="示例", by=by)
    first, _complete, last = plan.priorities.get().actions.order_by("order")
    Ending.objects.create(closing=closing, action=first, verdict="carried")
    Ending.objects.create(closing=closing, action=last, verdict="uncompleted", reason="示例")
    return plan


def row_of(page, plan: Plan) -> str:
    [row] = [r for r in page.all("tr") if any(a["href"] == f"/{plan.slug}/" for a in r.all("a"))]
    return " ".join(row.text.split())


def test_each_running_plan_stands_with_its_lights_and_its_time(reader):
    plan = running("2031")
    said = row_of(page_of(reader.get("/plans/")), plan)
    now = plan_on(plan, plan.today())
    assert f"{plan.elapsed_on(plan.today())}%" in said and "75%" in said
    assert {k: n for k, n in now.counts.items() if n} == {"red": 1, "complete": 1, "unassigned": 1}
    page = page_of(reader.get("/plans/"))
    ways = {a["href"] for a in page.all("a")}
    for kind in ("red", "complete", "unassigned"):
        assert f"/2031/actions/?light={kind}" in ways
    assert "1 / 3" in said


def test_a_closed_plan_says_what_became_of_its_actions_and_who_closed_it(reader):
    plan = closed("2031")
    year = {"start": date(2023, 1, 1), "end": date(2023, 12, 31), "status_date": None}
    following = make_plan("2041", title="示例下一年度", **year)
    source = plan.priorities.get().actions.order_by("order").first()
    target = make_action(make_priority(following), text=source.text)
    link = Lineage(source=source, target=target, kind=Descent.CARRIED, on=following.start)
    link.save_change(by=make_user("supervisor"))
    page = page_of(reader.get("/plans/"))
    said = row_of(page, plan)
    assert "by 示例结束人" in said and "complete 1" in said.lower()
    assert "1 carried over 示例下一年度" in said
    assert "1 closed uncompleted, each with its reason" in said
    assert f"continues 1 action of {plan.title}" in row_of(page, following)


def test_what_is_prepared_is_listed_for_its_makers_with_the_way_on(supervisor):
    plan = running("2041", phase=Life.PREPARING)
    page = page_of(supervisor.get("/plans/"))
    assert "Begin" in row_of(page, plan)
    assert "In preparation" in page.text


def test_the_ways_to_a_new_plan_are_for_supervisors(reader, district):
    assert "/plans/new/" not in reader.get("/plans/").content.decode()
    reader.force_login(district.people["supervisor"])
    page = page_of(reader.get("/plans/new/"))
    ways = {a["href"] for a in page.one("ul", css="ways").all("a")}
    made = ("document", "table", "existing", "empty")
    assert ways == {f"/plans/new/{way}/" for way in made}


def test_many_plans_are_paged(reader):
    for number in range(25):
        make_plan(f"30{number:02}", **DAYS)
    page = page_of(reader.get("/plans/"))
    assert len(list(page.one("main").all("th", css="title"))) == 20
    for wanted in ("2", "99", "0", "x", "-1", "9" * 30):
        answer = reader.get("/plans/", {"page": wanted})
        assert answer.status_code == 200
    assert len(list(page_of(reader.get("/plans/?page=2")).one("main").all("th", css="title"))) == 6


def statements(client: Client, path: str) -> int:
    """Of a page whose states are there already: they are computed once for each change."""
    client.get(path)
    count = 0

    def note(execute, sql, params, many, context):
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200
    return count


@pytest.mark.parametrize("path", ["/plans/", "/2022/life/", "/plans/new/existing/", "/2022/help/"])
def test_the_page_costs_the_same_for_two_and_for_six_plans(supervisor, path):
    running("2031")
    closed("2032")
    running("2033", phase=Life.PREPARING)
    few = statements(supervisor, path)
    for number in range(2):
        running(f"204{number}")
        closed(f"205{number}")
        running(f"206{number}", phase=Life.PREPARING)
    assert statements(supervisor, path) == few


def test_reading_it_writes_nothing(supervisor):
    running("2031")
    closed("2032")
    before = fingerprint()
    with watched() as written:
        supervisor.get("/plans/")
    assert (written, fingerprint()) == ([], before)


# Where / leads


def test_it_leads_to_the_plan_that_was_looked_at_last(reader):
    running("2031")
    reader.get("/2022/document/")
    assert reader.get("/")["Location"] == "/2022/"
    reader.get("/2031/actions/1.1/")
    assert reader.get("/")["Location"] == "/2031/"
    head = page_of(reader.get("/plans/")).one("details", css="plans")
    assert next(head.all("summary")).text.endswith("示例2031年度重点工作")


def test_looking_sets_a_cookie_once_and_stores_nothing(reader):
    with watched() as written:
        first, second = reader.get("/2022/"), reader.get("/2022/units/")
    assert first.cookies["plan"].value == "2022" and "plan" not in second.cookies
    assert first.cookies["plan"]["httponly"] and first.cookies["plan"]["samesite"] == "Lax"
    assert written == []


def test_a_kept_page_is_remembered_too(reader):
    running("2031")
    for path in ("/2022/", "/2031/", "/2022/"):
        reader.get(path)
    assert reader.get("/")["Location"] == "/2022/"


@pytest.mark.parametrize("path", ["/2022/ledger.csv", "/2098/", "/2022/actions/99.9/"])
def test_what_is_no_page_of_a_plan_is_not_remembered(reader, path):
    running("2031")
    reader.get("/2031/")
    reader.get(path)
    assert reader.get("/")["Location"] == "/2031/"


def test_a_part_of_a_page_is_not_remembered(reader):
    running("2031")
    reader.get("/2031/")
    reader.get("/2022/jump/?q=1", headers={"HX-Request": "true"})
    assert reader.get("/")["Location"] == "/2031/"


@pytest.mark.parametrize("value", ["1999", "../admin", "x" * 5000, "", "2022/x"])
def test_a_cookie_that_names_no_plan_leads_nowhere_else(reader, value):
    reader.cookies["plan"] = value
    assert reader.get("/")["Location"] == "/2022/"


def test_a_plan_that_went_back_to_preparation_is_forgotten(reader):
    plan = running("2031")
    reader.get("/2031/")
    plan.phase = Life.PREPARING
    plan.save()
    assert reader.get("/")["Location"] == "/2022/"


def test_whoever_signs_in_after_another_starts_at_the_current_plan(client):
    running("2041", start=date(2020, 1, 1), end=date(2020, 12, 31), status_date=None)
    for name in ("first", "second"):
        make_user(username=name)
    sign_in(client, "first")
    client.get("/2041/")
    assert client.get("/")["Location"] == "/2041/"
    client.post("/sign-out/")
    sign_in(client, "first")
    assert client.get("/")["Location"] == "/2041/"
    client.post("/sign-out/")
    sign_in(client, "second")
    assert client.get("/")["Location"] == "/2022/"


def sign_in(client, name: str) -> None:
    answer = client.post("/sign-in/", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302


def test_where_all_plans_are_in_preparation_supervisors_find_them(supervisor):
    Plan.objects.update(phase=Life.PREPARING)
    assert supervisor.get("/")["Location"] == "/plans/"
    supervisor.force_login(make_user())
    assert supervisor.get("/").status_code == 200


def test_a_plan_whose_year_is_over_offers_to_be_closed(supervisor):
    running("2031", status_date=None)
    html = supervisor.get("/2031/").content.decode()
    assert 'href="/2031/close/"' in html
    supervisor.force_login(make_user())
    assert 'href="/2031/close/"' not in supervisor.get("/2031/").content.decode()


@pytest.mark.parametrize(("words", "url"), [("All plans", "/plans/"), ("Life", "/2022/life/")])
def test_ctrl_k_finds_the_plans_and_their_life(reader, words, url):
    page = page_of(reader.get("/2022/jump/", {"q": words}))
    assert next(page.one("ul", css="targets").all("a"))["href"] == url
