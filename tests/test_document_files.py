"""Documents as files: what text comes of each kind, and which sentence where none does."""

import codecs
import io
import shutil
import struct
import subprocess
import time
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
import resvg_py
from django.utils import translation
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorities.plans.files import (
    container,
    pdf,
    placed,
)
from priorities.plans.files.bounds import LONGEST_TEXT, MOST_BYTES, MOST_PAGES
from priorities.plans.files.numbering import counted
from priorities.plans.files.opening import ACCEPT, KINDS, text_of
from priorities.plans.files.text import PASSED_OVER, Text, Unreadable, passed_over_words

from . import documents as made
from .documents import level, lists, numbered, paragraph, run, table, word
from .test_start import PATIENCE

PLAN = "示例区2023年重点工作\n一、建设产业园区20万平方米。\n二、改造老旧小区12个。"


def lines(content: bytes, name: str = "") -> list[str]:
    return text_of(content, name).text.split("\n")


def sentence(content: bytes, name: str = "") -> str:
    """Why it cannot be read; it must not be readable."""
    with pytest.raises(Unreadable) as refusal, translation.override("en"):
        text_of(content, name)
    return str(refusal.value.message)


# Text


@pytest.mark.parametrize(
    "content",
    [
        PLAN.encode(),
        codecs.BOM_UTF8 + PLAN.encode(),
        codecs.BOM_UTF16_LE + PLAN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"),
        PLAN.encode("gb18030"),
        PLAN.replace("\n", "\r\n").encode("gbk"),
        PLAN.replace("\n", "\r").encode(),
    ],
)
def test_a_text_in_each_encoding(content):
    assert text_of(content, "重点工作.txt") == Text(PLAN, "txt")


def test_a_rare_character_of_gb_18030_is_kept():
    assert text_of("建设𠮷野、沙坣社区。".encode("gb18030")).text == "建设𠮷野、沙坣社区。"


def test_traditional_text_in_big5():
    words = "市政府將集中精力辦好十件民生實事，推進老舊小區改造，加強社會保障。"
    assert text_of(words.encode("big5"), "a.txt").text == words


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_cut_within_its_last_character(encoding):
    content = f"{PLAN}三".encode(encoding)[:-1]
    assert text_of(content).text == PLAN


def test_what_has_no_shape_is_cleaned_at_the_door():
    assert (
        text_of("一、建\u200b设\x0b园区\f二、\ufeff改造".encode()).text
        == "一、建设\n园区\n二、改造"
    )


def test_a_table_with_tabs_is_written_row_by_row():
    table = "任务\t单位\t时限\r\n\t住建局\t6月\r\n改造\t\t\r\n说明\t一处\r\n"
    assert lines(f"分解表\r\n{table}".encode()) == [
        "分解表",
        "任务 | 单位 | 时限",
        "| 住建局 | 6月",
        "改造 |  |",
        "说明 一处",
    ]


def test_a_radical_is_the_character_that_it_looks_like():
    assert (
        text_of("办好⺠⽣实事，改善⾸⻚、⻋位。".encode()).text == "办好民生实事，改善首页、车位。"
    )


# Word


def test_paragraphs_breaks_and_tabs():
    inner = "<w:r><w:br/><w:t>第二行</w:t><w:tab/><w:t>末</w:t><w:noBreakHyphen/></w:r>"
    assert lines(word(paragraph("第一行", inner=inner) + paragraph("下一段"))) == [
        "第一行",
        "第二行 末-",
        "下一段",
    ]


CHINESE_LISTS = lists(
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimalEnclosedCircleChinese", "%4"),
)


def test_numbers_that_word_makes_are_written_out():
    body = [
        numbered("产业", level=0),
        numbered("园区", level=1),
        numbered("厂房", level=2),
        numbered("道路", level=2),
        numbered("招商", level=1),
        numbered("项目", level=2),
        numbered("细目", level=3),
        paragraph("说明"),
        numbered("城市", level=0),
        numbered("更新", level=1),
    ]
    assert lines(word("".join(body), numbering=CHINESE_LISTS)) == [
        "一、产业",
        "（一）园区",
        "1.厂房",
        "2.道路",
        "（二）招商",
        "1.项目",
        "① 细目",
        "说明",
        "二、城市",
        "（一）更新",
    ]


@pytest.mark.parametrize(
    ("form", "words", "expected"),
    [
        ("decimalZero", "%1", ["01 甲", "02 乙"]),
        ("upperRoman", "%1.", ["I.甲", "II.乙"]),
        ("lowerLetter", "%1)", ["a)甲", "b)乙"]),
        ("ideographTraditional", "%1、", ["甲、甲", "乙、乙"]),
        ("chineseLegalSimplified", "第%1条", ["第壹条 甲", "第贰条 乙"]),
        ("decimalFullWidth", "%1．", ["１．甲", "２．乙"]),
        ("ideographDigital", "%1是", ["一是 甲", "二是 乙"]),
        ("bullet", "\uf0b7", ["● 甲", "● 乙"]),
        ("none", "任务", ["任务 甲", "任务 乙"]),
        ("unheard-of", "%1.", ["1.甲", "2.乙"]),
    ],
)
def test_each_form_of_number(form, words, expected):
    body = numbered("甲") + numbered("乙")
    assert lines(word(body, numbering=lists(level(0, form, words)))) == expected


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *[(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百")],
        *[(105, "一百零五"), (110, "一百一十"), (1003, "一千零三"), (12_000, "12000")],
    ],
)
def test_numbers_as_they_are_said(number, words):
    assert counted(number) == words


