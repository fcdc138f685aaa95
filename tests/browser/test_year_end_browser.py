"""The end of a year and the begin of the next, as people walk it: with keys alone, with and
without JavaScript.
"""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from priorities.models import Action, Lineage, Plan
from priorities.models.phases import Life
from tests.factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user

from .conftest import axe_finds

EVERY = pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])


@pytest.fixture
def year(transactional_db):
    """Of four actions one is complete; the others are to be decided."""
    unit = make_unit("示例一局")
    liaison = make_user("reporter", [unit], username="liaison")
    plan = make_plan("2031", title="示例2022年度重点工作")
    first, second = make_priority(plan, number=1), make_priority(plan, number=2)
    done = make_action(first, text="示例办结", lead_unit=unit)
    late = make_action(first, text="示例修路", lead_unit=unit, owner=liaison)
    make_action(first, text="示例绿化", lead_unit=unit)
    make_action(second, text="示例待分派")
    make_entry(done, by=liaison, percent=100, explanation="示例：验收", day=date(2022, 6, 1))
    make_entry(late, by=liaison, percent=20, day=date(2022, 3, 1))
    make_entry(late, by=liaison, percent=60, day=date(2022, 9, 1))
    return plan


@pytest.fixture
def office(year):
    return make_user("supervisor", username="office", display_name="示例督查员")


def type_into(page: Page, label: str, words: str) -> None:
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(words)


def press(page: Page, name: str, role: str = "button") -> None:
    """The button or link of that name, by Enter."""
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


@EVERY
def test_a_year_is_closed_carried_over_and_begun_anew(open_as, office, year, javascript):
    page = open_as(office, "/2031/life/", javascript=javascript)
    press(page, "Close this plan", "link")
    expect(page.locator(".gist")).to_contain_text("3 actions are open.")
    close_by_keys(page)
    expect(page.locator("h1")).to_have_text("示例2022年度重点工作")
    expect(page.locator("#carried tbody tr")).to_have_count(2)
    expect(page.locator("#uncompleted")).to_contain_text("示例：条件不具备")
    assert Plan.objects.get(pk=year.pk).is_closed

    press(page, "Make a new plan from it", "link")
    expect(page.get_by_label("Address", exact=True)).to_be_visible()
    type_into(page, "Address", "2032")
    press(page, "Make the plan")
    expect(page.locator(".banner")).to_contain_text("is in preparation.")
    viewer = open_as(make_user(), "/2032/", javascript=javascript)
    expect(viewer.locator("h1")).to_have_text("Not found")

    press(page, "Begin this plan", "link")
    type_into(page, "Reason", "示例：常委会审定")
    press(page, "Begin")
    expect(page.locator("h1")).to_contain_text("2023")
    new = Plan.objects.get(slug="2032")
    assert (new.phase, new.start, new.end) == (Life.RUNNING, date(2023, 1, 1), date(2023, 12, 31))
    assert carried() == [("1.2", "1.2"), ("1.3", "1.3")]
    assert list(Action.objects.of_plan(new).values_list("text", flat=True)) == [
        *("示例办结", "示例修路", "示例绿化"),
    ]

    new.set_status_date(date(2023, 3, 31), by=office)
    report_in_the_new_year(open_as, javascript)
    look_back(viewer)


def close_by_keys(page: Page) -> None:
    """All but one are carried over in one go, by the keyboard alone."""
    expect(page.get_by_label("Final state as of")).to_have_value("2022-12-31")
    type_into(page, "Reason of the closing", "示例：年度终了")
    page.get_by_label("All the others").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("All the others")).to_have_value("carried")
    row = page.locator("tr", has_text="示例待分派")
    row.get_by_label("as the others").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(row.get_by_label("closed uncompleted")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("示例：条件不具备")
    press(page, "Close this plan")


def carried() -> list[tuple[str, str]]:
    rows = Lineage.objects.select_related("source__priority", "target__priority").order_by("pk")
    return [(link.source.number, link.target.number) for link in rows]


def report_in_the_new_year(open_as, javascript: bool) -> None:
    """The unit reports there, and is told that the old year is read only."""
    liaison = Action.objects.filter(text="示例修路").first().owner
    page = open_as(liaison, "/2032/actions/1.2/report/", javascript=javascript)
    page.locator("[name=percent]").fill("30")
    page.get_by_label("What was done").fill("示例：复工。")
    page.locator("form.report-form button.primary, form button.primary").first.click()
    expect(page.locator("main")).to_contain_text("30")
    page.goto("/2031/actions/1.2/report/")
    expect(page.locator("h1")).to_have_text("Not allowed")
    expect(page.locator("main")).to_contain_text("is closed and can only be read.")


def look_back(page: Page) -> None:
    """Both years, on past days of each, and the line over both."""
    page.goto("/2031/actions/1.2/?on=2022-06-30")
    expect(page.locator(".verdict")).to_contain_text("20")
    page.goto("/2031/actions/1.2/")
    expect(page.locator(".banner")).to_contain_text("is closed.")
    expect(page.locator(".carried")).to_contain_text("Goes on as 1.2 of 示例2023年度重点工作")
    page.get_by_role("link", name="1.2 of 示例2023年度重点工作").click()
    expect(page.locator(".carried")).to_contain_text("Continues 1.2 of 示例2022年度重点工作")
    expect(page.locator("#years .line .here .when")).to_have_text("2023")
    expect(page.locator("#years")).to_contain_text("60%")
    page.goto("/2032/?on=2023-01-15")
    expect(page.locator("h1")).to_have_text("示例2023年度重点工作")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "path",
    [
        *("/plans/", "/plans/new/", "/plans/new/empty/", "/plans/new/existing/"),
        *("/plans/new/existing/2031/", "/2031/life/", "/2031/close/", "/2031/back/"),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(open_as, office, year, path, width):
    page = open_as(office, path, width=width)
    assert [(found["id"], found["nodes"][0]["html"]) for found in axe_finds(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_switch_leads_from_plan_to_plan_and_home_remembers(open_as, office, year):
    page = open_as(office, "/2031/units/")
    page.locator("details.plans summary").focus()
    page.keyboard.press("Enter")
    press(page, "All plans", "link")
    expect(page.locator("h1")).to_have_text("All plans")
    page.goto("/2022/actions/")
    page.goto("/")
    expect(page).to_have_url("/2022/")
    page.goto("/2031/")
    page.goto("/")
    expect(page).to_have_url("/2031/")


def test_a_refused_closing_keeps_what_was_typed(open_as, office, year):
    page = open_as(office, "/2031/close/", javascript=False)
    type_into(page, "Reason of the closing", "示例：年度终了")
    row = page.locator("tr", has_text="示例待分派")
    row.get_by_label("closed uncompleted").check()
    press(page, "Close this plan")
    row = page.locator("tr.wrong", has_text="示例待分派")
    expect(row).to_contain_text("Say why the action is closed uncompleted.")
    expect(row.get_by_label("closed uncompleted")).to_be_checked()
    expect(page.get_by_label("Reason of the closing", exact=True)).to_have_value("示例：年度终了")
    assert not Plan.objects.get(pk=year.pk).is_closed
