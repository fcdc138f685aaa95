"""The ledger as Excel and CSV: read back, and held against the state cell by cell."""

import csv
import io
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities import words
from priorities.circular.annex import annex_xlsx
from priorities.circular.document import document_of
from priorities.circular.drafting import draft
from priorities.ledger.columns import COLUMNS, LONGEST_CELL, as_cell, length_in_excel
from priorities.ledger.contents import ledger_of
from priorities.ledger.csv_file import guarded
from priorities.ledger.excel import ledger_xlsx
from priorities.ledger.keys import Key, as_saved, mark, read_key
from priorities.lights import ENDED, KINDS, Light
from priorities.models import Action, Plan
from priorities.palette import SHAPES
from priorities.periods import Period
from priorities.state.day import PlanState
from tests.states import state

from .district import TODAY
from .factories import date_history, make_action, make_entry, make_plan, make_priority, make_unit
from .workbooks import opened, rows_of

pytestmark = pytest.mark.django_db

HEADS = [
    *("序号", "重点工作", "举措", "牵头单位", "配合单位", "责任人", "完成时限"),
    *("进度", "序时", "亮灯", "进展情况", "存在问题", "下步举措", "更新日期"),
]
"""DOMAIN, annex 2."""


@pytest.fixture
def now(district) -> PlanState:
    return state(district.plan, TODAY)


def fetch(client, district, query: str = "", *, by: str = "viewer", name: str = "ledger"):
    client.force_login(district.people[by])
    return client.get(reverse(name, args=[district.plan.slug]) + query)


def book_of(response):
    assert response.status_code == 200
    return opened(response.content)


def shown(a) -> dict:
    """An action as the ledger must show it, put together anew."""
    said = a.accepted
    return {
        "序号": a.number,
        "重点工作": a.action.priority.title,
        "举措": a.text,
        "牵头单位": a.action.lead_unit.name if a.action.lead_unit else None,
        "配合单位": "、".join(unit.name for unit in a.supporting) or None,
        "责任人": a.owner_name or None,
        "完成时限": a.action.due,
        "进度": None if a.is_ended else a.percent / 100,
        "序时": a.elapsed / 100 if a.has_yardstick else None,
        "亮灯": f"{SHAPES[a.kind]} {words.word(a)}",
        "进展情况": (said.done or None) if said else None,
        "存在问题": (said.problems or None) if said else None,
        "下步举措": (said.next_step or None) if said else None,
        "更新日期": said.day if said else None,
    }


# The first sheet


def test_every_cell_is_what_the_state_says(client, district, now):
    rows = rows_of(book_of(fetch(client, district)).worksheets[0])
    keys = [row.pop("标识（勿改）") for row in rows]
    assert rows == [shown(a) for a in now.actions]
    assert [read_key(key).number for key in keys] == [a.number for a in now.actions]


def test_the_columns_are_those_of_the_annex(client, district):
    sheet = book_of(fetch(client, district)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:-1] == HEADS
    assert sheet.column_dimensions["O"].hidden


def test_days_and_percents_are_values_and_no_text(client, district):
    sheet = book_of(fetch(client, district)).worksheets[0]
    columns = dict(zip(HEADS, "ABCDEFGHIJKLMN", strict=True))
    assert sheet[f"{columns['完成时限']}2"].is_date
    assert sheet[f"{columns['更新日期']}2"].number_format == "yyyy-mm-dd"
    assert sheet[f"{columns['进度']}2"].number_format == "0%"
    assert sheet["A2"].data_type == "s"


def test_it_is_set_up_for_screen_and_paper(client, district):
    sheet = book_of(fetch(client, district)).worksheets[0]
    last = sheet.max_row
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == f"A1:O{last}"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [sheet.column_dimensions[c].width > 5 for c in "ABCDEFGHIJKLMN"] == [True] * 14


