"""Two people on one form, in two windows: both versions side by side, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from priorities.models import Action, Plan, Unit
from tests.factories import make_action, make_plan, make_priority, make_unit, make_user

from .conftest import settled

ASSIGN = "/2031/actions/3.1/assign/"


@pytest.fixture
def action(transactional_db):
    unit = make_unit("示例一局")
    make_unit("示例二局")
    make_unit("示例三局")
    action = make_action(make_priority(make_plan("2031"), number=3), lead_unit=unit)
    return action


@pytest.fixture
def office(action):
    return [make_user("supervisor", display_name=name) for name in ("示例甲", "示例乙")]


def choice(page, name: str):
    return page.locator(f"[name='keep-{name}']:checked")


def test_assigning_at_the_same_time(open_as, office, action):
    first, second = (open_as(person, ASSIGN) for person in office)
    first.fill("#a3-1-lead_unit", "示例二局")
    first.fill("#a3-1-due", "2022-11-30")
    first.fill("#a3-1-reason", "示例：提前")
    first.click("#assign-form-3-1-save")
    expect(first.locator("#announce")).to_contain_text("3.1 is assigned to 示例二局")
    second.fill("#a3-1-lead_unit", "示例三局")
    second.locator(".further summary").click()
    second.fill("#a3-1-measure", "示例：写了很久的标准")
    second.click("#assign-form-3-1-save")
    expect(second.locator(".notice[role=alert]")).to_contain_text("示例甲 changed this at")
    expect(choice(second, "due")).to_have_value("theirs")
    expect(choice(second, "measure")).to_have_value("mine")
    expect(choice(second, "lead_unit")).to_have_count(0)
    expect(second.locator("#a3-1-measure")).to_have_value("示例：写了很久的标准")
    settled(second)
    second.check("[name=keep-lead_unit][value=theirs]")
    second.click("#assign-form-3-1-save")
    expect(second.locator("#announce")).to_contain_text("3.1 is assigned to 示例二局")
    stored = Action.objects.get(pk=action.pk)
    assert (str(stored.lead_unit), str(stored.due), stored.measure) == (
        "示例二局",
        "2022-11-30",
        "示例：写了很久的标准",
    )


def test_who_goes_on_typing_means_their_own(open_as, office, action):
    first, second = (open_as(person, ASSIGN) for person in office)
    first.fill("#a3-1-start", "2022-02-01")
    first.click("#assign-form-3-1-save")
    expect(first.locator("#announce")).to_contain_text("3.1")
    second.fill("#a3-1-start", "2022-03-01")
    second.click("#assign-form-3-1-save")
    expect(second.locator("[name=keep-start][value=theirs]")).to_be_visible()
    settled(second)
    second.check("[name=keep-start][value=theirs]")
    second.fill("#a3-1-start", "2022-04-01")
    expect(choice(second, "start")).to_have_value("mine")
    second.click("#assign-form-3-1-save")
    expect(second.locator("#announce")).to_contain_text("3.1")
    assert str(Action.objects.get(pk=action.pk).start) == "2022-04-01"


def test_the_status_date(open_as, office, action):
    pages = [open_as(person, "/2031/") for person in office]
    for page, day in zip(pages, ("2022-08-31", "2022-07-31"), strict=True):
        page.click("details.day summary")
        page.fill("#status_date", day)
    pages[0].click("details.day form[method=post] button")
    expect(pages[0].locator("#announce")).to_contain_text("2022-08-31")
    pages[1].click("details.day form[method=post] button")
    expect(pages[1].locator("main")).to_contain_text("示例甲 changed this at")
    assert str(Plan.objects.get(slug="2031").status_date) == "2022-08-31"
    pages[1].check("[name=keep-status_date][value=mine]")
    pages[1].click("main form button.primary")
    expect(pages[1].locator("#announce")).to_contain_text("2022-07-31")


def test_the_panel(open_as, office, action):
    url = f"/admin/priorities/action/{action.pk}/change/"
    first, second = (open_as(person, url) for person in office)
    for page, words in ((first, "同事的标准"), (second, "我的标准")):
        page.fill("#id_measure", words)
        page.fill("#id_reason", "示例：更正")
    second.fill("#id_text", "我的举措")
    first.click("[name=_save]")
    expect(first.locator(".messagelist")).to_be_visible()
    second.click("[name=_save]")
    expect(second.locator(".conflict")).to_contain_text("同事的标准")
    expect(choice(second, "text")).to_have_value("mine")
    expect(second.locator("#id_reason")).to_have_value("示例：更正")
    second.check("[name=keep-measure][value=theirs]")
    second.click("[name=_save]")
    expect(second.locator(".messagelist .success")).to_be_visible()
    stored = Action.objects.get(pk=action.pk)
    assert (stored.text, stored.measure) == ("我的举措", "同事的标准")


def test_a_double_click_in_the_panel_adds_one_unit(open_as, office):
    page = open_as(office[0], "/admin/priorities/unit/add/")
    page.fill("#id_name", "示例新设局")
    page.fill("#id_short_name", "示例新设局")
    page.fill("#id_reason", "示例：机构改革")
    page.evaluate("""() => {
        const form = document.getElementById("unit_form");
        const data = new URLSearchParams(new FormData(form));
        return Promise.all([1, 2, 3].map(() => fetch(location.href, {method: "POST", body: data})));
    }""")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Unit.objects.filter(short_name="示例新设局").count() == 1
