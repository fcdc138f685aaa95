"""From a document to a plan in a real browser: by mouse, by keys, on a phone, without script."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from priorities.models import Action, Plan, Proposal
from priorities.models.phases import Life
from tests.district import SENTENCES, make_proposal
from tests.factories import PASSWORD, make_unit, make_user

from .conftest import axe_finds, becomes_true, sign_out_everywhere

ARTICLE = Path(__file__).parents[1] / "data" / "plenum_2022.txt"
RUN = "推进示例改革"


@pytest.fixture
def supervisor(transactional_db):
    return make_user("supervisor", username="supervisor")


@pytest.fixture
def proposal(supervisor) -> Proposal:
    return make_proposal(supervisor)


@pytest.fixture
def desk(open_as, supervisor, proposal) -> Page:
    return open_as(supervisor, f"/plans/new/document/{proposal.pk}/")


def run_of(page: Page, words: str):
    return page.locator("label.run", has_text=words).first


def stored(page: Page, version: int) -> None:
    """Waits until so many changes are stored and shown."""
    expect(page.locator("#seen")).to_have_value(str(version))
    expect(page.locator("#reading")).not_to_have_attribute("aria-busy", "true")


def is_taken_for(page: Page, words: str, kind: str) -> None:
    expect(run_of(page, words)).to_have_class(re.compile(rf"\b{kind}\b"))


# By keyboard alone


def test_digits_take_split_merge_and_undo(desk):
    run_of(desk, RUN).click()
    desk.keyboard.press("2")
    stored(desk, 2)
    is_taken_for(desk, RUN, "premise")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("0")
    stored(desk, 3)
    is_taken_for(desk, "优化示例服务", "none")
    desk.keyboard.press("Control+z")
    stored(desk, 4)
    is_taken_for(desk, "优化示例服务", "action")
    for _ in range(2):
        desk.keyboard.press("Shift+ArrowLeft")
    desk.keyboard.press("5")
    stored(desk, 5)
    expect(run_of(desk, "优化示例服务")).to_have_count(0)
    desk.keyboard.press("6")
    stored(desk, 6)
    is_taken_for(desk, "优化示例服务", "action")
    expect(desk.locator("[name=run]:checked")).to_be_focused()


def test_keys_faster_than_the_network_are_done_in_their_order(desk, proposal):
    run_of(desk, RUN).click()
    for key in "2434":
        desk.keyboard.press(key)
    stored(desk, 5)
    is_taken_for(desk, RUN, "goal")
    expect(desk.locator("#alert")).to_have_text("")


def test_enter_rewords_and_escape_leaves(desk, proposal):
    run_of(desk, RUN).click()
    words = desk.locator("#edit-words")
    desk.keyboard.press("Enter")
    desk.locator("[name=run]:checked").focus()
    desk.keyboard.press("Enter")
    expect(words).to_be_focused()
    desk.keyboard.insert_text("不要的话")
    desk.keyboard.press("Escape")
    expect(words).to_have_value(RUN)
    expect(desk.locator("[name=run]:checked")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.insert_text("深化示例改革")
    desk.keyboard.press("Enter")
    stored(desk, 2)
    item = desk.locator(".took .open")
    expect(item.locator(".tag")).to_be_hidden()
    desk.keyboard.press("ArrowLeft")
    expect(desk.locator(".took", has_text="深化示例改革").first).to_contain_text(f"Printed: {RUN}")


def test_digits_in_a_field_are_digits(desk):
    run_of(desk, RUN).click()
    desk.locator("#edit-words").fill("")
    desk.locator("#edit-words").press_sequentially("123456")
    expect(desk.locator("#edit-words")).to_have_value("123456")
    expect(desk.locator("#seen")).to_have_value("1")


def test_no_digit_is_an_act_while_an_input_method_composes(desk):
    run_of(desk, RUN).click()
    desk.evaluate(
        "document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key: '4', isComposing: true, bubbles: true}))"
    )
    desk.keyboard.press("2")
    stored(desk, 2)
    is_taken_for(desk, RUN, "premise")


# What is typed survives


def test_words_that_were_typed_go_along_when_another_run_is_chosen(desk, proposal):
    run_of(desk, RUN).click()
    desk.locator("#edit-words").fill("深化示例改革")
    run_of(desk, "优化示例服务").click()
    stored(desk, 2)
    expect(desk.locator(".took")).to_contain_text(["深化示例改革", ""])


def test_the_days_follow_the_year_before_the_eyes(desk, proposal):
    changes = ("title", "示例2034年度重点工作", "2034"), ("year", "2036", "2036")
    for version, (name, words, year) in enumerate(changes, start=2):
        desk.locator(f"[name={name}]").fill(words)
        desk.locator(f"[name={name}]").press("Tab")
        stored(desk, version)
        expected = [f"示例{year}年度重点工作", year, f"{year}-01-01", f"{year}-12-31"]
        names = ("title", "year", "start", "end")
        assert [desk.locator(f"[name={name}]").input_value() for name in names] == expected
        proposal.refresh_from_db()
        assert [str(getattr(proposal, name)) for name in names] == expected


def test_the_heads_are_stored_when_they_are_left(desk, proposal):
    desk.get_by_label("Title", exact=True).fill("示例改名的计划")
    desk.get_by_label("Title", exact=True).press("Tab")
    stored(desk, 2)
    proposal.refresh_from_db()
    assert proposal.title == "示例改名的计划"
    desk.get_by_label("Last day").fill("2033-01-01")
    desk.get_by_label("Last day").press("Tab")
    expect(desk.locator("#heads-errors")).to_contain_text("The plan must end after it starts.")


def test_what_was_typed_is_there_again_after_a_lost_session(desk, supervisor, proposal):
    run_of(desk, RUN).click()
    desk.locator("#edit-words").press("End")
    desk.locator("#edit-words").press_sequentially("和示例开放")
    sign_out_everywhere(supervisor)
    desk.get_by_role("button", name="Reword").click()
    expect(desk).to_have_url(re.compile("/sign-in/"))
    supervisor.set_password(PASSWORD)
    supervisor.save()
    desk.locator("[name=username]").fill("supervisor")
    desk.locator("[name=password]").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk).to_have_url(re.compile(r"/plans/new/document/\d+/\?at=\d+"))
    expect(desk.locator("#edit-words")).to_have_value(f"{RUN}和示例开放")
    desk.get_by_role("button", name="Reword").click()
    stored(desk, 2)
    becomes_true(desk, "Object.keys(localStorage).every(key => !key.includes(':proposal-'))")


def test_of_two_windows_one_is_told_that_the_other_was_faster(desk, open_as, supervisor, proposal):
    other = open_as(supervisor, f"/plans/new/document/{proposal.pk}/")
    run_of(other, RUN).click()
    other.keyboard.press("2")
    stored(other, 2)
    run_of(desk, "优化示例服务").click()
    desk.keyboard.press("4")
    expect(desk.locator(".notice[role=alert]")).to_contain_text("This is not stored.")
    is_taken_for(desk, RUN, "premise")
    is_taken_for(desk, "优化示例服务", "action")
    desk.locator("[name=run]").first.focus()
    run_of(desk, "优化示例服务").click()
    desk.keyboard.press("4")
    stored(desk, 3)


def test_an_act_that_the_network_lost_is_tried_again(desk):
    run_of(desk, RUN).click()
    desk.context.set_offline(True)
    desk.keyboard.press("2")
    expect(desk.locator("#alert")).to_contain_text("No connection to the server.")
    is_taken_for(desk, RUN, "action")
    desk.context.set_offline(False)
    desk.locator("#alert").get_by_role("button", name="Try again").click()
    stored(desk, 2)
    is_taken_for(desk, RUN, "premise")


def test_what_was_pressed_last_waits_for_what_was_done_before(desk, proposal):
    run_of(desk, RUN).click()
    desk.keyboard.press("0")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/2033/**")
    assert not Action.objects.filter(priority__plan__slug="2033", text=RUN).exists()


# Without a script


def test_without_a_script_it_is_a_plain_form(open_as, supervisor, proposal):
    page = open_as(supervisor, f"/plans/new/document/{proposal.pk}/", javascript=False)
    run_of(page, RUN).click()
    page.get_by_role("button", name="Work on the chosen run").click()
    page.get_by_role("button", name="Premise").click()
    is_taken_for(page, RUN, "premise")
    page.get_by_label("after character").fill("4")
    page.get_by_role("button", name="Split here").click()
    is_taken_for(page, "推进示例", "premise")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.locator("#edit-words").fill("深化示例改革")
    page.get_by_role("button", name="Reword").click()
    expect(page.locator("#edit-words")).to_have_value("深化示例改革")
    page.get_by_label("Title", exact=True).fill("示例无脚本的计划")
    page.get_by_role("button", name="Make the plan").click()
    expect(page).to_have_url(re.compile("/2033/"))
    assert Plan.objects.get(slug="2033").title == "示例无脚本的计划"
    assert Action.objects.filter(priority__plan__slug="2033").count() == 6


# On a phone, in both schemes


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_it_fits_and_can_be_hit(open_as, supervisor, proposal, width):
    page = open_as(supervisor, f"/plans/new/document/{proposal.pk}/", width=width)
    run_of(page, RUN).click()
    expect(page.locator("#tools")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('#tools button, #edit button, .finish button')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    page.get_by_role("button", name="Premise").click()
    stored(page, 2)
    is_taken_for(page, RUN, "premise")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(open_as, supervisor, proposal, scheme, width):
    page = open_as(supervisor, f"/plans/new/document/{proposal.pk}/", width=width)
    page.emulate_media(color_scheme=scheme)
    run_of(page, RUN).click()
    page.locator("#edit").evaluate("one => one.scrollIntoView({block: 'center'})")
    assert told(axe_finds(page)) == []
    page.goto("/plans/new/document/")
    assert told(axe_finds(page)) == []
    page.goto("/plans/new/")
    assert told(axe_finds(page)) == []


def told(found: list[dict]) -> list[tuple]:
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


# From the article to a running plan


class Counted:
    """Clicks and keys of one way, and the seconds that it took."""

    def __init__(self):
        self.clicks = self.keys = 0
        self.began = time.monotonic()

    def click(self, where) -> None:
        where.click()
        self.clicks += 1

    def press(self, page: Page, key: str, times: int = 1) -> None:
        for _ in range(times):
            page.keyboard.press(key)
        self.keys += times

    def tab_to(self, page: Page, where) -> None:
        """With Tab until it has the focus."""
        for _ in range(200):
            if where.evaluate("one => one === document.activeElement"):
                return
            self.press(page, "Tab")
        raise AssertionError("no way there by Tab")

    def told(self, way: str) -> str:
        seconds = time.monotonic() - self.began
        return f"{way}: {self.clicks} clicks, {self.keys} keys, {seconds:.1f} s"


def is_running(page: Page, slug: str) -> None:
    plan = Plan.objects.get(slug=slug)
    assert plan.phase == Life.RUNNING
    assert [p.actions.count() for p in plan.priorities.all()] == [6, 6, 6, 4, 6, 3, 6, 4]


def test_from_the_article_to_a_running_plan_by_mouse(open_as, supervisor, capsys):
    page = open_as(supervisor, "/plans/new/")
    way = Counted()
    way.click(page.get_by_role("link", name="Hand in a document"))
    page.locator("input[type=file]").set_input_files(ARTICLE)
    way.clicks += 2  # the browser's own dialogue: the file, and Open
    way.click(page.get_by_role("button", name="Read the document"))
    expect(page.locator("#reading-head")).to_contain_text("8 are taken; 41 actions.")
    way.click(page.get_by_role("button", name="Make the plan"))
    page.wait_for_url("**/2022-2/**")
    way.click(page.get_by_role("link", name="Begin").first)
    page.locator("[name=reason]").fill("示例：常委会审定")
    way.click(page.get_by_role("button", name="Begin"))
    expect(page.locator("#announce")).not_to_be_empty()
    is_running(page, "2022-2")
    with capsys.disabled():
        print("\n" + way.told("From the article to a running plan, by mouse"))


def test_from_the_article_to_a_running_plan_by_keyboard(open_as, supervisor, capsys):
    page = open_as(supervisor, "/plans/new/")
    way = Counted()
    way.tab_to(page, page.get_by_role("link", name="Hand in a document"))
    way.press(page, "Enter")
    page.wait_for_url("**/document/")
    way.tab_to(page, page.locator("textarea[name=text]"))
    page.keyboard.insert_text(ARTICLE.read_text(encoding="utf-8"))
    way.keys += 2  # Ctrl V
    way.press(page, "Control+Enter")
    page.wait_for_url(re.compile(r"/document/\d+/"))
    expect(page.locator("#reading-head")).to_contain_text("8 are taken; 41 actions.")
    way.press(page, "Control+Enter")
    page.wait_for_url("**/2022-2/**")
    way.tab_to(page, page.get_by_role("link", name="Begin").first)
    way.press(page, "Enter")
    page.wait_for_url("**/begin/")
    way.tab_to(page, page.locator("[name=reason]"))
    page.keyboard.insert_text("示例：常委会审定")
    way.tab_to(page, page.get_by_role("button", name="Begin"))
    way.press(page, "Enter")
    page.wait_for_url(re.compile(r"/2022-2/(?!begin)"))
    is_running(page, "2022-2")
    with capsys.disabled():
        print("\n" + way.told("From the article to a running plan, by keyboard"))


def test_making_is_undone_from_the_message(desk, proposal):
    desk.get_by_role("button", name="Make the plan").click()
    desk.wait_for_url("**/2033/**")
    desk.locator("#announce").get_by_role("button", name="Undo").click()
    expect(desk.locator("#reading-head")).to_be_visible()
    assert not Plan.objects.filter(slug="2033").exists()


def test_a_long_reading_says_so(open_as, supervisor):
    page = open_as(supervisor, "/plans/new/document/")
    page.locator("textarea[name=text]").fill(SENTENCES)
    page.evaluate("window.addEventListener('submit', event => event.preventDefault())")
    page.get_by_role("button", name="Read the document").click()
    expect(page.locator(".reading-now")).to_contain_text("The document is being read")
    expect(page.locator(".reading-now progress")).to_be_visible()


def test_a_unit_is_chosen_where_its_field_is_left(open_as, supervisor):
    make_unit("示例区发改局")
    page = open_as(supervisor, "/plans/new/document/")
    words = SENTENCES.replace("推进示例改革", "推进示例改革（牵头单位：示例区发改委）")
    page.locator("textarea[name=text]").fill(words)
    page.get_by_role("button", name="Read the document").click()
    field = page.get_by_label("Means")
    field.fill("没有的局")
    page.get_by_role("button", name="Take over").click()
    said = page.get_by_role("alert").filter(has_text="There is no unit “没有的局”.")
    expect(said).to_be_visible()  # by htmx or, faster than htmx comes, by a page of its own
    expect(field).to_have_value("没有的局")
    field.fill("示例区发改局")
    field.press("Tab")
    stored(page, 2)
    expect(page.get_by_label("Means")).to_have_count(0)
    expect(page.locator(".took").first).to_contain_text("示例区发改委 → 示例区发改局")


def test_what_was_typed_before_the_scripts_came_is_stored_when_they_come(desk):
    on_the_way = []
    desk.route("**/htmx-2.min.js", lambda route: on_the_way.append(route))
    desk.reload(wait_until="commit")
    desk.get_by_label("Title", exact=True).fill("示例计划")
    desk.keyboard.press("Tab")
    becomes_true(desk, "document.activeElement.name !== 'title'")
    assert [route.continue_() for route in on_the_way] == [None]
    stored(desk, 2)
