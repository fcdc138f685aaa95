"""Document, timeline and wall in a real browser: notes, keyboard, paper, phone, turning screens."""

import json
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .conftest import PATIENCE, axe_finds, becomes_true

DOCUMENT, TIMELINE, WALL = "/2031/document/", "/2031/timeline/", "/2031/wall/"
WORDS = Path(settings.BASE_DIR) / "priorities" / "data" / "plan_2022.json"
NO_UNIT, DONE, STALE = 7, 5, 3
"""Of every so many actions one has no unit, is complete, or has not been reported for long."""


class World:
    """The official sentences with 41 actions of all lights; a viewer looks at them."""

    def __init__(self):
        self.office = make_user("supervisor", display_name="示例督查员")
        self.unit = make_unit("示例更新整备局", name="示例城市更新和土地整备局")
        self.plan = make_plan("2031", title="2031年度示例重点工作", source_publication="示例日报")
        self.actions = []
        for row in json.loads(WORDS.read_text(encoding="utf-8"))["priorities"]:
            texts = row.pop("actions")
            priority = make_priority(self.plan, **row)
            for text in texts:
                self.actions.append(self._action(priority, text, place=len(self.actions)))

    def _action(self, priority, text, *, place):
        if place % NO_UNIT == 0:
            return make_action(priority, text=text)
        action = make_action(priority, text=text, lead_unit=self.unit)
        late = timedelta(60 if place % STALE == 0 else 1)
        percent = 100 if place % DONE == 0 else 30 + 11 * place % 60
        make_entry(action, by=self.office, percent=percent, day=self.plan.today() - late)
        make_milestone(action, date(2022, 9, 1))
        return action


@pytest.fixture
def world(transactional_db, sign_in):
    made = World()
    sign_in(make_user("viewer", display_name="示例区领导"))
    return made


@pytest.fixture
def page(page: Page, world):
    page.set_default_timeout(PATIENCE)
    return page


def scrolls_sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def printed(page, address) -> bytes:
    """On paper with the margins of a person's printer, by which width conditions are judged."""
    page.goto(address)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")
    return page.pdf(prefer_css_page_size=True, margin=margin)


