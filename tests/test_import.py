"""A ledger that was filled in and is handed in: the dry run, taking over, and bad files."""

import io
import re
import uuid
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from priorities.imports.applying import take_over
from priorities.ledger.contents import ledger_of
from priorities.ledger.excel import ledger_xlsx
from priorities.ledger.reading import read
from priorities.models import Action, FileImport, Plan, ProgressEntry
from priorities.models.changes import Door
from tests.states import state

from .district import TODAY, District
from .factories import make_action, make_entry, make_plan, make_unit, make_user
from .workbooks import NAME, filled_in, opened, places, saved, upload

pytestmark = pytest.mark.django_db


class Desk:
    """A person at the page, with the files that the page gives."""

    def __init__(self, client, district: District, role: str):
        self.client, self.district = client, district
        client.force_login(district.people[role])
        self.url = reverse("import_ledger", args=[district.plan.slug])

    def ledger(self, query: str = "?fill=1") -> bytes:
        return self.client.get(reverse("ledger", args=[self.district.plan.slug]) + query).content

    def hand_in(self, content: bytes, name: str = NAME):
        return self.client.post(self.url, {"file": upload(content, name), "step": "dry-run"})

    def hidden(self, response) -> dict[str, str]:
        return {
            field: response.context[name] if name != "seen" else response.context["outcome"].seen
            for field, name in (("reading", "reading"), ("seen", "seen"), ("nonce", "nonce"))
        }

    def apply(self, response):
        return self.client.post(self.url, {**self.hidden(response), "step": "apply"})

    def fill_in(self, changes: dict, query: str = "?fill=1"):
        return self.hand_in(filled_in(self.ledger(query), changes))


@pytest.fixture
def reporter(client, district):
    return Desk(client, district, "reporter")


@pytest.fixture
def supervisor(client, district):
    return Desk(client, district, "supervisor")


def everything() -> list:
    """What is stored of actions and entries, and the trace of files."""
    rows = [list(m.objects.order_by("pk").values()) for m in (Action, ProgressEntry, FileImport)]
    return [*rows, list(Action.history.order_by("pk").values_list("pk", flat=True))]


@pytest.fixture
def nothing_stored():
    before = everything()
    yield
    assert everything() == before


def line_of(response, number: str):
    return next(line for line in response.context["outcome"].lines if line.number == number)


def refusals(response, number: str = "1.1") -> list[tuple[str, str]]:
    assert response.status_code == 422
    return line_of(response, number).refusals


def sentence_about(response) -> str:
    """The sentence with which the whole file was refused."""
    assert response.status_code == 422
    assert response.context["outcome"] is None
    (sentence,) = response.context["form"].errors["file"]
    assert sentence in response.content.decode().replace("&quot;", '"').replace("&lt;", "<")
    return sentence


# The page


UNITS_AS_WRITTEN = (
    ("牵头单位", "示例区丙管理局\u200b", "区丙局"),
    ("牵头单位", "示例　区 丙管理局", "区丙局"),
    ("配合单位", "示例区乙管理局／区丙局", "区乙局、区丙局"),
    ("配合单位", "区乙局　区\u00a0丙局", "区乙局、区丙局"),
    ("配合单位", "区乙局\n区丙局\ufeff；", "区乙局、区丙局"),
    ("配合单位", "区丙局/区乙局,区丙局", "区乙局、区丙局"),
)


@pytest.mark.parametrize(("head", "words", "wanted"), UNITS_AS_WRITTEN)
def test_units_are_known_however_they_are_spelled_and_listed(supervisor, head, words, wanted):
    number = "1.3" if head == "牵头单位" else "1.2"
    response = supervisor.fill_in({(number, head): words})
    line = line_of(response, number)
    assert (response.status_code, line.refusals) == (200, [])
    assert [(head, after) for head, _before, after in line.assigned] == [(head, wanted)]


@pytest.fixture
def namesake(district):
    """Somebody of the lead unit with the very name of the owner."""
    return make_user("reporter", [district.lead], "namesake", display_name="示例2号")


NAMESAKE = (
    "namesake",
    "示例2号 (namesake)",
    "示例2号（ｎａｍｅｓａｋｅ）",
    "示例　2号(NAMESAKE)\u200b",
)


@pytest.mark.parametrize("words", NAMESAKE)
def test_the_other_person_of_the_same_name_is_a_change(supervisor, namesake, words):
    response = supervisor.fill_in({("1.2", "责任人"): words})
    line = line_of(response, "1.2")
    assert line.assigned == [("责任人", "示例2号 (reporter)", "示例2号 (namesake)")]
    supervisor.apply(response)
    assert supervisor.district.actions["yellow"].history.latest().owner == namesake