def test_lights_have_a_colour_by_their_word(client, district, now):
    sheet = book_of(fetch(client, district)).worksheets[0]
    coloured = {
        rule.formula[0].strip('"')
        for ranges in sheet.conditional_formatting
        for rule in ranges.rules
    }
    assert {f"{SHAPES[a.kind]} {words.word(a)}" for a in now.actions} <= coloured
    assert len(coloured) == len(KINDS) + len(ENDED)


def test_units_stand_in_full_and_the_lead_first(client, district):
    row = rows_of(book_of(fetch(client, district)).worksheets[0])[0]
    assert row["牵头单位"] == "示例区甲管理局"
    assert row["配合单位"] == "示例区乙管理局、示例区丙管理局"


def test_what_an_entry_of_nothing_changed_leaves_unsaid_is_taken_from_the_one_before(
    client, district
):
    by, action = district.people["reporter"], district.actions["red"]
    make_entry(action, by=by, percent=10, done="", is_unchanged=True, problems="示例：征地")
    row = rows_of(book_of(fetch(client, district)).worksheets[0])[0]
    assert (row["进展情况"], row["存在问题"]) == ("示例：已按计划推进。", "示例：征地")


# Filter and day


@pytest.mark.parametrize(
    "query",
    [
        "?light=red&light=stale",
        "?unit=区乙局",
        "?unit=区乙局&role=lead",
        "?priority=2",
        "?q=抓作风",
    ],
)
def test_a_filter_gives_the_rows_of_the_list(client, district, query):
    rows = rows_of(book_of(fetch(client, district, query)).worksheets[0])
    page = client.get(reverse("actions", args=[district.plan.slug]) + query)
    listed = [row.a.number for group in page.context["groups"] for row in group.rows]
    assert [row["序号"] for row in rows] == listed
    assert 0 < len(listed) < len(district.actions)


def test_a_filter_is_said_in_the_file(client, district):
    notes = rows_of(book_of(fetch(client, district, "?light=red&unit=区甲局")).worksheets[2])
    said = [value for row in notes for value in row.values() if value]
    assert "10 项中的 1 项 (单位: 区甲局，滞后)" in said


def test_a_filter_that_cannot_be_read_is_refused_with_its_sentence(client, district):
    response = fetch(client, district, "?light=purple")
    assert response.status_code == 400
    assert "purple" in response.content.decode()


def test_no_row_fits_and_the_file_is_whole(client, district):
    book = book_of(fetch(client, district, "?q=没有这样的词"))
    assert rows_of(book.worksheets[0]) == []
    assert len(book.worksheets) == 3


def test_a_past_day_is_shown_as_it_was(client, district):
    day = TODAY - timedelta(30)
    rows = rows_of(book_of(fetch(client, district, f"?on={day}")).worksheets[0])
    then = state(district.plan, day)
    assert [row["序时"] for row in rows] == [shown(a)["序时"] for a in then.actions]
    assert rows[0]["进度"] == 0


def test_a_day_outside_the_plan_is_refused(client, district):
    assert fetch(client, district, "?on=1999-01-01").status_code == 400


# The second and the third sheet


def numbers_under(sheet, name: str) -> list[list]:
    """The lines of the table under a name, without the heads."""
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    start = next(i for i, line in enumerate(lines) if line[0] == name) + 2
    table = []
    for line in lines[start:]:
        if not any(value is not None for value in line):
            break
        table.append(line)
    return table


def test_counts_per_light_are_the_states(client, district, now):
    lines = numbers_under(book_of(fetch(client, district)).worksheets[1], "按亮灯")
    assert [line[2] for line in lines[:7]] == [now.counts[kind] for kind in KINDS]
    assert [round(line[3] * 100, 1) for line in lines[:7]] == [now.shares[k] for k in KINDS]
    assert lines[7][1:4] == ["合计", now.total, 1]
    assert lines[8][1:3] == ["中止，不计入任何数字", now.ended["cancelled"]]


