"""The dashboard: what it says to whom, and that each figure leads to exactly what it counts."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from priorities import words
from priorities.models import Action, Plan
from tests.states import state

from .district import TODAY
from .dom import Node, page_of
from .factories import (
    make_action,
    make_entries,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def look(client, district):
    """``look("viewer")``: the page as that person sees it, in English unless told otherwise."""

    def at(who, query="", language="en", path=None, status=200):
        client.force_login(district.people[who])
        path = path or reverse("dashboard", args=[district.plan.slug])
        response = client.get(path + query, HTTP_ACCEPT_LANGUAGE=language)
        assert response.status_code == status
        return page_of(response)

    return at


def section(page: Node, name: str) -> Node | None:
    return next(page.all("section", aria_labelledby=f"h-{name}"), None)


def needs(page: Node) -> list[tuple[int, str, str]]:
    """Of each line: how many, what, and the verb."""
    found = section(page, "needs")
    lines = found.all("li") if found else []
    return [
        (int(li.one("span", css="num").text), next(li.all("b")).text, li.one("a", css="do").text)
        for li in lines
    ]


def rows(page: Node, *, cancelled: bool = False) -> list[str]:
    """The numbers of the actions that a list shows; no figure but theirs counts cancelled ones."""
    listed = [tr for tr in page.all("tr") if tr.attrs.get("id", "").startswith("row-")]
    asked = [tr for tr in listed if any(tr.all("span", css="cancelled")) == cancelled]
    return [tr["id"].removeprefix("row-").replace("-", ".") for tr in asked]


def open_requests(page: Node) -> list[str]:
    return [node["id"] for node in page.all() if node.attrs.get("id", "").startswith("ask-")]


# What needs me now


def test_a_supervisor_sees_what_the_office_has_to_do(look):
    assert needs(look("supervisor")) == [
        (1, "Awaiting review", "Review"),
        (1, "Behind", "Chase"),
        (1, "Ask for help", "Coordinate"),
        (1, "Report overdue", "Remind"),
        (1, "Extension requests", "Decide"),
        (1, "Unassigned", "Assign"),
        (2, "Light and outlook disagree", "Talk"),
    ]


def test_an_administrator_sees_the_same(look):
    assert needs(look("administrator")) == needs(look("supervisor"))


def test_a_reporter_sees_what_the_unit_has_to_do(look):
    assert needs(look("reporter")) == [
        (1, "Returned to you", "Report again"),
        (1, "Behind", "Look"),
    ]


def test_a_reporter_of_a_unit_that_only_supports_has_nothing_to_do(look):
    assert needs(look("stranger")) == []


def test_a_viewer_has_nothing_to_do(look):
    page = look("viewer")
    assert (section(page, "needs"), section(page, "year") is None) == (None, False)


def test_on_a_past_day_nothing_is_to_be_done(look):
    assert needs(look("supervisor", "?on=2022-08-31")) == []


def test_a_report_that_is_due_soon_is_named_and_leads_to_my_work(look, district):
    district.plan.reporting_cycle_days = 7
    district.plan.save()
    page = look("reporter")
    assert (4, "Due soon", "Report") in needs(page)
    [line] = [li for li in section(page, "needs").all("li") if "Due soon" in li.text]
    assert line.one("a", css="do")["href"] == "/2031/my-work/"


def test_a_line_names_five_and_counts_the_rest(client):
    plan = make_plan("2032", sizes=[7])
    make_action(make_priority(plan), lead_unit=make_unit())
    client.force_login(make_user("supervisor"))
    page = page_of(client.get(f"/{plan.slug}/", **ENGLISH))
    [line] = [li for li in section(page, "needs").all("li") if "Unassigned" in li.text]
    assert line.one("span", css="num").text == "7"
    what = line.one("span", css="what")
    assert [a.text.split()[0] for a in what.all("a")] == ["1.1", "1.2", "1.3", "1.4", "1.5"]
    assert what.one("i").text == "and 2 more"


# Each figure leads to exactly the rows that it counts


def figures(page: Node) -> list[tuple[str, int, str]]:
    """Every figure with a link: the section it stands in, the figure, and the address."""
    found = []
    for name in ("needs", "year", "eight", "units"):
        part = section(page, name)
        if part is None:
            continue
        if name == "needs":
            lines = [(li.one("span", css="num"), li.one("a", css="do")) for li in part.all("li")]
            found += [(name, int(number.text), a["href"]) for number, a in lines]
            continue
        for a in part.all("a"):
            number = re.search(r"(\d+)(?: actions?| cancelled)?(?: [\d.]+%.*)?$", a.text)
            if (number and "/actions/?" in a["href"]) or a["href"].endswith("/actions/"):
                found.append((name, int(number[1]), a["href"]))
    return found


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ("supervisor", ""),
        ("reporter", ""),
        ("viewer", "?on=2022-08-31"),
        ("viewer", "?on=2022-12-31"),
    ],
)
def test_each_figure_leads_to_exactly_its_rows(look, who, query):
    wrong, sections = [], set()
    for name, figure, address in dict.fromkeys(figures(look(who, query))):
        page = look(who, path=address)
        listed = rows(page, cancelled="light=cancelled" in address) or open_requests(page)
        sections.add(name)
        if len(listed) != figure:
            wrong.append((name, figure, address, listed))
    assert wrong == []
    assert sections >= {"year", "eight", "units"}


def test_the_figures_are_those_of_the_state(look, district):
    counts = state(district.plan, TODAY).counts
    page = look("viewer")
    tallies = section(page, "year").one("ul", css="tallies")
    found = [int(li.one("span", css="num").text) for li in tallies.all("li")]
    assert found == [counts[kind] for kind in counts if counts[kind]]
    shares = [next(li.all("small")).text for li in tallies.all("li")]
    assert sum(float(share.rstrip("%")) for share in shares) == pytest.approx(100.0)


def test_the_worst_action_of_each_priority_is_named(look):
    worst = [td.text for td in section(look("viewer"), "eight").all("td", css="worst")]
    assert [re.search(r"\d\.\d+", words)[0] for words in worst] == ["1.1", "2.1"]


HELD = {
    "区甲局": "1.1 一以贯之讲政治 65 points behind 示例2号",
    "区乙局": "1.3 一以贯之优治理 last report 60 days ago no owner named",
}
"""Of each unit what is late, why, and who answers for it."""


@pytest.mark.parametrize("path", ["/2031/", "/2031/units/"])
def test_the_late_work_of_each_unit_is_named_with_reason_and_person(look, path):
    table = look("viewer", path=path).one("table", css="units")
    rows = [row for row in table.all("tr") if list(row.all("td", css="worst"))]
    said = {next(row.all("a")).text: row.one("td", css="worst").text for row in rows}
    assert {unit: said[unit].partition(" ")[2] for unit in HELD} == HELD


def test_late_work_of_a_priority_is_named_with_unit_and_person(look):
    worst = next(section(look("viewer"), "eight").all("td", css="worst")).text
    assert worst == "Behind 1.1 一以贯之讲政治 65 points behind 区甲局 示例2号"
    wall = look("viewer", path="/2031/wall/").one("ol", css="wall-list")
    held = [span.text for span in wall.all("span", css="worst")]
    assert held[0] == "Behind 1.1 65 points behind 区甲局 示例2号"


def test_a_unit_without_late_work_says_so_and_what_was_accepted_last(look, district):
    action = district.actions["stale"]
    make_entry(action, by=district.people["reporter"], percent=80)
    table = look("viewer").one("table", css="units")
    said = [td.text for td in table.all("td", css="worst")]
    assert "nothing late accepted last, 09-30: 1.3 一以贯之优治理" in said


def test_the_units_page_begins_with_its_late_work(look, district):
    page = look("viewer", path=reverse("unit", args=["2031", district.lead.pk]))
    numbers = [td.text for td in section(page, "led").all("td", css="no")]
    assert numbers[0] == "1.1" and sorted(numbers) != numbers


@pytest.mark.parametrize("path", ["/2031/actions/", "/2031/timeline/"])
def test_why_an_action_needs_a_look_is_read_and_not_only_hovered(look, district, path):
    page = look("viewer", path=path)
    rows = [row.text for row in page.all("tr")]
    with translation.override("en"):
        late = [a for a in state(district.plan, TODAY).actions if a.needs_a_look]
        said = {a.number: words.why(a) for a in late}
    silent = {n: why for n, why in said.items() if not any(n in r and why in r for r in rows)}
    assert said and silent == {}


def test_the_latest_entries_lead_to_their_place(look, district, client):
    latest = section(look("viewer"), "latest")
    links = [a["href"] for a in latest.all("a")]
    assert len(links) == 9
    for link in links:
        path, _, place = link.partition("#")
        assert list(look("viewer", path=path).all("li", id=place)) != []


# One sentence first


def test_the_gist(look):
    gist = look("viewer").one("p", css="gist").text
    assert gist == "1 action behind, 6 fewer than in August; 1 has no lead unit yet."


def test_the_gist_in_chinese(look):
    gist = look("viewer", language="zh-hans").one("p", css="gist").text
    assert gist == "1 项滞后，比8月少 6 项；1 项还没有牵头单位。"


def test_in_the_first_month_there_is_nothing_to_compare_with(look):
    gist = look("viewer", "?on=2022-01-31").one("p", css="gist").text
    assert gist == "0 actions behind; 1 has no lead unit yet."


# The day


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2022-02-30", "“2022-02-30” is not a day. Write it as 2022-09-30."),
        ("0000-01-01", "“0000-01-01” is not a day. Write it as 2022-09-30."),
        ("9999-12-31", "Choose a day in the years 1990 to 2100."),
        ("2022/09/31", "“2022/09/31” is not a day. Write it as 2022-09-30."),
        ("yesterday", "“yesterday” is not a day. Write it as 2022-09-30."),
        ("<script>", "“<script>” is not a day. Write it as 2022-09-30."),
    ],
)
@pytest.mark.parametrize("path", ["/2031/", "/2031/priorities/1/", "/2031/actions/1.1/"])
def test_what_is_no_day_is_refused_with_a_sentence(look, on, sentence, path):
    page = look("viewer", f"?on={on}", path=path, status=400)
    assert sentence in page.one("main").text


@pytest.mark.parametrize("on", ["2021-12-31", "2090-01-01"])
def test_a_day_outside_the_plan_is_refused(look, on):
    words = look("viewer", f"?on={on}", status=400).one("main").text
    assert "Choose a day from 2022-01-01 to" in words
    words = look("viewer", f"?on={on}", language="zh-hans", status=400).one("main").text
    assert "2022-01-01" in words
    assert "Choose" not in words


@pytest.mark.parametrize("on", ["2022-01-01", "2022-07-31", "2022-12-31"])
def test_another_day_says_so_and_leads_back(look, on):
    notice = look("viewer", f"?on={on}").one("p", css="past")
    assert f"The page speaks of {on}." in notice.text
    assert [(a["href"], a.text) for a in notice.all("a")] == [("/2031/", "Back to 2022-09-30")]


def test_today_says_nothing_of_another_day(look):
    assert list(look("viewer").all("p", css="past")) == []


DRAWN = {"seen": "2022-09-30"}
"""The status date that the form was drawn from."""


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("2022-08-31", date(2022, 8, 31), "The status date is now 2022-08-31."),
        ("", None, "The status date is lifted: pages now speak of today."),
    ],
)
def test_the_office_sets_and_lifts_the_status_date(client, district, typed, stored, said):
    client.force_login(district.people["supervisor"])
    answer = client.post(
        "/2031/status-date/", DRAWN | {"status_date": typed}, follow=True, **ENGLISH
    )
    assert answer.redirect_chain == [("/2031/", 302)]
    assert said in page_of(answer).text
    district.plan.refresh_from_db()
    assert district.plan.status_date == stored
    assert district.plan.history.first().history_user == district.people["supervisor"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2022-02-30", "“2022-02-30” is not a day. Write it as 2022-09-30."),
        ("2021-12-31", "The status date cannot lie before the plan's start."),
        ("9999-12-31", "Choose a day in the years 1990 to 2100."),
    ],
)
def test_a_wrong_status_date_is_refused_with_nothing_stored(client, district, typed, sentence):
    client.force_login(district.people["supervisor"])
    answer = client.post("/2031/status-date/", DRAWN | {"status_date": typed}, **ENGLISH)
    assert answer.status_code == 400
    assert sentence in page_of(answer).one("main").text
    district.plan.refresh_from_db()
    assert district.plan.status_date == TODAY


def test_only_the_office_sees_the_control(look):
    for who, forms in [("supervisor", 1), ("reporter", 0), ("viewer", 0)]:
        found = list(look(who).all("form", action="/2031/status-date/"))
        assert (who, len(found)) == (who, forms)


def test_a_plan_that_is_over_says_so_and_offers_its_last_day(look, district, client):
    district.plan.set_status_date(None, by=district.people["supervisor"])
    assert timezone.localdate() > district.plan.end
    banner = look("viewer").one("div", css="banner")
    assert "示例2031年度重点工作 ended on 2022-12-31." in banner.text
    assert list(banner.all("form")) == []
    [form] = look("supervisor").one("div", css="banner").all("form")
    values = {i.attrs.get("name"): i.attrs.get("value") for i in form.all("input")}
    client.post(form["action"], values)
    district.plan.refresh_from_db()
    assert district.plan.status_date == date(2022, 12, 31)
    assert list(look("viewer").all("div", css="banner")) == []


# The fresh installation


@pytest.fixture
def fresh():
    return make_plan("2032", sizes=[2, 3])


def steps(page: Node) -> list[str]:
    return [li.one("b").text for li in page.one("ol", css="steps").all("li")]


def test_a_fresh_plan_says_in_three_steps_how_to_begin(look, fresh, client):
    page = look("supervisor", path="/2032/")
    assert steps(page) == ["Check the units", "Assign the actions", "Ask the units to report"]
    assert section(page, "needs") is None
    assert "Assign 5 actions" in page.one("ol", css="steps").text
    links = [a for a in page.one("table", css="eight").all("a") if "pick=all" in a["href"]]
    assert [a.text for a in links] == ["Assign these 2", "Assign these 3"]
    for a, count in zip(links, (2, 3), strict=True):
        listed = look("supervisor", path=a["href"])
        ticked = [box for box in listed.all("input", name="pick") if "checked" in box.attrs]
        assert (len(rows(listed)), len(ticked)) == (count, count + 1)  # and the box of them all


def test_the_steps_lead_where_the_work_is_done(look, fresh, client):
    for who, units, accounts in [
        ("administrator", True, True),
        ("supervisor", True, False),
        ("viewer", False, False),
    ]:
        page = look(who, path="/2032/").one("ol", css="steps")
        links = [a["href"] for a in page.all("a")]
        assert (reverse("admin:priorities_unit_changelist") in links) == units
        assert (reverse("admin:priorities_user_changelist") in links) == accounts
        assert ([a for a in links if "pick=all" in a] != []) == units


def test_with_the_first_assignment_the_steps_are_gone(look, fresh, district):
    action = fresh.priorities.first().actions.first()
    action.assign(by=district.people["supervisor"], changes={"lead_unit": district.lead})
    page = look("supervisor", path="/2032/")
    assert list(page.all("ol", css="steps")) == []
    assert section(page, "units") is not None


def test_the_way_in_leads_to_the_current_plan(look, district, client):
    client.force_login(district.people["viewer"])
    current = Plan.objects.current()
    assert client.get("/")["Location"] == f"/{current.slug}/"


def test_without_a_plan_there_is_a_page_that_says_so(client, monkeypatch):
    monkeypatch.setattr(Plan.objects, "current", lambda: None)
    client.force_login(make_user("administrator"))
    assert client.get("/")["Location"] == "/plans/"
    client.force_login(make_user())
    answer = client.get("/", **ENGLISH)
    assert (answer.status_code, answer.templates[0].name) == (200, "priorities/no_plan.html")


# What it costs


def cost(client, plan) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/{plan.slug}/").status_code == 200
    return len(queries)


def busy(slug, *, sizes, each):
    """A plan in which every action is led, supported, owned and reported; half are complete."""
    unit = make_unit()
    by = make_user("reporter", units=[unit])
    plan = make_plan(slug)
    for size in sizes:
        priority = make_priority(plan)
        for _ in range(size):
            lead = make_unit()
            make_action(priority, lead_unit=lead, supporting=[unit], owner=by)
    actions = list(Action.objects.of_plan(plan).order_by("priority__number", "order"))
    for action in actions:
        make_entry(action, by=by, percent=40, day=date(2022, 7, 1))
    make_entries(actions, by=by, each=each)
    make_entries(actions[::2], by=by, each=1, percent=100)
    return plan


@pytest.mark.parametrize("who", ["supervisor", "reporter", "viewer"])
def test_the_number_of_queries_does_not_grow(client, who):
    unit = make_unit()
    client.force_login(make_user(who, units=[unit]))
    few, rows_more = busy("2041", sizes=[1, 1], each=2), busy("2042", sizes=[3, 3], each=2)
    entries_more = busy("2043", sizes=[1, 1], each=200)
    assert cost(client, few) == cost(client, rows_more) == cost(client, entries_more)


def test_the_number_of_queries_of_a_past_day_does_not_grow(client):
    client.force_login(make_user("viewer"))
    costs = []
    for slug, sizes in (("2041", [1, 1]), ("2042", [3, 3])):
        plan = busy(slug, sizes=sizes, each=2)
        with CaptureQueriesContext(connection) as queries:
            day = TODAY - timedelta(30)
            assert client.get(f"/{plan.slug}/?on={day}").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
