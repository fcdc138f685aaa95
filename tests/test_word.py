"""The Word file: read back number by number, and looked at as LibreOffice renders it."""

import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from django.db import transaction
from docx.oxml.ns import qn
from lxml import etree

from priorities import words
from priorities.circular.document import Block, Document, document_of
from priorities.circular.drafting import draft
from priorities.circular.issuing import issue
from priorities.circular.ooxml import PARAGRAPH_ORDER
from priorities.circular.pictures import WORDS
from priorities.circular.word import word_file
from priorities.lights import KINDS
from priorities.models import Action
from priorities.palette import SHAPES
from priorities.state.kept import plan_on

from .factories import make_action, make_entry, make_plan, make_priority, make_unit, make_user
from .test_report_draft import UP_TO_AUGUST, UP_TO_SEPTEMBER, reload, two_months  # noqa: F401
from .test_start import PATIENCE

FONTS = Path(__file__).resolve().parent / "data" / "fonts.conf"
HOSTILE = "甲\x0b乙\x1f丙\uffff丁\x00戊\ud800己"
RARE = "沙坣社区、𠮷野、😀与✅"


@pytest.fixture
def document(district) -> Document:
    return issued_document(district.plan, district.people["supervisor"])


def issued_document(plan, by, kind: str = "circular") -> Document:
    number = f"示例督查〔2022〕{kind}9号"
    report = draft(plan, UP_TO_SEPTEMBER, kind=kind, by=by, number=number)
    issue(report, by=by)
    return document_of(reload(report))


def opened(content: bytes):
    return docx.Document(BytesIO(content))


def cells(table) -> list[list[str]]:
    """The texts of a table, row by row, a broken line as one word."""
    rows = table._tbl.findall(qn("w:tr"))
    return [["".join(_texts(cell)) for cell in row.findall(qn("w:tc"))] for row in rows]


def _texts(element):
    for part in element.iter(qn("w:t"), qn("w:br")):
        yield part.text if part.tag == qn("w:t") else "\n"


def whole_text(content: bytes) -> str:
    return "\n".join("".join(_texts(p)) for p in opened(content).element.body.iter(qn("w:p")))


# Read back


def test_the_table_of_lights_is_the_state_s(district, document):
    state = plan_on(district.plan, document.end)
    rows = cells(opened(word_file(document)).tables[0])
    assert [row[1:] for row in rows[1:-1]] == [
        [str(p.total), *(str(p.counts[k] or "—") for k in KINDS), f"{p.percent}%"]
        for p in state.priorities
    ]
    assert rows[-1] == [
        *("合计", str(state.total)),
        *(str(state.counts[k] or "—") for k in KINDS),
        "—",
    ]


def test_the_annexes_are_the_state_s(district, document):
    state = plan_on(district.plan, document.end)
    _lights, attention, whole = (cells(t) for t in opened(word_file(document)).tables)
    assert whole[0] == [
        *("序号", "重点工作", "举措", "牵头单位", "配合单位", "责任人", "完成时限", "进度", "序时"),
        *("亮灯", "进展情况", "存在问题", "下步举措", "更新日期"),
    ]
    assert len(whole) == 1 + len(state.actions)
    for number, (row, a) in enumerate(zip(whole[1:], state.actions, strict=True), start=1):
        lead = a.action.lead_unit.name if a.action.lead_unit else "—"
        supporting = "、".join(unit.name for unit in a.supporting) or "—"
        assert row[:6] == [
            *(str(number), a.action.priority.title, f"{a.number} {a.text}", lead, supporting),
            a.owner_name or "—",
        ]
        assert row[7] == ("—" if a.is_ended else f"{a.percent}%")
        assert row[8] == (f"{a.elapsed}%" if a.has_yardstick else "—")
        assert row[9] == f"{SHAPES[a.kind]}{words.word(a)}"
        assert row[13] == (f"{a.accepted.day:%m-%d}" if a.accepted else "—")
    late = [f"{a.number} {a.text}" for a in state.where(lambda a: a.light in ("red", "yellow"))]
    assert sorted(row[1] for row in attention[1:]) == sorted(late)


def test_every_word_of_the_document_is_in_the_file(document):
    text = whole_text(word_file(document))
    for block in document.blocks:
        assert block.text in text
    for said in (document.masthead, document.number, document.signature, document.seal):
        assert said in text.replace("\n", "")
    assert document.title in text.replace("\n", "")
    assert document.chain_seal in text


