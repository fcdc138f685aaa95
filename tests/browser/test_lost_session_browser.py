"""A long text is being typed, and then: no session, no network, no server. No word is lost."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from priorities.models import Action, ExtensionRequest, ProgressEntry
from tests.factories import (
    PASSWORD,
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .conftest import becomes_true, settled, sign_out_everywhere

LONG = "示例：写了很久的一段话，有数字、有问题、有下一步。" * 20
DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('draft:'))"
SHORT = "示例：写了很久的一句话。"
FILE = {
    "name": "示例验收.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n%%EOF\n",
}
NO_ANSWER = "chrome-error://chromewebdata/"
"""What Chromium shows where a connection was cut."""


@pytest.fixture
def world(transactional_db):
    unit = make_unit("示例一局")
    people = {
        role: make_user(role, [unit] if role == "reporter" else [], username=role)
        for role in ("reporter", "supervisor")
    }
    priority = make_priority(make_plan("2031"), number=3)
    action = make_action(priority, lead_unit=unit, owner=people["reporter"])
    entry = make_entry(action, by=people["reporter"], percent=40, needs_review=True)
    spare = make_action(priority)
    asked = {"action": spare, "due": date(2022, 12, 31), "wanted": date(2023, 3, 31)}
    ExtensionRequest.objects.create(by=people["reporter"], reason="示例：施工条件变化", **asked)
    other = make_action(priority)
    return {"action": action, "entry": entry, "spare": other, **people}


def forms(world) -> dict[str, tuple[str, str, str, str, str]]:
    """By name: who, page, field, its words, button."""
    key = world["action"].pk
    entry = world["entry"].pk
    return {
        "report": (
            "reporter",
            "/2031/actions/3.1/report/",
            "#report-3-1-done",
            LONG,
            "#report-3-1-send",
        ),
        "return": (
            "supervisor",
            "/2031/review/",
            f"#return-{entry}-reason",
            SHORT,
            f"#return-form-{entry} button.primary",
        ),
        "extension": (
            "reporter",
            "/2031/actions/3.1/extension/",
            "#id_reason",
            LONG,
            "#extension-form button.primary",
        ),
        "assign": (
            "supervisor",
            "/2031/actions/3.1/assign/",
            "#a3-1-measure",
            LONG,
            "#assign-form-3-1-save",
        ),
        "panel": (
            "supervisor",
            f"/admin/priorities/action/{key}/change/",
            "#id_measure",
            LONG,
            "[name=_save]",
        ),
        "panel add": (
            "supervisor",
            "/admin/priorities/unit/add/",
            "#id_reason",
            SHORT,
            "[name=_save]",
        ),
        "panel delete": (
            "supervisor",
            f"/admin/priorities/action/{world['spare'].pk}/delete/",
            "#id_reason",
            SHORT,
            "form[data-unsent] [type=submit]",
        ),
        "return several": (
            "supervisor",
            "/2031/review/",
            "#several-reason",
            SHORT,
            "#several [value=return]",
        ),
        "new report": (
            "supervisor",
            "/2031/reports/new/",
            "#id_title",
            SHORT,
            "#new-report button.primary",
        ),
        "answer": (
            "supervisor",
            "/2031/extensions/",
            ".ask-answer [name=reason]",
            SHORT,
            ".ask-answer [value=refuse]",
        ),
        "bulk": (
            "supervisor",
            "/2031/actions/",
            "#bulk [name=due]",
            "2022-11-30",
            "#bulk button.primary",
        ),
    }


NAMES = (
    *("report", "return", "extension", "assign", "panel", "panel add"),
    *("panel delete", "return several", "new report", "answer", "bulk"),
)


def uncover(page: Page, name: str) -> None:
    if name == "return":
        page.click("#do-return summary")
    if name == "return several":
        page.locator("#several [name=pick]").first.check()
        page.click("#several details summary")
    if name == "bulk" and not page.locator("#bulk").is_visible():
        page.locator("td [name=pick]").first.check()
    if name == "assign" and not page.locator("#a3-1-measure").is_visible():
        page.locator(".further summary").click()


def sign_in(page: Page, user) -> None:
    user.set_password(PASSWORD)
    user.save()
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.primary")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_form_with_the_text_after_signing_in_again(open_as, world, name):
    who, path, field, words, button = forms(world)[name]
    page = open_as(world[who], path)
    uncover(page, name)
    page.fill(field, words)
    if name == "extension":
        page.fill("#id_wanted", "2023-03-31")
    sign_out_everywhere(world[who])
    page.click(button)
    page.wait_for_url("**/sign-in/**")
    sign_in(page, world[who])
    page.wait_for_url(path)  # and not the page of signing in, whose ?next= ends the same
    uncover(page, name)
    expect(page.locator(field)).to_have_value(words)
    assert Action.objects.get(pk=world["action"].pk).measure == ""
    assert ExtensionRequest.objects.count() == 1


def test_what_was_typed_before_the_scripts_came_is_kept_as_well(open_as, world, slow_script):
    path = "/2031/actions/3.1/report/"
    page = open_as(world["reporter"], "/2031/actions/3.1/")
    let_it_come = slow_script("unsent")
    page.goto(path, wait_until="commit")
    page.fill("#report-3-1-done", LONG)
    let_it_come()
    becomes_true(page, f"() => {DRAFTS}.length === 1")
    page.goto(path)
    expect(page.locator("#report-3-1-done")).to_have_value(LONG)
    expect(page.locator(".restored")).to_be_visible()


TYPED_AT_ONCE = """words => document.addEventListener("htmx:afterSwap", function () {
  const field = document.getElementById("report-3-1-done");
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}, { once: true })"""


def test_what_was_typed_before_a_form_had_settled_is_kept_as_well(open_as, world):
    page = open_as(world["reporter"], "/2031/actions/3.1/")
    page.evaluate(TYPED_AT_ONCE, LONG)
    page.click("a[href*='/actions/3.1/report/'][hx-get] >> nth=0")
    expect(page.locator("#report-3-1-done")).to_have_value(LONG)
    becomes_true(page, f"() => {DRAFTS}.length === 1")
    page.goto("/2031/actions/3.1/report/")
    expect(page.locator("#report-3-1-done")).to_have_value(LONG)


@pytest.mark.parametrize("way", ["in place", "page"])
def test_all_cookies_are_gone(open_as, world, way):
    """Trying again leads through the sign-in page, which says why one is there."""
    path = "/2031/actions/3.1/" if way == "in place" else "/2031/actions/3.1/report/"
    page = open_as(world["reporter"], path)
    if way == "in place":
        page.click("a[href*='/actions/3.1/report/'][hx-get] >> nth=0")
        settled(page)
    page.fill("#report-3-1-done", LONG)
    page.set_input_files("#report-3-1-files", FILE)
    page.context.clear_cookies()
    page.click("#report-3-1-send")
    page.wait_for_url("**/sign-in/**")
    expect(page.locator(".signin .notice")).to_contain_text("files must be chosen again")
    sign_in(page, world["reporter"])
    page.wait_for_url(path)
    if way == "in place":
        page.click("a[href*='/actions/3.1/report/'][hx-get] >> nth=0")
    expect(page.locator("#report-3-1-done")).to_have_value(LONG)
    expect(page.locator(".restored")).to_contain_text("To be chosen again: 示例验收.pdf")


def test_signed_in_anew_in_another_window_trying_again_succeeds(open_as, world):
    """The token of the first window counts no more; its page takes the new one."""
    page = open_as(world["reporter"], "/2031/actions/3.1/")
    page.click("a[href*='/actions/3.1/report/'][hx-get] >> nth=0")
    settled(page)
    page.fill("#report-3-1-done", SHORT)
    page.fill("#report-3-1-percent", "45")
    page.context.clear_cookies(name="csrftoken")
    page.click("#report-3-1-send")
    expect(page.locator("#alert")).to_contain_text("This form is too old")
    page.click("#alert button >> nth=0")
    expect(page.locator("#announce")).to_contain_text("3.1 reported")
    assert ProgressEntry.objects.order_by("pk").last().done == SHORT


@pytest.mark.parametrize("status", [413, 500, 503, "cut"])
@pytest.mark.parametrize("name", ["report", "panel"])
def test_no_server_for_a_while(open_as, world, name, status):
    who, path, field, words, button = forms(world)[name]
    page = open_as(world[who], path)
    page.fill(field, words)

    def answer(route):
        if route.request.method != "POST":
            return route.continue_()
        if status == "cut":
            return route.abort()
        return route.fulfill(status=status, body="<p>busy</p>", content_type="text/html")

    page.route("**/*", answer)
    page.click(button)
    if status == "cut":
        expect(page).to_have_url(NO_ANSWER)
    else:
        expect(page.locator("body")).to_have_text("busy")
    page.unroute("**/*")
    page.goto(path)
    expect(page.locator(field)).to_have_value(words)


def test_what_was_saved_and_what_is_somebody_elses_does_not_come_back(open_as, world):
    page = open_as(world["supervisor"], "/2031/actions/3.1/assign/")
    uncover(page, "assign")
    page.fill("#a3-1-measure", SHORT)
    page.click("#assign-form-3-1-save")
    expect(page.locator("#announce")).to_contain_text("3.1")
    becomes_true(page, f"{DRAFTS}.length === 0")
    page.goto("/admin/priorities/unit/add/")
    page.fill("#id_name", SHORT)
    assert len(page.evaluate(DRAFTS)) == 1
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(DRAFTS) == []


def test_who_signs_in_next_with_this_browser_finds_nothing_to_read(open_as, world):
    """Until then the words wait for their author, under a key that names nobody."""
    _who, path, field, words, _button = forms(world)["report"]
    page = open_as(world["reporter"], path)
    page.fill(field, words)
    becomes_true(page, f"{DRAFTS}.length === 1")
    assert not page.evaluate(DRAFTS)[0].startswith(f"draft:{world['reporter'].pk}:")
    sign_out_everywhere(world["reporter"])
    page.goto("/sign-in/")
    assert len(page.evaluate(DRAFTS)) == 1
    sign_in(page, world["supervisor"])
    becomes_true(page, f"{DRAFTS}.length === 0")


def test_a_choice_in_the_panel_comes_back(open_as, world):
    path = f"/admin/priorities/action/{world['action'].pk}/change/"
    page = open_as(world["supervisor"], path)
    page.click("#id_owner + .select2 .select2-selection__clear")
    page.goto(path)
    expect(page.locator("#id_owner")).to_have_value("")
    expect(page.locator(".restored")).to_be_visible()


def test_a_row_that_was_added_comes_back(open_as, world):
    path = f"/admin/priorities/action/{world['action'].pk}/change/"
    page = open_as(world["supervisor"], path)
    page.click("#milestones-group .add-row a")
    page.fill("#id_milestones-0-title", "示例新节点")
    page.goto(path)
    expect(page.locator("#id_milestones-0-title")).to_have_value("示例新节点")
    page.goto("/2031/actions/3.1/assign/")
    uncover(page, "assign")
    rows = page.locator(".stone[data-row]").count()
    page.click("[data-add-row]")
    page.fill(f"[name=milestones-{rows}-title]", "示例另一节点")
    page.goto("/2031/actions/3.1/assign/")
    uncover(page, "assign")
    expect(page.locator(f"[name=milestones-{rows}-title]")).to_have_value("示例另一节点")


def test_an_old_draft_meets_a_newer_row(open_as, world):
    """Put back, the words come with the version they were typed over: the server compares."""
    path = "/2031/actions/3.1/assign/"
    page = open_as(world["supervisor"], path)
    uncover(page, "assign")
    page.fill("#a3-1-measure", "我的标准")
    colleague = make_user("supervisor", display_name="示例同事")
    Action.objects.get(pk=world["action"].pk).assign(by=colleague, changes={"measure": "他的标准"})
    page.goto(path)
    expect(page.locator("#a3-1-measure")).to_have_value("他的标准")
    page.click(".restored button >> nth=0")
    expect(page.locator("#a3-1-measure")).to_have_value("我的标准")
    page.click("#assign-form-3-1-save")
    expect(page.locator(".notice[role=alert]")).to_contain_text("示例同事 changed this at")
    expect(page.locator(".both")).to_contain_text("他的标准")


def store_and_cut(route) -> None:
    """The server gets it and answers; the answer does not arrive."""
    if route.request.method != "POST":
        return route.continue_()
    route.fetch(max_redirects=0)
    return route.abort()


def test_the_connection_is_cut_after_the_server_has_stored_it(open_as, world):
    """The next page says so, and the words do not come back as if they were not sent."""
    page = open_as(world["reporter"], "/2031/actions/3.1/report/")
    page.fill("#report-3-1-done", SHORT)
    page.fill("#report-3-1-percent", "45")

    page.route("**/*", store_and_cut)
    page.click("#report-3-1-send")
    expect(page).to_have_url(NO_ANSWER)
    page.unroute("**/*")
    assert ProgressEntry.objects.count() == 2
    page.goto("/2031/actions/3.1/report/")
    expect(page.locator("#announce")).to_contain_text("3.1 reported")
    assert page.evaluate(DRAFTS) == []


@pytest.mark.parametrize(("then", "entries"), [(SHORT, 2), ("示例：另一句话。", 3)])
def test_trying_again_in_place(open_as, world, then, entries):
    """The same words once more are the same entry; other words are another one, and not lost."""
    page = open_as(world["reporter"], "/2031/actions/3.1/")
    page.click("a[href*='/actions/3.1/report/'][hx-get] >> nth=0")
    expect(page.locator("#report-3-1-done")).to_be_visible()
    settled(page)
    page.fill("#report-3-1-done", SHORT)
    page.fill("#report-3-1-percent", "45")
    page.route("**/report/**", store_and_cut)
    page.click("#report-3-1-send")
    expect(page.locator("#alert")).to_contain_text("No connection to the server")
    page.unroute("**/report/**")
    page.fill("#report-3-1-done", then)
    page.click("#report-3-1-send")
    expect(page.locator("#announce")).to_contain_text("3.1 reported")
    assert ProgressEntry.objects.count() == entries
    assert ProgressEntry.objects.order_by("pk").last().done == then
