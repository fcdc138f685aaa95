"""A real Chromium against a running server; what the strict policy would hide shows up here.

Every page is watched: a breach of the content policy, an error in a script or a request to
another host fails the test, whatever the test itself looks at.
"""

import os
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Error, Page, expect

PATIENCE = 20_000
"""Milliseconds: a busy machine is slow, and only what never comes is wrong."""

expect.set_options(timeout=PATIENCE)

# Playwright runs an event loop in this thread, and Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


@pytest.fixture
def browser_context_args(browser_context_args, live_server, request):
    """``indirect`` parameter: the language of the browser, where it is not Chinese."""
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": getattr(request, "param", "zh-CN"),
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture
def page(context, live_server):
    """A watched page; ``page.goto("/…")`` is enough for an address."""
    page = context.new_page()
    complaints = watch(page, live_server.url)
    yield page
    assert complaints == []


def watch(page, home: str) -> list[str]:
    """Collects what no page of ours may do; a second page of a test is watched the same way."""
    complaints: list[str] = []

    def note_console(message):
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def note_request(request):
        if not request.url.startswith((f"{home}/", "data:", "blob:", "about:")):
            complaints.append(f"foreign request: {request.url}")

    page.on("console", note_console)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("request", note_request)
    return complaints


@pytest.fixture
def sign_in(context, live_server):
    """``sign_in(user)``: by session cookie, for tests that are not about signing in."""

    def as_user(user) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return as_user


@pytest.fixture
def open_as(browser: Browser, live_server):
    """``open_as(user, "/2031/", width=390)``: a watched page in a browser of its own."""
    contexts, complaints = [], []

    def open_page(user, path, *, width=1280, language="en", javascript=True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            locale=language,
            java_script_enabled=javascript,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        complaints.append(watch(page, live_server.url))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [words for page in complaints for words in page] == []


AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()


def axe_finds(page: Page) -> list[dict]:
    """What axe holds against the page as it is shown; put into each page once."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.axe_script)
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    return page.evaluate("options => axe.run(options).then(found => found.violations)", options)


@pytest.fixture
def slow_script(page):
    """``slow_script("actions")`` holds a script on its way; what it returns lets it arrive."""
    held = []

    def arrive():
        while held:
            held.pop().continue_()

    def hold(name):
        page.route(f"**/{name}.js", lambda route: held.append(route))
        return arrive

    yield hold
    arrive()
    page.unroute_all()


def settled(page: Page) -> None:
    """Waits until what htmx swapped in has begun to work; until then its forms are plain ones."""
    under_way = page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
    expect(under_way).to_have_count(0)


FOCUS_AT_ONCE = """selector => document.addEventListener(
  "htmx:afterSwap", () => document.querySelector(selector).focus(), { once: true })"""


def focus_at_once(page: Page, selector: str) -> None:
    """Goes to a field of what is swapped in next before that has settled, as who is fast does."""
    page.evaluate(FOCUS_AT_ONCE, selector)


def becomes_true(page: Page, script: str, arg=None) -> None:
    """As ``wait_for_function``, which asks again by ``eval``: the policy of the page forbids it."""
    until = time.monotonic() + PATIENCE / 1000
    while not _is_true(page, script, arg):
        assert time.monotonic() < until, script
        page.wait_for_timeout(50)


def _is_true(page: Page, script: str, arg) -> bool:
    try:
        return page.evaluate(script, arg)
    except Error as error:
        if "context was destroyed" not in error.message:
            raise
        return False  # another page was just coming


def sign_out_everywhere(user) -> None:
    """As if the session had run out: the browser does not know it yet."""
    user.set_password("示例-另一个-口令-2022")
    user.save()