def test_a_list_goes_on_in_another_and_begins_anew_where_it_says_so():
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    numbering = lists(level(0, "decimal", "%1.")) + more
    body = numbered("甲") + numbered("乙", key=2) + numbered("丙", key=3) + numbered("丁", key=3)
    assert lines(word(body, numbering=numbering)) == ["1.甲", "2.乙", "1.丙", "2.丁"]


def test_a_number_comes_from_the_style_and_from_the_style_below_it():
    styles = (
        '<w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="2"><w:basedOn w:val="1"/></w:style>'
        '<w:style w:styleId="3"><w:basedOn w:val="3"/></w:style>'
    )
    numbering = lists(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>'),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/>'),
    )
    body = [
        paragraph("甲", '<w:pStyle w:val="1"/>'),
        paragraph("乙", '<w:pStyle w:val="2"/>'),
        paragraph("丙", '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        paragraph("丁", '<w:pStyle w:val="3"/>'),
    ]
    content = word("".join(body), numbering=numbering, styles=styles)
    assert lines(content) == ["一、甲", "（一）乙", "丙", "丁"]


def test_deep_levels_name_those_above_them():
    numbering = lists(
        level(0, "chineseCounting", "%1、"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
    )
    body = numbered("甲") + numbered("乙", level=1) + numbered("丙", level=1)
    assert lines(word(body, numbering=numbering)) == ["一、甲", "1.1 乙", "1.2 丙"]


def test_inserted_words_count_and_deleted_ones_do_not():
    inner = (
        f"<w:ins>{run('新增')}</w:ins><w:del><w:r><w:delText>减少</w:delText></w:r></w:del>"
        f"{run('停车位800个')}<w:moveFrom>{run('旧处')}</w:moveFrom>"
    )
    found = text_of(word(paragraph(inner=inner)))
    assert (found.text, found.passed_over) == ("新增停车位800个", ("deleted",))


def test_a_paragraph_whose_end_is_deleted_goes_on_in_the_next():
    joined = paragraph("改造老旧", "<w:rPr><w:del/></w:rPr>") + paragraph("小区12个。")
    assert lines(word(joined)) == ["改造老旧小区12个。"]
    last = paragraph("改造老旧", "<w:rPr><w:del/></w:rPr>")
    assert lines(word(last)) == ["改造老旧"]


def test_hidden_words_and_the_instructions_of_fields_are_no_text():
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("3")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    shown = run("页", "<w:vanish w:val='0'/>")
    inner = f"{run('批注', '<w:vanish/>')}{run('第')}{field}{shown}"
    found = text_of(word(paragraph(inner=inner)))
    assert (found.text, found.passed_over) == ("第3页", ("hidden",))


def test_the_table_of_contents_is_passed_over():
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText>'
        '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    field = (
        paragraph(inner=begin + run("一、产业\t1"))
        + paragraph("二、城市\t3")
        + paragraph(inner=end)
    )
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    inside = f"<w:sdtContent>{paragraph('目录')}</w:sdtContent>"
    block = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr>{inside}</w:sdt>"
    found = text_of(word(field + block + paragraph("一、产业")))
    assert (found.text, found.passed_over) == ("一、产业", ("contents",))


def test_words_in_boxes_links_and_controls_count_once():
    box = "<w:txbxContent>{}</w:txbxContent>"
    drawing = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:wsp>"
        f"{box.format(paragraph('示例区文件'))}</wps:wsp></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict>{box.format(paragraph('示例区文件'))}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    inner = (
        f"{drawing}<w:hyperlink>{run('关于')}</w:hyperlink><w:sdt><w:sdtContent>{run('印发')}"
        f"</w:sdtContent></w:sdt><w:smartTag>{run('方案')}</w:smartTag>"
    )
    assert lines(word(paragraph(inner=inner))) == ["关于印发方案", "示例区文件"]


def test_footnotes_and_pictures_are_told():
    inner = '<w:r><w:footnoteReference w:id="2"/><w:drawing><a:blip/></w:drawing></w:r>'
    found = text_of(word(paragraph("建设园区", inner=inner)))
    assert (found.text, found.passed_over) == ("建设园区", ("footnotes", "pictures"))


def test_a_table_is_written_row_by_row():
    merged = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>'
    goes_on = f"<w:tcPr><w:vMerge/></w:tcPr>{paragraph('看不见')}"
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    rows = table(
        ["序号", "任务", "单位"],
        [
            "1",
            f"{merged}{paragraph('建设园区')}",
            f"{paragraph('区住建局')}{paragraph('区水务局')}",
        ],
        ["2", goes_on, "区工信局"],
        [f"{wide}{paragraph('合计')}", "2项"],
        ["", "", ""],
    )
    assert lines(word(paragraph("分解表") + rows)) == [
        "分解表",
        "序号 | 任务 | 单位",
        "1 | 建设园区 | 区住建局 区水务局",
        "2 |  | 区工信局",
        "合计 |  | 2项",
    ]