def test_a_file_from_before_the_namesake_came_changes_nothing_and_can_be_changed(
    supervisor, district
):
    file = supervisor.ledger()
    make_user("reporter", [district.lead], "namesake", display_name="示例2号")
    assert supervisor.hand_in(file).context["outcome"].effective == []
    response = supervisor.hand_in(filled_in(file, {("1.2", "责任人"): "namesake"}))
    assert line_of(response, "1.2").assigned == [
        ("责任人", "示例2号 (reporter)", "示例2号 (namesake)")
    ]


@pytest.mark.parametrize("words", ["reporter", "示例2号（reporter）"])
def test_another_spelling_of_who_owns_it_changes_nothing(supervisor, namesake, words):
    response = supervisor.fill_in({("1.2", "责任人"): words})
    assert line_of(response, "1.2").assigned == []


def test_the_bare_name_of_two_is_refused_with_the_spellings(supervisor, namesake):
    response = supervisor.fill_in({("1.2", "责任人"): "示例 2号"})
    ((head, sentence),) = refusals(response, "1.2")
    assert head == "责任人"
    assert "示例2号 (reporter)" in sentence
    assert "示例2号 (namesake)" in sentence


def test_the_page_leads_to_the_file_to_fill_in(reporter):
    page = reporter.client.get(reporter.url).content.decode()
    assert f'href="{reverse("ledger", args=["2031"])}?fill=1"' in page


def test_a_viewer_has_nothing_to_hand_in(client, district):
    desk = Desk(client, district, "viewer")
    assert desk.client.get(desk.url).status_code == 403
    assert desk.hand_in(desk.ledger("")).status_code == 403


# The untouched file changes nothing


@pytest.mark.parametrize("query", ["", "?fill=1", "?light=red", "?on=2022-06-30"])
def test_the_untouched_file_changes_nothing(supervisor, nothing_stored, query):
    response = supervisor.hand_in(supervisor.ledger(query))
    assert response.status_code == 200
    assert response.context["outcome"].lines == []
    assert response.context["filled"].untouched > 0
    assert "没有要改的内容。" in response.content.decode()


def test_a_file_that_another_program_saved_changes_nothing(supervisor, nothing_stored):
    response = supervisor.hand_in(saved(opened(supervisor.ledger())))
    assert response.context["outcome"].lines == []


def test_an_english_file_is_read_by_a_chinese_page(supervisor, nothing_stored):
    supervisor.client.cookies.load({"django_language": "en"})
    content = supervisor.ledger()
    supervisor.client.cookies.load({"django_language": "zh-hans"})
    assert supervisor.hand_in(content).context["outcome"].lines == []


# Entries


def test_a_dry_run_shows_and_stores_nothing(reporter, nothing_stored):
    response = reporter.fill_in({("1.1", "进度"): 0.3, ("1.1", "存在问题"): "示例：征地"})
    assert response.status_code == 200
    line = line_of(response, "1.1")
    assert line.kind == "created"
    assert line.said == [("进度", "10%", "30%"), ("存在问题", "", "示例：征地")]
    assert reporter.ledger() is not None


def test_a_dry_run_shows_all_that_will_be_stored(reporter, district):
    """The day that nobody wrote, the explanation, and the words that stay."""
    changes = {("1.1", "进度"): 0.6, ("1.1", "百分比说明"): "示例：集中交付"}
    response = reporter.fill_in(changes)
    line = line_of(response, "1.1")
    assert line.said == [("进度", "10%", "60%")]
    assert line.also == [
        ("进展日期", "2022-09-30", False),
        ("百分比说明", "示例：集中交付", False),
        ("进展情况", "示例：已按计划推进。", True),
        ("研判", "有把握", True),
    ]
    page = response.content.decode()
    assert all(words in page for _head, words, _kept in line.also)
    reporter.apply(response)
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.day, entry.explanation, entry.done) == (
        TODAY,
        "示例：集中交付",
        "示例：已按计划推进。",
    )


def test_a_dry_run_shows_the_reason_of_an_assignment(supervisor):
    changes = {("1.1", "完成时限"): date(2022, 12, 1), ("1.1", "调整原因"): "示例：提前"}
    response = supervisor.fill_in(changes)
    assert line_of(response, "1.1").reason == "示例：提前"
    assert "示例：提前" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({"百分比说明": "示例：集中交付"}, "百分比说明"),
        ({"百分比说明": "示例：集中交付", "进展日期": date(2022, 9, 30)}, "百分比说明"),
        ({"调整原因": "示例：提前", "存在问题": "示例：征地"}, "调整原因"),
    ],
)
def test_what_explains_no_change_is_left_out_with_a_word(supervisor, changes, head):
    response = supervisor.fill_in({("1.1", name): value for name, value in changes.items()})
    assert line_of(response, "1.1").idle == [head]
    assert f"不导入：{head}。此列只说明" in response.content.decode()


