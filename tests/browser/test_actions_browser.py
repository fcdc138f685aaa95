"""The list in a real browser: filter while composing Chinese, assign in place, bulk, keyboard."""

import re
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import expect

from priorities.models import Action
from tests.factories import (
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .conftest import PATIENCE, focus_at_once, settled

LIST = "/2031/actions/"
ROWS = "#board tr[id^=row-]"


class World:
    """Six actions of priority 3: three of one bureau, one of another, two without a unit."""

    def __init__(self):
        self.bureau = make_unit("示例发改局", name="示例发展和改革局", pinyin="slfgj", order=1)
        self.school = make_unit("示例教育局", name="示例教育管理局", pinyin="sljyj", order=2)
        self.street = make_unit("示例街道", name="示例街道办事处", pinyin="sljd", order=3)
        self.office = make_user("supervisor", username="office", display_name="示例督查员")
        self.owner = make_user("reporter", [self.bureau], username="owner", display_name="示例甲")
        self.other = make_user("reporter", [self.school], username="other", display_name="示例乙")
        self.plan = make_plan("2031")
        self.priority = make_priority(self.plan, number=3)
        texts = ("示例产业园区", "示例科技创新", "示例营商环境", "示例学校建设")
        for text in texts:
            lead = self.school if "学校" in text else self.bureau
            action = make_action(self.priority, text=text, lead_unit=lead)
            make_entry(action, by=self.office, percent=75, day=date(2022, 9, 20))
        for text in ("示例空间拓展", "示例人才公寓"):
            make_action(self.priority, text=text)


@pytest.fixture
def world(transactional_db, sign_in):
    made = World()
    sign_in(made.office)
    return made


@pytest.fixture
def list_page(page, world):
    page.set_default_timeout(PATIENCE)
    page.goto(LIST)
    return page


@pytest.fixture
def plain_page(browser, context, live_server, world):
    """A page of a browser that runs no script."""
    plain = browser.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=False)
    plain.add_cookies(context.cookies())
    yield plain.new_page()
    plain.close()


def numbers(page) -> list[str]:
    ids = page.locator(ROWS).evaluate_all("rows => rows.map(row => row.id)")
    return [found.removeprefix("row-").replace("-", ".") for found in ids]


def focused(page) -> str:
    return page.evaluate("document.activeElement.id")