def pages_of(page, address) -> tuple[int, str]:
    """How many sheets Chromium prints, and the size of the first in points."""
    pdf = printed(page, address)
    size = re.search(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", pdf)
    return len(re.findall(rb"/Type /Page\b", pdf)), f"{int(size[1])}x{int(size[2])}"


# The document


def clause(page, number: str):
    return page.locator(f'.clause > a[aria-describedby="tip-{number}"]')


def note(page, number: str):
    return page.locator(f'[id="tip-{number}"]')


def test_a_note_comes_by_pointer_and_by_keyboard_and_goes_on_escape(page):
    page.goto(DOCUMENT)
    clause(page, "1.2").hover()
    expect(note(page, "1.2")).to_be_visible()
    clause(page, "1.4").focus()
    page.mouse.move(2, 2)
    expect(note(page, "1.4")).to_be_visible()
    expect(note(page, "1.2")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(note(page, "1.4")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(note(page, "1.5")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/actions/1.5/"))


def test_a_note_needs_no_script_and_stays_inside_the_page(browser, context, live_server, world):
    for width in (1280, 1000, 390):
        plain = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=False,
            viewport={"width": width, "height": 800},
        )
        plain.add_cookies(context.cookies())
        page = plain.new_page()
        page.goto(DOCUMENT)
        for number in ("1.1", "1.2", "2.6", "5.6", "8.4"):
            clause(page, number).focus()
            expect(note(page, number)).to_be_visible()
            box = note(page, number).bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
        plain.close()


def test_a_tap_opens_the_note_and_a_second_one_the_action(browser, context, live_server, world):
    phone = browser.new_context(
        base_url=live_server.url,
        has_touch=True,
        is_mobile=True,
        viewport={"width": 390, "height": 844},
    )
    phone.add_cookies(context.cookies())
    page = phone.new_page()
    page.goto(DOCUMENT)
    clause(page, "1.3").tap()
    expect(note(page, "1.3")).to_be_visible()
    expect(page).to_have_url(re.compile("/document/"))
    clause(page, "1.3").tap()
    expect(page).to_have_url(re.compile("/actions/1.3/"))
    phone.close()


def test_what_is_copied_is_the_official_sentence(page, world):
    page.goto(DOCUMENT)
    copied = page.locator(".sentence").first.evaluate(
        "words => (getSelection().selectAllChildren(words), getSelection().toString())"
    )
    assert copied == world.actions[0].priority.sentence


def test_copying_gives_official_words_where_the_browser_keeps_the_rest(page, world):
    """WebKit copies what cannot be selected: the page itself says what is copied."""
    page.goto(DOCUMENT)
    copied = """selector => {
        const part = document.querySelector(selector), data = new DataTransfer();
        getSelection().selectAllChildren(part);
        const about = {clipboardData: data, bubbles: true, cancelable: true};
        part.dispatchEvent(new ClipboardEvent("copy", about));
        return data.getData("text/plain");
    }"""
    sentences = [row.sentence for row in world.plan.priorities.all()]
    assert page.evaluate(copied, ".sentence") == sentences[0]
    assert page.evaluate(copied, ".sentences") == "\n".join(sentences)
    assert page.evaluate(copied, ".doc-head") == ""


def test_the_document_is_one_sheet_of_a4(page):
    assert pages_of(page, DOCUMENT) == (1, "594x841")
    assert pages_of(page, f"{DOCUMENT}?plain=1") == (1, "594x841")


@pytest.mark.parametrize(
    ("address", "most", "size"),
    [("/2031/", 3, "841x594"), ("/2031/actions/", 3, "841x594"), ("/2031/units/", 2, "594x841")],
)
def test_tables_are_printed_as_tables(page, address, most, size):
    sheets, paper = pages_of(page, address)
    assert (sheets <= most, paper) == (True, size), sheets


def test_the_overview_keeps_its_last_column_on_paper(page, tmp_path):
    paper = tmp_path / "overview.pdf"
    paper.write_bytes(printed(page, "/2031/"))
    first = ["pdftotext", "-layout", "-l", "1", str(paper), "-"]
    text = subprocess.run(first, check=True, capture_output=True).stdout.decode()
    heads = next(line for line in text.splitlines() if "重点工作" in line and "最需关注" in line)
    assert heads.split()[-1] == "最需关注"


# The timeline


def test_the_timeline_is_one_sheet_of_a3(page):
    assert pages_of(page, TIMELINE) == (1, "1191x841")


def test_every_row_is_reached_by_keyboard_and_shows_it(page):
    page.goto(TIMELINE)
    links = page.locator(".lanes .name a")
    expect(links).to_have_count(49)
    links.first.focus()
    for place in range(1, 4):
        page.keyboard.press("Tab")
        expect(links.nth(place)).to_be_focused()
        outline = "link => getComputedStyle(link, '::after').outlineWidth"
        assert links.nth(place).evaluate(outline) == "2px"


def test_a_click_on_a_bar_opens_its_action(page):
    page.goto(TIMELINE)
    row = page.locator(".lanes tbody tr:not(.of-all)").nth(1)
    box = row.locator(".span").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("/actions/1.2/"))


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_are_large_enough_to_hit_and_no_words_overlap(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(TIMELINE)
    rows = page.locator(".lanes tbody tr")
    boxes = rows.evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert min(boxes) >= 24
    overlaps = """rows => rows.filter(row => {
        const [name, ...cells] = [...row.children].map(cell => cell.getBoundingClientRect());
        return cells.some(cell => cell.left < name.right - 1 && cell.right > name.left + 1
            && cell.top < name.bottom - 1 && cell.bottom > name.top + 1);
    }).length"""
    assert rows.evaluate_all(overlaps) == 0


# All three


def test_nothing_scrolls_sideways_on_a_phone(page):
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (DOCUMENT, TIMELINE, f"{TIMELINE}?zoom=quarter", WALL):
            page.goto(address)
            assert not scrolls_sideways(page), (address, width)


@pytest.mark.parametrize("address", [DOCUMENT, TIMELINE, WALL])
def test_axe_finds_nothing(page, address):
    page.emulate_media(reduced_motion="reduce")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert axe_finds(page) == []


# The wall


def shown(page) -> int:
    """The place of the one screen that is shown."""
    screens = page.locator("[data-screen]")
    assert screens.filter(visible=True).count() == 1
    return screens.evaluate_all("all => all.findIndex(screen => !screen.hidden)")


def test_the_screens_turn_by_themselves_and_stop_on_pause(page):
    page.clock.install()
    page.goto(WALL)
    page.locator("[data-interval]").select_option("10")
    assert shown(page) == 0
    page.clock.run_for(10_500)
    assert shown(page) == 1
    page.get_by_role("button", name="暂停").click()
    page.clock.run_for(60_000)
    assert shown(page) == 1
    page.keyboard.press("PageDown")
    assert shown(page) == 2
    page.reload()
    expect(page.locator("[data-interval]")).to_have_value("10")


def test_who_wants_no_motion_turns_by_hand(page):
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto(WALL)
    page.clock.run_for(120_000)
    assert shown(page) == 0
    page.get_by_role("button", name="下一屏").click()
    assert shown(page) == 1


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1024, 768)])
def test_a_screen_fills_the_wall_and_holds_everything(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.goto(WALL)
    page.get_by_role("button", name="全屏", exact=True).click()
    becomes_true(page, "document.fullscreenElement !== null")
    for place in range(page.locator("[data-screen]").count()):
        assert shown(page) == place
        screen = page.locator("[data-screen]").nth(place)
        expect(screen).to_have_css("animation-name", "none")
        # the wall is fitted anew a frame after its size has changed
        becomes_true(
            page,
            "([it, least]) => it.clientHeight - it.scrollHeight >= -1"
            " && parseFloat(getComputedStyle(it).fontSize) >= least",
            arg=[screen.element_handle(), size[0] / 80],
        )
        page.get_by_role("button", name="下一屏").click()


def test_the_wall_asks_little_and_renews_itself_when_something_changed(page, world):
    page.clock.install()
    asked = []
    page.on("response", lambda it: "/wall/" in it.url and asked.append(it.status))
    page.goto(WALL)
    asked.clear()
    with page.expect_response(re.compile("/wall/state/")):
        page.clock.run_for(31_000)
    assert asked == [204]
    older = page.locator("#screens").get_attribute("data-version")
    make_entry(world.actions[0], by=world.office, percent=88)
    with page.expect_response(re.compile("/wall/$")):
        page.clock.run_for(31_000)
    expect(page.locator("#screens")).not_to_have_attribute("data-version", older)
    expect(page.locator("[data-fresh]")).to_have_text("刚刚核对")
    version = page.locator("#screens").get_attribute("data-version")
    with page.expect_response(re.compile(f"version={version}")) as answer:
        page.clock.run_for(31_000)
    assert answer.value.status == 204


def test_a_lost_server_is_said_and_the_wall_goes_on_when_it_is_back(page):
    page.clock.install()
    page.goto(WALL)
    page.route("**/wall/**", lambda route: route.abort())
    page.clock.run_for(31_000)
    expect(page.locator("[data-trouble]")).to_contain_text("没有应答")
    page.clock.run_for(125_000)
    expect(page.locator("[data-fresh]")).to_have_text("2 分钟前核对")
    page.unroute("**/wall/**")
    with page.expect_response(re.compile("/wall/$")):
        page.clock.run_for(31_000)
    expect(page.locator("[data-trouble]")).to_be_empty()
    expect(page.locator("[data-fresh]")).to_have_text("刚刚核对")


def test_an_ended_session_asks_to_sign_in_again(page, context):
    page.clock.install()
    page.goto(WALL)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.clock.run_for(31_000)
    again = page.get_by_role("link", name="登录已失效")
    expect(again).to_have_attribute("href", f"/sign-in/?next={WALL}")