def test_all_faults_of_a_row_are_told_at_once(supervisor, nothing_stored):
    found = refusals(
        supervisor.fill_in(
            {
                ("1.1", "牵头单位"): "区某局",
                ("1.1", "完成时限"): "明天",
                ("1.1", "进度"): 0.9,
                ("1.1", "进展情况"): None,
                ("1.1", "研判"): "也许",
                ("1.1", "进展日期"): "2022-10-09",
            }
        )
    )
    heads = [head for head, _sentence in found]
    assert sorted(heads) == sorted(
        ["牵头单位", "完成时限", "进展情况", "研判", "进展日期", "百分比说明"]
    )


def test_what_stands_below_the_table_is_left_out_with_a_word(supervisor):
    book, sheet = sheet_of(filled_in(supervisor.ledger(), {("1.1", "进度"): 0.2}))
    sheet.append(["注：数据截至九月底"])
    last = sheet.max_row
    response = supervisor.hand_in(saved(book))
    assert line_of(response, "1.1").kind == "created"
    assert f"第 {last} 行不是举措行" in response.content.decode()


def test_what_is_taken_over_is_an_entry_like_any_other(reporter, district):
    last = district.entries["red"]
    response = reporter.apply(
        reporter.fill_in(
            {
                ("1.1", "进度"): 0.3,
                ("1.1", "进展情况"): "示例：完成拆迁。",
                ("1.1", "下步举措"): "示例：进场",
                ("1.1", "研判"): "有风险",
                ("1.1", "研判原因"): "示例：雨季",
                ("1.1", "需区里协调"): "示例：用地",
                ("1.1", "进展日期"): date(2022, 9, 30),
            }
        )
    )
    assert response.status_code == 302
    entry = ProgressEntry.objects.exclude(pk__lte=last.pk).latest("pk")
    assert (entry.action, entry.by) == (district.actions["red"], district.people["reporter"])
    assert (entry.percent, entry.done) == (30, "示例：完成拆迁。")
    assert (entry.next_step, entry.outlook, entry.outlook_reason) == (
        "示例：进场",
        "at_risk",
        "示例：雨季",
    )
    assert entry.help_needed == "示例：用地"
    assert (entry.day, entry.state) == (TODAY, "waiting")


def test_what_a_supervisor_hands_in_counts_at_once(supervisor):
    supervisor.apply(supervisor.fill_in({("1.1", "进度"): 0.2}))
    assert ProgressEntry.objects.latest("pk").state == "accepted"


def test_only_changed_cells_count_the_rest_stays_as_it_stands(reporter, district):
    """The last word of the unit still waits: the ledger shows the one before."""
    reporter.apply(reporter.fill_in({("2.2", "存在问题"): "示例：缺料"}))
    entry = ProgressEntry.objects.latest("pk")
    assert entry.action == district.actions["waiting"]
    assert (entry.percent, entry.problems) == (80, "示例：缺料")


def test_a_cell_that_was_emptied_empties_what_it_says(reporter, district):
    make_entry(district.actions["red"], by=district.people["reporter"], problems="示例：征地")
    reporter.apply(reporter.fill_in({("1.1", "存在问题"): None}))
    assert ProgressEntry.objects.latest("pk").problems == ""


def test_a_day_alone_means_that_nothing_changed(reporter, district):
    response = reporter.fill_in({("1.1", "进展日期"): date(2022, 9, 30)})
    assert line_of(response, "1.1").is_unchanged
    reporter.apply(response)
    entry = ProgressEntry.objects.latest("pk")
    assert (entry.is_unchanged, entry.percent, entry.action) == (
        True,
        10,
        district.actions["red"],
    )


def test_the_ledger_itself_can_be_filled_in_and_gets_a_column_added(reporter):
    """The plain ledger has no column for the explanation; people may write it beside."""
    content = filled_in(reporter.ledger(""), {("1.1", "进度"): 0.5})
    ((head, sentence),) = refusals(reporter.hand_in(content))
    assert head == "百分比说明"
    assert "文件里没有“百分比说明”列：请加上这一列，或下载填报表。" in sentence
    book, sheet = sheet_of(content)
    _columns, lines = places(sheet)
    sheet.cell(1, 16).value = "百分比说明"
    sheet.cell(lines["1.1"], 16).value = "示例：集中交付"
    assert line_of(reporter.hand_in(saved(book)), "1.1").kind == "created"