def test_a_table_of_one_column_only_frames_its_words():
    assert lines(word(table([paragraph("第一段") + paragraph("第二段")], ["第三段"]))) == [
        "第一段",
        "第二段",
        "第三段",
    ]


def test_a_deleted_row_is_none():
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    found = text_of(word(table(["1", "甲"]).replace("</w:tbl>", gone)))
    assert (found.text, found.passed_over) == ("1 | 甲", ("deleted",))


def test_a_strict_file_under_another_name_of_its_main_part():
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    relation = f'<Relationship Id="m" Type="{strict}" Target="/word/main.xml"/>'
    inner = "<d:body><d:p><d:r><d:t>建设园区</d:t></d:r></d:p></d:body>"
    body = f"<d:document xmlns:d='urn:strict'>{inner}</d:document>"
    content = made.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f"<Relationships>{relation}</Relationships>",
            "word/main.xml": body,
        }
    )
    assert lines(content) == ["建设园区"]


def written_by_python_docx() -> bytes:
    document = docx.Document()
    document.add_heading("示例区2023年重点工作任务分解方案", 0)
    document.add_paragraph("2023年要重点抓好以下两个方面工作，现将责任分解如下，请认真抓好落实。")
    document.add_paragraph("建设现代产业体系", style="List Number")
    document.add_paragraph("改善城市面貌", style="List Number")
    rows = [
        ["序号", "工作任务", "责任单位", "完成时限"],
        [
            "1",
            "新建污水管网20公里，改造老旧小区12个，惠及居民三千余户",
            "区住建局\n区水务局",
            "6月底前",
        ],
        ["2", "引进亿元以上项目15个", "区投促局", "12月底前"],
        ["", "新增规上企业30家", "区工信局", "12月底前"],
    ]
    grid = document.add_table(rows=4, cols=4, style="Table Grid")
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            grid.cell(row, column).text = words
    grid.cell(2, 0).merge(grid.cell(3, 0))
    document.add_paragraph("以上任务按季度通报。")
    return saved(document)


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


READ = [
    "1.建设现代产业体系",
    "2.改善城市面貌",
    "序号 | 工作任务 | 责任单位 | 完成时限",
    "1 | 新建污水管网20公里，改造老旧小区12个，惠及居民三千余户 | 区住建局 区水务局 | 6月底前",
    "2 | 引进亿元以上项目15个 | 区投促局 | 12月底前",
    "| 新增规上企业30家 | 区工信局 | 12月底前",
    "以上任务按季度通报。",
]


def test_what_python_docx_writes():
    assert lines(written_by_python_docx())[2:] == READ


# By LibreOffice

PROSE = [
    "一、建设现代产业体系",
    "加快建设装备制造产业园二期，引进产业链上下游企业二十家，支持企业实施智能化改造和数字化转型，推动传统产业提质增效。",
    "二、改善城市面貌",
    "改造老旧小区十二个，新建口袋公园五处，完成雨污分流改造二十公里，增加公共停车位八百个以上，持续提升城市功能品质。",
]


def of_prose() -> bytes:
    document = docx.Document()
    for words in PROSE:
        paragraph = document.add_paragraph(words)
        paragraph.paragraph_format.first_line_indent = Pt(22)
    return saved(document)


def picture() -> bytes:
    size = 'width="90" height="90"'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size}/></svg>'
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing))


def of_pictures_alone() -> bytes:
    document = docx.Document()
    for _page in range(2):
        document.add_picture(io.BytesIO(picture()))
        document.add_page_break()
    return saved(document)


@pytest.fixture(scope="module")
def saved_anew(tmp_path_factory) -> Path:
    """The same documents as LibreOffice saves them; one call a kind."""
    assert shutil.which("soffice"), "LibreOffice is missing: bin/test-tools installs it"
    folder = tmp_path_factory.mktemp("documents")
    (folder / "plan.docx").write_bytes(written_by_python_docx())
    (folder / "prose.docx").write_bytes(of_prose())
    (folder / "scan.docx").write_bytes(of_pictures_alone())
    secret = (
        'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
        '"DocumentOpenPassword":{"type":"string","value":"示例"}}'
    )
    convert(folder, "pdf", folder, "plan.docx", "scan.docx", "prose.docx")
    convert(folder, secret, folder / "secret", "plan.docx")
    for kind in ("odt", "doc", "rtf", "html"):
        convert(folder, kind, folder, "plan.docx")
    convert(folder, "docx:MS Word 2007 XML", folder / "again", "plan.odt")
    return folder


def convert(folder: Path, kind: str, into: Path, *files: str) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    paths = [folder / file for file in files]
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", into, *paths],
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )


def test_a_pdf_with_its_table(saved_anew):
    found = text_of((saved_anew / "plan.pdf").read_bytes(), "plan.pdf")
    assert (found.kind, found.pages, found.passed_over) == ("pdf", 1, ())
    assert found.text.split("\n")[-len(READ) :] == READ


