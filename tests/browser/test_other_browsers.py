"""What other browsers do, played to the page: Escape kept by a field, a page out of the memory."""

import re

import pytest
from playwright.sync_api import expect

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