@pytest.mark.parametrize(
    ("changes", "head", "words"),
    [
        ({"进度": 0.5}, "百分比说明", "10%"),
        ({"进度": 0}, "百分比说明", "10%"),
        ({"进度": 1}, "百分比说明", "90"),
        ({"进度": None}, "进度", "请填写完成百分之多少。"),
        ({"进展情况": None}, "进展情况", "请写本期做了什么。"),
        ({"研判": "难以完成"}, "研判原因", "请用一句话说明"),
        ({"研判": "也许"}, "研判", "“也许”"),
        ({"进度": 0.2, "进展日期": date(2022, 9, 1)}, "进展日期", "2022-09-30"),
        ({"进度": 0.2, "进展日期": date(2022, 10, 1)}, "进展日期", "2022-09-30"),
        ({"进展情况": "长" * 10_001}, "进展情况", "10,001"),
    ],
)
def test_the_rules_and_sentences_are_those_of_the_form(
    reporter, nothing_stored, changes, head, words
):
    ((refused, sentence),) = refusals(
        reporter.fill_in({("1.1", name): value for name, value in changes.items()})
    )
    assert refused == head
    assert words in sentence


def test_everything_or_nothing(reporter, nothing_stored):
    response = reporter.fill_in({("1.1", "进度"): 0.2, ("1.2", "进度"): "四成"})
    assert line_of(response, "1.1").kind == "created"
    assert refusals(response, "1.2")[0][0] == "进度"
    assert response.context["outcome"].can_be_applied is False
    assert 'value="apply"' not in response.content.decode()
    assert reporter.apply(response).status_code == 409


# Who may


def test_one_reports_only_on_ones_own_actions(client, district, nothing_stored):
    content = Desk(client, district, "supervisor").ledger()
    stranger = Desk(client, district, "stranger")
    response = stranger.hand_in(filled_in(content, {("1.2", "进度"): 0.7}))
    assert refusals(response, "1.2") == [("序号", "1.2 只由牵头单位、配合单位和责任人填报。")]


def test_untouched_rows_of_others_are_no_matter(client, district):
    stranger = Desk(client, district, "stranger")
    content = filled_in(stranger.ledger(""), {("1.1", "进度"): 0.2})
    assert [line.number for line in stranger.hand_in(content).context["outcome"].created] == ["1.1"]


def test_a_reporter_changes_no_assignment(reporter, nothing_stored):
    response = reporter.fill_in(
        {("1.1", "牵头单位"): "区乙局", ("1.1", "完成时限"): date(2022, 12, 1)}
    )
    assert refusals(response) == [
        ("牵头单位", "此列只由督查室调整。"),
        ("完成时限", "此列只由督查室调整。"),
    ]


@pytest.mark.parametrize("number", ["1.7", "2.1"])
def test_nothing_is_reported_for_what_is_cancelled_or_unassigned(
    supervisor, nothing_stored, number
):
    content = filled_in(
        supervisor.ledger(""), {(number, "进度"): 0.2, (number, "进展情况"): "示例"}
    )
    assert len(refusals(supervisor.hand_in(content), number)) == 1


# Assignments


def test_a_supervisor_assigns_by_file(supervisor, district):
    content = filled_in(
        supervisor.ledger(""),
        {
            ("2.1", "牵头单位"): "示例区甲管理局",
            ("2.1", "配合单位"): "区乙局、区丙局",
            ("2.1", "责任人"): "示例2号",
            ("2.1", "完成时限"): date(2022, 11, 30),
        },
    )
    response = supervisor.hand_in(content)
    assert line_of(response, "2.1").assigned == [
        ("牵头单位", "", "区甲局"),
        ("配合单位", "", "区乙局、区丙局"),
        ("责任人", "", "示例2号"),
        ("完成时限", "", "2022-11-30"),
    ]
    assert supervisor.apply(response).status_code == 302
    action = Action.objects.get(pk=district.actions["unassigned"].pk)
    assert (action.lead_unit, action.owner) == (district.lead, district.people["reporter"])
    assert action.due == date(2022, 11, 30)
    history = action.history.latest()
    assert (history.door, history.history_user) == (Door.IMPORT, district.people["supervisor"])


def test_a_due_date_moves_with_a_reason_only(supervisor, district, nothing_stored):
    content = filled_in(supervisor.ledger(), {("1.1", "完成时限"): date(2022, 12, 1)})
    assert refusals(supervisor.hand_in(content))[0][0] == "调整原因"


