"""What a first visit costs and shows: nothing moves, and what only an act wants comes with it."""

import pytest
from playwright.sync_api import Page, expect

from priorities.models import ProgressEntry
from tests.district import make_district

from .conftest import becomes_true, settled

PAGES = (
    "",
    "document/",
    "timeline/",
    "wall/",
    "trends/",
    "priorities/1/",
    "actions/",
    "actions/1.1/",
    "actions/1.1/report/",
    "my-work/",
    "review/",
    "units/",
    "reports/",
    "help/",
)

SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) sum += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum))));
})"""
"""What has moved since the page began to load (cumulative layout shift), once it is drawn."""

MOVE = """() => {
    const bar = document.createElement("p");
    bar.style.height = "300px";
    document.body.prepend(bar);
}"""


@pytest.fixture
def district(transactional_db):
    return make_district()


def fetched_scripts(page: Page) -> list[str]:
    """Names of the scripts that the page asked for so far."""
    return page.evaluate(
        "performance.getEntriesByType('resource').map(r => r.name.split('/').pop())"
        ".filter(name => name.endsWith('.js'))"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_comes(open_as, district, width):
    page = open_as(district.people["supervisor"], "/2031/", width=width)
    shifts = {}
    for path in PAGES:
        page.goto(f"/2031/{path}", wait_until="load")
        shifts[path] = page.evaluate(SHIFT)
    assert shifts == dict.fromkeys(PAGES, 0)


def test_the_measure_sees_what_moves(open_as, district):
    page = open_as(district.people["supervisor"], "/2031/")
    page.evaluate(MOVE)
    assert page.evaluate(SHIFT) > 0


def test_htmx_comes_when_something_it_serves_is_pointed_at(open_as, district):
    page = open_as(district.people["supervisor"], "/2031/actions/")
    page.wait_for_load_state("load")
    assert "htmx-2.min.js" not in fetched_scripts(page)
    page.hover("#filters label")
    becomes_true(page, "'htmx' in window")
    page.hover("main h1")
    page.hover("#filters label")
    assert fetched_scripts(page).count("htmx-2.min.js") == 1


def test_an_act_that_comes_before_it_waits_for_it(open_as, district):
    """Three fast clicks by a script, which points at nothing, are one entry."""
    page = open_as(district.people["reporter"], "/2031/my-work/")
    before = ProgressEntry.objects.count()
    button = page.locator("[id^=unchanged-]").first
    name = button.get_attribute("id").removeprefix("unchanged-")
    page.evaluate(
        "id => { for (let n = 0; n < 3; n++) document.getElementById(id).click() }",
        f"unchanged-{name}",
    )
    expect(page.locator(f"#row-{name} .saved")).to_be_visible()
    settled(page)
    assert ProgressEntry.objects.count() == before + 1


def test_where_it_cannot_be_fetched_that_is_said_and_tried_again(open_as, district):
    page = open_as(district.people["reporter"], "/2031/my-work/")
    page.route("**/htmx-2.min.js", lambda route: route.abort())
    button = page.locator("[id^=unchanged-]").first
    name = button.get_attribute("id").removeprefix("unchanged-")
    button.click()
    expect(page.locator("#alert")).to_contain_text("No connection to the server.")
    page.unroute("**/htmx-2.min.js")
    page.click("#alert button >> nth=0")
    expect(page.locator(f"#row-{name} .saved")).to_be_visible()


def test_nothing_changed_shows_its_row_in_the_frame_after_the_answer(open_as, district):
    page = open_as(district.people["reporter"], "/2031/my-work/")
    name = page.locator("[id^=unchanged-]").first.get_attribute("id").removeprefix("unchanged-")
    page.evaluate(
        """name => document.addEventListener("htmx:beforeOnLoad", () => requestAnimationFrame(
            () => { window.shown = document.querySelector(`#row-${name} .saved`) !== null }))""",
        name,
    )
    page.click(f"#unchanged-{name}")
    becomes_true(page, "'shown' in window")
    assert page.evaluate("window.shown")
