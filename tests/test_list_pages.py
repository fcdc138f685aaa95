"""A plan of many actions: its list in pages, with filter, order, heads and files over the whole."""

import pytest
from django.test import Client

from priorities.models import Action, Plan
from priorities.views import actions

from .dom import Node, page_of
from .factories import make_plan, make_unit, make_user

pytestmark = pytest.mark.django_db
LIST = "/2031/actions/"


@pytest.fixture
def office(client, monkeypatch) -> Client:
    """Looks at seven actions, five of one priority and two of another, three on a page."""
    monkeypatch.setattr(actions, "ROWS", 3)
    make_plan(sizes=(5, 2))
    client.force_login(make_user("supervisor"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def board(client: Client, query: str = "") -> Node:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return page_of(answer).one("div", id="board")


def numbers(node: Node) -> list[str]:
    return [cell.text for cell in node.all("td", css="no")]


def ways(node: Node) -> list[str]:
    return [a["href"] for nav in node.all("nav", css="pages") for a in nav.all("a")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1.1", "1.2", "1.3"]),
        ("?page=2", ["1.4", "1.5", "2.1"]),
        ("?page=3", ["2.2"]),
        ("?page=99999999999999999999", ["2.2"]),
        ("?page=0", ["2.2"]),
        ("?page=-1", ["2.2"]),
        ("?page=x", ["1.1", "1.2", "1.3"]),
        ("?sort=-number", ["2.2", "2.1", "1.5"]),
        ("?sort=-number&page=2", ["1.4", "1.3", "1.2"]),
        ("?priority=2", ["2.1", "2.2"]),
    ],
)
def test_each_page_shows_its_rows_of_the_whole_in_order(office, query, expected):
    assert numbers(board(office, query)) == expected


def test_the_pages_are_links_that_keep_what_was_asked(office):
    assert ways(board(office, "?sort=-due&page=2")) == [
        f"{LIST}?sort=-due",
        f"{LIST}?sort=-due&page=2",
        f"{LIST}?sort=-due&page=3",
    ]
    assert ways(board(office, "?priority=2")) == []


def test_another_order_or_filter_begins_with_the_first_page(office):
    shown = page_of(office.get(f"{LIST}?page=2"))
    sorts = [a["href"] for a in shown.one("table", css="ledger").all("a") if "sort=" in a["href"]]
    assert sorts and not any("page=" in way for way in sorts)
    files = [a["href"] for a in shown.one("span", id="export").all("a")]
    assert files and not any("page=" in way for way in files)


def test_heads_and_counts_speak_of_the_whole(office):
    shown = page_of(office.get(f"{LIST}?page=2&light=unassigned"))
    assert shown.one("small", id="shown").text == "7 of 7 actions"
    heads = [row.one("small").text for row in shown.all("tr", css="group")]
    assert [words.partition(",")[0] for words in heads] == [
        "mean of 5 actions",
        "mean of 2 actions",
    ]
    assert "Rows 4 to 6 of 7" in shown.one("nav", css="pages").text


def test_all_means_the_rows_that_are_shown(office):
    """And so it does for whoever has no script, whose tick at the head is all that is sent."""
    second = f"{LIST}?page=2"
    shown = page_of(office.get(second))
    assert "Tick all 3 that are shown" in shown.one("table", css="ledger").text
    assert shown.one("input", id="bulk-next")["value"] == second
    unit = make_unit("示例甲局")
    sent = {"next": second, "step": "preview", "pick": "all", "change": "lead_unit"}
    answer = office.post("/2031/actions/assign/", sent | {"lead_unit": unit.short_name})
    assert answer.status_code == 200
    picked = page_of(answer).all("input", name="pick")
    assert [tick["value"] for tick in picked] == ["1.4", "1.5", "2.1"]


def test_only_a_row_that_is_another_one_is_drawn_again(office, monkeypatch):
    made, html = [], actions._html
    monkeypatch.setattr(actions, "_html", lambda *row: made.append(row) or html(*row))

    def drawn() -> int:
        made.clear()
        board(office)
        return len(made)

    actions.ROWS_KEPT.clear()  # an equal row may have been drawn before
    assert (drawn(), drawn()) == (3, 0)
    action = Action.objects.of_plan(Plan.objects.get(slug="2031")).numbered("1.2").get()
    by = make_user("supervisor")
    action.assign(by=by, changes={"lead_unit": make_unit("示例乙局")}, reason="示例")
    assert drawn() == 1
    assert "示例乙局" in board(office).text
    office.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    assert drawn() == 3
