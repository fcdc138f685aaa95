"""Walks every page of the table of addresses, as two people, in two languages, wide and narrow.

Nothing breaks the content policy, no script fails, nothing is asked of another host (the page
fixture watches that), axe finds nothing, and nothing scrolls sideways.
"""

import pytest

from tests.address_book import ADDRESSES
from tests.district import make_district

from .conftest import axe_finds

pytestmark = pytest.mark.django_db(transaction=True)

NO_PAGES = {"healthz", "wall_state", "evidence", "ledger", "ledger_csv", "source_document"}
"""Answers for machines, and files."""

DESK, PHONE, SMALL_PHONE = 1280, 390, 320


def pages_for(role: str) -> list:
    readable = [a for a in ADDRESSES if a.status("GET", role) == 200 and a.name not in NO_PAGES]
    return [address for address in readable if address.arguments != "file"]


@pytest.fixture
def district():
    return make_district()


class Walk:
    """Looks at one page after the other and notes what is wrong, by page and circumstance."""

    def __init__(self, page):
        self.page, self.wrong = page, {}
        page.emulate_media(reduced_motion="reduce")
        page.on("console", self._note_error)
        self.at = ""

    def _note_error(self, message):
        if message.type == "error":
            self.wrong[f"{self.at}: console"] = message.text

    def open(self, path: str) -> None:
        self.at = path
        response = self.page.goto(path)
        if response.status != 200:
            self.wrong[path] = response.status

    def look(self, width: int, scheme: str) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme)
        if found := axe_finds(self.page):
            told = [(v["id"], [node["html"][:120] for node in v["nodes"]][:3]) for v in found]
            self.wrong[f"{self.at} {width} {scheme}"] = told
        self.check_width(width)

    def check_width(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        taken = self.page.evaluate("document.documentElement.scrollWidth")
        if taken > width:
            self.wrong[f"{self.at} {width}"] = f"{taken} wide"


def test_every_page_of_the_supervisor_in_chinese(page, sign_in, district):
    """Light on a desk, dark on a phone, from the same page."""
    sign_in(district.people["supervisor"])
    walk = Walk(page)
    for address in pages_for("supervisor"):
        if address.name.startswith("admin:"):
            continue
        walk.open(address.url(district))
        walk.look(DESK, "light")
        walk.look(PHONE, "dark")
        walk.check_width(SMALL_PHONE)
    assert walk.wrong == {}


@pytest.mark.parametrize("browser_context_args", ["en-GB"], indirect=True)
def test_every_page_of_a_reporter_in_english(page, sign_in, district):
    """Light on a phone, where liaisons report; and wide enough for longer words on a desk."""
    sign_in(district.people["reporter"])
    walk = Walk(page)
    for address in pages_for("reporter"):
        walk.open(address.url(district))
        assert page.locator("html").get_attribute("lang") == "en"
        walk.check_width(DESK)
        walk.look(PHONE, "light")
        walk.check_width(SMALL_PHONE)
    assert walk.wrong == {}


def test_axe_would_find_something(page, sign_in, district):
    """Else a walk that finds nothing would prove nothing."""
    sign_in(district.people["viewer"])
    walk = Walk(page)
    walk.open("/2031/")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x.png>')")
    walk.look(DESK, "light")
    assert [name for name, _nodes in walk.wrong["/2031/ 1280 light"]] == ["image-alt"]


def test_every_page_of_the_panel(page, sign_in, district):
    sign_in(district.people["administrator"])
    walk = Walk(page)
    for address in pages_for("administrator"):
        if address.name.startswith("admin:") and address.name != "admin:jsi18n":
            walk.open(address.url(district))
            walk.check_width(DESK)
            walk.check_width(PHONE)
    assert walk.wrong == {}


def test_the_pages_of_who_is_not_signed_in(page, district):
    walk = Walk(page)
    for path in ("/sign-in/", "/nowhere"):
        walk.at = path
        page.goto(path)
        walk.look(DESK, "light")
        walk.look(PHONE, "dark")
        walk.check_width(SMALL_PHONE)
    walk.wrong.pop("/nowhere: console", None)  # Chromium tells of the 404 itself
    assert walk.wrong == {}