def test_the_reason_stands_in_the_history(supervisor, district):
    supervisor.apply(
        supervisor.fill_in(
            {("1.1", "完成时限"): date(2022, 12, 1), ("1.1", "调整原因"): "示例：提前"}
        )
    )
    assert district.actions["red"].history.latest().history_change_reason == "示例：提前"


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("牵头单位", "区某局"),
        ("配合单位", "区乙局、区某局"),
        ("责任人", "无此人"),
        ("责任人", "示例3号"),
        ("牵头单位", None),
    ],
)
def test_what_no_assignment_can_be_is_refused(supervisor, nothing_stored, head, value):
    found = refusals(supervisor.hand_in(filled_in(supervisor.ledger(""), {("1.1", head): value})))
    assert len(found) == 1


@pytest.mark.parametrize(
    "words", ["区甲局、区乙局", "示例区甲管理局；区乙局", "区甲局 区乙局\n区丙局", "区甲局/区乙局"]
)
def test_several_units_where_one_leads_are_told_where_they_belong(supervisor, words):
    content = filled_in(supervisor.ledger(""), {("1.1", "牵头单位"): words})
    (head, sentence) = refusals(supervisor.hand_in(content))[0]
    assert head == "牵头单位"
    assert "区甲" in sentence and "配合单位" in sentence


def test_namesakes_are_told_apart_by_user_name(supervisor, district):
    district.people["viewer"].units.add(district.lead)
    for role in ("viewer", "reporter"):
        person = district.people[role]
        person.display_name = "示例同名"
        person.save()
    content = supervisor.ledger("")
    changes = {("2.1", "牵头单位"): "区甲局", ("2.1", "责任人"): "示例同名"}
    found = refusals(supervisor.hand_in(filled_in(content, changes)), "2.1")
    assert "reporter" in found[0][1]
    changes[("2.1", "责任人")] = "viewer"
    response = supervisor.hand_in(filled_in(content, changes))
    assert line_of(response, "2.1").kind == "changed"


def test_a_row_may_be_assigned_and_reported_at_once(supervisor, district):
    changes = {("2.1", "牵头单位"): "区甲局", ("2.1", "进度"): 0.1, ("2.1", "进展情况"): "示例"}
    response = supervisor.hand_in(filled_in(supervisor.ledger(""), changes))
    assert supervisor.apply(response).status_code == 302
    assert ProgressEntry.objects.latest("pk").action == district.actions["unassigned"]


def test_computed_cells_are_left_out_and_it_is_said(reporter, nothing_stored):
    response = reporter.fill_in({("1.1", "亮灯"): "● 正常", ("1.1", "举措"): "另一件事"})
    line = line_of(response, "1.1")
    assert (line.kind, line.ignored) == ("left", ["举措", "亮灯"])


# Between the two steps


def test_a_double_click_is_one_import(reporter):
    dry = reporter.fill_in({("1.1", "进度"): 0.3})
    first, second = reporter.apply(dry), reporter.apply(dry)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert FileImport.objects.count() == 1
    assert ProgressEntry.objects.filter(percent=30).count() == 1


def test_a_double_click_is_one_assignment(supervisor):
    content = filled_in(supervisor.ledger(""), {("2.1", "牵头单位"): "区甲局"})
    dry = supervisor.hand_in(content)
    assert [supervisor.apply(dry).status_code for _time in range(2)] == [302, 302]
    assert FileImport.objects.count() == 1


def test_the_trace_says_whose_file_it_was(reporter, district):
    reporter.apply(reporter.fill_in({("1.1", "进度"): 0.3, ("1.2", "存在问题"): "示例：缺料"}))
    trace = FileImport.objects.get()
    assert (trace.by, trace.plan, trace.name) == (
        district.people["reporter"],
        district.plan,
        NAME,
    )
    assert (trace.numbers, trace.entries, trace.assignments) == ("1.1 1.2", 2, 0)
    assert len(trace.sha256) == 64


def test_the_same_file_again_says_that_all_is_there(reporter):
    content = filled_in(reporter.ledger(), {("1.1", "进度"): 0.3})
    reporter.apply(reporter.hand_in(content))
    response = reporter.hand_in(content)
    assert line_of(response, "1.1").kind == "left"


def test_what_moved_meanwhile_is_a_conflict_with_a_new_dry_run(reporter, district):
    dry = reporter.fill_in({("1.1", "进度"): 0.3})
    make_entry(district.actions["red"], by=district.people["supervisor"], percent=25)
    before = everything()
    response = reporter.apply(dry)
    assert response.status_code == 409
    assert everything() == before
    assert "您查看之后" in response.content.decode()
    assert "示例4号" in line_of(response, "1.1").refusals[0][1]