def test_a_draft_says_so_and_carries_no_hash(district):
    report = draft(district.plan, UP_TO_SEPTEMBER, kind="circular", by=None)
    word = opened(word_file(document_of(report)))
    assert word.sections[0].header.paragraphs[0].text == "草稿，未签发"
    assert "SHA-256" not in "\n".join(p.text for p in word.paragraphs)


def test_a_correction_says_on_top_what_it_replaces(document):
    corrected = replace(document, replaces="《示例》（示例〔2022〕9号）")
    assert "本通报更正并代替《示例》（示例〔2022〕9号）。" in whole_text(word_file(corrected))


# The format


def test_page_margins_and_grid(document):
    first, *annexes = opened(word_file(document)).sections
    assert [round(first.page_width.mm), round(first.page_height.mm)] == [210, 297]
    margins = (first.top_margin, first.left_margin, first.right_margin, first.bottom_margin)
    assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
    grid = first._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert len(annexes) == 2
    for section in annexes:
        assert section.page_width > section.page_height


def test_every_style_names_its_chinese_font_and_no_theme_s(document):
    styles = opened(word_file(document)).styles
    fonts = {s.name: s.element.rPr.rFonts for s in styles if s.type == 1}
    assert {name: font.get(qn("w:eastAsia")) for name, font in fonts.items()} == {
        **dict.fromkeys(("Normal", "Body Text", "Table text", "Picture", "Seal"), "仿宋_GB2312"),
        **dict.fromkeys(("Header", "Footer"), "仿宋_GB2312"),
        **dict.fromkeys(("Heading 1", "Annex", "Caption"), "黑体"),
        **dict.fromkeys(("Title", "Masthead", "Annex title"), "方正小标宋简体"),
        "Heading 2": "楷体_GB2312",
    }
    for font in fonts.values():
        assert not [name for name in font.attrib if "Theme" in name]
        assert font.get(qn("w:ascii")) == "Times New Roman"


def test_the_fonts_of_windows_can_be_asked_for(document, settings):
    settings.REPORT_FONTS = "windows"
    styles = opened(word_file(document)).styles
    assert styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    assert styles["Heading 2"].element.rPr.rFonts.get(qn("w:eastAsia")) == "楷体"


def test_the_language_is_chinese(document):
    word = opened(word_file(document))
    assert word.settings.element.find(qn("w:themeFontLang")).get(qn("w:eastAsia")) == "zh-CN"
    languages = word.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    assert [language.get(qn("w:eastAsia")) for language in languages] == ["zh-CN"]


def test_headings_are_real_and_numbered(document):
    word = opened(word_file(document))
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["一、总体情况", "二、各项重点工作进展", "三、存在问题", "四、下一步工作"]
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 2"][:2] == [
        "（一）示例重点工作一",
        "（二）示例重点工作二",
    ]
    assert [p.text for p in word.paragraphs if p.style.name == "Annex"] == ["附件1", "附件2"]


def test_page_numbers_stand_outside_between_dashes(document):
    word = opened(word_file(document))
    assert word.settings.odd_and_even_pages_header_footer
    section = word.sections[0]
    for footer, align in ((section.footer, 2), (section.even_page_footer, 0)):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert paragraph.alignment == align
        assert [i.text for i in paragraph._p.iter(qn("w:instrText"))] == [" PAGE "]


def test_tables_repeat_their_head_and_keep_their_rows_whole(document):
    for table in opened(word_file(document)).tables:
        head, *rows = table._tbl.findall(qn("w:tr"))
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        for row in rows:
            assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


def test_no_day_and_no_number_of_an_annex_breaks(db):
    """A column is as wide as its longest day, and the page across stays as wide as it is."""
    plan = make_plan("2031")
    unit, by = make_unit("示例一局"), make_user("supervisor")
    for order, due in ((9, date(2022, 12, 31)), (12, date(2023, 3, 31))):
        action = make_action(make_priority(plan), order=order, lead_unit=unit, due=due)
        make_entry(action, by=by, percent=10)
    file = opened(word_file(document_of(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by))))
    for table in file.tables[-2:]:
        widths = [int(column.get(qn("w:w"))) / 56.7 for column in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) == pytest.approx(263, abs=0.5)
        for row in cells(table):
            for width, text in zip(widths, row, strict=True):
                for number in re.findall(r"[\d.%-]{3,}", text):
                    assert len(number) * 1.55 + 1.6 <= width, number
    assert "2023-03-31" in str(cells(file.tables[-1]))


