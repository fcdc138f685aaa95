"""What a browser has a copy of: asked for again, shown to nobody else, and never one form twice."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from priorities.models import Plan, ProgressEntry
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

TRANSFERRED = "() => performance.getEntriesByType('navigation')[0].transferSize"
BODY = "() => performance.getEntriesByType('navigation')[0].encodedBodySize"
NONCE = "() => document.querySelector('input[name=nonce]').value"


@pytest.fixture
def world(transactional_db):
    plan = make_plan("2031")
    unit = make_unit("区甲局")
    liaison = make_user("reporter", units=[unit])
    action = make_action(make_priority(plan), lead_unit=unit)
    make_entry(action, by=liaison, percent=40)
    return plan, liaison, action


@pytest.fixture
def remembering(browser_type, browser_type_launch_args, live_server):
    """A browser that keeps whole pages in its memory, as people's do and Playwright's does not."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")

    def open_as(user, path):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_as
    browser.close()


def is_copied(page) -> bool:
    """Whether only the head of an answer came over the line, for the page that is shown."""
    return page.evaluate(TRANSFERRED) < page.evaluate(BODY)


def test_a_page_that_stands_is_not_sent_again(open_as, world):
    page = open_as(world[1], "/2031/actions/")
    assert not is_copied(page)
    page.reload()
    assert is_copied(page)
    Plan.objects.update(title="示例改过的规划")
    page.reload()
    assert not is_copied(page)
    expect(page).to_have_title(re.compile("示例改过的规划"))


def test_on_the_way_back_stands_what_is_true_now(open_as, world):
    page = open_as(world[1], "/2031/actions/")
    Plan.objects.update(title="示例改过的规划")
    page.goto("/2031/help/")
    page.go_back()
    expect(page).to_have_url(re.compile("/2031/actions/$"))
    expect(page).to_have_title(re.compile("示例改过的规划"))


@pytest.mark.parametrize("keeper", ["open_as", "remembering"])
def test_after_signing_out_the_way_back_shows_nothing(request, world, keeper):
    page = request.getfixturevalue(keeper)(world[1], "/2031/actions/")
    page.goto("/2031/")
    page.locator("form[data-sign-out] button").first.dispatch_event("click")
    expect(page).to_have_url(re.compile("/sign-in/"))
    for _ in range(2):
        page.go_back(wait_until="commit")
        expect(page).to_have_url(re.compile("/sign-in/"))
        expect(page.locator("main")).not_to_contain_text("区甲局")


def test_a_page_out_of_the_memory_is_the_page_of_now(remembering, world):
    page = remembering(world[1], "/2031/actions/")
    page.goto("/2031/help/")
    Plan.objects.update(title="示例改过的规划")
    page.go_back(wait_until="commit")
    expect(page).to_have_title(re.compile("示例改过的规划"))
    expect(page.locator("main")).to_be_visible()


def test_two_windows_with_one_copy_are_two_forms(open_as, world):
    _plan, liaison, action = world
    page = open_as(liaison, f"/2031/actions/{action.number}/")
    page.reload()
    other = page.context.new_page()
    other.goto(f"/2031/actions/{action.number}/")
    other.reload()
    assert is_copied(other)
    assert page.evaluate(NONCE) != other.evaluate(NONCE)
    for window in (page, other):
        with window.expect_response(lambda answer: answer.request.method == "POST"):
            window.locator("#do-unchanged").click()
        expect(window.locator("[data-saved]").first).to_be_visible()
    assert ProgressEntry.objects.count() == 3