def test_a_file_that_is_older_than_the_last_entry_is_refused(reporter, district):
    content = filled_in(reporter.ledger(), {("1.1", "进度"): 0.3})
    make_entry(district.actions["red"], by=district.people["supervisor"], percent=25)
    (head, sentence) = refusals(reporter.hand_in(content))[0]
    assert head == "序号"
    assert "9月30日" in sentence
    assert "25%" in sentence


def test_an_assignment_that_changed_meanwhile_is_refused(supervisor, district):
    content = filled_in(supervisor.ledger(""), {("1.1", "牵头单位"): "区丙局"})
    district.actions["red"].assign(
        by=district.people["supervisor"],
        changes={"lead_unit": district.other, "owner": None, "supporting_units": []},
    )
    assert refusals(supervisor.hand_in(content)) == [
        ("牵头单位", "文件导出后此项已有变动，现为：示例区乙管理局。")
    ]


def test_what_another_read_cannot_be_applied(client, district):
    dry = Desk(client, district, "supervisor").fill_in({("1.1", "进度"): 0.2})
    reporter = Desk(client, district, "reporter")
    assert reporter.apply(dry).status_code == 400


@pytest.mark.parametrize("name", ["reading", "seen", "nonce"])
@pytest.mark.parametrize("value", ["", "x", "1" * 100])
def test_a_form_that_was_tampered_with_is_refused(reporter, nothing_stored, name, value):
    values = reporter.hidden(reporter.fill_in({("1.1", "进度"): 0.3}))
    response = reporter.client.post(reporter.url, {**values, name: value, "step": "apply"})
    assert response.status_code in (400, 409)


def test_a_file_of_another_day_says_which(reporter, district):
    content = reporter.ledger()
    Plan.objects.filter(pk=district.plan.pk).update(status_date=TODAY + timedelta(5))
    response = reporter.hand_in(filled_in(content, {("1.1", "进度"): 0.3}))
    assert "文件所示为 2022-09-30 的数据。" in response.content.decode()
    reporter.apply(response)
    assert ProgressEntry.objects.latest("pk").day == TODAY + timedelta(5)


# Bad files


def sheet_of(content: bytes):
    book = opened(content)
    return book, book.worksheets[0]


def merged(content: bytes) -> bytes:
    book, sheet = sheet_of(content)
    sheet.merge_cells("L2:L3")
    return saved(book)


def with_head(content: bytes, old: str, new: str | None) -> bytes:
    book, sheet = sheet_of(content)
    sheet.cell(1, places(sheet)[0][old]).value = new
    return saved(book)


def without_column(content: bytes) -> bytes:
    book, sheet = sheet_of(content)
    sheet.delete_cols(places(sheet)[0]["存在问题"])
    return saved(book)


def with_two_sheets(content: bytes) -> bytes:
    book, sheet = sheet_of(content)
    book.copy_worksheet(sheet)
    return saved(book)


def with_rows(content: bytes, count: int) -> bytes:
    book, sheet = sheet_of(content)
    for _row in range(count):
        sheet.append(["示例"])
    return saved(book)


def other_book(_content: bytes) -> bytes:
    book = Workbook()
    book.active.append(["姓名", "电话"])
    return saved(book)


def bomb(_content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 60_000_000)
    return buffer.getvalue()


def entities(content: bytes) -> bytes:
    """A billion laughs, put into the file's shared strings."""
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sharedStrings.xml"):
                part = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part
            archive.writestr(name, part)
    return buffer.getvalue()


def encrypted(_content: bytes) -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le") * 3


def torn(content: bytes) -> bytes:
    return content[: len(content) // 2]


def broken_inside(content: bytes) -> bytes:
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name)[:200])
    return buffer.getvalue()