def test_pictures_say_in_words_what_they_show(two_months):  # noqa: F811
    _first, second = two_months
    word = opened(word_file(document_of(second)))
    said = [p.get("descr") for p in word.element.body.iter(qn("wp:docPr"))]
    assert said[0].startswith("柱状图，上期（1—8月）与本期亮灯数量：滞后上期0项、本期2项；")
    assert said[1].startswith("条形图，各项重点工作的平均完成与序时进度：示例重点完成")
    widths = [int(e.get("cx")) / 36000 for e in word.element.body.iter(qn("wp:extent"))]
    assert widths == [156, 156]


def test_the_words_of_the_pictures_are_in_their_font(document):
    words = [*(document.facts.words[kind] for kind in KINDS), "上期", "本期", "完成进度", "序时"]
    assert set("".join(words)) <= set(WORDS)


SCHEMA = {
    "pPr": PARAGRAPH_ORDER,
    "rPr": (
        *("rFonts", "b", "bCs", "i", "iCs", "color", "spacing", "w", "kern", "position"),
        *("sz", "szCs", "lang"),
    ),
    "tblPr": (
        *("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar"),
        *("tblLook", "tblDescription"),
    ),
    "tcPr": ("tcW", "shd", "vAlign"),
    "sectPr": (
        *("headerReference", "footerReference", "type", "pgSz", "pgMar", "cols", "titlePg"),
        "docGrid",
    ),
}
"""The order of children that ECMA-376 gives, of those that are used."""


def test_the_order_of_properties_is_what_the_schema_wants(document):
    """Word calls a file broken where LibreOffice and python-docx do not mind."""
    for name, xml in parts(word_file(document)):
        for element in xml.iter(*(qn(f"w:{tag}") for tag in SCHEMA)):
            order = SCHEMA[etree.QName(element).localname]
            places = [order.index(etree.QName(child).localname) for child in element]
            if etree.QName(element).localname == "sectPr":
                places = [place for place in places if place > 1]
            assert places == sorted(places), f"{name}: {etree.tostring(element)[:300]}"


def parts(content: bytes):
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|styles|header\d|footer\d)\.xml", name):
                yield name, etree.fromstring(archive.read(name))


# Whatever stands in the texts


def test_what_no_file_may_hold_comes_out_clean(document):
    block = Block(key="示例", section="overview", style="text", text=HOSTILE)
    rows = [replace(row, done=HOSTILE, lead=HOSTILE) for row in document.facts.rows]
    facts = replace(document.facts, rows=rows)
    hostile = replace(
        document, blocks=[block, *document.blocks], facts=facts, title=HOSTILE, masthead=HOSTILE
    )
    text = whole_text(word_file(hostile))
    assert text.count("甲\n乙丙丁戊己") >= 2 + len(rows)


def test_characters_that_the_font_lacks_get_one_that_has_them(document):
    block = Block(key="示例", section="overview", style="text", text=RARE)
    word = opened(word_file(replace(document, blocks=[block])))
    paragraph = next(p for p in word.paragraphs if p.text == RARE)
    fonts = {run.text: run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in paragraph.runs}
    assert fonts == {
        "沙": None,
        "坣": "宋体",
        "社区、": None,
        "𠮷": "SimSun-ExtB",
        "野、": None,
        "😀": "Segoe UI Emoji",
        "与": None,
        "✅": "Segoe UI Emoji",
    }


def test_an_edited_text_of_several_lines_is_several_paragraphs(document):
    block = Block(key="示例", section="overview", style="text", text="第一段。\n\n第二段。\r\n")
    word = opened(word_file(replace(document, blocks=[block])))
    body = [p.text for p in word.paragraphs if p.style.name == "Body Text"]
    assert body == ["第一段。", "第二段。"]


def test_a_plan_without_actions_comes_out(db):
    plan = make_plan()
    for kind in ("circular", "brief"):
        assert word_file(document_of(draft(plan, UP_TO_SEPTEMBER, kind=kind, by=None)))


