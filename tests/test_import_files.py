"""Ledgers as other programs leave them: untouched rows stay so, foreign files get a sentence."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook as Book

from priorities.ledger.contents import Ledger, ledger_of
from priorities.ledger.csv_file import ledger_csv
from priorities.ledger.excel import ledger_xlsx
from priorities.ledger.reading import Filled, read
from tests.states import state

from .district import TODAY
from .factories import make_action, make_entry
from .test_start import PATIENCE
from .workbooks import NAME, filled_in, opened, places, rewritten, saved, with_xml

pytestmark = pytest.mark.django_db

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
STRICT = "http://purl.oclc.org/ooxml"
EAST_ASIAN = [*range(27, 37), *range(50, 59)]


@pytest.fixture(scope="module")
def ledger(built_district, django_db_blocker) -> Ledger:
    """With an action 2.10, and with texts that programs like to change."""
    district, _folder = built_district
    with django_db_blocker.unblock():
        second = district.plan.priorities.get(number=2)
        for done in ("1.10", "=1+1", "80%", "9月28日", "一\t二\n三", "_x000D_ x005F_"):
            action = make_action(
                second, text="示例", lead_unit=district.lead, due=date(2022, 11, 30)
            )
            told = {"done": done, "percent": 100, "explanation": "示例"}
            make_entry(action, by=district.people["supervisor"], **told)
        now = state(district.plan, TODAY)
        rows = [a for a in now.actions if a.is_assigned]
        return ledger_of(now, rows, is_to_fill=True)


@pytest.fixture(scope="module")
def made(ledger) -> bytes:
    """The file to fill in."""
    return ledger_xlsx(ledger)


def reading(content: bytes) -> Filled:
    return read(io.BytesIO(content), name=NAME, plan="2031")


def sentence_about(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        reading(content)
    (sentence,) = refused.value.messages
    return sentence


def changed(content: bytes, change) -> bytes:
    """The file after a change to its first sheet, with the columns by head and lines by number."""
    book = opened(content)
    sheet = book.worksheets[0]
    change(sheet, *places(sheet))
    return saved(book)


def row_of(filled: Filled, number: str):
    return next(row for row in filled.rows if row.number == number)


# What other programs do to a file that nobody filled in


def without_styles(content: bytes) -> bytes:
    return rewritten(content, lambda name, part: None if name == STYLES else part)


def with_missing_style(content: bytes) -> bytes:
    def change(name, part):
        return re.sub(rb' s="[0-9]+"', b' s="999"', part) if name == SHEET else part

    return rewritten(content, change)


def with_values_pasted(content: bytes) -> bytes:
    def change(sheet, _columns, _lines):
        for cell in (cell for line in sheet.iter_rows(min_row=2) for cell in line):
            cell.number_format = "General"

    return changed(content, change)


def strict(content: bytes) -> bytes:
    """Strict Open XML, as Excel saves it on demand: other namespaces, days as ISO 8601."""

    def day(found):
        moment = date(1899, 12, 30) + timedelta(int(found[2]))
        return found[1] + b' t="d"><v>' + moment.isoformat().encode() + b"T00:00:00</v>"

    def change(name, part):
        if name == SHEET:
            part = re.sub(rb"(<c [^>]*)><v>(44[0-9]{3})</v>", day, part)
        for word in (b"spreadsheetml", b"officeDocument", b"drawingml"):
            old = rb"http://schemas.openxmlformats.org/" + word + rb"/2006/"
            part = part.replace(old, STRICT.encode() + b"/" + word + b"/")
        return part

    return rewritten(content, change)


def with_other_case(content: bytes) -> bytes:
    source, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in source.namelist():
            archive.writestr(name.replace("sharedStrings", "SharedStrings"), source.read(name))
    return buffer.getvalue()


def with_numbers_as_numbers(content: bytes) -> bytes:
    """2.10 becomes 2.1 wherever a text that looks like a number is made one."""

    def change(sheet, columns, lines):
        for number, line in lines.items():
            sheet.cell(line, columns["序号"]).value = float(number)

    return changed(content, change)


def with_evenings(hours: float):
    """Days as programs write them that take a local midnight for one of Greenwich."""

    def change(content: bytes) -> bytes:
        def move(name, part):
            def moved(found):
                return b"<v>%f</v>" % (int(found[1]) - 1 + hours / 24)

            return re.sub(rb"<v>(44[0-9]{3})</v>", moved, part) if name == SHEET else part

        return rewritten(content, move)

    return change


def with_a_blank_below(content: bytes) -> bytes:
    def change(sheet, _columns, lines):
        sheet.cell(max(lines.values()) + 3, 4).value = " "

    return changed(content, change)


def with_merged_priorities(content: bytes) -> bytes:
    """The column that everybody merges; it is not read."""

    def change(sheet, columns, lines):
        place, first = columns["重点工作"], lines["1.1"]
        sheet.merge_cells(
            start_row=first, end_row=first + 2, start_column=place, end_column=place + 1
        )
        sheet.merge_cells(start_row=60, end_row=61, start_column=1, end_column=8)

    return changed(content, change)


UNTOUCHED = {
    "no styles": without_styles,
    "a style that is missing": with_missing_style,
    "values pasted": with_values_pasted,
    "strict Open XML": strict,
    "another case of a part's name": with_other_case,
    "numbers as numbers": with_numbers_as_numbers,
    "16:00 of the day before": with_evenings(16),
    "23:59:17 of the day before": with_evenings(24 - 43 / 3600),
    "a blank below": with_a_blank_below,
    "merged cells that are not read": with_merged_priorities,
}


@pytest.mark.parametrize("kind", UNTOUCHED)
def test_a_file_that_only_a_program_changed_says_nothing(made, kind):
    filled = reading(UNTOUCHED[kind](made))
    assert filled.rows == []
    assert filled.untouched == reading(made).untouched > 10


@pytest.mark.parametrize("key", EAST_ASIAN)
def test_days_in_another_east_asian_format_are_untouched(made, key):
    found = re.search(r'numFmtId="(1[67][0-9])" formatCode="yyyy-mm-dd"', _part(made, STYLES))
    other = with_xml(made, STYLES, (f'<xf numFmtId="{found[1]}"', f'<xf numFmtId="{key}"'))
    assert reading(other).rows == []


def _part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_it_comes_back_from_libreoffice_as_it_went(made, tmp_path):
    """Through .ods, and saved as .xlsx by another program."""
    assert shutil.which("localc"), "LibreOffice Calc is missing: bin/test-tools installs it"
    (tmp_path / "made.xlsx").write_bytes(made)
    convert(tmp_path, "ods", "made.xlsx")
    convert(tmp_path, "xlsx", "made.ods")
    filled = reading((tmp_path / "made.xlsx").read_bytes())
    assert (filled.rows, filled.untouched) == ([], reading(made).untouched)


def convert(folder: Path, kind: str, file: str) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, folder / file],
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )


def with_numbers_as_floats(content: bytes) -> bytes:
    def change(sheet, columns, lines):
        for number, line in lines.items():
            sheet.cell(line, columns["序号"]).value = str(float(number))

    return changed(content, change)


def test_a_shorter_number_is_settled_by_the_words_of_the_action(made):
    shorter = with_numbers_as_floats(made)
    assert reading(shorter).rows == []

    def swap(sheet, columns, lines):
        cell = sheet.cell(lines["2.1"], columns["举措"])
        cell.value = "示例：另一项"

    row = row_of(reading(changed(shorter, swap)), "2.10")
    assert [name for name, _words in row.problems] == ["number"]


def test_a_csv_that_was_saved_as_a_workbook_is_a_ledger_too(ledger):
    """As a program opens it: what looks like a number, a percent or a day becomes one."""
    book = Book()
    for line in csv.reader(io.StringIO(ledger_csv(ledger).decode("utf-8-sig"))):
        book.active.append([as_opened(words) for words in line])
        for cell in book.active[book.active.max_row]:
            if isinstance(cell.value, float):
                cell.number_format = "0%" if cell.value <= 1 else "General"
            elif cell.data_type == "f":
                cell.data_type = "s"
    filled = reading(saved(book))
    assert (filled.rows, filled.untouched) == ([], len(ledger.rows))


def as_opened(words: str):
    if re.fullmatch(r"[0-9]+%", words):
        return int(words[:-1]) / 100
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", words):
        return float(words)
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", words)
    return date(*map(int, day.groups())) if day else words


# What people write is what the cell shows


@pytest.mark.parametrize(
    ("head", "value", "code", "said"),
    [
        *(("存在问题", 0.8, "0%", "80%"), ("存在问题", 46000, '0"万元"', "46000万元")),
        *(
            ("存在问题", 44832, 'm"月"d"日"', "9月28日"),
            ("下步举措", 44832, "yyyy/m/d", "2022/9/28"),
        ),
        *(
            ("进度", 75, '0"%"', "75"),
            ("进度", 1, r"0\%", "1"),
            ("进度", "７５％", "General", "75"),
        ),
        *(("进展日期", "２０２２年９月３０日", "@", "2022-09-30"), ("进度", "８８", "@", "88")),
    ],
)
def test_what_the_cell_shows_is_meant(made, head, value, code, said):
    def change(sheet, columns, lines):
        cell = sheet.cell(lines["1.1"], columns[head])
        cell.value, cell.number_format = value, code

    (row,) = reading(changed(made, change)).rows
    assert list(row.cells.values()) == [said]
    assert row.problems == []


@pytest.mark.parametrize("words", ["一_x000B_二", "一_x000b_二"])
def test_an_escaped_line_break_is_one(made, words):
    book = with_xml(filled_in(made, {("1.1", "存在问题"): "PLACE"}), SHEET, ("PLACE", words))
    assert row_of(reading(book), "1.1").cells == {"problems": "一\n二"}


def test_a_literal_escape_stays(made):
    escaped = ("PLACE", "x005F_ _x005F_x000B_")
    book = with_xml(filled_in(made, {("1.1", "存在问题"): "PLACE"}), SHEET, escaped)
    assert row_of(reading(book), "1.1").cells == {"problems": "x005F_ _x000B_"}


def test_rich_text_is_read_without_its_reading_aids(made):
    runs = '<r><t>前</t></r><r><rPr><b/></rPr><t>后</t></r><rPh sb="0" eb="1"><t>qian</t></rPh>'
    book = with_xml(filled_in(made, {("1.1", "存在问题"): "PLACE"}), SHEET, ("<t>PLACE</t>", runs))
    assert row_of(reading(book), "1.1").cells == {"problems": "前后"}


WPS_PICTURE = '<f>_xlfn.DISPIMG("ID_1A2B",1)</f><v>=DISPIMG("ID_1A2B",1)</v>'


@pytest.mark.parametrize(
    "cell",
    [
        f'<c r="L2" t="str">{WPS_PICTURE}</c>',
        '<c r="L2" t="e" vm="1"><v>#VALUE!</v></c>',
        '<c r="L2" t="inlineStr"><is><t>=DISPIMG("ID_1A2B",1)</t></is></c>',
        '<c r="L2" t="e" vm="2"><f>_xlfn.IMAGE("https://example.org/1.png")</f><v>#BLOCKED!</v></c>',
    ],
)
def test_a_picture_in_a_cell_is_named(made, cell):
    empty = re.search(r'<c r="L2"[^>]*/>', _part(made, SHEET))[0]
    row = row_of(reading(with_xml(made, SHEET, (empty, cell))), "1.1")
    ((name, sentence),) = row.problems
    assert name == "problems"
    assert "图片" in sentence


def test_pictures_that_lie_on_the_sheet_are_counted(made):
    buffer = io.BytesIO(made)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(
            "xl/worksheets/_rels/sheet1.xml.rels",
            '<Relationships><Relationship Id="r1" Target="../drawings/drawing1.xml" Type="'
            'http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"/>'
            "</Relationships>",
        )
        anchor = "<x:twoCellAnchor><x:pic><x:nvPicPr/></x:pic></x:twoCellAnchor>"
        archive.writestr("xl/drawings/drawing1.xml", f'<x:wsDr xmlns:x="x">{anchor * 2}</x:wsDr>')
    filled = reading(buffer.getvalue())
    assert (filled.pictures, filled.rows) == (2, [])
    assert reading(made).pictures == 0


def test_lines_that_are_no_rows_are_said_as_runs(made):
    filled = reading(made)
    filled.remarks = [7, 40, 41, 42, 45]
    assert filled.remarked == "7、40–42、45"


# Below the table


@pytest.mark.parametrize(
    "words", [["注：以上数据为示例"], ["合计", None, "共 16 项"], [None, None, "填表人：示例1号"]]
)
def test_what_stands_below_is_left_out_with_a_word(made, words):
    filled = reading(
        changed(made, lambda sheet, *_: sheet.append([*words, None, None, None, None, 0.5]))
    )
    assert filled.rows == []
    assert len(filled.remarks) == 1


def test_heads_in_the_middle_are_no_row(made):
    """The files of two units, pasted one below the other."""

    def change(sheet, _columns, lines):
        sheet.insert_rows(lines["1.3"])
        for cell in sheet[1]:
            sheet.cell(lines["1.3"], cell.column).value = cell.value

    filled = reading(changed(made, change))
    assert (filled.rows, filled.untouched) == ([], reading(made).untouched)
    assert len(filled.remarks) == 1


@pytest.mark.parametrize(
    "head", ["标识(勿改)", "标 识（勿改）", "标识（勿改）\u200b", "标识\u3000（勿改）"]
)
def test_a_head_is_known_however_it_is_written(made, head):
    def change(sheet, columns, _lines):
        sheet.cell(1, columns["标识（勿改）"]).value = head

    assert reading(changed(made, change)).rows == []


@pytest.mark.parametrize("words", ["一、示例重点工作", "小计", "合 计"])
def test_a_heading_or_a_total_between_the_rows_is_no_row(made, words):
    """Merged over all columns, or with a mean in the column of percents."""

    def change(sheet, columns, lines):
        line = lines["1.3"]
        sheet.insert_rows(line)
        sheet.cell(line, 1).value = words
        if "计" in words:
            sheet.cell(line, columns["进度"]).value = "=AVERAGE(H2:H3)"
        else:
            sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=14)

    filled = reading(changed(made, change))
    assert (filled.rows, len(filled.remarks)) == ([], 1)
    assert filled.untouched == reading(made).untouched


def test_an_action_that_was_added_below_is_refused(made):
    filled = reading(changed(made, lambda sheet, *_: sheet.append(["2.77", None, "示例"])))
    assert [name for name, _words in row_of(filled, "2.77").problems] == ["key"]


def test_cells_that_are_merged_within_the_table_are_refused(made):
    def change(sheet, columns, lines):
        sheet.merge_cells(
            start_row=lines["1.1"],
            end_row=lines["1.1"] + 1,
            start_column=columns["存在问题"],
            end_column=columns["存在问题"],
        )

    assert "L2:L3" in sentence_about(changed(made, change))


def test_all_faults_of_a_row_are_told_at_once(made):
    changes = {("1.1", "进度"): "四成", ("1.1", "完成时限"): "明天", ("1.1", "进展日期"): "后天"}
    row = row_of(reading(filled_in(made, changes)), "1.1")
    assert [name for name, _words in row.problems] == ["due", "percent", "day"]


# Files that are no ledger of ours


def foreign_table(_made: bytes) -> bytes:
    book = Book()
    book.active.append(["序号", "牵头单位", "完成时限", "进展情况"])
    book.active.append([1, "示例局", "2022年6月底", "示例"])
    return saved(book)


def without_keys(made: bytes) -> bytes:
    def change(sheet, columns, lines):
        for line in lines.values():
            sheet.cell(line, columns["标识（勿改）"]).value = None

    return changed(made, change)


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, words in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), words)
    return buffer.getvalue()


FOREIGN = {
    "a table of others": (foreign_table, "不是从本系统导出的"),
    "all keys gone": (without_keys, "不是从本系统导出的"),
    "xlsb": (lambda made: zipped(xl__workbook_bin="x", xl__styles_bin="x"), r"\.xlsb"),
    "ods": (lambda made: zipped(mimetype="x", content_xml="<x/>"), r"\.ods"),
    "a web page": (lambda made: "<html><table><tr><td>序号".encode(), "网页"),
    "CSV": (lambda made: "\ufeff序号,重点工作,举措\r\n1.1,示例,示例".encode(), r"\.csv"),
    "CSV of Windows": (lambda made: "序号,重点工作,举措\r\n1.1,示例".encode("gbk"), r"\.csv"),
    "a Word file": (lambda made: zipped(word__document_xml="<x/>"), "不是 Excel 文件"),
    "no sheets": (
        lambda made: with_xml(made, "xl/workbook.xml", ("<sheet ", "<x ")),
        "没有一张工作表",
    ),
    "a text that is missing": (
        lambda made: with_xml(made, "xl/sharedStrings.xml", ("<si>", "<x>"), ("</si>", "</x>")),
        "没有一张工作表有台账的表头",
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_gets_a_sentence_on_what_to_do(made, kind):
    spoil, words = FOREIGN[kind]
    assert re.search(words, sentence_about(spoil(made)))


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, STYLES, "xl/sharedStrings.xml"])
@pytest.mark.parametrize("spoil", [lambda part: b"", lambda part: part[: len(part) // 2]])
def test_a_part_that_is_damaged_is_answered(made, part, spoil):
    content = rewritten(made, lambda name, xml: spoil(xml) if name == part else xml)
    assert "文件已损坏" in sentence_about(content)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="L2"><v>nan</v></c>',
        '<c r="L2"><v>1e400</v></c>',
        '<c r="L2" t="s"><v>99999</v></c>',
        '<c r="L2" t="s"><v>x</v></c>',
        '<c r="L2"><v>2022-09-30</v></c>',
        '<c r="L2" s="x"><v>1</v></c>',
    ],
)
def test_a_cell_that_is_damaged_is_a_fault_of_its_row(made, cell):
    empty = re.search(r'<c r="L2"[^>]*/>', _part(made, SHEET))[0]
    (row,) = reading(with_xml(made, SHEET, (empty, cell))).rows
    assert [name for name, _words in row.problems] == ["problems"]


BOMBS = {
    "elements in a cell": "<row><c>" + "<a/>" * 110_000 + "</c></row></sheetData>",
    "merged cells": "</sheetData><mergeCells>"
    + '<mergeCell ref="A1:B2"/>' * 10_001
    + "</mergeCells>",
    "a column that no sheet has": '<row><c r="ZZZ1"><v>1</v></c></row></sheetData>',
    "cells": "<row>" + "<c/>" * 1_000_001 + "</row></sheetData>",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_more_than_any_ledger_holds_is_not_read(made, kind):
    content = with_xml(made, SHEET, ("</sheetData>", BOMBS[kind]))
    assert "远多于台账" in sentence_about(content)