BAD_FILES = {
    "no Excel file": (lambda content: b"hello", "这不是 Excel 文件"),
    "empty": (lambda content: b"", "这不是 Excel 文件"),
    "a password": (encrypted, "文件设有密码"),
    "old format": (lambda content: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "旧格式"),
    "zip bomb": (bomb, "解压后超过 32 MB"),
    "entities": (entities, "文件已损坏"),
    "torn": (torn, "文件已损坏|不是 Excel"),
    "broken inside": (broken_inside, "文件已损坏"),
    "too large": (lambda content: b"\0" * (10 * 1024 * 1024 + 1), "超过 10 MB"),
    "another table": (other_book, "没有一张工作表有台账的表头"),
    "2,001 rows": (lambda content: with_rows(content, 2_001), "文件超过 2000 行"),
    "two sheets": (with_two_sheets, "有两张工作表都像台账"),
    "merged": (merged, "有合并的单元格（L2:L3）"),
    "renamed": (lambda c: with_head(c, "进度", "完成率"), "进度。 不认识的表头：完成率。"),
    "key gone": (lambda c: with_head(c, "标识（勿改）", None), "标识（勿改）"),
    "missing": (without_column, "存在问题"),
    "twice": (lambda c: with_head(c, "存在问题", "进度"), "“进度”列出现了两次"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_in_a_sentence(supervisor, nothing_stored, kind):
    spoil, words = BAD_FILES[kind]
    sentence = sentence_about(supervisor.hand_in(spoil(supervisor.ledger(""))))
    assert re.search(words, sentence)


def test_no_file_is_asked_for(supervisor):
    response = supervisor.client.post(supervisor.url, {"step": "dry-run"})
    assert sentence_about(response) == "请选择填好的文件。"


def test_the_file_of_another_plan_is_refused(client, district):
    other = make_plan("2032", sizes=[2])
    desk = Desk(client, district, "supervisor")
    content = desk.client.get(reverse("ledger", args=[other.slug])).content
    assert "“2032”" in sentence_about(desk.hand_in(content))


def test_a_file_made_under_a_former_address_of_the_plan_is_read(supervisor, district):
    content = filled_in(supervisor.ledger(), {("1.1", "存在问题"): "示例：缺地"})
    plan = Plan.objects.get(pk=district.plan.pk)
    plan.slug = "2031a"
    plan.save_change(by=district.people["supervisor"])
    supervisor.url = reverse("import_ledger", args=[plan.slug])
    response = supervisor.hand_in(content)
    assert [line.number for line in response.context["outcome"].effective] == ["1.1"]
    make_plan("2031")  # the address is another plan's by now
    assert "“2031”" in sentence_about(supervisor.hand_in(content))


def test_a_hundred_thousand_rows_are_refused_in_time(supervisor):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([cell.value for cell in opened(supervisor.ledger("")).worksheets[0][1]])
    for _row in range(100_000):
        sheet.append(["示例"])
    assert "2000" in sentence_about(supervisor.hand_in(saved(book)))


def test_columns_may_stand_in_another_order_and_beside_others(supervisor):
    _book, sheet = sheet_of(filled_in(supervisor.ledger(), {("1.1", "存在问题"): "示例：征地"}))
    turned = Workbook()
    for line in sheet.iter_rows():
        remark = "备注" if line[0].row == 1 else "随便"
        turned.active.append([remark, *(cell.value for cell in reversed(line))])
        for cell, source in zip(turned.active[line[0].row][1:], reversed(line), strict=True):
            cell.number_format = source.number_format
    response = supervisor.hand_in(saved(turned))
    assert response.context["filled"].unknown == ["备注"]
    assert [line.number for line in response.context["outcome"].created] == ["1.1"]


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("H2", "=A1+1", "此处是公式"),
        ("K2", "=A1", "此处是公式"),
        ("H2", "#DIV/0!", "此处是错误值"),
        ("A2", "1.2", "标识属于 1.1"),
        ("O2", "1/2031/x", "标识被改动"),
        ("O2", None, "没有标识"),
    ],
)
def test_a_bad_cell_is_refused_with_row_and_reason(supervisor, nothing_stored, place, value, words):
    book, sheet = sheet_of(supervisor.ledger(""))
    sheet[place].value = value
    response = supervisor.hand_in(saved(book))
    assert response.status_code == 422
    line = response.context["outcome"].refused[0]
    assert line.line == 2
    assert words in line.refusals[0][1]


def test_a_formula_in_a_computed_column_is_no_matter(supervisor):
    book, sheet = sheet_of(supervisor.ledger(""))
    sheet["I2"].value = "=1/2"
    assert supervisor.hand_in(saved(book)).context["outcome"].lines == []


def test_a_row_that_stands_twice_is_refused(supervisor, nothing_stored):
    book, sheet = sheet_of(filled_in(supervisor.ledger(""), {("1.1", "进度"): 0.2}))
    sheet.append([cell.value for cell in sheet[2]])
    assert ("序号", "此举措在文件中出现了不止一次。") in refusals(supervisor.hand_in(saved(book)))


