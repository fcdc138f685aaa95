"""Recording progress in a real browser: beside the row, by keyboard, on a phone, without script."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from priorities.models import Decision, ProgressEntry
from tests.factories import (
    PASSWORD,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .conftest import becomes_true, focus_at_once, settled, sign_out_everywhere

TODAY = date(2022, 9, 30)
MY_WORK = "/2031/my-work/"


@pytest.fixture
def unit(transactional_db):
    return make_unit("示例一局")


@pytest.fixture
def liaison(unit):
    return make_user("reporter", [unit], username="liaison")


@pytest.fixture
def actions(unit, liaison):
    """Three of which the report is due: 3.1 green, 3.2 red, 3.3 green."""
    priority = make_priority(make_plan("2031"), number=3)
    made = [make_action(priority, lead_unit=unit) for _n in range(3)]
    for action, percent in zip(made, (75, 20, 74), strict=True):
        make_entry(action, by=liaison, percent=percent, day=TODAY - timedelta(days=28))
    return made


def last_entry() -> ProgressEntry:
    return ProgressEntry.objects.order_by("pk").last()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def open_form(page: Page) -> None:
    page.click("#open-3-1")
    expect(page.locator("#report-3-1-percent")).to_be_visible()
    settled(page)


def expect_fitting(page: Page) -> None:
    settled(page)
    becomes_true(page, "document.documentElement.scrollWidth <= window.innerWidth")


def test_report_beside_the_row(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    open_form(page)
    expect(page.locator("#report-3-1-percent")).to_be_focused()
    expect(page.locator("#report-3-1-explanation")).to_be_hidden()
    page.fill("#report-3-1-percent", "60")
    expect(page.locator("#report-3-1-explanation")).to_be_visible()
    page.fill("#report-3-1-done", "")
    page.fill("#report-3-1-next_step", "示例：下月验收。")
    page.click("#report-3-1-send")
    expect(page.locator("#report-3-1-done_error")).to_have_text("Say what was done.")
    expect(page.locator("#report-3-1-done")).to_be_focused()
    expect(page.locator("#report-3-1-next_step")).to_have_value("示例：下月验收。")
    page.fill("#report-3-1-done", "示例：退回返工。")
    page.fill("#report-3-1-explanation", "示例：验收未过。")
    page.click("#report-3-1-send")
    expect(page.locator("#row-3-1 .saved")).to_contain_text("60 % is recorded, Waiting")
    expect(page.locator("#announce")).to_contain_text("3.1 reported: 60 %, waiting for review.")
    expect(page.locator("h1")).to_have_text("2 actions to report")
    expect(page).to_have_title(re.compile("^2 My work"))
    expect(page.locator("#next-to-report")).to_be_focused()
    entry = last_entry()
    assert (entry.percent, entry.done, entry.explanation) == (
        60,
        "示例：退回返工。",
        "示例：验收未过。",
    )
    expect(page).to_have_url(MY_WORK)


def test_the_cursor_stays_where_somebody_has_begun_to_type(open_as, liaison, actions):
    """What is typed before a form has settled goes into no other field."""
    page = open_as(liaison, MY_WORK)
    focus_at_once(page, "#report-3-1-done")
    open_form(page)
    expect(page.locator("#report-3-1-done")).to_be_focused()


def test_cancel_goes_back_to_the_link_and_keeps_the_words(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    open_form(page)
    page.fill("#report-3-1-done", "示例：还没写完")
    page.click("#report-3-1 [data-close]")
    expect(page.locator("#open-3-1")).to_be_focused()
    page.reload()
    expect(page.locator("#row-3-1 .kept")).to_be_visible()
    page.click("#open-3-1")
    expect(page.locator("#report-3-1-done")).to_have_value("示例：还没写完")
    assert ProgressEntry.objects.count() == 3


def test_nothing_changed_and_undo(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    page.click("#unchanged-3-1")
    expect(page.locator("#row-3-1 .saved")).to_contain_text("“Nothing changed” is recorded")
    expect(page.locator("#announce")).to_contain_text("3.1: nothing changed, still 75 %")
    expect(page.locator("#mine-count")).to_contain_text("1 reported.")
    assert last_entry().is_unchanged
    settled(page)
    page.click("#undo-3-1")
    expect(page.locator("#unchanged-3-1")).to_be_visible()
    expect(page.locator("h1")).to_have_text("3 actions to report")
    assert Decision.objects.get().verdict == "withdrawn"
    settled(page)
    page.click("#unchanged-3-1")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    settled(page)
    page.click("#announce form button")
    expect(page.locator("#unchanged-3-1")).to_be_visible()
    assert Decision.objects.count() == 2


def test_three_fast_clicks_are_one_entry(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    page.evaluate("for (let n = 0; n < 3; n++) document.getElementById('unchanged-3-1').click()")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    assert ProgressEntry.objects.count() == 4


def test_session_runs_out_while_the_form_is_filled_in(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    open_form(page)
    page.fill("#report-3-1-done", "示例：写了很久的一段话。")
    page.fill("#report-3-1-percent", "80")
    sign_out_everywhere(liaison)
    page.click("#report-3-1-send")
    page.wait_for_url("**/sign-in/**")
    liaison.set_password(PASSWORD)
    liaison.save()
    page.fill("[name=username]", "liaison")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.primary")
    page.wait_for_url(MY_WORK)
    expect(page.locator("#row-3-1 .kept")).to_be_visible()
    page.click("#open-3-1")
    expect(page.locator("#report-3-1-done")).to_have_value("示例：写了很久的一段话。")
    expect(page.locator("#report-3-1-percent")).to_have_value("80")
    settled(page)
    page.click("#report-3-1-send")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    assert last_entry().done == "示例：写了很久的一段话。"


def test_session_runs_out_on_the_forms_own_page(open_as, liaison, actions):
    page = open_as(liaison, "/2031/actions/3.1/report/")
    page.fill("#report-3-1-done", "示例：写了很久的一段话。")
    sign_out_everywhere(liaison)
    page.click("#report-3-1-send")
    page.wait_for_url("**/sign-in/**")
    liaison.set_password(PASSWORD)
    liaison.save()
    page.fill("[name=username]", "liaison")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.primary")
    page.wait_for_url("/2031/actions/3.1/report/")
    expect(page.locator("#report-3-1-done")).to_have_value("示例：写了很久的一段话。")


def test_one_after_the_other_by_keyboard_alone(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    page.locator("text=One after the other").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/actions/3.2/report/?queue=3.2,3.1,3.3")
    expect(page.locator("#report-3-2-problems")).to_be_focused()
    page.keyboard.type("示例：用地未批。")
    for _field in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#report-3-2-done")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("示例：补正材料。")
    for _step in range(12):
        if focused(page) == "report-3-2-send":
            break
        page.keyboard.press("Tab")
    expect(page.locator("#report-3-2-send")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/actions/3.1/report/?queue=3.2,3.1,3.3")
    expect(page.locator("#report-3-1-percent")).to_be_focused()
    expect(page.locator("main .crumbs")).to_contain_text("2 of 3")
    assert (last_entry().problems, last_entry().done) == ("示例：用地未批。", "示例：补正材料。")


def test_keyboard_alone_on_the_list(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK)
    page.locator("#unchanged-3-1").focus()
    page.keyboard.press("Space")
    expect(page.locator("#undo-3-1")).to_be_visible()
    expect(page.locator("#next-to-report")).to_be_focused()
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#unchanged-3-3")).to_be_focused()


def test_without_script(open_as, liaison, actions):
    page = open_as(liaison, MY_WORK, javascript=False)
    page.click("#unchanged-3-1")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    page.click("#undo-3-1")
    expect(page.locator("#unchanged-3-1")).to_be_visible()
    page.click("#open-3-1")
    expect(page.locator("#report-3-1-explanation")).to_be_visible()
    page.fill("#report-3-1-percent", "1_0")
    page.fill("#report-3-1-done", "示例：不用脚本。")
    page.click("#report-3-1-send")
    expect(page.locator("#report-3-1-percent_error")).to_be_visible()
    expect(page.locator("#report-3-1-percent")).to_have_value("1_0")
    expect(page.locator("#report-3-1-done")).to_have_value("示例：不用脚本。")
    page.fill("#report-3-1-percent", "76")
    page.click("#report-3-1-send")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    assert last_entry().done == "示例：不用脚本。"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("width", [390, 320])
def test_phone(open_as, liaison, actions, width, language):
    page = open_as(liaison, MY_WORK, width=width, language=language)
    expect_fitting(page)
    open_form(page)
    expect_fitting(page)
    for button in ("#unchanged-3-2", "#open-3-2"):
        assert page.locator(button).bounding_box()["height"] >= 44
    page.fill("#report-3-1-percent", "80")
    page.fill("#report-3-1-done", "示例：在手机上。")
    page.click("#report-3-1-send")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    expect_fitting(page)
    page.goto("/2031/actions/3.2/report/")
    expect_fitting(page)


def test_back_after_each_step_shows_a_whole_page(open_as, liaison, actions):
    page = open_as(liaison, "/2031/")
    page.goto(MY_WORK)
    page.click("#open-3-1")
    expect(page.locator("#report-3-1")).to_be_visible()
    page.go_back()
    page.wait_for_url("**/2031/")
    expect(page.locator("header.masthead")).to_be_visible()
    page.go_forward()
    page.wait_for_url(f"**{MY_WORK}")
    page.click("#unchanged-3-1")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    page.click("#row-3-1 h2 a")
    page.wait_for_url("**/actions/3.1/")
    page.go_back()
    page.wait_for_url(f"**{MY_WORK}")
    expect(page.locator("header.masthead")).to_be_visible()
    expect(page.locator("#mine")).to_be_visible()


def test_too_large_files_are_refused_before_they_are_sent(open_as, liaison, actions, tmp_path):
    large = tmp_path / "大.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(20 * 1024 * 1024))
    page = open_as(liaison, "/2031/actions/3.1/report/")
    page.set_input_files("#report-3-1-files", large)
    message = page.evaluate("document.getElementById('report-3-1-files').validationMessage")
    assert message == "大.pdf: larger than 20 MB."
    page.click("#report-3-1-send")
    assert ProgressEntry.objects.count() == 3


def test_evidence_is_saved_and_never_shown(open_as, liaison, actions, tmp_path):
    proof = tmp_path / "批复.pdf"
    proof.write_bytes(b"%PDF-1.7\n%%EOF\n")
    page = open_as(liaison, "/2031/actions/3.1/report/")
    page.fill("#report-3-1-percent", "76")
    page.fill("#report-3-1-done", "示例：取得批复。")
    page.set_input_files("#report-3-1-files", proof)
    page.click("#report-3-1-send")
    page.wait_for_url("**/actions/3.1/")
    with page.expect_download() as download:
        page.click("text=批复.pdf")
    assert download.value.suggested_filename == "批复.pdf"
    assert download.value.path().read_bytes() == proof.read_bytes()


class TestOffice:
    @pytest.fixture
    def office(self, transactional_db):
        return make_user("supervisor", username="office")

    @pytest.fixture
    def waiting(self, actions, liaison):
        return make_entry(actions[1], by=liaison, percent=70, needs_review=True)

    def test_accept_changes_light_and_entry_at_once(self, open_as, office, waiting):
        page = open_as(office, "/2031/actions/3.2/")
        expect(page.locator(".verdict-light")).to_have_text("Behind")
        page.click(f"#accept-{waiting.pk}")
        expect(page.locator(".verdict-light")).to_have_text("On track")
        expect(page.locator(f"#entry-{waiting.pk} .state")).to_contain_text("Accepted")
        expect(page.locator("#announce")).to_contain_text("3.2 accepted: 70 %.")
        expect(page.locator(f"#entry-{waiting.pk}")).to_be_focused()

    def test_return_wants_a_reason_in_its_place(self, open_as, office, waiting):
        page = open_as(office, "/2031/actions/3.2/")
        page.click(f"#entry-{waiting.pk} summary")
        page.click(f"#return-form-{waiting.pk} button")
        reason = page.locator(f"#return-{waiting.pk}-reason")
        expect(reason).to_be_focused()
        expect(page.locator(f"#return-{waiting.pk}-error")).to_have_text(
            "Say why you return the entry."
        )
        settled(page)
        reason.fill("示例：请附名单。")
        reason.press("Enter")
        expect(page.locator(f"#entry-{waiting.pk} .reason")).to_contain_text("示例：请附名单。")
        assert waiting.decision.reason == "示例：请附名单。"

    def test_who_is_slower_learns_who_was_faster(self, open_as, office, waiting):
        page = open_as(office, "/2031/actions/3.2/")
        waiting.accept(by=make_user("supervisor", display_name="示例陈静"))
        page.click(f"#accept-{waiting.pk}")
        expect(page.locator("main")).to_contain_text("示例陈静 accepted this entry on")
        page.click("main a.button.primary")
        page.wait_for_url("**/actions/3.2/")
        expect(page.locator(".verdict-light")).to_have_text("On track")
