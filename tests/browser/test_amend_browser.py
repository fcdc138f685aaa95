"""A plan is changed in a browser: opened in place, by keyboard alone, without script, by two."""

from datetime import date

import pytest
from playwright.sync_api import expect

from priorities.models import Action, Unit
from tests.factories import (
    make_action,
    make_entry,
    make_milestone,
    make_plan,
    make_priority,
    make_unit,
    make_user,
)

from .conftest import axe_finds, settled


@pytest.fixture
def plan(transactional_db):
    plan = make_plan("2031")
    first = make_priority(plan, sentence="示例重点工作1，开展示例甲行动、示例乙行动。")
    unit = make_unit("示例一局")
    make_unit("示例二局")
    owner = make_user("reporter", units=[unit])
    for text in ("示例甲行动", "示例乙行动", "示例丙行动"):
        action = make_action(first, text=text, lead_unit=unit, owner=owner)
    make_milestone(action, date(2022, 11, 30), title="示例封顶")
    return plan


@pytest.fixture
def office(plan):
    return [make_user("supervisor", display_name=name) for name in ("示例甲", "示例乙")]


def numbers(plan):
    rows = Action.objects.of_plan(plan).select_related("priority").order_by("order")
    return [row.number for row in rows if not row.cancelled_on]


def test_an_action_is_split_in_place_and_that_is_taken_back(open_as, office, plan):
    make_entry(Action.objects.of_plan(plan)[0], by=office[0], percent=60)
    page = open_as(office[0], "/2031/actions/1.1/")
    page.click("#do-amend summary")
    page.click("#do-action_split")
    expect(page.locator("#report #am-part0-lead_unit")).to_have_value("示例一局")
    expect(page.locator("#am-part1-starts_at")).to_have_value("60")
    settled(page)
    page.fill("#am-part0-text", "示例前半")
    page.fill("#am-part1-text", "示例后半")
    page.fill("#am-part1-lead_unit", "示例二局")
    page.select_option("#am-part1-owner", "")
    page.fill("#am-reason", "示例：分属两家")
    page.click("#amend-action-split-save")
    expect(page.locator("#announce")).to_contain_text("1.1 is split into 1.4, 1.5")
    expect(page.locator(".line .when b")).to_have_text(["1.1", "1.4", "1.5"])
    expect(page.locator(".line .here .when b")).to_have_text("1.1")
    settled(page)
    page.click("#announce form button")
    expect(page.locator("h1")).to_contain_text("Changes of the plan")
    expect(page.locator(".acts .tag")).to_have_text("taken back")
    assert numbers(plan) == ["1.1", "1.2", "1.3"]


def test_by_keyboard_alone(open_as, office, plan):
    page = open_as(office[0], "/2031/actions/1.2/")
    page.locator("#do-amend summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#do-action_reword")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#am-text")).to_have_value("示例乙行动")
    settled(page)
    page.locator("#am-text").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("示例乙行动（二期）")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("示例：统一表述")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("示例乙行动（二期）")
    assert Action.objects.of_plan(plan)[1].text == "示例乙行动（二期）"


def test_without_script(open_as, office, plan):
    page = open_as(office[0], "/2031/actions/1.1/split/", javascript=False)
    page.fill("#am-part0-text", "示例一段")
    page.click("[name=more]")
    expect(page.locator("#am-part0-text")).to_have_value("示例一段")
    page.fill("#am-part1-text", "示例二段")
    page.fill("#am-part4-text", "示例五段")
    page.fill("#am-part0-milestones", "示例节点")
    page.fill("#am-reason", "示例：分三段")
    page.click("#amend-action-split-save")
    expect(page.locator(".notice[role=alert]")).to_contain_text("Not saved yet.")
    expect(page.locator("#am-part4-text")).to_have_value("示例五段")
    page.fill("#am-part0-milestones", "2022-11-30 示例节点")
    page.click("#amend-action-split-save")
    expect(page.locator(".line .when b")).to_have_text(["1.1", "1.4", "1.5", "1.6"])
    page.goto("/2031/actions/1.2/merge/")
    page.check("[name=others][value='1.3']")
    page.fill("#am-text", "示例合一")
    page.fill("#am-reason", "示例：内容相近")
    page.click("#amend-action-merge-save")
    expect(page.locator("h1")).to_contain_text("1.7")
    assert numbers(plan) == ["1.4", "1.5", "1.6", "1.7"]


def test_two_who_reword_one_action(open_as, office, plan):
    first, second = (open_as(person, "/2031/actions/1.1/reword/") for person in office)
    for page, words in ((first, "示例他的"), (second, "示例我的")):
        page.fill("#am-text", words)
        page.fill("#am-reason", "示例")
    first.click("#amend-action-reword-save")
    expect(first.locator("h1")).to_contain_text("示例他的")
    second.click("#amend-action-reword-save")
    expect(second.locator(".notice[role=alert]")).to_contain_text("示例甲 changed this at")
    expect(second.locator("#am-text")).to_have_value("示例我的")
    settled(second)
    second.check("[name=keep-text][value=mine]")
    second.click("#amend-action-reword-save")
    expect(second.locator("h1")).to_contain_text("示例我的")


def test_units_are_merged_without_script(open_as, office, plan):
    page = open_as(office[0], "/2031/units/", javascript=False)
    page.click("#do-reform")
    page.click("#way-merge")
    page.fill("#rf-units", "示例一局")
    page.fill("#rf-into", "示例三局 示例第三管理局")
    page.fill("#rf-reason", "示例：机构改革")
    page.click("#reform-preview")
    expect(page.locator(".moves li")).to_have_count(4)
    assert not Unit.objects.filter(short_name="示例三局").exists()
    page.click("#reform-apply")
    expect(page.locator("#announce")).to_contain_text("Carried out")
    assert {a.lead_unit.short_name for a in Action.objects.of_plan(plan)} == {"示例三局"}


PAGES = [
    *("actions/1.1/split/", "actions/1.1/merge/", "actions/1.1/reword/", "actions/1.1/withdraw/"),
    *("priorities/new/", "priorities/1/add/", "priorities/1/reword/", "amendments/"),
    *("units/reform/", "units/reform/?way=split", "actions/1.1/", "document/"),
]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nothing_stands_in_the_way_of_anybody(open_as, office, plan, width, language):
    page = open_as(office[0], "/2031/actions/1.2/split/", width=width, language=language)
    for place, text in enumerate(("示例前半", "示例后半")):
        page.fill(f"#am-part{place}-text", text)
    page.fill("#am-reason", "示例：分属两家")
    page.click("#amend-action-split-save")
    expect(page.locator(".line")).to_be_visible()
    found = {}
    for address in (*PAGES, "actions/1.2/"):
        page.goto(f"/2031/{address}")
        found[address] = [one["id"] for one in axe_finds(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[address].append("too wide")
    assert {address: faults for address, faults in found.items() if faults} == {}
