"""The admin panel in a real browser: its widgets work under the strict policy."""

from datetime import date

import pytest
from playwright.sync_api import expect

from priorities.models import Action, Unit, User
from tests.factories import make_action, make_plan, make_priority, make_unit, make_user

NEW_PASSWORD = "纸墨朱-2022-甲"
REASON = "示例：按会议纪要更正"


def choose(page, field: str, typed: str, wanted: str) -> None:
    """Pick from a search field as a person does: open it, type, click what it offers."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field:focus").fill(typed)
    page.locator(".select2-results__option", has_text=wanted).click()


def save(page) -> None:
    page.locator("[name=reason]").fill(REASON)
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def newest(row):
    past = row.history.order_by("-history_id").first()
    return (past.history_user, past.history_change_reason, past.door)


def test_an_administrator_adds_a_unit_and_an_account(page, sign_in):
    administrator = make_user("administrator")
    sign_in(administrator)
    page.goto("/admin/")
    page.locator("#content a[href$='/unit/add/']").click()
    page.locator("[name=name]").fill("示例科技创新局")
    page.locator("[name=short_name]").fill("示例科创局")
    save(page)
    unit = Unit.objects.get(short_name="示例科创局")
    assert (unit.pinyin, newest(unit)) == ("slkcj", (administrator, REASON, "admin"))

    page.goto("/admin/priorities/user/add/")
    page.locator("[name=username]").fill("lianluoyuan")
    page.locator("[name=display_name]").fill("示例联络员")
    page.locator("[name=role]").select_option("reporter")
    choose(page, "units", "slkcj", "示例科创局")
    page.locator("[name=new_password]").fill(NEW_PASSWORD)
    page.locator("[name=new_password_again]").fill(NEW_PASSWORD)
    save(page)
    account = User.objects.get(username="lianluoyuan")
    assert account.check_password(NEW_PASSWORD)
    assert (list(account.units.all()), newest(account)[1]) == ([unit], REASON)


def test_a_supervisor_corrects_a_due_date_with_a_reason(page, sign_in):
    supervisor = make_user("supervisor")
    unit = make_unit("示例一局")
    person = make_user("reporter", [unit], display_name="示例张三")
    action = make_action(make_priority(make_plan()), lead_unit=unit)
    sign_in(supervisor)
    page.goto("/admin/priorities/action/?q=1.1")
    page.locator("#result_list a", has_text="示例举措1.1").click()
    page.locator("[name=due]").fill("2022-10-31")
    choose(page, "owner", "张三", "示例张三 · 示例一局")
    page.locator("#milestones-group .add-row a").click()
    page.locator("[name=milestones-0-title]").fill("示例节点")
    page.locator("[name=milestones-0-planned]").fill("2022-06-30")
    page.locator("[name=_save]").click()
    expect(page.locator(".field-reason .errorlist")).to_be_visible()
    expect(page.locator("[name=due]")).to_have_value("2022-10-31")
    save(page)
    action = Action.objects.get(pk=action.pk)
    assert (action.due, action.original_due) == (date(2022, 10, 31), date(2022, 12, 31))
    assert (action.owner, action.milestones.count()) == (person, 1)
    assert newest(action) == (supervisor, REASON, "admin")

    page.goto(f"/admin/priorities/action/{action.pk}/history/")
    assert "2022-10-31" in page.locator("#change-history").inner_text()


def test_the_unit_of_a_plan_is_not_deleted(page, sign_in):
    unit = make_unit("示例一局")
    make_action(make_priority(make_plan()), lead_unit=unit)
    sign_in(make_user("supervisor"))
    page.goto("/admin/priorities/unit/")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("delete_rows")
    page.locator("button[name=index]").click()
    expect(page.locator(".refusals")).to_contain_text("1.1")
    assert Unit.objects.filter(pk=unit.pk).exists()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_or_breaks_the_policy(page, sign_in, width, scheme):
    unit = make_unit()
    plan = make_plan(sizes=[2, 1])
    action = plan.priorities.first().actions.first()
    sign_in(make_user("administrator"))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for address in (
        "/admin/",
        "/admin/priorities/unit/",
        f"/admin/priorities/unit/{unit.pk}/delete/",
        "/admin/priorities/action/",
        f"/admin/priorities/action/{action.pk}/change/",
        f"/admin/priorities/action/{action.pk}/history/",
        f"/admin/priorities/plan/{plan.pk}/change/",
        "/admin/priorities/user/add/",
        "/admin/priorities/progressentry/",
    ):
        assert page.goto(address).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
