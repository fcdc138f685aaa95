"""Targets and the pages over all plans in a browser: by keyboard, without script, on a phone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from priorities.models import ProgressEntry, Target
from tests.factories import (
    make_action,
    make_entry,
    make_plan,
    make_priority,
    make_target,
    make_unit,
    make_user,
)

from .conftest import axe_finds, becomes_true, settled

TODAY = date(2022, 9, 30)


@pytest.fixture
def unit(transactional_db):
    return make_unit("示例一局")


@pytest.fixture
def liaison(unit):
    return make_user("reporter", [unit], username="liaison")


@pytest.fixture
def office(unit):
    return make_user("supervisor", username="office")


@pytest.fixture
def action(unit, office):
    """Counts to 100, and said 74 a month ago."""
    made = make_action(make_priority(make_plan("2031"), number=3), order=1, lead_unit=unit)
    target = make_target(made, title="示例新增产业空间")
    words = {"done": "示例：开工", "explanation": "示例：核实", "values": {target.pk: Decimal(74)}}
    ProgressEntry.record(action=made, by=office, day=TODAY - timedelta(28), **words)
    return made


@pytest.fixture
def plans(unit, liaison):
    for slug in ("2041", "2042"):
        priority = make_priority(make_plan(slug), number=1)
        for _n in range(2):
            action = make_action(priority, lead_unit=unit)
            make_entry(action, by=liaison, percent=20, day=TODAY - timedelta(28))


def fits(page: Page) -> None:
    settled(page)
    becomes_true(page, "document.documentElement.scrollWidth <= window.innerWidth")


def value_field(page: Page):
    return page.locator("input[name^=value-]")


def test_the_percent_follows_while_one_types(open_as, liaison, action):
    page = open_as(liaison, "/2031/actions/3.1/report/")
    expect(value_field(page)).to_have_value("74")
    for typed, percent, asks_why in (("80.5", "= 80%", False), ("39", "= 39%", True)):
        value_field(page).fill(typed)
        expect(page.locator("[data-follows]")).to_have_text(percent)
        expect(page.locator("#report-3-1-explanation")).to_be_visible(visible=asks_why)
    value_field(page).fill("forty")
    expect(page.locator("[data-follows]")).to_have_text("")


def test_a_value_is_reported_by_keyboard_beside_the_row(open_as, liaison, action):
    page = open_as(liaison, "/2031/my-work/")
    settled(page)
    page.locator("#open-3-1").focus()
    page.keyboard.press("Enter")
    expect(value_field(page)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("12万")
    page.locator("#report-3-1-done").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("示例：竣工一批")
    page.locator("#report-3-1-send").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".values .errors")).to_contain_text("does not fit")
    expect(value_field(page)).to_have_value("12万")
    value_field(page).fill("82.5")
    page.locator("#report-3-1-send").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#row-3-1 .saved")).to_be_visible()
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.percent, entry.target_values.get().value) == (82, Decimal("82.5"))


def test_without_script_and_on_a_phone(open_as, liaison, office, action):
    page = open_as(liaison, "/2031/actions/3.1/report/", width=390, javascript=False)
    value_field(page).fill("75")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#announce")).not_to_be_empty()
    assert ProgressEntry.objects.latest("pk").percent == 75
    page = open_as(office, "/2031/actions/3.1/targets/", width=390, javascript=False)
    page.get_by_label("Target value").first.fill("120")
    page.get_by_label("Reason").fill("示例：调整")
    page.get_by_role("button", name="Save the targets").click()
    expect(page.locator("#announce")).not_to_be_empty()
    assert Target.objects.get().target_value == 120


def test_a_row_is_added_and_a_target_set_by_keyboard(open_as, office, action):
    page = open_as(office, "/2031/actions/3.1/targets/")
    add = page.get_by_role("button", name="Add a target")
    add.focus()
    page.keyboard.press("Enter")
    for words in ("示例开工面积", "公顷", "3", "12"):
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.locator("#targets-save").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body.page-action")).to_be_visible()
    new = Target.objects.get(title="示例开工面积")
    assert (new.measured_in, new.start_value, new.target_value) == ("公顷", 3, 12)


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_as, liaison, office, action, plans, width
):
    for user, paths in (
        (office, ("/2031/actions/3.1/targets/", "/2031/actions/3.1/", "/overview/", "/plans/")),
        (liaison, ("/my-work/", "/2031/actions/3.1/report/")),
    ):
        page = open_as(user, paths[0], width=width)
        for path in paths:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.goto(path)
                fits(page)
                assert axe_finds(page) == [], (path, scheme)


def test_one_list_over_all_plans_is_worked_off_by_keyboard(open_as, liaison, plans):
    page = open_as(liaison, "/my-work/")
    settled(page)
    rows = page.locator("#mine > li")
    shown = rows.count()
    first = rows.first.get_attribute("id")
    page.locator(f"#{first} button[id^=unchanged-]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{first} .saved")).to_be_visible()
    expect(rows).to_have_count(shown)
    second = rows.nth(1).get_attribute("id")
    page.locator(f"#{second} a[id^=open-]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{second} .report-form")).to_be_visible()
    settled(page)
    page.locator(f"#{second} input[name=percent]").fill("25")
    page.locator(f"#{second} textarea[name=done]").fill("示例：推进")
    page.locator(f"#{second} button.primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{second} .saved")).to_be_visible()
    assert ProgressEntry.objects.latest("pk").percent == 25