def test_counts_and_means_per_priority_are_the_states(client, district, now):
    lines = numbers_under(book_of(fetch(client, district)).worksheets[1], "按重点工作")
    assert [line[:12] for line in lines] == [
        [p.number, p.title, p.total, *p.counts.values(), p.percent / 100, p.elapsed / 100]
        for p in now.priorities
    ]


def test_counts_per_unit_are_the_states(client, district, now):
    lines = numbers_under(book_of(fetch(client, district)).worksheets[1], "按单位")
    wanted = {
        row.unit.name: [len(row.led), *(row.counts[kind] for kind in KINDS), row.supports]
        for row in now.units
    }
    assert {line[1]: line[2:11] for line in lines} == wanted
    assert lines[0][1] == now.units[0].unit.name


def test_the_mean_of_the_percents_in_excel_is_the_states(client, district, now):
    rows = rows_of(book_of(fetch(client, district)).worksheets[0])
    for p in now.priorities:
        percents = [
            row["进度"] for row in rows if row["重点工作"] == p.title and row["进度"] is not None
        ]
        assert round(100 * sum(percents) / len(percents)) == p.percent


def test_the_notes_say_the_day_and_the_thresholds(client, district):
    Plan.objects.filter(pk=district.plan.pk).update(red_deviation=25, due_soon_days=5)
    said = dict(
        line[:2] for line in book_of(fetch(client, district)).worksheets[2].values if line[0]
    )
    assert said["截至"] == "2022-09-30"
    assert "25" in said["▲ 滞后"]
    assert "5 天" in said["◆ 预警"]


def test_english_readers_get_english_heads(client, district):
    client.cookies.load({"django_language": "en"})
    sheet = book_of(fetch(client, district)).worksheets[0]
    assert sheet.title == "Ledger"
    assert [cell.value for cell in sheet[1]][:3] == ["No.", "Priority", "Action"]


# Text stays text

NASTY = (
    "=1+1",
    "+86 755",
    "-见附件",
    "@示例",
    "'单引号",
    '=HYPERLINK("http://example.org","x")',
    "https://example.org/示例",
    "mailto:a@example.org",
    "internal:Sheet1!A1",
    "1.10",
    "2022-09-30",
    "_x000D_",
    "<b>&amp;</b>",
    "𠮷坣🙂",
    "第一行\n第二行",
)


@pytest.mark.parametrize("text", NASTY)
def test_a_text_is_never_a_formula_or_a_link(client, district, text):
    Action.objects.filter(pk=district.actions["red"].pk).update(text=text)
    make_entry(district.actions["red"], by=district.people["reporter"], percent=10, done=text)
    sheet = book_of(fetch(client, district)).worksheets[0]
    for place in ("C2", "K2"):
        assert sheet[place].value == text
        assert sheet[place].data_type == "s"
        assert sheet[place].hyperlink is None


def test_control_characters_are_cleaned_away(client, district):
    make_entry(
        district.actions["red"],
        by=district.people["reporter"],
        done="一\x0b二\x1f三\ufffe四",
    )
    assert book_of(fetch(client, district)).worksheets[0]["K2"].value == "一\n二三四"


@pytest.mark.parametrize("character", ["长", "𠮷"])
def test_a_text_that_no_cell_holds_is_cut_and_says_so(client, district, character):
    text = character * 40_000
    make_entry(district.actions["red"], by=district.people["reporter"], done=text)
    book = book_of(fetch(client, district))
    cell = book.worksheets[0]["K2"].value
    assert length_in_excel(cell) <= LONGEST_CELL
    assert cell.startswith(character * 16_000)
    assert cell.endswith("……（此处截断，全文共 40000 字，见网页）")
    said = {line[0]: line[1] for line in book.worksheets[2].values}
    assert said["1.1 进展情况"] == "已截断：超出 Excel 单元格的最大长度。"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=60))
def test_any_text_is_written_and_read_again(now, text):
    first = now.actions[0]
    a = replace(first, action=replace(first.action, text=text))
    cell = opened(ledger_xlsx(ledger_of(now, [a]))).worksheets[0]["C2"].value
    assert as_saved(cell) == as_saved(text)