def scrolls_sideways(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def stored(number: str) -> Action:
    return Action.objects.filter(priority__plan__slug="2031").numbered(number).get()


# Filter.


def test_nothing_is_sent_while_chinese_is_being_composed(list_page):
    asked = []
    list_page.on("request", lambda request: LIST in request.url and asked.append(request.url))
    list_page.focus("#f-q")
    ime = list_page.context.new_cdp_session(list_page)
    for letters in ("k", "ke", "ke ji"):
        place = len(letters)
        composition = {"text": letters, "selectionStart": place, "selectionEnd": place}
        ime.send("Input.imeSetComposition", composition)
        list_page.wait_for_timeout(450)
    assert asked == []
    ime.send("Input.insertText", {"text": "科技"})
    expect(list_page.locator(ROWS)).to_have_count(1)
    settled(list_page)
    assert numbers(list_page) == ["3.2"]
    assert len(asked) == 1
    assert focused(list_page) == "f-q"
    assert list_page.evaluate("document.activeElement.selectionStart") == 2
    expect(list_page).to_have_url(re.compile(r"\?q=%E7%A7%91%E6%8A%80$"))
    expect(list_page.locator("#read-out")).to_contain_text("1")


def test_typing_on_keeps_focus_and_caret_and_is_one_step_for_back(list_page):
    list_page.focus("#f-q")
    for letters, sent in (("kj", "kj"), ("cx", "kjcx")):
        list_page.keyboard.type(letters)
        expect(list_page).to_have_url(re.compile(f"q={sent}$"))
        settled(list_page)
    expect(list_page.locator(ROWS)).to_have_count(1)
    list_page.keyboard.press("Home")
    list_page.keyboard.press("Delete")
    expect(list_page).to_have_url(re.compile("q=jcx$"))
    settled(list_page)
    assert focused(list_page) == "f-q"
    assert list_page.evaluate("document.activeElement.selectionStart") == 0
    list_page.go_back()
    expect(list_page.locator(ROWS)).to_have_count(6)
    expect(list_page.locator("#f-q")).to_have_value("")


def test_back_after_a_filter_step_brings_rows_and_form_back(list_page):
    list_page.check("#f-light-unassigned")
    expect(list_page.locator(ROWS)).to_have_count(2)
    expect(list_page).to_have_url(re.compile(r"\?light=unassigned$"))
    expect(list_page.locator("#shown")).to_contain_text("2")
    settled(list_page)
    list_page.select_option("#f-priority", "3")
    expect(list_page).to_have_url(re.compile(r"light=unassigned&priority=3$"))
    settled(list_page)
    list_page.go_back()
    expect(list_page).to_have_url(re.compile(r"\?light=unassigned$"))
    expect(list_page.locator("#f-priority")).to_have_value("")
    list_page.go_back()
    expect(list_page.locator(ROWS)).to_have_count(6)
    expect(list_page.locator("#f-light-unassigned")).not_to_be_checked()


def test_back_is_heard_also_before_the_scripts_came(list_page, slow_script):
    list_page.check("#f-light-unassigned")
    expect(list_page).to_have_url(re.compile(r"\?light=unassigned$"))
    settled(list_page)
    let_them_come = slow_script("act")
    list_page.reload(wait_until="commit")
    expect(list_page.locator(ROWS)).to_have_count(2)
    list_page.evaluate("history.back()")
    expect(list_page).to_have_url(re.compile(r"/actions/$"))
    let_them_come()
    expect(list_page.locator(ROWS)).to_have_count(6)


def test_a_unit_is_found_by_pinyin_and_filters_once_it_is_chosen(list_page):
    list_page.focus("#f-unit")
    list_page.keyboard.type("ljyj")
    expect(list_page.locator("[role=option]")).to_have_count(1)
    assert "unit" not in list_page.url
    list_page.keyboard.press("Enter")
    expect(list_page.locator(ROWS)).to_have_count(1)
    expect(list_page.locator("#f-unit")).to_have_value("示例教育局")
    settled(list_page)
    list_page.fill("#f-unit", "")
    expect(list_page.locator(ROWS)).to_have_count(6)


def test_a_filter_that_cannot_be_read_says_so_beside_the_field_and_recovers(list_page):
    list_page.fill("#f-unit", "没有的")
    list_page.keyboard.press("Tab")
    expect(list_page.locator("#f-unit_error")).to_be_visible()
    expect(list_page.locator("#f-unit")).to_have_value("没有的")
    expect(list_page.locator(ROWS)).to_have_count(0)
    settled(list_page)
    list_page.fill("#f-unit", "")
    expect(list_page.locator(ROWS)).to_have_count(6)
    expect(list_page.locator("#f-unit_error")).to_have_count(0)


def test_sorting_keeps_focus_on_the_head_and_says_the_direction(list_page):
    for direction, last in (("ascending", "3.6"), ("descending", "3.6")):
        list_page.focus("#sort-due")
        list_page.keyboard.press("Enter")
        head = list_page.locator(f"th[aria-sort={direction}] #sort-due")
        expect(head).to_be_focused()
        settled(list_page)
        assert numbers(list_page)[-1] == last


# One action, opened beside its row.


def open_form(page, number: str):
    slug = number.replace(".", "-")
    settled(page)
    page.hover(f"#row-{slug}")
    page.click(f"#assign-{slug}")
    form = page.locator(f"#assign-form-{slug}")
    expect(form).to_be_visible()
    settled(page)
    return form


def test_assigning_beside_the_row_with_the_keyboard_alone(list_page, world):
    list_page.focus("#assign-3-5")
    list_page.keyboard.press("Enter")
    lead = list_page.locator("#a3-5-lead_unit")
    expect(lead).to_be_focused()
    list_page.keyboard.type("fgj")
    expect(lead).to_have_attribute("aria-expanded", "true")
    option = list_page.locator(f"#{lead.get_attribute('aria-activedescendant')}")
    expect(option).to_have_attribute("aria-selected", "true")
    list_page.keyboard.press("Enter")
    expect(lead).to_have_value("示例发改局")
    expect(lead).to_have_attribute("aria-expanded", "false")

    list_page.keyboard.press("Tab")
    for letters in ("jyj", "jd"):
        list_page.keyboard.type(letters)
        list_page.keyboard.press("Enter")
    chips = list_page.locator(".chosen li span")
    expect(chips).to_have_text(["示例教育局", "示例街道"])
    list_page.keyboard.press("Backspace")
    expect(chips).to_have_text(["示例教育局"])
    expect(list_page.locator("#a3-5-supporting_units-search")).to_be_focused()

    owner = list_page.locator("#a3-5-owner")
    assert owner.locator("option").all_inner_texts()[1:] == ["示例甲"]
    owner.select_option("owner")
    list_page.fill("#a3-5-due", "2022-12-20")
    list_page.focus("#assign-form-3-5-save")
    list_page.keyboard.press("Enter")

    row = list_page.locator("#row-3-5.changed")
    expect(row).to_contain_text("示例发改局")
    expect(list_page.locator("#assign-3-5")).to_be_focused()
    expect(list_page.locator("#announce")).to_contain_text("3.5")
    expect(list_page.locator("#n-unassigned")).to_have_text("1")
    action = stored("3.5")
    assert (action.lead_unit, action.owner) == (world.bureau, world.owner)
    assert list(action.supporting_units.all()) == [world.school]
    assert action.due == date(2022, 12, 20)


def test_an_error_stays_beside_the_row_with_what_was_typed(list_page):
    form = open_form(list_page, "3.6")
    form.locator("[name=lead_unit]").fill("某某局")
    form.locator("[name=due]").fill("2022-11-01")
    list_page.click("#assign-form-3-6-save")
    expect(list_page.locator("#a3-6-lead_unit_error")).to_be_visible()
    expect(list_page.locator("#a3-6-lead_unit")).to_be_focused()
    expect(list_page.locator("#a3-6-lead_unit")).to_have_value("某某局")
    expect(list_page.locator("#a3-6-due")).to_have_value("2022-11-01")
    expect(list_page.locator(".edit-row")).to_have_count(1)
    settled(list_page)
    list_page.fill("#a3-6-lead_unit", "示例街道")
    list_page.click("#assign-form-3-6-save")
    expect(list_page.locator("#row-3-6.changed")).to_contain_text("示例街道")


def test_the_filter_and_the_open_list_survive_an_assignment(list_page):
    list_page.goto(f"{LIST}?light=unassigned&sort=-number")
    form = open_form(list_page, "3.6")
    form.locator("[name=lead_unit]").fill("示例街道")
    list_page.click("#assign-form-3-6-save")
    expect(list_page.locator(ROWS)).to_have_count(1)
    expect(list_page).to_have_url(re.compile(r"\?light=unassigned&sort=-number$"))
    expect(list_page.locator("#f-light-unassigned")).to_be_checked()
    expect(list_page.locator("h1")).to_be_focused()


def test_escape_closes_first_the_units_then_the_form_and_focus_goes_back(list_page):
    form = open_form(list_page, "3.5")
    lead = form.locator("[name=lead_unit]")
    lead.click()
    expect(lead).to_have_attribute("aria-expanded", "true")
    list_page.keyboard.press("Escape")
    expect(lead).to_have_attribute("aria-expanded", "false")
    expect(form).to_be_visible()
    list_page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(list_page.locator("#assign-3-5")).to_be_focused()


def test_escape_does_not_throw_away_what_was_typed(list_page):
    form = open_form(list_page, "3.5")
    form.locator("[name=reason]").fill("示例")
    list_page.keyboard.press("Escape")
    expect(form).to_be_visible()
    form.locator("[data-close]").click()
    expect(form).to_have_count(0)


def test_a_milestone_is_added_and_the_units_are_composed_in_chinese(list_page):
    form = open_form(list_page, "3.5")
    ime = list_page.context.new_cdp_session(list_page)
    form.locator("[name=lead_unit]").focus()
    ime.send("Input.imeSetComposition", {"text": "fa", "selectionStart": 2, "selectionEnd": 2})
    expect(list_page.locator("[role=option]")).to_have_count(0)
    ime.send("Input.insertText", {"text": "例发改"})
    expect(list_page.locator("[role=option]")).to_have_count(1)
    list_page.keyboard.press("Tab")
    expect(form.locator("[name=lead_unit]")).to_have_value("示例发改局")
    form.locator("summary").click()
    form.locator("[data-add-row]").click()
    expect(form.locator("[name=milestones-2-title]")).to_be_focused()
    list_page.keyboard.type("示例竣工")
    form.locator("[name=milestones-2-planned]").fill("2022-11-30")
    list_page.click("#assign-form-3-5-save")
    expect(list_page.locator("#row-3-5.changed")).to_be_visible()
    assert stored("3.5").milestones.get().title == "示例竣工"


def test_the_cursor_stays_in_the_field_that_somebody_has_gone_to(list_page):
    focus_at_once(list_page, "#assign-form-3-5 [name=due]")
    form = open_form(list_page, "3.5")
    expect(list_page.locator("#row-3-5.is-opened")).to_be_visible()
    expect(form.locator("[name=due]")).to_be_focused()


def test_a_milestones_days_say_which_they_are_also_on_a_phone(list_page):
    """Wide, a head stands over the columns; on a phone there are none, and each field says it."""
    list_page.goto("/2031/actions/3.5/assign/")
    list_page.locator(".further summary").click()
    label = list_page.locator("label[for$=milestones-0-planned]")
    heads = list_page.locator(".stone.heads")
    for width, has_heads in ((1280, True), (390, False)):
        list_page.set_viewport_size({"width": width, "height": 800})
        expect(heads).to_be_visible(visible=has_heads)
        # out of sight it is one pixel, for those who listen
        assert (label.bounding_box()["width"] > 1) is not has_heads


def test_a_form_on_a_page_of_its_own_leaves_its_address_behind(list_page, world):
    list_page.goto("/2031/actions/3.5/assign/")
    list_page.locator("[name=lead_unit]").fill("示例教育局")
    list_page.click("#assign-form-3-5-save")
    expect(list_page).to_have_url(re.compile(r"/2031/actions/(\?.*)?(#.*)?$"))
    expect(list_page.locator("#announce")).to_contain_text("3.5")
    list_page.reload()
    expect(list_page.locator("#row-3-5")).to_contain_text("示例教育局")


# Many actions.


def test_a_value_typed_before_the_script_came_ticks_its_field(page, world, slow_script):
    page.set_default_timeout(PATIENCE)
    let_it_come = slow_script("actions")
    page.goto(LIST, wait_until="commit")
    page.locator("#b-lead_unit").fill("示例教育局")
    box = page.locator(".bulk [name=change][value=lead_unit]")
    expect(box).not_to_be_checked()
    let_it_come()
    expect(box).to_be_checked()


def test_a_unit_typed_before_the_script_came_is_offered(page, world, slow_script):
    page.set_default_timeout(PATIENCE)
    let_it_come = slow_script("choose")
    page.goto(LIST, wait_until="commit")
    page.locator("#board td [name=pick]").first.check()
    page.locator("#b-lead_unit").focus()
    page.keyboard.type("slfgj")
    let_it_come()
    expect(page.locator("[role=option]:visible")).to_contain_text("示例发改局")
    expect(page.locator("#b-lead_unit")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#b-lead_unit")).to_have_value("示例发改局")


def test_units_typed_before_the_script_came_are_offered(page, world, slow_script):
    page.set_default_timeout(PATIENCE)
    let_it_come = slow_script("choose")
    page.goto("/2031/actions/3.5/assign/", wait_until="commit")
    page.locator("[name=supporting_units]").focus()
    page.keyboard.type("sljyj")
    let_it_come()
    expect(page.locator("[role=option]:visible")).to_contain_text("示例教育局")
    page.keyboard.press("Tab")
    expect(page.locator("ul.chosen li")).to_contain_text("示例教育局")


def test_words_searched_before_the_script_came_filter_the_list(page, world, slow_script):
    page.set_default_timeout(PATIENCE)
    let_it_come = slow_script("actions")
    page.goto(LIST, wait_until="commit")
    page.locator("#f-q").focus()
    page.keyboard.type("产业")
    let_it_come()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#f-q")).to_have_value("产业")


def test_ticks_and_values_that_are_put_back_show_the_bar(list_page):
    list_page.locator("#board td [name=pick]").first.check()
    list_page.locator("#b-lead_unit").fill("示例教育局")
    list_page.goto(LIST)
    expect(list_page.locator(".bulk .restored")).to_be_visible()
    expect(list_page.locator("#picked-numbers")).to_have_text("3.1")
    expect(list_page.locator("#row-3-1")).to_have_class(re.compile("is-ticked"))
    expect(list_page.locator("#b-lead_unit")).to_have_value("示例教育局")
    expect(list_page.locator(".bulk [name=change][value=lead_unit]")).to_be_checked()
    list_page.click("#unpick")
    expect(list_page.locator(".bulk")).to_be_hidden()
    list_page.goto(LIST)
    expect(list_page.locator("#b-lead_unit")).to_have_value("示例教育局")
    expect(list_page.locator("#board td [name=pick]:checked")).to_have_count(0)


def test_a_click_on_a_box_out_of_its_own_field_ticks_it(list_page):
    """Leaving a field tells of its change under that very click: neither undoes the other."""
    list_page.locator("#board [name=pick]").first.check()
    field = list_page.locator("#b-lead_unit")
    box = list_page.locator(".bulk [name=change][value=lead_unit]")
    field.click()
    list_page.keyboard.type("示例")
    list_page.keyboard.press("Escape")
    box.evaluate("box => { box.checked = false; }")  # as where nothing listened while it was typed
    box.click()
    expect(box).to_be_checked()


def test_bulk_shows_the_bar_previews_and_comes_back_to_the_list(list_page, world):
    bar = list_page.locator("form.bulk")
    expect(bar).to_be_hidden()
    list_page.goto(f"{LIST}?light=unassigned&sort=-number")
    list_page.check("#pick-all")
    expect(bar).to_be_visible()
    expect(list_page.locator("#picked")).to_contain_text("2")
    list_page.uncheck("#row-3-6 [name=pick]")
    assert list_page.evaluate("document.getElementById('pick-all').indeterminate")
    list_page.check("#row-3-6 [name=pick]")
    list_page.fill("#b-lead_unit", "fgj")
    list_page.keyboard.press("Enter")
    expect(bar.locator("[name=change][value=lead_unit]")).to_be_checked()
    expect(bar.locator("[name=change][value=owner]")).not_to_be_checked()
    bar.locator("button.primary").click()
    expect(list_page.locator(".preview tbody tr")).to_have_count(2)
    assert Action.objects.filter(lead_unit=world.bureau).count() == 3
    list_page.click("button[value=apply]")
    expect(list_page).to_have_url(re.compile(r"\?light=unassigned&sort=-number#row-3-6$"))
    expect(list_page.locator("#announce")).to_contain_text("2")
    assert Action.objects.filter(lead_unit=world.bureau).count() == 5


def test_ticks_outlive_a_filter_for_the_rows_that_stay(list_page):
    list_page.check("#row-3-5 [name=pick]")
    list_page.check("#row-3-1 [name=pick]")
    list_page.check("#f-light-unassigned")
    expect(list_page.locator(ROWS)).to_have_count(2)
    expect(list_page.locator("#row-3-5 [name=pick]")).to_be_checked()
    expect(list_page.locator("#picked")).to_contain_text("1")


def test_assign_these_comes_with_every_row_ticked(list_page):
    list_page.goto(f"{LIST}?priority=3&light=unassigned&pick=all")
    expect(list_page.locator("form.bulk")).to_be_visible()
    expect(list_page.locator("#picked-numbers")).to_have_text("3.5　3.6")
    list_page.click("#unpick")
    expect(list_page.locator("form.bulk")).to_be_hidden()


# Phone, and without script.


def test_on_a_phone_rows_are_paragraphs_and_forms_fit(list_page):
    list_page.set_viewport_size({"width": 390, "height": 844})
    assert not scrolls_sideways(list_page)
    form = open_form(list_page, "3.2")
    expect(form.locator("[name=lead_unit]")).to_be_visible()
    assert not scrolls_sideways(list_page)
    form.locator("[data-close]").click()
    list_page.check("#row-3-2 [name=pick]")
    list_page.click(".bulk-go button")
    expect(list_page.locator("#b-lead_unit")).to_be_visible()
    assert not scrolls_sideways(list_page)
    list_page.check("[name=change][value=due]")
    list_page.fill("#b-due", "2022-11-30")
    list_page.click("button[value=preview]")
    expect(list_page.locator(".diff li")).to_have_count(1)
    assert not scrolls_sideways(list_page)


def test_without_script_the_list_is_filtered_assigned_and_changed_in_bulk(plain_page, world):
    plain_page.goto(LIST)
    plain_page.check("#f-light-unassigned")
    plain_page.click(".filters .go button")
    expect(plain_page.locator(ROWS)).to_have_count(2)
    assert numbers(plain_page) == ["3.5", "3.6"]
    plain_page.click("#assign-3-5")
    plain_page.fill("[name=lead_unit]", "示例发改局")
    plain_page.fill("[name=supporting_units]", "示例教育局、示例街道")
    plain_page.select_option("[name=owner]", "owner")
    plain_page.click("summary >> nth=-1")
    plain_page.fill("[name=milestones-0-title]", "示例竣工")
    plain_page.fill("[name=milestones-0-planned]", "2022-11-30")
    plain_page.click(".assign button.primary")
    expect(plain_page.locator(ROWS)).to_have_count(1)
    expect(plain_page).to_have_url(re.compile("light=unassigned"))
    assert numbers(plain_page) == ["3.6"]
    assert stored("3.5").owner == world.owner
    assert stored("3.5").supporting_units.count() == 2

    plain_page.goto(LIST)
    plain_page.check("#pick-all")
    plain_page.check(".bulk [value=due]")
    plain_page.fill("#b-due", "2022-12-20")
    plain_page.click(".bulk button.primary")
    expect(plain_page.locator(".preview tbody tr")).to_have_count(6)
    plain_page.fill("[name=reason]", "示例：统一时限。")
    plain_page.click("button[value=apply]")
    expect(plain_page.locator("#announce")).to_contain_text("6")
    assert Action.objects.filter(due=date(2022, 12, 20)).count() == 6


def test_in_english_too_nothing_scrolls_sideways(list_page, live_server):
    name = settings.LANGUAGE_COOKIE_NAME
    list_page.context.add_cookies([{"name": name, "value": "en", "url": live_server.url}])
    for width in (1280, 1024, 390):
        list_page.set_viewport_size({"width": width, "height": 800})
        list_page.goto(f"{LIST}?pick=all&help=&waiting=")
        assert not scrolls_sideways(list_page), width
