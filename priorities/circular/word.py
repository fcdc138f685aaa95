"""The report as a Word file: its text on the sheet of ``layout``, its tables and pictures."""

from io import BytesIO

import docx
from django.conf import settings
from django.utils import timezone
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from ..days import full_day
from ..legible import drawn
from .document import Block, Document, Style
from .layout import (
    BRIEF,
    CIRCULAR,
    FONTS,
    HEAVY,
    RED,
    add_landscape,
    set_up,
    style_id,
    title_lines,
)
from .ooxml import (
    Look,
    TableWriter,
    add_runs,
    lengths,
    paragraphs_in,
    set_border,
    set_flag,
    set_indents,
)
from .pictures import picture_of
from .tables import Table, attention, lights_by_priority, note_of_lights, whole

TALLEST_ROW = 24
"""Lines; a row that has more may break, or LibreOffice would cut it off at the page's end."""


def word_file(document: Document) -> bytes:
    """The report as it goes out; a draft says that it is one."""
    return _Writer(document).bytes()


class _Writer:
    def __init__(self, document: Document):
        self.document = document
        self.sheet = BRIEF if document.is_brief else CIRCULAR
        self.fonts = FONTS[settings.REPORT_FONTS]
        self.word = docx.Document()
        self.what = "专报" if document.is_brief else "通报"
        self.counted = {Style.TABLE: 0, Style.FIGURE: 0}
        self.tables = TableWriter(
            codec=self.fonts.codec,
            style=style_id("Table text"),
            head=Look(font=HEAVY),
            longest=TALLEST_ROW,
        )

    def bytes(self) -> bytes:
        set_up(self.word, self.sheet, self.fonts)
        self._properties()
        self._note()
        self._masthead()
        self._text()
        self._annex_note()
        self._signature()
        self._annexes()
        self._seal()
        stream = BytesIO()
        self.word.save(stream)
        return stream.getvalue()

    def _properties(self) -> None:
        core, d = self.word.core_properties, self.document
        core.title, core.author, core.subject = drawn(d.title), drawn(d.signature), drawn(d.number)
        core.last_modified_by, core.comments, core.keywords = drawn(d.issued_by), "", d.sha256
        core.language = "zh-CN"
        core.created = core.modified = d.issued_at or timezone.now()

    def _note(self) -> None:
        """In the head of every page what nobody may overlook: a draft, made-up data."""
        notes = [] if self.document.sha256 else ["草稿，未签发"]
        if self.document.is_sample:
            notes.append("示例数据：单位、人员与进展均为演示所拟，非官方文件")
        if not notes:
            return
        section = self.word.sections[0]
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            header.paragraphs[0].alignment = ALIGN.RIGHT
            self._write(header.paragraphs[0], "　".join(notes))

    # The first page

    def _masthead(self) -> None:
        """Name in red 35 mm below the text's upper edge, number, red rule, title, addressee.

        The blank lines between them are those of 7.2.4, 7.2.5, 7.2.7, 7.3.1 and 7.3.2.
        """
        document, is_brief = self.document, self.document.is_brief
        wide, most = Mm(156) / Pt(1), 36 if is_brief else 54
        points = min(most, wide * 0.96 / max(1, len(document.masthead)))
        mark = self._paragraph("Masthead")
        mark.paragraph_format.space_before = Mm(0 if is_brief else 33)
        mark.paragraph_format.line_spacing = Pt(points * 1.25)
        self._write(mark, document.masthead)
        for run in mark.runs:
            run.font.size = Pt(points)
        self._blank(0 if is_brief else 2)
        number = self._paragraph("Normal", document.number or "（文号）", align=ALIGN.CENTER)
        space = 4 if is_brief else 11
        set_border(number._p.get_or_add_pPr(), "bottom", colour=RED, points=2.25, space=space)
        self._blank(0.5 if is_brief else 2)
        for line in [document.title] if is_brief else title_lines(document.title):
            self._paragraph("Title", line)
        self._blank(0 if is_brief else 1)
        self._paragraph("Normal", f"{document.addressee.rstrip('：:')}：")

    def _blank(self, lines: float, *, keep: bool = False) -> None:
        """Blank lines; a part of one is a paragraph of that height."""
        for _line in range(int(lines)):
            self._paragraph("Normal", keep=keep)
        if part := lines % 1:
            blank = self._paragraph("Normal", keep=keep)
            blank.paragraph_format.line_spacing = Pt(self.sheet.line * part)
            set_flag(blank._p.get_or_add_pPr(), "snapToGrid", False)

    # The text

    def _text(self) -> None:
        if self.document.replaces:
            words = f"本{self.what}更正并代替{self.document.replaces}。"
            self._paragraph("Body Text", words)
        for blocks in self.document.paragraphs():
            self._blocks(blocks)
        # The signature never stands on a page without any text (7.3.5.4).
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True

    def _blocks(self, blocks: list[Block]) -> None:
        first = blocks[0]
        if first.style == Style.TABLE:
            self._table_of_lights(first)
        elif first.style == Style.FIGURE:
            self._figure(first)
        elif first.style in (Style.HEADING, Style.SUBHEADING):
            name = "Heading 1" if first.style == Style.HEADING else "Heading 2"
            self._paragraph(name, first.label + " ".join(paragraphs_in(first.text)))
        else:
            for line in paragraphs_in(first.label + "".join(block.text for block in blocks)):
                self._paragraph("Body Text", line)

    def _table_of_lights(self, block: Block) -> None:
        caption = self._paragraph("Caption", self._numbered(block), keep=True)
        caption.paragraph_format.space_before = Pt(8)
        facts = self.document.facts
        self._table(lights_by_priority(facts), words=block.text)
        note = self._paragraph("Table text", note_of_lights(facts))
        note.paragraph_format.space_after = Pt(8)

    def _figure(self, block: Block) -> None:
        picture = picture_of(block.key, self.document.facts)
        paragraph = self._paragraph("Picture", keep=True)
        paragraph.paragraph_format.space_before = Pt(8)
        shape = paragraph.add_run().add_picture(BytesIO(picture.png), width=Mm(picture.width))
        for side in "TBLR":
            shape._inline.set(f"dist{side}", "0")  # left out, LibreOffice keeps 3 mm around it
        words = shape._inline.docPr
        words.set("descr", drawn(picture.words))
        words.set("title", drawn(block.text))
        caption = self._paragraph("Caption", self._numbered(block))
        caption.paragraph_format.space_after = Pt(8)

    def _numbered(self, block: Block) -> str:
        """表1 or 图1 with the caption."""
        self.counted[block.style] += 1
        sign = "表" if block.style == Style.TABLE else "图"
        return f"{sign}{self.counted[block.style]}　{block.text}"

    def _annex_note(self) -> None:
        """附件：1．… one blank line below the text, two characters in (7.3.4)."""
        annexes = self.document.annexes
        if not annexes:
            return
        self._blank(1, keep=True)
        if len(annexes) == 1:
            self._indented(f"附件：{annexes[0]}", 2)
            return
        for number, name in enumerate(annexes, start=1):
            lead = "附件：" if number == 1 else ""
            self._indented(f"{lead}{number}．{name}", 2 if lead else 5)

    def _indented(self, words: str, characters: int) -> None:
        paragraph = self._paragraph("Normal", words, keep=True)
        properties = paragraph._p.get_or_add_pPr()
        set_indents(properties, characters * self.sheet.character, characters, side="left")

    def _signature(self) -> None:
        """The date four characters in from the right, the organ centred above it (7.3.5)."""
        document, one = self.document, self.sheet.character
        day = full_day(document.signed_on) if document.signed_on else "（成文日期）"
        middle = 4 * one + lengths(day, one) / 2
        right = max(0, middle - lengths(document.signature, one) / 2)
        self._blank(0.5 if document.is_brief else 2, keep=True)
        organ = self._paragraph("Normal", document.signature, align=ALIGN.RIGHT, keep=True)
        organ._p.get_or_add_pPr().get_or_add_ind().set(qn("w:right"), str(int(right * 20)))
        date_line = self._paragraph("Normal", day, align=ALIGN.RIGHT)
        set_indents(date_line._p.get_or_add_pPr(), 4 * one, 4, side="right")

    # The annexes and the last page

    def _annexes(self) -> None:
        names, facts = self.document.annexes, self.document.facts
        if not names:
            return
        tables = [attention(facts), whole(facts)][-len(names) :]
        for number, (name, content) in enumerate(zip(names, tables, strict=True), start=1):
            add_landscape(self.word)
            self._paragraph("Annex", f"附件{number}" if len(names) > 1 else "附件")
            self._paragraph("Annex title", name)
            day = self._paragraph("Caption", f"（截至{full_day(facts.on)}）", keep=True)
            day.paragraph_format.space_after = Pt(4)
            self._table(content, words=name)

    def _seal(self) -> None:
        """Who issued it when, and the hashes that show that nothing has changed since."""
        document = self.document
        if not document.sha256:
            return
        day = full_day(timezone.localtime(document.issued_at).date())
        words = (
            f"本{self.what}由{document.issued_by}于{day}签发，数据与文字已固定，"
            f"签发后不因计划调整而改变。校验值（SHA-256）：{document.seal}；"
            f"数据链摘要：{document.chain_seal}"
        )
        paragraph = self._paragraph("Seal", words)
        paragraph.paragraph_format.space_before = Pt(10)
        set_border(paragraph._p.get_or_add_pPr(), "top", colour="808080", points=0.5, space=4)

    # Paragraphs and tables

    def _paragraph(self, style: str, words: str = "", *, align=None, keep: bool = False):
        paragraph = self.word.add_paragraph()
        paragraph._p.style = style_id(style)
        if align is not None:
            paragraph.alignment = align
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        if words:
            self._write(paragraph, words)
        return paragraph

    def _write(self, paragraph, words: str) -> None:
        add_runs(paragraph._p, words, self.fonts.codec)

    def _table(self, content: Table, *, words: str) -> None:
        element = self.tables.table(
            content.columns,
            content.rows,
            words=words,
            padding=content.padding,
            keep=content.stays_on_one_page,
        )
        self.word.element.body.insert_element_before(element, "w:sectPr")
