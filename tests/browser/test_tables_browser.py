"""From a table to a plan, and a progress table, by keyboard, without script, on a phone."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from priorities.models import Action, Plan, ProgressEntry, Unit

from ..district import make_district
from ..factories import make_user
from ..office_tables import DUES, HEADS, TITLE, rows, two_rows_of_heads
from .conftest import axe_finds

pytestmark = pytest.mark.django_db(transaction=True)

PASTED = "\n".join("\t".join(map(str, row)) for row in [[TITLE], list(HEADS), *rows()])
FILE = {"name": "示例分解表.xlsx", "mimeType": "application/octet-stream"}


@pytest.fixture
def office(transactional_db):
    for name in ("区工信局", "区发改局", "区教育局", "区民政局", "区住建局"):
        Unit.objects.get_or_create(short_name=name, defaults={"name": f"示例{name}"})
    return make_user("supervisor", username="tables", display_name="示例督查")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def press_until(page: Page, key: str, wanted, most: int = 120) -> None:
    for _n in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not reach it")


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_file_to_a_plan(open_as, office, javascript):
    page = open_as(office, "/plans/new/table/", language="zh-CN", javascript=javascript)
    shot(page, f"new-{javascript}")
    page.set_input_files("input[type=file]", [{**FILE, "buffer": two_rows_of_heads()}])
    page.get_by_role("button", name="读取表格").click()
    expect(page.get_by_role("heading", name="核对表格", level=1)).to_be_visible()
    shot(page, f"intake-{javascript}")
    page.locator("#unit-0").fill("区住建局")
    page.locator("#f-slug").fill("2033")
    page.get_by_role("button", name="建立计划", exact=True).click()
    page.wait_for_url("**/2033/**")
    plan = Plan.objects.get(slug="2033")
    first = Action.objects.of_plan(plan).order_by("pk").first()
    assert [unit.short_name for unit in first.supporting_units.order_by("short_name")] == [
        "区住建局",
        "区发改局",
    ]


def test_from_a_pasted_table_to_a_plan_with_the_keyboard_alone(open_as, office):
    page = open_as(office, "/plans/new/table/", language="zh-CN")
    text = page.locator("#id_text")
    press_until(page, "Tab", text)
    page.keyboard.insert_text(PASTED)
    press_until(page, "Tab", page.get_by_role("button", name="读取表格"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="核对表格", level=1)).to_be_visible()
    slug = page.locator("#f-slug")
    press_until(page, "Tab", slug)
    page.keyboard.press("Control+A")
    page.keyboard.type("2034")
    press_until(page, "Shift+Tab", page.locator("#f-title"))
    page.keyboard.press("Enter")
    expect(page.locator("#f-slug")).to_have_value("2034")
    press_until(page, "Tab", page.get_by_role("button", name="建立计划", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/2034/**")
    assert Action.objects.of_plan(Plan.objects.get(slug="2034")).count() == len(DUES)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_table_can_be_read_by_everybody(open_as, office, width, scheme):
    page = open_as(office, "/plans/new/table/", width=width, language="zh-CN")
    page.emulate_media(color_scheme=scheme)
    page.reload()
    assert [v["nodes"][0]["html"] for v in axe_finds(page)] == []
    body = PASTED.replace("年底前", "6月前").replace("区民政局", "示例无此局")
    page.locator("#id_text").fill(body)
    page.get_by_role("button", name="读取表格").click()
    expect(page.locator("#result")).to_be_visible()
    shot(page, f"faulty-{width}-{scheme}")
    assert [v["nodes"][0]["html"] for v in axe_finds(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_progress_table_is_taken_over(open_as, width, javascript):
    district = make_district()
    user = district.people["supervisor"]
    address = f"/{district.plan.slug}/import/table/"
    page = open_as(user, address, width=width, language="zh-CN", javascript=javascript)
    texts = [a.text for a in (district.actions["green"], district.actions["help"])]
    lines = [f"1\t{texts[0]}\t82%\t示例：主体封顶", f"2\t{texts[1]}二期\t正在推进\t示例：选址"]
    page.locator("#id_text").fill("\n".join(["序号\t任务\t完成比例\t进展情况", *lines]))
    page.get_by_role("button", name="读取表格").click()
    expect(page.get_by_role("heading", name="核对进展表", level=1)).to_be_visible()
    if javascript:
        assert [v["nodes"][0]["html"] for v in axe_finds(page)] == []
    page.get_by_role("button", name="显示将要发生的变化").or_(
        page.locator("button[value=check]")
    ).first.click()
    expect(page.locator("button[value=apply]")).to_be_visible()
    shot(page, f"progress-{width}-{javascript}")
    assert (
        page.locator("body").evaluate("e => e.ownerDocument.documentElement.scrollWidth") <= width
    )
    before = ProgressEntry.objects.count()
    page.locator("button[value=apply]").click()
    page.wait_for_url(re.compile(rf"/{district.plan.slug}/actions/"))
    entry = ProgressEntry.objects.latest("pk")
    assert ProgressEntry.objects.count() == before + 1
    assert (entry.action, entry.percent, entry.done) == (
        district.actions["green"],
        82,
        "示例：主体封顶",
    )