def test_word_excel_and_frozen_data_agree_in_every_figure(district):
    report = draft(district.plan, UP_TO_SEPTEMBER, kind="circular", by=None, number="示例9号")
    issued = issue(report, by=district.people["supervisor"])
    content = {file.kind: bytes(file.content) for file in issued.files.all()}
    data = json.loads(issued.data)["facts"]
    word = cells(opened(content["docx"]).tables[-1])[1:]
    sheet = openpyxl.load_workbook(BytesIO(content["xlsx"])).worksheets[0]
    head, *excel = sheet.iter_rows(values_only=True, max_col=14)
    assert len(word) == len(excel) == len(data["rows"])
    for in_word, in_excel, row in zip(word, excel, data["rows"], strict=True):
        assert in_excel[0] == row["number"] == in_word[2].split(" ")[0]
        percent, elapsed = in_excel[7], in_excel[8]
        assert in_word[7] == ("—" if percent is None else f"{round(percent * 100)}%")
        assert in_word[8] == ("—" if elapsed is None else f"{round(elapsed * 100)}%")
        assert percent is None or round(percent * 100) == row["percent"]
        assert in_word[9] == SHAPES[row["kind"]] + row["word"] == in_excel[9].replace(" ", "")
        assert in_word[10:13] == [row["done"], row["problems"], row["next_step"]]
    assert list(head) == list(dict.fromkeys(head))


# The size


def large_plan(units: int, actions: int, narrative: str):
    plan = make_plan()
    by = make_user("supervisor")
    made = [
        make_unit(f"区{n}号单位", name=f"坪山区示例很长的单位全称第{n}号") for n in range(units)
    ]
    for number in range(8):
        priority = make_priority(plan, title=f"示例很长的重点工作题目一以贯之第{number}号")
        for order in range(actions // 8):
            lead = made[(number * 31 + order) % units]
            action = make_action(priority, lead_unit=lead, supporting=made[order % 5 : 12])
            make_entry(action, by=by, percent=(order * 17) % 100, done=narrative)
    return plan, by


def test_sixty_units_and_two_hundred_actions_come_out(db):
    narrative = "示例推进情况正常，" * 444 + "完"
    plan, by = large_plan(60, 200, narrative)
    document = document_of(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by))
    word = opened(word_file(document))
    rows = cells(word.tables[-1])
    assert len(rows) == 201
    assert {row[10] for row in rows[1:]} == {narrative}
    breaking = [
        row
        for row in word.tables[-1]._tbl.findall(qn("w:tr"))[1:]
        if row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is None
    ]
    assert len(breaking) == 200


def test_a_circular_of_41_actions_takes_less_than_a_second(db, record_property, capsys):
    plan, by = large_plan(
        25, 40, "示例：三季度回访22个单位，学习台账完整率96%，较二季度提高8个百分点。"
    )
    make_action(plan.priorities.first(), lead_unit=make_unit())
    document = document_of(draft(plan, UP_TO_SEPTEMBER, kind="circular", by=by))
    word_file(document)
    busy, begun = time.process_time(), time.perf_counter()
    word_file(document)
    busy, took = time.process_time() - busy, time.perf_counter() - begun
    record_property("word_seconds", round(took, 3))
    with capsys.disabled():
        print(f"\n  Word, 41 actions: {took:.2f} s, of which the processor {busy:.2f} s")
    assert busy < 1


# As it looks


@dataclass
class Rendered:
    """A PDF that LibreOffice made of a file, as text lines with their places, page by page."""

    path: Path

    @property
    def pages(self) -> list[list[str]]:
        text = run("pdftotext", "-layout", "-enc", "UTF-8", self.path, "-")
        pages = text.removesuffix("\f").split("\f")
        return [[line.strip() for line in page.split("\n") if line.strip()] for page in pages]

    def boxes(self) -> list[list[tuple[float, float, float, float]]]:
        """The lines of each page as left, top, right, bottom, in points."""
        xml = run("pdftotext", "-bbox-layout", self.path, "-").encode()
        tree = etree.fromstring(xml, etree.XMLParser(recover=True))
        sides = ("xMin", "yMin", "xMax", "yMax")
        return [
            [tuple(float(line.get(side)) for side in sides) for line in page.iter("{*}line")]
            for page in tree.iter("{*}page")
        ]


def run(*command) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, check=True, timeout=PATIENCE
    )
    return done.stdout.decode()