def test_the_paragraphs_of_a_pdf_are_told_by_their_first_lines(saved_anew):
    found = lines((saved_anew / "prose.pdf").read_bytes())
    assert found == [f"\u3000\u3000{words}" for words in PROSE]


@pytest.mark.parametrize("name", ["again/plan.docx", "plan.html"])
def test_saved_by_another_program_it_says_the_same(saved_anew, name):
    found = [line for line in lines((saved_anew / name).read_bytes(), name) if line]
    assert found[-len(READ) :] == READ


def test_pages_that_are_pictures_are_refused(saved_anew):
    for name in ("scan.pdf", "scan.docx"):
        assert "pictures of pages, no text" in sentence((saved_anew / name).read_bytes(), name)


def test_a_pdf_with_a_password_is_refused(saved_anew):
    assert "password" in sentence((saved_anew / "secret/plan.pdf").read_bytes())


def test_older_and_other_formats_are_told_what_to_do(saved_anew):
    older = (
        "This is an older format (.doc, .wps, .rtf). Save the file as .docx and choose it again."
    )
    assert sentence((saved_anew / "plan.doc").read_bytes(), "方案.wps") == older
    assert sentence((saved_anew / "plan.rtf").read_bytes(), "方案.docx") == older
    other = "This is an OpenDocument file. Save it as .docx and choose it again."
    assert sentence((saved_anew / "plan.odt").read_bytes(), "plan.odt") == other


def test_a_wrong_name_changes_nothing(saved_anew):
    content = (saved_anew / "plan.docx").read_bytes()
    assert text_of(content, "plan.pdf") == text_of(content, "plan.wps") == text_of(content, "")


# The national layout document


def test_the_lines_of_an_ofd_below_those_of_its_template():
    page = '<ofd:Template TemplateID="90"/>' + made.layer(
        made.placed("一、建设园区", 30, 60),
        made.placed("区住建局", 30, 70),
        made.placed("6月底前", 90, 70),
    )
    found = text_of(made.ofd(page, made.layer(made.placed("二、改造小区", 30, 60))), "a.ofd")
    assert found == Text(
        "示例区人民政府文件\n一、建设园区\n区住建局 6月底前\n二、改造小区", "ofd", pages=2
    )


def test_the_table_of_an_ofd():
    ruled = [made.drawn(20, y, 140, y) for y in (50, 60, 70, 80)]
    ruled += [made.drawn(x, 50, x, 80) for x in (20, 60, 100, 140)]
    rows = [("序号", "任务", "单位"), ("1", "建设园区", "住建局"), ("2", "改造小区", "水务局")]
    cells = [
        made.placed(words, 22 + 40 * column, 52 + 10 * row)
        for row, line in enumerate(rows)
        for column, words in enumerate(line)
    ]
    page = made.layer(made.placed("分解表", 30, 30), *ruled, *cells, made.placed("说明", 30, 90))
    assert lines(made.ofd(page)) == [
        "分解表",
        "序号 | 任务 | 单位",
        "1 | 建设园区 | 住建局",
        "2 | 改造小区 | 水务局",
        "说明",
    ]


def test_a_cell_over_two_rows_says_its_words_once_in_the_first():
    ruled = [made.drawn(20, y, 100, y) for y in (50, 70)] + [made.drawn(60, 60, 100, 60)]
    ruled += [made.drawn(x, 50, x, 70) for x in (20, 60, 100)]
    words = [made.placed("产业", 22, 61), made.placed("园区", 62, 52), made.placed("招商", 62, 62)]
    assert lines(made.ofd(made.layer(*ruled, *words))) == ["产业 | 园区", "| 招商"]


def test_an_ofd_with_places_it_does_not_say_well():
    broken = (
        '<ofd:TextObject Boundary="a b" CTM="1 0" Size="nan"><ofd:TextCode X="inf" '
        'DeltaX="g 99999999 1 g">建设园区</ofd:TextCode></ofd:TextObject>'
    )
    assert lines(made.ofd(made.layer(broken))) == ["建设园区"]


def test_an_ofd_of_pictures_or_in_cipher_is_refused():
    image = made.layer('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="3"/>')
    assert "pictures of pages, no text" in sentence(made.ofd(image))
    secret = made.ofd(image, entry="<ofd:Encryptions>Encryptions.xml</ofd:Encryptions>")
    assert "password" in sentence(secret)
    assert "no text" in sentence(made.ofd(made.layer()))


