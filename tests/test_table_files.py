"""What is handed in as a table and is none: a sentence that says what to do, and nothing more."""

import io
import logging
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from priorities.ledger.container import check_unpacked
from priorities.plans.tables.arriving import LONGEST_PASTED, MOST_BYTES, read_pasted, read_table
from priorities.plans.tables.grid import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Book
from priorities.plans.tables.texts import decoded

from .office_tables import HEADS, csv, one, plain, rows, said_in, saved, web_page, workbook
from .workbooks import rewritten

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")


def said_of(content: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        read_table(io.BytesIO(content))
    return caught.value.messages[0]


def packed(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), words)
    return buffer.getvalue()


def open_document(body: str) -> bytes:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml=content)


def cell(words: str, **options: int) -> str:
    more = "".join(f' table:number-columns-{name}="{n}"' for name, n in options.items())
    return f"<table:table-cell{more}><text:p>{words}</text:p></table:table-cell>"


def of_docx() -> bytes:
    return packed(**{"[Content_Types]_xml": "<a/>", "word__document_xml": "<a/>"})


REFUSED = {
    "empty": (b"", "空"),
    "blank": (b" \n ", "空"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "图片"),
    "a pdf": (b"%PDF-1.7\n\x00\x01\x02" + bytes(100), "图片"),
    "a Word file": (of_docx(), "Word"),
    "a binary workbook": (packed(**{"xl__workbook.bin": "x", "[Content_Types]_xml": ""}), "xlsb"),
    "a workbook with a password": (
        OLE2 + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "密码",
    ),
    "another compound file": (OLE2 + bytes(2000), "这不是表格"),
    "a page without a table": (b"<html><body><p>x</p></body></html>", "没有表格"),
    "an XML workbook": (b'<?xml version="1.0"?><Workbook><a/></Workbook>', "没有表格"),
    "half a workbook": (plain()[: len(plain()) // 2], ""),
    "an unknown zip": (packed(a="b"), "这不是表格"),
    "a broken document": (packed(content_xml="<a><b>"), "损坏"),
    "an encrypted document": (
        packed(**{"META-INF__manifest_xml": "<m:encryption-data/>", "content_xml": "x"}),
        "密码",
    ),
    "no words at all": (saved(workbook(("表", [[]], ()))), "没有一格"),
    "no writing": (b"\xff\xfa\xf1,\xff,\xfe\n\x81", "UTF-8"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_gets_a_sentence(kind, settings):
    content, words = REFUSED[kind]
    assert words in said_of(content)


def test_a_file_that_is_too_large_is_not_read():
    assert "10 MB" in said_of(b"x" * (MOST_BYTES + 1))
    assert "3 MB" in said_of(b"a,b\n" * 1_000_000)


def test_what_unpacks_to_too_much_is_not_read():
    bomb = rewritten(
        plain(), lambda name, xml: xml + b" " * 40_000_000 if "sheet1" in name else xml
    )
    assert len(bomb) < MOST_BYTES
    assert "32 MB" in said_of(bomb)


def test_a_document_type_is_not_read():
    evil = rewritten(
        plain(),
        lambda name, xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml if "sheet1" in name else xml,
    )
    assert said_of(evil)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_found_before_any_reader_begins(encoding):
    evil = io.BytesIO()
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]>'.encode(encoding))
    with translation.override("en"), pytest.raises(ValidationError, match="damaged"):
        check_unpacked(evil)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([[f"行{n}"] for n in range(MOST_ROWS + 1)], f"{MOST_ROWS:,}"),
        ([[f"列{n}" for n in range(MOST_COLUMNS + 1)]], f"{MOST_COLUMNS}"),
        ([["字" * (LONGEST_CELL + 1)]], f"{LONGEST_CELL:,}"),
    ],
)
def test_every_bound_is_told(cells, words):
    assert words in said_of(one(cells))
    text = "\n".join("\t".join(row) for row in cells)
    with pytest.raises(ValidationError, match=words):
        read_pasted(text)


def test_what_just_fits_is_read():
    cells = [[f"列{n}" for n in range(MOST_COLUMNS)], *[[f"行{n}"] for n in range(MOST_ROWS - 1)]]
    (sheet,) = read_table(io.BytesIO(one(cells))).sheets
    assert (len(sheet.rows), sheet.width) == (MOST_ROWS, MOST_COLUMNS)


def test_merged_cells_do_not_multiply():
    big = one([["字" * 9000], *[[None, "x"] for _n in range(1900)]], "A1:A1900")
    assert "1,000,000" in said_of(big)


def test_repeated_cells_of_a_document_are_counted_and_not_made():
    row = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    wide = f"<table:table>{row.format(cell('字', repeated=16384))}</table:table>"
    assert said_of(open_document(wide))
    empty = row.format('<table:table-cell table:number-columns-repeated="16384"/>')
    line = f"<table:table-row>{cell('任务')}{cell('单位')}</table:table-row>"
    (sheet,) = read_table(
        io.BytesIO(open_document(f"<table:table>{line}{empty}</table:table>"))
    ).sheets
    assert [row.cells for row in sheet.rows] == [("任务", "单位")]


def test_pasted_text_has_a_bound():
    with pytest.raises(ValidationError, match="500,000"):
        read_pasted("x" * (LONGEST_PASTED + 1))
    with pytest.raises(ValidationError):
        read_pasted(" \n\t ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_writing_of_text_is_read(encoding):
    assert decoded("区工信局，６月底".encode(encoding)) == "区工信局，６月底"


def test_a_table_in_the_older_traditional_encoding_is_read_as_a_document_is():
    words = "任務,單位\n推進區內建設,發展局\n"
    assert decoded(words.encode("big5hkscs")) == words


def test_spans_of_a_web_page_are_bounded():
    wide = "<td rowspan=999999999 colspan=999999999>字</td>"
    page = f"<table><tr>{wide}</tr><tr><td>x</td></tr></table>"
    assert isinstance(answer_to(page.encode()), Book | str)
    nested = "<table><tr><td>" * 300 + "字" + "</td></tr></table>" * 300
    assert isinstance(answer_to(nested.encode()), Book | str)


def test_formulas_give_what_they_gave_when_the_file_was_saved():
    def with_result(name: str, xml: bytes) -> bytes:
        return xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"
        )

    cells = [list(HEADS), *rows()]
    cells[1][0] = "=1+1"
    book = read_table(io.BytesIO(rewritten(one(cells), with_result)))
    assert book.sheets[0].rows[1].cells[0] == "2"


def test_a_web_page_keeps_its_merged_cells():
    assert len(said_in(read_table(io.BytesIO(web_page())))) == 4


def answer_to(content: bytes) -> Book | str:
    try:
        return read_table(io.BytesIO(content))
    except ValidationError as error:
        return error.messages[0]


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b))
def test_any_bytes_are_answered(content):
    logging.disable(logging.WARNING)
    assert isinstance(answer_to(content), Book | str)
    assert isinstance(answer_to(OLE2 + content), Book | str)


@given(st.integers(0, 4000), st.binary(min_size=1, max_size=20))
def test_a_damaged_workbook_is_answered(place, junk):
    logging.disable(logging.WARNING)
    content = plain()
    assert isinstance(answer_to(content[:place] + junk + content[place + len(junk) :]), Book | str)


@given(st.text(max_size=300))
def test_any_text_is_answered(words):
    assert isinstance(answer_to(words.encode("utf-8", "surrogatepass")), Book | str)
    assert isinstance(answer_to(csv() + words.encode("utf-8", "surrogatepass")), Book | str)
