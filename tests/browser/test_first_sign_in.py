"""From the password that a fresh installation prints to the first assignments, by three ways.

With a mouse, with the keyboard alone, and without JavaScript.
"""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from priorities.models import Action, Plan, User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def password(capsys) -> str:
    """As it is printed once at the first start."""
    call_command("first_admin")
    printed = capsys.readouterr().out
    return re.search(r"password +(\S+)\n", printed)[1]


@pytest.fixture
def plan(transactional_db):
    return Plan.objects.current()


@pytest.fixture
def without_script(browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


def sign_in_with(page, password):
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next=/$"))
    page.locator("#id_username").fill("admin")
    page.locator("#id_password").fill(password)
    page.locator("form.form button.primary").click()


def expect_fresh_dashboard(page, plan):
    expect(page).to_have_url(re.compile(rf"/{plan.slug}/$"))
    expect(page.locator(".steps li")).to_have_count(3)
    expect(page.locator("table.eight tbody tr")).to_have_count(plan.priorities.count())


def test_a_wrong_password_is_refused_with_a_sentence(page, password):
    sign_in_with(page, "falsch-2022")
    expect(page.locator("[role=alert]").filter(has_text="密码")).to_be_visible()
    expect(page.locator("#id_username")).to_have_value("admin")


def test_from_the_printed_password_to_six_assigned_actions(page, password, plan):
    assert User.objects.count() == 1
    sign_in_with(page, password)
    expect_fresh_dashboard(page, plan)
    page.locator("table.eight tbody tr").nth(0).locator("a[href*='pick=all']").click()
    rows = page.locator("table.ledger tr[id^=row-]")
    expect(rows).to_have_count(6)
    expect(page.locator("tbody input[name=pick]:checked")).to_have_count(6)
    assign_what_is_ticked(page, "区委组织部")
    assert Action.objects.filter(lead_unit__short_name="区委组织部").count() == 6
    page.goto("/")
    expect(page.locator(".steps")).to_have_count(0)
    expect(page.locator("table.units tbody tr")).to_have_count(1)


def assign_what_is_ticked(page, unit, *, by_script=True):
    page.locator("#b-lead_unit").fill(unit)
    box = page.locator(".bulk [name=change][value=lead_unit]")
    if by_script:
        expect(box).to_be_checked()
    else:
        box.check()
    page.locator(".bulk button.primary").click()
    expect(page.locator("button[value=apply]")).to_be_visible()
    count = page.locator(".preview tbody tr").count()
    page.locator("button[value=apply]").click()
    expect(page.locator("#announce")).to_contain_text(str(count))


def test_without_javascript(without_script, password, plan):
    page = without_script
    sign_in_with(page, password)
    expect_fresh_dashboard(page, plan)
    page.locator("table.eight tbody tr").nth(5).locator("a[href*='pick=all']").click()
    expect(page.locator("tbody input[name=pick]:checked")).to_have_count(3)
    assign_what_is_ticked(page, "区教育局", by_script=False)
    assert Action.objects.filter(lead_unit__short_name="区教育局").count() == 3


def test_with_the_keyboard_alone(page, password, plan):
    page.goto("/")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect_fresh_dashboard(page, plan)
    go_to(page, "a[href*='pick=all'][href*='priority=6']")
    page.keyboard.press("Enter")
    expect(page.locator("tbody input[name=pick]:checked")).to_have_count(3)
    go_to(page, "#b-lead_unit")
    page.keyboard.type("qjyj")
    expect(page.locator("[role=option]:visible").first).to_contain_text("区教育局")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#b-lead_unit")).to_have_value("区教育局")
    expect(page.locator(".bulk [name=change][value=lead_unit]")).to_be_checked()
    go_to(page, ".bulk button.primary")
    page.keyboard.press("Enter")
    go_to(page, "button[value=apply]")
    page.keyboard.press("Enter")
    expect(page.locator("#announce")).to_contain_text("3")
    assert Action.objects.filter(lead_unit__short_name="区教育局").count() == 3


def go_to(page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that the focus is visible."""
    wanted = page.locator(selector).first
    expect(wanted).to_be_attached()
    for _ in range(200):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"