# Web pages

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>重点工作-示例区政府</title>
<style>p {{ color: red }}</style><script>var a = "<p>不是正文</p>";</script></head><body>
<div class="top"><a href="/">首页</a> <a href="/zw">政务公开</a> <a href="/hd">互动交流</a></div>
<div class="main"><h1>示例区2023年重点工作</h1><div class="share"><a href="#">微信</a>
<a href="#">微博</a><a href="#">打印</a></div><div id="zoom">
<p>　　2023年，全区要抓好以下工作，确保完成全年目标任务，推动经济社会高质量发展：</p>
<p>　　一、建设<b>产业</b>园区20万平方米，<br>引进亿元以上项目15个，新增规上企业30家以上；</p>
<ol start="2"><li>改造老旧小区12个</li><li>增加停车位800个</li></ol>
<table><tr><th>序号</th><th>任务</th><th colspan="2">单位</th></tr>
<tr><td>1</td><td><p>建设</p><p>园区</p></td><td>住建局</td><td></td></tr></table>
<p style="display: none">看不见的一段</p></div></div>
<ul><li><a href="/1">区政府召开常务会议研究部署重点工作</a></li>
<li><a href="/2">全区重大项目建设推进会召开</a></li><li><a href="/3">相关链接</a></li></ul>
<div>版权所有 示例区政府</div></body></html>"""

ARTICLE = [
    "　　2023年，全区要抓好以下工作，确保完成全年目标任务，推动经济社会高质量发展：",
    "　　一、建设产业园区20万平方米，",
    "引进亿元以上项目15个，新增规上企业30家以上；",
    "2.改造老旧小区12个",
    "3.增加停车位800个",
    "序号 | 任务 | 单位 |",
    "1 | 建设 园区 | 住建局 |",
]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "GBK", "gb18030"])
def test_the_article_of_a_web_page(charset):
    content = PAGE.format(charset=charset).encode(charset if charset != "gb2312" else "gbk")
    found = text_of(content, "index.html")
    assert (found.kind, found.passed_over) == ("html", ("surroundings",))
    said = [line for line in found.text.split("\n") if line]
    assert said == ["示例区2023年重点工作", *ARTICLE]


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + PAGE.format(charset="gb2312").encode(),
        codecs.BOM_UTF16_LE + PAGE.format(charset="utf-16").encode("utf-16-le"),
        PAGE.format(charset="unheard-of").encode(),
        PAGE.format(charset="utf-8").encode("gb18030"),
    ],
)
def test_a_page_that_names_a_wrong_charset(content):
    assert "改造老旧小区12个" in text_of(content, "a.html").text


def test_a_page_laid_out_by_tables_and_one_that_is_one_form():
    story = "".join(f"<p>{n}、建设示例工程，{'推进项目落地见效。' * 8}</p>" for n in "一二三")
    placed = (
        f"<table><tr><td>{story}</td><td><table><tr><td>栏目</td></tr></table></td></tr></table>"
    )
    for inner in (placed, f"<form>{story}</form>", f"<pre>{story}</pre>"):
        found = lines(f"<html><body>{inner}</body></html>".encode())
        assert [line[:2] for line in found if "示例工程" in line] == ["一、", "二、", "三、"]
        assert not any("|" in line for line in found)


def test_the_article_is_taken_by_its_name_among_as_many_other_words():
    story = "".join(f"<p>{n}、建设示例工程，推进项目落地见效。</p>" for n in "一二三")
    other = "<div>网站声明与使用说明，请各位用户仔细阅读并遵守以下各项规定和条款。</div>"
    found = lines(
        f"<html><body>{other}<div class='TRS_Editor'>{story}</div></body></html>".encode()
    )
    assert [line[:2] for line in found if line] == ["一、", "二、", "三、"]
    little = f"<html><body>{story}<div id='zoom'>附件</div></body></html>"
    assert [line[:2] for line in lines(little.encode()) if line][:3] == ["一、", "二、", "三、"]


def test_a_page_that_is_called_a_word_file():
    assert (
        text_of(b"<html><body><p>\xe5\xbb\xba\xe8\xae\xbe</p></body></html>", "a.doc").kind
        == "html"
    )


# Refused with a sentence


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "holds no text"),
        (b" \r\n\xe3\x80\x80".strip(b"\xe3\x80\x80"), "a.txt", "holds no text"),
        ("\u3000\n".encode(), "a.txt", "holds no text"),
        (b"<html><body><script>1</script></body></html>", "a.html", "holds no text"),
        (picture(), "a.png", "pictures of pages, no text"),
        (picture(), "a.docx", "pictures of pages, no text"),
        (b"\x00\x01\x02\x03" * 50, "a.txt", "no text that can be read here"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "a.rar", "no text that can be read here"),
        (made.zipped({"a.txt": "甲"}), "a.zip", "no text that can be read here"),
        (b"PK\x03\x04" + bytes(90), "a.docx", "no text that can be read here"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.mht", "web archive"),
        (b"%PDF-1.7\n" + bytes(90), "a.pdf", "damaged"),
        (word("")[:-40], "a.docx", "no text that can be read here"),
        (made.zipped({"[Content_Types].xml": "", "word/a.xml": ""}), "a.docx", "damaged"),
        (made.zipped({"OFD.xml": "<a/>"}), "a.ofd", "damaged"),
        (word("<w:p>"), "a.docx", "damaged"),
        (word(""), "a.docx", "holds no text"),
        (bytes(MOST_BYTES + 1), "a.txt", "larger than 20 MB"),
        (b"a" * (LONGEST_TEXT + 1), "a.txt", "more than 300000 characters"),
        (b"\xfd\xff" * 50, "a.txt", "does not say which characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, name, words):
    assert words in sentence(content, name)


def test_a_workbook_is_sent_to_the_way_for_tables():
    workbook = made.zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""})
    assert sentence(workbook, "a.docx") == "This is a table. Choose “From a table” for it."


def test_a_word_file_with_a_password_is_refused():
    enciphered = (
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    )
    assert "password" in sentence(enciphered, "a.docx")


def test_every_sentence_is_in_chinese_too():
    with translation.override("zh-hans"):
        with pytest.raises(Unreadable) as refusal:
            text_of(picture(), "a.png")
        words = [passed_over_words(code) for code in PASSED_OVER]
    assert refusal.value.message.isascii() is False
    assert all(not word.isascii() for word in words)


def test_the_longest_text_is_read():
    assert len(text_of("示".encode() * LONGEST_TEXT).text) == LONGEST_TEXT


def test_what_is_offered_is_what_is_read():
    assert {kind.strip(".") for kind in ACCEPT.split(",")} == {*KINDS, "htm"}


# Hostile


def test_a_zip_that_grows_without_end_is_stopped(monkeypatch):
    monkeypatch.setattr(container, "MOST_UNPACKED_BYTES", 1024 * 1024)
    bomb = word(paragraph("甲" * 100), numbering="<!-- -->" + " " * 4 * 1024 * 1024)
    assert len(bomb) < 20_000
    assert "far more than a document" in sentence(bomb)


def test_the_size_that_a_zip_names_is_not_believed(monkeypatch):
    monkeypatch.setattr(container, "MOST_UNPACKED_BYTES", 1024 * 1024)
    content = bytearray(word(" " * 4 * 1024 * 1024))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true = archive.getinfo("word/document.xml").file_size
    lying = bytes(content).replace(struct.pack("<L", true), struct.pack("<L", 100))
    assert sentence(lying)


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE a [<!ENTITY x "甲"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;">]>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(entity, encoding):
    inner = "<document><body><p>&y;</p></body></document>"
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{entity}{inner}'
    parts = {"[Content_Types].xml": "", "word/document.xml": xml.encode(encoding)}
    assert "damaged" in sentence(made.zipped(parts))


def test_a_document_type_is_refused_even_where_it_declares_nothing():
    with pytest.raises(Unreadable):
        container.parsed(b"<!DOCTYPE document><document/>")
    assert container.parsed(b"<document/>").tag == "document"


@pytest.mark.parametrize("name", ["tbl", "sdt", "ins", "p", "r"])
def test_what_is_nested_without_end_is_refused(name):
    body = f"<w:{name}>" * 5_000 + f"</w:{name}>" * 5_000
    assert "damaged" in sentence(word(body))


def test_tables_within_tables_as_deep_as_the_parser_goes():
    inner = paragraph("甲")
    for _depth in range(80):
        inner = table([inner, "乙"])
    assert "甲" in text_of(word(inner)).text


def test_more_markup_than_a_document_has_is_not_parsed():
    body = "<w:p/>" * container.MOST_MARKUP
    assert "far more than a document" in sentence(word(body))


def test_a_web_page_nested_without_end_is_read():
    deep = "<div>" * 60_000 + "建设园区"
    try:
        assert text_of(f"<html>{deep}".encode()).text == "建设园区"
    except Unreadable as refusal:
        assert refusal.message


def test_a_web_page_with_markup_without_end_is_refused():
    assert "far more than a document" in sentence(b"<html>" + b"<b>" * 300_001)


def test_a_page_count_that_is_claimed_and_one_that_is_true():
    content = with_pages(3, claimed=10_000)
    assert "no text" in sentence(content) or "pages" in sentence(content)
    assert f"more than {MOST_PAGES} pages" in sentence(with_pages(MOST_PAGES + 1))
    many = made.ofd(*([made.layer()] * (MOST_PAGES + 1)))
    assert f"more than {MOST_PAGES} pages" in sentence(many)


def with_pages(count: int, claimed: int | None = None) -> bytes:
    """A PDF of empty pages, written by hand (ISO 32000-1, 7.5)."""
    kids = " ".join(f"{n + 3} 0 R" for n in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    objects += [f"<< /Type /Pages /Kids [{kids}] /Count {claimed or count} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * count
    return pdf_of(objects)


def with_letters(*matrices: str) -> bytes:
    """A PDF with a line of letters for each text matrix (ISO 32000-1, 9.4.2)."""
    shown = "".join(f"{m} Tm (Plan {n} of the year) Tj\n" for n, m in enumerate(matrices))
    stream = f"BT /F1 12 Tf\n{shown}ET"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    return pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page + "/Resources << /Font << /F1 5 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


@pytest.mark.parametrize("turn", ["1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"])
def test_a_page_that_lies_on_its_side_is_read(turn):
    """Wide tables are printed so; a line after the other, whichever way the page is turned."""
    a, b, *_rest = map(int, turn.split())
    places = [(300 + 20 * n * b, 400 - 20 * n * a) for n in range(2)]
    content = with_letters(*(f"{turn} {x} {y}" for x, y in places))
    assert lines(content) == ["Plan 0 of the year", "Plan 1 of the year"]


def test_letters_that_are_drawn_later_are_set_into_their_line():
    """As programs do with signs that a line's font does not have: quotes among Chinese words."""
    line = made.placed("打造宜居样板", 30, 60).replace('DeltaX="g 5 5"', 'DeltaX="5 10 5 10 5"')
    quotes = [made.placed("“", 40, 60), made.placed("”", 55, 60)]
    below = made.placed("二、改造小区", 30, 70)
    assert lines(made.ofd(made.layer(line, below, *quotes))) == ["打造“宜居”样板", "二、改造小区"]