def test_an_action_that_is_no_longer_there_is_refused(supervisor, district):
    make_action(district.plan.priorities.get(number=2), text="示例")
    content = filled_in(supervisor.ledger(""), {("2.5", "进度"): 0.2})
    Action.objects.filter(priority__number=2, order=5).delete()
    assert refusals(supervisor.hand_in(content), "2.5") == [
        ("序号", "本年度没有编号为 2.5 的举措。")
    ]


@pytest.mark.parametrize("value", ["2022/12/1", "2022.12.1", "2022年12月1日", "2022-12-01"])
def test_a_day_as_text_is_read(supervisor, value):
    response = supervisor.fill_in({("1.1", "完成时限"): value, ("1.1", "调整原因"): "示例"})
    assert line_of(response, "1.1").assigned == [("完成时限", "2022-12-31", "2022-12-01")]


@pytest.mark.parametrize(
    "value", ["12/1/2022", "2022-13-01", "明天", 44895, "2022/12-1", "0022-11-11"]
)
def test_what_is_no_day_is_refused(supervisor, nothing_stored, value):
    content = supervisor.ledger()
    book, sheet = sheet_of(content)
    sheet["G2"].number_format = "General"
    sheet["G2"].value = value
    (head, sentence) = refusals(supervisor.hand_in(saved(book)))[0]
    assert head == "完成时限"
    assert str(value) in sentence


# Any content


CONTENT = st.one_of(
    st.none(),
    st.text(max_size=40).map(lambda words: "".join(c for c in words if c.isprintable())),
    st.integers(min_value=-(10**12), max_value=10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(min_value=date(1900, 3, 1)),
    st.times(),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(99)),
)


@pytest.fixture
def file_to_fill(district) -> bytes:
    now = state(district.plan, TODAY)
    rows = [a for a in now.actions if a.is_assigned]
    return ledger_xlsx(ledger_of(now, rows, is_to_fill=True))


ONE_DISTRICT = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""All examples share the rows of the fixture: each undoes what it stores."""


@ONE_DISTRICT
@given(
    cells=st.dictionaries(
        st.tuples(st.integers(1, 6), st.integers(1, 22)), CONTENT, min_size=1, max_size=6
    )
)
def test_whatever_stands_in_the_cells_is_answered(district, file_to_fill, cells):
    """With a sentence, or with a dry run that is then what is taken over."""
    book, sheet = sheet_of(file_to_fill)
    for (line, column), value in cells.items():
        sheet.cell(line, column).value = value
    try:
        filled = read(io.BytesIO(saved(book)), name=NAME, plan="2031")
    except ValidationError as error:
        assert all(error.messages)
        return
    by, nonce = district.people["supervisor"], uuid.uuid4()
    with transaction.atomic():
        before = ProgressEntry.objects.count()
        dry = take_over(district.plan, filled, by=by, nonce=nonce)
        assert ProgressEntry.objects.count() == before
        done = take_over(district.plan, filled, by=by, nonce=nonce, seen=dry.seen)
        assert bool(done.stored) == dry.can_be_applied
        added = ProgressEntry.objects.count() - before
        assert added == (sum(x.is_reported for x in dry.effective) if done.stored else 0)
        transaction.set_rollback(True)


@ONE_DISTRICT
@given(junk=st.binary(max_size=400), place=st.integers(0, 20_000))
def test_a_file_damaged_anywhere_is_answered(file_to_fill, junk, place):
    content = file_to_fill[:place] + junk + file_to_fill[place + len(junk) :]
    try:
        read(io.BytesIO(content), name=NAME, plan="2031")
    except ValidationError as error:
        assert all(error.messages)


# Queries, and what the database holds


def test_reading_an_untouched_file_costs_the_same_whatever_its_size(client, district):
    client.force_login(district.people["supervisor"])
    counted = []
    for slug, each in (("2032", 2), ("2033", 12)):
        plan = make_plan(slug, sizes=[each])
        unit = make_unit()
        for action in Action.objects.of_plan(plan):
            action.lead_unit, action.start, action.due = unit, plan.start, plan.end
            action.save()
        content = client.get(reverse("ledger", args=[slug])).content
        url = reverse("import_ledger", args=[slug])
        with CaptureQueriesContext(connection) as queries:
            assert client.post(url, {"file": upload(content)}).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_one_nonce_is_one_import(district):
    values = {"plan": district.plan, "by": district.people["reporter"], "name": NAME}
    values |= {"sha256": "0" * 64, "numbers": "1.1", "entries": 1, "assignments": 0}
    first = FileImport.objects.create(**values)
    again = FileImport(**values, nonce=first.nonce)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        again.full_clean()
    with translation.override("en"):
        assert refused.value.messages == ["This file has already been taken over."]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
