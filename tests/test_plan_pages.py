"""The pages of a priority and of an action: the sentence, the facts, the entries, the changes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from priorities.models import Milestone
from priorities.models.changes import Door

from .district import TODAY
from .dom import Node, page_of
from .factories import (
    date_history,
    make_action,
    make_entries,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
)

pytestmark = pytest.mark.django_db

PRIORITY, ACTION = "/2031/priorities/1/", "/2031/actions/1.1/"


@pytest.fixture
def look(client, district):
    def at(path, who="viewer", language="en", status=200):
        client.force_login(district.people[who])
        response = client.get(path, HTTP_ACCEPT_LANGUAGE=language)
        assert response.status_code == status
        return page_of(response)

    return at


def official_words(sentence: Node) -> str:
    """The sentence without the marks that stand in it."""
    words = []
    for node in sentence.children:
        if isinstance(node, str):
            words.append(node)
        else:
            marked = next(node.all("span", css="words"), node)
            words.append(marked.text)
    return "".join("".join(words).split())


def links(node: Node) -> list[tuple[str, str]]:
    return [(a["href"], a.text) for a in node.all("a")]


# A priority


def test_the_sentence_is_complete_and_each_clause_leads_to_its_action(look, district):
    sentence = look(PRIORITY).one("p", css="sentence")
    assert official_words(sentence) == district.plan.priorities.get(number=1).sentence
    clauses = list(sentence.all("a", css="clause"))
    assert [a["href"] for a in clauses] == [f"/2031/actions/1.{n}/" for n in range(1, 8)]
    kinds = ["red", "yellow", "stale", "green", "complete", "not_started", "cancelled"]
    assert [kind in a["class"].split() for kind, a in zip(kinds, clauses, strict=True)] == [
        True
    ] * 7


def test_the_mean_says_what_it_is_a_mean_of(look):
    words = look(PRIORITY).one("p", css="stand-percent").text
    assert words == (
        "53% mean of 6 actions, 1 not yet reported, counted as 0, 1 cancelled, left out;"
        " time gone 63%"
    )


def test_each_count_of_a_priority_leads_to_its_rows(look):
    found = links(look(PRIORITY).one("p", css="stand-lights"))
    for address, words in found:
        listed = [tr for tr in look(address).all("tr") if tr.attrs.get("id", "").startswith("row-")]
        assert (address, len(listed)) == (address, int(words.split()[-1]))
    assert len(found) == 6


def test_the_actions_of_a_priority_are_all_there(look):
    page = look(PRIORITY)
    table = page.one("table", css="of-priority")
    numbers = [td.text for td in table.all("td", css="no")]
    assert numbers == [f"1.{n}" for n in range(1, 8)]
    assert "Actions 6 actions, 1 cancelled" in page.text


def test_open_milestones_stand_by_day(look, district):
    make_milestone(district.actions["green"], date(2022, 10, 9), title="示例验收")
    make_milestone(district.actions["cancelled"], date(2022, 5, 1), title="示例作废")
    stones = [li.text for li in look(PRIORITY).one("ol", css="stones").all("li")]
    assert stones == ["09-20 1.1 示例封顶 missed by 10 days", "10-09 1.4 示例验收 in 9 days"]


@pytest.mark.parametrize(("who", "may"), [("supervisor", True), ("reporter", False)])
def test_assign_these_is_offered_to_the_office(look, who, may):
    offered = [a for a in links(look("/2031/priorities/2/", who)) if "pick=all" in a[0]]
    address = "/2031/actions/?priority=2&light=unassigned&pick=all"
    assert offered == ([(address, "Assign this 1")] if may else [])


def test_from_priority_to_priority(look):
    near = look(PRIORITY).one("span", css="near")
    assert links(near) == [("/2031/priorities/2/", "Next 2")]
    near = look("/2031/priorities/2/").one("span", css="near")
    assert links(near) == [("/2031/priorities/1/", "Previous 1")]


@pytest.mark.parametrize("number", ["3", "0", "999999999999999999"])
def test_a_priority_that_does_not_exist(look, number):
    words = look(f"/2031/priorities/{number}/", status=404).one("main").text
    assert f"There is no priority {number} in this plan." in words


# An action


def test_the_clause_concerned_is_marked_in_the_sentence(look, district):
    sentence = look(ACTION).one("p", css="sentence")
    assert official_words(sentence) == district.plan.priorities.get(number=1).sentence
    assert sentence.one("mark").text == "一以贯之讲政治"
    others = [f"/2031/actions/1.{n}/" for n in range(2, 8)]
    assert [address for address, _words in links(sentence)] == others


@pytest.mark.parametrize(
    ("language", "light", "reason"),
    [
        ("en", "Behind", "65 points behind schedule: 10 % done, 75 % of the time gone."),
        ("zh-hans", "滞后", "落后 65 个百分点：完成 10%，时间已过 75%。"),
    ],
)
def test_the_light_stands_with_its_reason(look, language, light, reason):
    verdict = look(ACTION, language=language).one("section", css="verdict")
    assert verdict.one("p", css="verdict-light").text == light
    assert verdict.one("p", css="verdict-why").text == reason


def test_the_outlook_stands_beside_the_light(look):
    outlook = look("/2031/actions/1.4/").one("p", css="verdict-outlook").text
    assert "Off course disagrees with the light 示例：资金未落实" in outlook


def test_who_and_when(look, district):
    action, office = district.actions["red"], district.people["supervisor"]
    action.assign(by=office, changes={"due": date(2022, 11, 30)}, reason="示例：材料未到")
    facts = look(ACTION).one("dl", css="facts")
    names = [dt.text for dt in facts.all("dt")]
    told = dict(zip(names, [dd.text for dd in facts.all("dd")], strict=True))
    assert told == {
        "Lead unit": "示例区甲管理局",
        "Owner": "示例2号",
        "Supporting units": "示例区乙管理局, 示例区丙管理局",
        "Time": "2022-01-01 to 2022-11-30 originally 2022-12-31 , moved once",
        "Next report": "by 2022-10-31",
        "Measure of success": "示例：建成投用",
    }


def test_the_names_in_the_facts_lead_to_their_actions(look):
    for address, _words in links(look(ACTION).one("dl", css="facts")):
        assert "1.1" in look(address).one("table", css="ledger").text


def test_the_chart_has_its_table(look, district):
    make_entries([district.actions["red"]], by=district.people["reporter"], each=3, percent=12)
    page = look(ACTION)
    assert page.one("svg", css="plot")["aria-label"] == (
        "Percent done by day: 12 % on 30 September, 75 % of the time gone"
    )
    table = page.one("details", css="as-table")
    found = [[td.text for td in tr.all("td")] for tr in table.one("tbody").all("tr")]
    assert found == [
        ["2022-09-28", "12%", "74%", "−62"],
        ["2022-09-29", "12%", "74%", "−62"],
        ["2022-09-30", "10%", "75%", "−65"],
        ["2022-09-30", "12%", "75%", "−63"],
    ]


def test_only_what_counts_is_in_the_chart(look):
    for number, accepted in [("2.2", "70%"), ("2.3", "70%")]:
        table = look(f"/2031/actions/{number}/").one("details", css="as-table")
        assert [td.text for td in table.one("tbody").all("td")][1::4] == [accepted]


def test_a_chart_needs_a_unit_and_dates(look):
    assert list(look("/2031/actions/2.1/").all("figure", css="chart")) == []


def test_a_returned_entry_shows_the_reason(look):
    entry = next(look("/2031/actions/2.3/").one("ol", css="entries").all("li"))
    assert "returned" in entry["class"].split()
    assert entry.one("p", css="reason").text == "Returned: 示例：数字不符"


def test_evidence_is_linked(look):
    entries = look("/2031/actions/1.2/").one("ol", css="entries")
    assert [a for a in links(entries) if "example.org" in a[0]] != []


# Entries, paged


def entry_days(page: Node) -> list[str]:
    entries = page.one("ol", css="entries")
    return [next(li.all("time"))["datetime"] for li in entries.all("li") if "id" in li.attrs]


def test_entries_stand_newest_first_thirty_on_a_page(look, district):
    make_entries([district.actions["green"]], by=district.people["reporter"], each=64)
    pages = [look(f"/2031/actions/1.4/{query}") for query in ("", "?page=2", "?page=3")]
    days = [entry_days(page) for page in pages]
    assert [len(found) for found in days] == [30, 30, 5]
    every = [day for found in days for day in found]
    assert every == sorted(every, reverse=True)
    assert "65 entries" in pages[0].text
    turns = [page.one("nav", css="pages") for page in pages]
    assert [[a.attrs.get("rel") for a in nav.all("a")] for nav in turns] == [
        ["next"],
        ["prev", "next"],
        ["prev"],
    ]
    assert [nav.one("span").text for nav in turns] == ["1 / 3", "2 / 3", "3 / 3"]


def test_the_next_page_of_a_past_day_speaks_of_that_day_too(look, district):
    make_entries([district.actions["green"]], by=district.people["reporter"], each=64)
    page = look("/2031/actions/1.4/?on=2022-09-28")
    [(address, _words)] = [a for a in links(page.one("nav", css="pages")) if "page=2" in a[0]]
    path = address.partition("#")[0]
    following = look(f"/2031/actions/1.4/{path}")
    assert following.one("p", css="past").text.startswith("The page speaks of 2022-09-28.")
    assert len(entry_days(page)) + len(entry_days(following)) == 60


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1_0", "9" * 30, "%3Cscript%3E"])
def test_for_a_page_that_does_not_exist_the_nearest_is_shown(look, number):
    assert len(entry_days(look(f"{ACTION}?page={number}"))) == 1


def test_without_entries_it_says_who_reports_first(look):
    assert "No entries yet. 区乙局 reports first." in look("/2031/actions/1.6/").text
    words = "No entries yet. Once the action has a lead unit, the unit can report."
    assert words in look("/2031/actions/2.1/").text


# Changes


def test_changes_are_told_with_person_and_reason(look, district):
    action, office = district.actions["red"], district.people["supervisor"]
    action.assign(
        by=office, changes={"supporting_units": []}, reason="示例：职责调整", door=Door.BULK
    )
    action.set_milestones([], by=office)
    date_history(date(2022, 8, 1))
    changes = [li.text for li in look(ACTION).one("ol", css="changes").all("li")]
    assert len(changes) >= 1
    assert "Supporting units removed (was" in " ".join(changes)
    assert "示例：职责调整" in " ".join(changes)
    assert "示例4号" in " ".join(changes)
    assert "bulk change" in " ".join(changes)


# Who may do what here


def buttons(page: Node) -> list[str]:
    acts = next(page.all("div", css="act-buttons"), None)
    return [node.text for node in acts.all() if node.tag in ("a", "button")] if acts else []


AMENDS = ("Reword", "Split", "Merge with others", "Withdraw")


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("viewer", []),
        ("reporter", ["Report progress", "Nothing changed", "Ask for another due date"]),
        # of a supporting unit
        ("stranger", ["Report progress", "Nothing changed", "Ask for another due date"]),
        ("supervisor", ["Report progress", "Nothing changed", "Change the assignment", *AMENDS]),
        ("administrator", ["Report progress", "Nothing changed", "Change the assignment", *AMENDS]),
    ],
)
def test_each_role_sees_what_it_may_do(look, who, found):
    assert buttons(look(ACTION, who)) == found


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("1.3", []),  # another unit's
        ("1.5", ["Report progress"]),  # complete
        ("1.7", []),  # cancelled
        ("2.1", []),  # unassigned
        # returned
        ("2.3", ["Report again", "Nothing changed", "Ask for another due date"]),
    ],
)
def test_a_reporter_is_offered_what_fits_the_action(look, number, found):
    assert buttons(look(f"/2031/actions/{number}/", "reporter")) == found


def test_the_office_can_assign_what_has_no_unit(look):
    assert buttons(look("/2031/actions/2.1/", "supervisor")) == ["Assign", *AMENDS]


def test_a_past_day_is_for_reading(look):
    page = look(f"{ACTION}?on=2022-08-31", "supervisor")
    forms = [form["action"] for form in page.one("main").all("form", method="post")]
    assert (buttons(page), set(forms) - {"/2031/status-date/"}) == ([], set())


def test_a_waiting_entry_can_be_answered_by_the_office_alone(look, district):
    entry = district.entries["waiting"]
    acts = [f"/2031/entries/{entry.pk}/{act}/" for act in ("accept", "return")]
    for who, found in [("supervisor", acts), ("reporter", []), ("viewer", [])]:
        page = look("/2031/actions/2.2/", who)
        forms = [form["action"] for form in page.all("form", method="post")]
        assert (who, [form for form in forms if form in acts]) == (who, found)


@pytest.mark.parametrize("number", ["1.8", "3.1", "1", "1.1.1", "01.1", "x", "1.1%20"])
def test_an_action_that_does_not_exist(look, number):
    words = look(f"/2031/actions/{number}/", status=404).one("main").text
    assert f"There is no action {number.replace('%20', '')} in this plan." in words


def test_what_is_longer_than_a_number_is_quoted_in_short(look):
    words = look(f"/2031/actions/{'9' * 30}/", status=404).one("main").text
    assert f"There is no action {'9' * 20} in this plan." in words


def test_plans_do_not_mix(look, district):
    other = make_plan("2032")
    make_action(make_priority(other), text="示例别的计划")
    assert "一以贯之讲政治" in look(ACTION).text
    assert "示例别的计划" not in look(ACTION).text
    words = look("/2032/actions/1.1/").one("main").text
    assert "示例别的计划" in words
    assert "一以贯之讲政治" not in words
    assert look("/2033/actions/1.1/", status=404)


# What it costs


def cost(client, path) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("who", ["viewer", "reporter", "supervisor"])
@pytest.mark.parametrize("number", ["1.2", "1.4"])
def test_200_entries_cost_as_many_queries_as_2(client, district, who, number):
    """Of pages with entries that this person may answer or take back as well."""
    client.force_login(district.people[who])
    action = district.actions["yellow" if number == "1.2" else "green"]
    by = district.people["reporter"]
    make_entries([action], by=by, each=2)
    path = f"/2031/actions/{number}/"
    few = cost(client, path)
    make_entries([action], by=by, each=198)
    assert cost(client, path) == few


@pytest.mark.parametrize("who", ["viewer", "supervisor"])
def test_6_actions_cost_as_many_queries_as_2(client, district, who):
    client.force_login(district.people[who])
    plan, costs = district.plan, []
    priority = plan.priorities.get(number=2)
    path = "/2031/priorities/2/"
    for _ in range(2):
        costs.append(cost(client, path))
        for _n in range(4):
            action = make_action(
                priority,
                lead_unit=district.lead,
                owner=district.people["reporter"],
                supporting=[district.other],
            )
            make_entries([action], by=district.people["reporter"], each=2)
            make_milestone(action, TODAY - timedelta(1))
    assert costs[0] == costs[1]


def test_many_changes_and_milestones_cost_no_more(client, district):
    client.force_login(district.people["viewer"])
    action, office = district.actions["red"], district.people["supervisor"]
    few = cost(client, ACTION)
    for n in range(6):
        stones = [*action.milestones.all(), Milestone(title=f"示例节点{n}", planned=TODAY)]
        action.set_milestones(stones, by=office)
        action.assign(by=office, changes={"supporting_units": [district.other] if n % 2 else []})
    assert cost(client, ACTION) == few


def test_who_spoke_of_trouble_before_the_figures_is_marked(client, district):
    """主动报告: at risk while level with the time; not once the figures show it themselves."""
    office = district.people["supervisor"]
    priority = make_priority(district.plan)
    early, late = (make_action(priority, lead_unit=district.lead) for _ in range(2))
    trouble = {"outlook": "at_risk", "outlook_reason": "示例：指标未批"}
    make_entry(early, by=office, percent=75, day=TODAY, **trouble)
    make_entry(late, by=office, percent=20, day=TODAY, **trouble)
    client.force_login(district.people["viewer"])
    pages = [client.get(action.get_absolute_url()) for action in (early, late)]
    assert [page.context["entries"][0].is_early for page in pages] == [True, False]
    assert ["主动报告" in page.text for page in pages] == [True, False]