FULL = "一二三四五六七八九十" * 3


def test_lines_that_are_full_go_on_and_others_do_not():
    rows = [FULL, FULL, "末行。", "新的一段", "又一段"]
    page = made.layer(*(made.placed(row, 30, 30 + 8 * n) for n, row in enumerate(rows)))
    assert lines(made.ofd(page)) == [f"{FULL}{FULL}末行。", "新的一段", "又一段"]


@pytest.mark.parametrize("item", ["2、改造小区", "（二）改造小区", "二是改造小区", "●改造小区"])
def test_an_item_begins_anew_below_a_full_line(item):
    rows = [FULL, FULL, FULL, item]
    page = made.layer(*(made.placed(row, 30, 30 + 8 * n) for n, row in enumerate(rows)))
    assert lines(made.ofd(page)) == [FULL * 3, item]


def test_a_paragraph_goes_on_over_a_page_and_its_number():
    first = [made.placed(FULL, 30, 30 + 8 * n) for n in range(3)]
    pages = [
        made.layer(*first, made.placed("— 1 —", 95, 280)),
        made.layer(made.placed("接着。", 30, 30), made.placed("— 2 —", 95, 280)),
    ]
    assert lines(made.ofd(*pages)) == [f"{FULL * 3}接着。"]


def test_lines_of_one_length_that_leave_the_page_half_empty_are_a_list():
    rows = ["建设产业园区二十万平方米", "改造老旧小区十二个并验收"]
    page = made.layer(*(made.placed(row, 30, 30 + 8 * n, 4) for n, row in enumerate(rows)))
    assert lines(made.ofd(page)) == rows


