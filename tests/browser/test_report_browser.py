"""Reports in a real browser: edited in place, issued, printed, read on a phone, seen by axe."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from priorities.circular.issuing import issue
from priorities.models import Passage, Report
from tests.district import make_district

from .conftest import PATIENCE, axe_finds, settled


@pytest.fixture
def district(transactional_db, sign_in):
    made = make_district()
    sign_in(made.people["supervisor"])
    return made


@pytest.fixture
def report(district) -> Report:
    return district.draft


@pytest.fixture
def page(page, district):
    page.set_default_timeout(PATIENCE)
    return page


def address(report: Report, more: str = "") -> str:
    return f"/2031/reports/{report.pk}/{more}"


def piece(page, row: Passage):
    return page.locator(f"#p-{row.pk}")


def test_a_sentence_is_edited_where_it_stands(page, report):
    row = report.passages.get(key="overview.counts")
    page.goto(address(report))
    piece(page, row).click()
    field = page.locator(f"#id_{row.pk}_text")
    expect(field).to_be_focused()
    settled(page)
    field.fill("示例：在原处改过。")
    page.locator(".edit").get_by_role("button", name="保存").click()
    expect(piece(page, row)).to_have_text("示例：在原处改过。")
    expect(piece(page, row)).to_be_focused()
    expect(page.locator(".edit")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"/reports/{report.pk}/$"))
    row.refresh_from_db()
    assert row.edited == "示例：在原处改过。"


def test_escape_and_cancel_close_the_form_and_give_the_focus_back(page, report):
    first, second = report.passages.filter(style="text")[:2]
    page.goto(address(report))
    piece(page, first).click()
    expect(page.locator(f"#id_{first.pk}_text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".edit")).to_have_count(0)
    expect(piece(page, first)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#id_{first.pk}_text")).to_be_focused()
    piece(page, second).click()
    expect(page.locator(f"#id_{second.pk}_text")).to_be_focused()
    expect(page.locator(".edit")).to_have_count(1)
    page.get_by_role("link", name="取消").click()
    expect(piece(page, second)).to_be_focused()


def test_somebody_was_faster_and_nothing_typed_is_lost(page, district, report):
    row = report.passages.get(key="lead_in")
    page.goto(address(report))
    piece(page, row).click()
    field = page.locator(f"#id_{row.pk}_text")
    expect(field).to_be_focused()
    settled(page)
    field.fill("示例：我的话。")
    row.edit(by=district.people["administrator"], text="示例：先到的话。")
    page.locator(".edit").get_by_role("button", name="保存").click()
    texts = page.locator(".two-texts")
    expect(texts).to_contain_text("示例：先到的话。")
    expect(texts).to_contain_text("示例：我的话。")
    expect(field).to_have_value("示例：我的话。")
    settled(page)
    page.locator(".edit").get_by_role("button", name="保存").click()
    expect(piece(page, row)).to_have_text("示例：我的话。")


def test_it_works_without_script(browser, context, live_server, report):
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(context.cookies())
    page, row = plain.new_page(), report.passages.get(key="lead_in")
    page.goto(address(report))
    piece(page, row).click()
    expect(page).to_have_url(re.compile(f"/passages/{row.pk}/$"))
    page.locator("textarea[name=text]").first.fill("示例：不用脚本。")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile(f"/reports/{report.pk}/#p-{row.pk}$"))
    expect(piece(page, row)).to_have_text("示例：不用脚本。")
    plain.close()


def test_a_period_chosen_before_the_script_ran_counts(page):
    def late(route):
        page.locator("#id_period").select_option("2022-Q3")
        route.continue_()

    page.route("**/js/reports.js", late)
    page.goto("/2031/reports/new/")
    expect(page.locator("#id_title")).to_have_attribute(
        "placeholder", re.compile("三季度进展情况的通报")
    )


def test_the_way_from_a_new_report_to_an_issued_one(page):
    page.goto("/2031/reports/")
    page.locator("main .button.primary").click()
    page.locator("#id_period").select_option("2022-Q3")
    expect(page.locator("#id_title")).to_have_attribute(
        "placeholder", re.compile("三季度进展情况的通报")
    )
    page.locator("#id_period").select_option("custom")
    expect(page.locator("#id_start")).to_be_visible()
    page.locator("#id_period").select_option("2022-Q3")
    expect(page.locator("#id_start")).to_be_hidden()
    page.locator("form.new-report button.primary").click()
    page.locator(".draft-head .primary").click()
    page.locator("main form.buttons .primary").click()
    expect(page.locator(".hash .digits").first).to_be_visible()
    expect(page.locator(".rail .downloads a")).to_have_count(3)
    assert Report.objects.issued().get().number == "示例通报〔2022〕9号"


def test_the_issued_report_prints_on_a4_with_its_annexes_across(page, district, report):
    issue(report, by=district.people["supervisor"])
    page.goto(address(report))
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {(int(w), int(h)) for w, h in re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", pdf)}
    assert sizes == {(594, 841), (841, 594)}
    page.emulate_media(media="print")
    for hidden in (".rail", ".masthead", ".crumbs"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".hash")).to_be_visible()


def test_what_stands_beside_a_report_stops_before_its_annexes(page, district, report):
    issue(report, by=district.people["supervisor"])
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address(report))
    page.locator(".sign").evaluate("it => it.scrollIntoView({block: 'start'})")
    rail = page.locator(".rail > *").bounding_box()
    assert rail["y"] + rail["height"] <= page.locator(".annex").first.bounding_box()["y"]


def test_no_printed_page_carries_the_signature_alone(page, district, report, tmp_path):
    issue(report, by=district.people["supervisor"])
    page.goto(address(report))
    paper = tmp_path / "circular.pdf"
    signature = page.locator(".sign p").first.inner_text()
    longer = "(it, n) => { it.previousElementSibling.style.paddingBottom = `${29 * n}pt`; }"
    for lines in range(0, 22, 3):
        page.locator(".closing").evaluate(longer, lines)
        page.pdf(path=paper, prefer_css_page_size=True)
        said = subprocess.run(["pdftotext", paper, "-"], check=True, capture_output=True, text=True)
        pages = [it for it in said.stdout.split("\f") if f"{signature}\n" in it]
        assert pages and all("附件：" in it for it in pages), lines


def test_no_page_scrolls_sideways_and_axe_finds_nothing(page, district, report):
    last = report.passages.filter(style="text").last()
    report.comment(by=district.people["administrator"], text="示例：请再核。", passage=last)
    row = report.passages.get(key="lead_in")
    row.edit(by=district.people["supervisor"], text="示例：改过的开头。")
    addresses = [
        *("/2031/reports/", "/2031/reports/new/", address(report)),
        *(address(report, it) for it in ("heads/", "issue/", "discard/", f"passages/{row.pk}/")),
    ]
    look_at(page, addresses)
    issue(report, by=district.people["supervisor"])
    look_at(page, [address(report), address(report, "changes/")])


def look_at(page, addresses: list[str]) -> None:
    page.emulate_media(reduced_motion="reduce")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for one in addresses:
                page.goto(one)
                wide = "document.documentElement.scrollWidth > window.innerWidth"
                assert not page.evaluate(wide), (one, width)
                assert axe_finds(page) == [], (one, width, scheme)