@pytest.fixture(scope="module")
def rendered(django_db_setup, django_db_blocker, tmp_path_factory) -> dict[str, Rendered]:
    """One call of LibreOffice for every file that is looked at."""
    assert shutil.which("soffice"), "LibreOffice is missing: bin/test-tools installs it"
    folder = tmp_path_factory.mktemp("word")
    with django_db_blocker.unblock(), transaction.atomic():
        documents = looked_at()
        transaction.set_rollback(True)
    for name, document in documents.items():
        (folder / f"{name}.docx").write_bytes(word_file(document))
    convert(folder, sorted(folder.glob("*.docx")))
    return {path.stem: Rendered(path) for path in folder.glob("*.pdf")}


def convert(folder: Path, files: list[Path]) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files],
        capture_output=True,
        check=True,
        timeout=PATIENCE,
        env=os.environ | {"FONTCONFIG_FILE": str(FONTS), "HOME": str(folder)},
    )


def looked_at() -> dict[str, Document]:
    """A circular and a brief as they are issued, pages full of characters, rows without end."""
    full, brief = issued_pair()
    block = Block(key="示例", section="overview", style="text", text="督" * 28 * 70)
    rows = [replace(row, done="进展情况，" * 800) for row in full.facts.rows[:2]]
    tall = replace(full.facts, rows=rows, attention=[])
    return {
        "full": full,
        "brief": brief,
        "grid": replace(full, blocks=[block]),
        "tall": replace(full, blocks=[block], facts=tall),
    }


def issued_pair() -> tuple[Document, Document]:
    plan, by = large_plan(25, 40, "示例：回访22个单位，学习台账完整率96%。沙坣社区、𠮷野、😀。")
    make_action(plan.priorities.first())
    help_wanted = {
        "help_needed": "示例：请区里协调落实用地指标约12公顷",
        "problems": "示例：未落实",
    }
    for action in Action.objects.filter(order=1, lead_unit__isnull=False):
        make_entry(action, by=by, percent=10, done="示例：完成选址。", **help_wanted)
    earlier = draft(plan, UP_TO_AUGUST, kind="circular", by=by, number="示例〔2022〕8号")
    issue(earlier, by=by)
    return issued_document(plan, by), issued_document(plan, by, "brief")


def chinese(line: str) -> int:
    return sum("\u4e00" <= character <= "\u9fff" for character in line)


def test_a_full_page_has_22_lines_of_28_characters(rendered):
    page = rendered["grid"].pages[2]
    full = [line for line in page if set(line) == {"督"}]
    assert [len(line) for line in full] == [28] * 22


def test_pages_are_numbered_through(rendered):
    for document in rendered.values():
        numbers = [page[-1].replace(" ", "") for page in document.pages]
        assert numbers == [f"—{number}—" for number in range(1, len(numbers) + 1)]


def test_no_heading_is_left_alone_at_the_end_of_a_page(rendered):
    heading = re.compile("[一二三四]、|（[一二三四五六七八]）|附件[12]$|表1")
    for page in rendered["full"].pages:
        assert not heading.match(page[-2]), page[-2]


def test_no_line_lies_over_another(rendered):
    for name, document in rendered.items():
        for number, boxes in enumerate(document.boxes(), start=1):
            for place, one in enumerate(boxes):
                for other in boxes[place + 1 :]:
                    assert not overlap(one, other), f"{name}, page {number}: {one} {other}"


def overlap(one, other) -> bool:
    """Whether two lines of text share more than the slack that their fonts leave around them."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 2 and high > 0.4 * min(one[3] - one[1], other[3] - other[1])


def test_nothing_lies_outside_the_sheet(rendered):
    for document in rendered.values():
        for boxes in document.boxes():
            assert all(box[0] > 40 and box[2] < 842 - 40 for box in boxes)


def test_no_glyph_is_missing(rendered):
    text = "".join("".join(page) for page in rendered["full"].pages)
    assert set("沙坣社区𠮷野●▲◆○√—“”〔〕") <= set(text)
    assert "\ufffd" not in text


def test_a_row_taller_than_a_page_goes_on_and_loses_nothing(rendered):
    text = "".join("".join(page) for page in rendered["tall"].pages)
    assert sum(text.count(c) for c in "况") >= 1600


def test_a_brief_is_one_page(rendered):
    assert len(rendered["brief"].pages) == 1


def test_the_hash_is_on_the_last_page(rendered):
    for name in ("full", "brief"):
        *_others, last = rendered[name].pages
        assert "SHA-256" in "".join(last)