@given(st.text(max_size=100_000 // 1000))
def test_a_cell_is_never_longer_than_excel_allows(text):
    assert length_in_excel(as_cell(text * 400)) <= LONGEST_CELL


# CSV


def read_csv(response) -> list[list[str]]:
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_csv_says_what_excel_says(client, district, now):
    heads, *rows = read_csv(fetch(client, district, name="ledger_csv"))
    assert heads == [*HEADS, "标识（勿改）"]
    assert [read_key(row.pop()).number for row in rows] == [a.number for a in now.actions]
    wanted = [shown(a) for a in now.actions]
    for row in wanted:
        for head in ("进度", "序时"):
            row[head] = f"{round(row[head] * 100)}%" if row[head] is not None else None
    assert rows == [[str(value or "") for value in row.values()] for row in wanted]


def test_csv_keeps_the_filter(client, district):
    rows = read_csv(fetch(client, district, "?light=red", name="ledger_csv"))
    assert [row[0] for row in rows[1:]] == ["1.1"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "＝1+1", "－1"])
def test_csv_guards_what_would_be_a_formula(client, district, text):
    make_entry(district.actions["red"], by=district.people["reporter"], done=text)
    row = read_csv(fetch(client, district, name="ledger_csv"))[1]
    assert row[10] == f"'{text}"


@pytest.mark.parametrize(
    "text", ["2.10", "12.20", "007", "1-2", "2022-09-30", "3/4", "440301199001010011", "3E5"]
)
def test_csv_guards_what_would_be_another_number(text):
    """Every program that opens a CSV makes 2.1 of 2.10, and a day of 1-2."""
    assert guarded(text) == f"'{text}"


def test_csv_leaves_other_texts_alone():
    for text in ("1+1", "a=b", "", "'x", "1.1", "10", "第1-2期", "0.5", "2.10版", "13800138000"):
        assert guarded(text) == text


# The file


def test_the_names_of_the_files_say_plan_and_day(client, district):
    names = [
        fetch(client, district, query, name=name).headers["Content-Disposition"]
        for name, query in (("ledger", ""), ("ledger_csv", "?light=red"))
    ]
    assert names == [
        "attachment; filename*=utf-8''%E5%8F%B0%E8%B4%A6_2031_2022-09-30.xlsx",
        "attachment; filename*=utf-8''%E5%8F%B0%E8%B4%A6_2031_2022-09-30_%E7%AD%9B%E9%80%89.csv",
    ]


def test_equal_ledgers_are_equal_bytes(district, now):
    first = ledger_xlsx(ledger_of(now))
    time.sleep(2.1)  # a zip notes times in steps of two seconds
    assert ledger_xlsx(ledger_of(state(district.plan, TODAY))) == first


def test_the_annex_of_a_report_is_the_ledger_of_its_last_day(district):
    period = Period.read("2022-Q3")
    report = draft(district.plan, period, kind="circular", by=district.people["supervisor"])
    document = document_of(report)
    with translation.override("en"):
        book = opened(annex_xlsx(document, district.plan.thresholds))
    rows = rows_of(book.worksheets[0])
    assert rows == [shown(a) for a in state(district.plan, TODAY).actions]
    counts = [line[2] for line in numbers_under(book.worksheets[1], "按亮灯")[:7]]
    assert counts == [document.facts.counts[kind] for kind in KINDS]
    assert annex_xlsx(document, district.plan.thresholds) == annex_xlsx(
        document_of(report), district.plan.thresholds
    )


def large_plan(actions: int):
    """A plan with so many actions in eight priorities, each led and supported."""
    unit, plan = make_unit(), make_plan("2032")
    priorities = [make_priority(plan, number=number) for number in range(1, 9)]
    for number in range(actions):
        supporting = [make_unit()]
        make_action(priorities[number % 8], lead_unit=unit, supporting=supporting)
    return plan


def told(plan, by, length: int = 300) -> None:
    for action in Action.objects.of_plan(plan):
        make_entry(action, by=by, done="示例进展。" * (length // 5), problems="示例问题。" * 20)


@pytest.mark.parametrize(("actions", "limit"), [(41, 0.5), (200, 2.0)])
def test_it_is_quick(client, district, actions, limit, record_property, capsys):
    plan = large_plan(actions)
    told(plan, district.people["reporter"])
    date_history(date(2022, 1, 4))
    client.force_login(district.people["viewer"])
    address = reverse("ledger", args=[plan.slug])
    client.get(address)
    start = time.process_time()
    response = client.get(address)
    seconds = time.process_time() - start
    with capsys.disabled():
        count = opened(response.content).worksheets[0].max_row - 1
        print(f"\nledger of {count} actions as Excel: {seconds:.3f} s of the processor")
    assert seconds < limit


@pytest.mark.parametrize("name", ["ledger", "ledger_csv"])
def test_its_queries_do_not_grow(client, district, name):
    client.force_login(district.people["viewer"])
    counted = []
    for slug, each in (("2032", 2), ("2033", 6)):
        plan = make_plan(slug, sizes=[each, each])
        unit = make_unit()
        for action in Action.objects.of_plan(plan):
            action.lead_unit, action.start, action.due = unit, plan.start, plan.end
            action.save()
            make_entry(action, by=district.people["reporter"])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name, args=[slug])).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


# To fill in


def test_a_file_to_fill_in_has_what_the_form_asks_too(client, district):
    sheet = book_of(fetch(client, district, "?fill=1", by="reporter")).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[14:] == [
        *("进展日期", "研判", "研判原因", "需区里协调", "百分比说明", "调整原因"),
        "标识（勿改）",
    ]
    assert len(sheet.data_validations.dataValidation) == 2


def test_a_file_to_fill_in_holds_what_one_reports_on(client, district):
    rows = rows_of(book_of(fetch(client, district, "?fill=1", by="stranger")).worksheets[0])
    assert [row["序号"] for row in rows] == ["1.1"]  # its unit supports that one
    rows = rows_of(book_of(fetch(client, district, "?fill=1", by="supervisor")).worksheets[0])
    open_actions = [
        a
        for a in state(district.plan, TODAY).actions
        if a.light not in (Light.CANCELLED, Light.UNASSIGNED)
    ]
    assert [row["序号"] for row in rows] == [a.number for a in open_actions]
    assert rows_of(book_of(fetch(client, district, "?fill=1")).worksheets[0]) == []


def test_a_file_to_fill_in_is_of_today(client, district):
    response = fetch(client, district, "?fill=1&on=2022-06-30", by="reporter")
    assert response.status_code == 400
    assert "填报表只能按今天的数据生成。" in response.content.decode()


# The key


def test_a_key_tells_what_stood_in_the_cells(now):
    ledger = ledger_of(now)
    a, row = now.actions[0], ledger.rows[0]
    key = read_key(ledger.keys[0])
    assert (key.plan, key.on, key.number) == ("2031", "2022-09-30", "1.1")
    assert key.standing == a.standing.pk
    values = dict(zip((c.name for c in COLUMNS), ledger.cells[0], strict=True))
    assert [name for name, value in values.items() if not key.is_as_made(name, value)] == []
    assert not key.is_as_made("percent", row.percent + 1)
    assert key.is_as_made("help_needed", None)


@pytest.mark.parametrize("words", ["", "1", "2/2031/2022-09-30/1.1/0/aaaaaa", "1/2031/x/1.1/0/a"])
def test_other_words_are_no_key(words):
    assert read_key(words) is None


def test_a_mark_is_the_same_however_a_program_saves_the_text():
    same = ["一\n二", "一\r\n二", "一_x000D_\n二", "一\n二 ", "一 \n二"]
    assert len({mark(text) for text in same}) == 1
    assert mark("一二") != mark("一\n二")
    assert Key("2031", "2022-09-30", "1.1", 0, {}).is_as_made("due", None)