def test_a_watermark_that_lies_askew_is_no_text():
    content = with_letters("1 0 0 1 50 700", "0.7 0.7 -0.7 0.7 100 300", "1 0 0 1 50 680")
    assert lines(content) == ["Plan 0 of the year", "Plan 2 of the year"]


def pdf_of(objects: list[str | bytes]) -> bytes:
    content, places = b"%PDF-1.7\n", []
    for number, words in enumerate(objects, 1):
        places.append(len(content))
        inner = words.encode() if isinstance(words, str) else words
        content += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        len(content),
    )
    return content + head + table + end


def test_a_pdf_whose_page_grows_without_end_is_stopped():
    """A stream of a gigabyte in a megabyte; the process that reads it has a limit of its own."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b"q Q " * 4_000_000) for _part in range(70)) + packer.flush()
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream)
    content = pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page,
            head + stream + b"\nendstream",
        ]
    )
    assert len(content) < MOST_BYTES
    assert sentence(content)


def test_a_process_that_does_not_answer_is_given_up(monkeypatch):
    monkeypatch.setattr(pdf, "PATIENCE", 0.5)
    monkeypatch.setattr(pdf, "COMMAND", ["sleep", "60"])
    assert "limits of time and memory" in sentence(b"%PDF-1.7")


def test_the_reader_of_a_pdf_does_not_load_the_program():
    """It is started for each file; a hundred milliseconds is what may be waited for."""
    loaded = (
        "import sys, runpy; import priorities.plans.files.pages; print('django' in sys.modules)"
    )
    done = subprocess.run(
        [*pdf.COMMAND[:1], "-c", loaded], capture_output=True, cwd=pdf.ROOT, check=True
    )
    assert done.stdout == b"False\n"


def test_lines_without_end_are_a_drawing():
    many = [placed.Ruling(bool(n % 2), n, 0, 5_000) for n in range(placed.MOST_RULINGS + 1)]
    assert list(placed.grids_of(many)) == []
    squares = [placed.Ruling(bool(n % 2), 5.0 * n, 0, 5_000) for n in range(300)]
    assert list(placed.grids_of(squares)) == []


ENDLESS = {
    "blanks before no end": "甲" + " " * 590_000 + "乙",
    "tabs in one line": "甲\t" * 250_000 + "\n乙",
    "comments before no tag": "<!---->" * 1_100 + "甲",
    "blanks before no tag": " " * 8_000 + "<甲",
    "words without a break": "<html><body>" + "甲<b></b>" * 90_000,
    "scripts among words": "<html><body>" + "甲<script></script>" * 90_000,
    "asides within asides": "<html><body>" + "<aside>甲" * 5_000,
    "styles of lists": "<html><ol style='" + "list-style:" * 400_000 + "'><li>甲</li></ol>",
    "spans in a table": "<html><table>" + "<tr><td rowspan=99 colspan=99>甲" * 60_000,
    "ends of paragraphs": word(paragraph("甲", "<w:rPr><w:del/></w:rPr>") * 60_000),
    "instructions": word(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/>'
        + "<w:instrText>甲乙丙丁戊己庚辛</w:instrText>" * 200_000
        + "</w:r></w:p>"
    ),
    "levels of a list": word(
        paragraph("甲", '<w:pStyle w:val="1"/>') * 50_000,
        numbering=lists("<w:lvl/>" * 200_000),
        styles='<w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>",
    ),
    "letters on a page": made.ofd(made.layer(made.placed("甲" * 3_000_000, 0, 0))),
    "lines on a page": made.ofd(
        made.layer(made.placed("甲", 0, 0), *[made.drawn(0, n, 9, n) for n in range(0, 60_000, 5)])
    ),
    "the same template": made.ofd(
        *[made.layer() + '<ofd:Template TemplateID="90"/>' * 2_000] * 100
    ),
}
LONG_ENOUGH = 10
"""Seconds; each takes less than one or two, and minutes where work grows with its square."""


@pytest.mark.parametrize("name", ENDLESS)
def test_what_repeats_without_end_is_answered_soon(name):
    content, began = ENDLESS[name], time.process_time()
    is_answered(content.encode() if isinstance(content, str) else content, "")
    assert time.process_time() - began < LONG_ENOUGH


# Any bytes at all


VALID = {
    "docx": word(numbered("甲") + table(["1", "乙"]), numbering=CHINESE_LISTS),
    "ofd": made.ofd(made.layer(made.placed("一、建设园区", 30, 60), made.drawn(0, 0, 90, 0))),
    "html": PAGE.format(charset="utf-8").encode(),
    "txt": PLAN.encode("gb18030"),
    "pdf": with_letters("1 0 0 1 50 700", "1 0 0 1 50 680"),
}
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_answered(content: bytes, name: str) -> None:
    """Either a text within its bounds, or a sentence."""
    try:
        found = text_of(content, name)
    except Unreadable as refusal:
        assert refusal.message
    else:
        assert 0 < len(found.text) <= LONGEST_TEXT
        assert found.text == found.text.strip("\n ")
        assert found.kind in KINDS


@QUICK
@given(st.binary(max_size=4_000), st.sampled_from(["a.txt", "a.html", "a.docx", "a.pdf", ""]))
def test_any_bytes_are_answered(content, name):
    is_answered(content, name)


@QUICK
@given(st.data(), st.sampled_from(sorted(set(VALID) - {"pdf"})))
def test_a_damaged_file_of_each_kind_is_answered(data, kind):
    is_answered(damaged(data, VALID[kind]), f"a.{kind}")


@settings(parent=QUICK, max_examples=20)
@given(st.data())
def test_a_damaged_pdf_is_answered(data):
    is_answered(damaged(data, VALID["pdf"]), "a.pdf")


def damaged(data, content: bytes) -> bytes:
    """Some bytes changed, or a piece cut out."""
    place = st.integers(0, len(content) - 1)
    changed = bytearray(content)
    for at, byte in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=8)):
        changed[at] = byte
    if data.draw(st.booleans()):
        start, end = sorted([data.draw(place), data.draw(place)])
        del changed[start:end]
    return bytes(changed)


NAMES = (
    "p r t tbl tr tc ins del sdt pPr numPr numId ilvl br fldChar instrText sym drawing txbxContent "
    "pict vMerge gridSpan"
)
ELEMENTS = st.sampled_from(NAMES.split())


@st.composite
def trees(draw, depth: int = 4) -> str:
    """Elements of Word in any order, with values that fit none of them."""
    name = draw(ELEMENTS)
    value = draw(st.sampled_from(["", "1", "99999999999", "-1", "begin", "separate", "end", "九"]))
    inner = draw(st.lists(trees(depth=depth - 1), max_size=3)) if depth else []
    words = draw(st.sampled_from(["", "甲", "TOC"]))
    attributes = f'w:val="{value}" w:fldCharType="{value}" w:char="{value}"'
    return f"<w:{name} {attributes}>{words}{''.join(inner)}</w:{name}>"


@QUICK
@given(st.lists(trees(), max_size=4), st.lists(trees(depth=2), max_size=3))
def test_a_word_file_of_any_elements_is_answered(body, numbering):
    is_answered(word("".join(body), numbering=CHINESE_LISTS + "".join(numbering)), "a.docx")


@QUICK
@given(
    st.lists(
        st.builds(
            placed.Letter,
            st.sampled_from("甲乙a1 "),
            *[st.floats(-900, 900, allow_nan=False) for _edge in range(4)],
        ),
        max_size=40,
    ),
    st.lists(
        st.builds(
            placed.Ruling,
            st.booleans(),
            *[st.floats(-900, 900, allow_nan=False) for _end in range(3)],
        ),
        max_size=20,
    ),
)
def test_no_letter_is_lost_or_doubled_by_a_table(letters, rulings):
    found = placed.lines_of(letters, rulings)
    said = "".join(x if isinstance(x, str) else "".join(y.sign for y in x) for x in found)
    for sign in "甲乙a1":
        assert said.count(sign) == sum(letter.sign == sign for letter in letters)
