"""Phones and other browsers: Escape kept by a field, a page out of the memory, small screens."""

import re

import pytest
from playwright.sync_api import expect

from priorities.circular.drafting import draft
from priorities.periods import Period
from tests.factories import make_plan, make_user

ESCAPE = """field => field.dispatchEvent(
    new KeyboardEvent("keydown", {key: "Escape", bubbles: true, cancelable: true}))"""
OUT_OF_MEMORY = """() => {
    window.dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}));
}"""


@pytest.fixture
def page(open_as, transactional_db):
    make_plan("2031", sizes=[2])
    return open_as(make_user("supervisor"), "/2031/actions/", language="zh-CN")


def test_escape_closes_a_dialog_whose_field_keeps_the_key(page):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.locator("#palette-q").evaluate(ESCAPE)
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+/")
    page.locator("#keys-help button").evaluate(ESCAPE)
    expect(page.locator("#keys-help")).to_be_hidden()


def test_a_page_out_of_the_browser_s_memory_asks_the_server_again(page):
    page.context.clear_cookies()
    page.evaluate(OUT_OF_MEMORY)
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_a_page_that_goes_into_the_browser_s_memory_shows_nothing(page):
    expect(page.locator("main")).to_be_visible()
    page.evaluate(OUT_OF_MEMORY.replace("pageshow", "pagehide"))
    expect(page.locator("main")).to_be_hidden()


CUT = """() => [...document.querySelectorAll("#content input, #content select, #content textarea")]
    .filter(field => {
        const box = field.getBoundingClientRect();
        for (let part = field.parentElement; box.width > 1 && part !== document.body;
                part = part.parentElement) {
            const around = part.getBoundingClientRect();
            if (/auto|scroll/.test(getComputedStyle(part).overflowX)) return false;
            if (box.right > around.right + .5 || box.left < around.left - .5) return true;
        }
        return false;
    }).map(field => field.name)"""


def test_on_a_phone_the_panel_cuts_no_field(open_as, transactional_db):
    plan, administrator = make_plan("2031", sizes=[1]), make_user("administrator")
    page = open_as(administrator, "/admin/", width=390)
    rows = {"plan": plan.pk, "priority": plan.priorities.get().pk, "user": administrator.pk}
    for kind, pk in rows.items():
        page.goto(f"/admin/priorities/{kind}/{pk}/change/")
        assert page.evaluate(CUT) == [], kind


def test_on_a_phone_the_head_has_a_way_to_find(open_as, transactional_db):
    make_plan("2031", sizes=[2])
    page = open_as(make_user("viewer"), "/2031/", width=390)
    page.get_by_role("link", name="Find", exact=True).click()
    expect(page.locator("#palette-q")).to_be_focused()
    plain = open_as(make_user("viewer"), "/2031/", width=390, javascript=False)
    plain.get_by_role("link", name="Find", exact=True).click()
    expect(plain.locator("input[name=q]").last).to_be_visible()


def test_the_tools_of_a_draft_stay_in_sight(open_as, transactional_db):
    plan, office = make_plan("2031", sizes=[3, 3]), make_user("supervisor")
    report = draft(plan, Period.read("2022-Q3"), kind="circular", by=office)
    for width in (1280, 390):
        page = open_as(office, f"/2031/reports/{report.pk}/", width=width)
        page.locator(".all-remarks").scroll_into_view_if_needed()
        expect(page.locator(".draft-head .primary")).to_be_in_viewport()
