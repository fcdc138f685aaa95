"""The report as a Word file, by GB/T 9704-2012 (layout of official documents).

Measured in a rendered page: single line spacing on a grid of 28.95-point lines gives 22 lines, and
characters of 16 points set 0.25 points closer give 28 to a line of 156 mm. The fonts are named and
not shipped: they are on every machine of the offices that this is for.
"""

from dataclasses import dataclass
from io import BytesIO

import docx
from django.conf import settings
from django.utils import timezone
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ..lights import KINDS
from ..periods import chinese_number, full_day
from .document import SHAPES, Block, Document, Facts, Row, Style
from .ooxml import (
    Cell,
    Cells,
    Column,
    Look,
    add_page_number,
    add_runs,
    child,
    clean,
    lengths,
    paragraphs_in,
    set_border,
    set_flag,
    set_fonts,
    set_grid,
    set_indents,
    table,
)
from .pictures import picture_of

TITLE_FONT, HEAVY, SONG = "方正小标宋简体", "黑体", "宋体"
RED = "FF0000"

BODY, TITLE, SMALL, TABLE = 16, 22, 9, 9
"""Points: 三号, 二号, 小五."""

TITLE_CHARACTERS = 20
"""How many characters of 二号 a line holds."""

LINE = 28.95
CLOSER = -0.25
CHARACTER = BODY + CLOSER

KEPT_STYLES = {
    *("Normal", "BodyText", "Heading1", "Heading2", "Title", "Caption", "Header", "Footer"),
    *("DefaultParagraphFont", "TableNormal", "NoList"),
}

COLOURS = {
    "red": "A9241A",
    "yellow": "805000",
    "stale": "2B6A4D",
    "green": "2B6A4D",
    "complete": "2A5690",
    "not_started": "595959",
    "unassigned": "595959",
    "cancelled": "595959",
}

WITH_FONTS = {
    "gb2312": ("仿宋_GB2312", "楷体_GB2312", "gb2312"),
    "windows": ("仿宋", "楷体", "gbk"),
}
"""REPORT_FONTS: body, subheading, and what characters these fonts hold."""


def word_file(document: Document) -> bytes:
    """The report as it goes out; a draft says that it is one."""
    return _Writer(document).bytes()


@dataclass(frozen=True)
class _Size:
    """A brief is set smaller and closer, so that it stays on one page."""

    body: float
    line: float
    closer: float

    @property
    def character(self) -> float:
        return self.body + self.closer


CIRCULAR_SIZE = _Size(BODY, LINE, CLOSER)
BRIEF_SIZE = _Size(14, 20.5, -0.25)


class _Writer:
    def __init__(self, document: Document):
        self.document = document
        self.size = BRIEF_SIZE if document.is_brief else CIRCULAR_SIZE
        self.body_font, self.kai_font, self.codec = WITH_FONTS[settings.REPORT_FONTS]
        self.word = docx.Document()
        self.counted = {Style.TABLE: 0, Style.FIGURE: 0}

    def bytes(self) -> bytes:
        self._set_up()
        self._masthead()
        self._text()
        self._annex_note()
        self._signature()
        self._annexes()
        self._seal()
        stream = BytesIO()
        self.word.save(stream)
        return stream.getvalue()

    # Page and styles

    def _set_up(self) -> None:
        self._properties()
        self._settings()
        self._styles()
        self._page(self.word.sections[0])
        self._footers(self.word.sections[0])

    def _properties(self) -> None:
        core, d = self.word.core_properties, self.document
        core.title, core.author, core.subject = clean(d.title), clean(d.signature), clean(d.number)
        core.last_modified_by, core.comments, core.keywords = clean(d.issued_by), "", d.sha256
        core.language = "zh-CN"
        core.created = core.modified = d.issued_at or timezone.now()

    def _settings(self) -> None:
        element = self.word.settings.element
        self.word.settings.odd_and_even_pages_header_footer = True
        element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
        for setting in element.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), "15")

    def _styles(self) -> None:
        _drop_unused_styles(self.word.styles.element)
        defaults = self.word.styles.element.find(qn("w:docDefaults"))
        language = next(defaults.iter(qn("w:lang")))
        language.set(qn("w:eastAsia"), "zh-CN")
        fonts = next(defaults.iter(qn("w:rFonts")))
        for name in list(fonts.attrib):
            del fonts.attrib[name]
        for name, font in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman")):
            fonts.set(qn(f"w:{name}"), font)
        fonts.set(qn("w:eastAsia"), self.body_font)
        size = self.size.body
        self._style("Normal", self.body_font, size)
        self._style("Body Text", self.body_font, size, first_line=2)
        self._style("Heading 1", HEAVY, size, first_line=2, keep=True)
        self._style("Heading 2", self.kai_font, size, first_line=2, keep=True)
        title = 18 if self.document.is_brief else TITLE
        self._style("Title", TITLE_FONT, title, align=ALIGN.CENTER, exact=36, keep=True)
        self._style("Masthead", TITLE_FONT, TITLE, align=ALIGN.CENTER, colour=RED)
        self._style("Annex", HEAVY, size, based_on="Heading 1", keep=True)
        self._style("Annex title", TITLE_FONT, TITLE, align=ALIGN.CENTER, exact=34, keep=True)
        self._style("Caption", HEAVY, 12, align=ALIGN.CENTER, exact=20)
        self._style("Table text", self.body_font, TABLE, align=ALIGN.LEFT, off_grid=True)
        self._style("Picture", self.body_font, TABLE, align=ALIGN.CENTER, off_grid=True)
        self._style("Seal", self.body_font, SMALL, align=ALIGN.LEFT, off_grid=True)
        for name in ("Header", "Footer"):
            self._style(name, self.body_font, SMALL, align=ALIGN.LEFT, off_grid=True)

    def _style(
        self,
        name: str,
        font: str,
        points: float,
        *,
        align=ALIGN.JUSTIFY,
        first_line: int = 0,
        keep: bool = False,
        exact: float = 0,
        off_grid: bool = False,
        colour: str = "000000",
        based_on: str = "",
    ) -> None:
        styles = self.word.styles
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if based_on or name not in ("Normal", "Heading 1", "Heading 2"):
            style.base_style = styles[based_on or "Normal"]
        set_fonts(style.element, chinese=font)
        style.font.size, style.font.bold, style.font.italic = Pt(points), False, False
        style.font.color.rgb = RGBColor.from_string(colour)
        self._closer(style, 0 if off_grid or exact else self.size.closer)
        layout = style.paragraph_format
        layout.alignment, layout.keep_with_next, layout.keep_together = align, keep, False
        layout.space_before = layout.space_after = Pt(0)
        layout.line_spacing = Pt(exact) if exact else 1.0
        if exact:
            layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        properties = style.element.get_or_add_pPr()
        for border in properties.findall(qn("w:pBdr")):
            properties.remove(border)
        for flag in ("autoSpaceDE", "autoSpaceDN", "widowControl"):
            set_flag(properties, flag, False)
        set_flag(properties, "snapToGrid", not (off_grid or exact))
        set_indents(properties, first_line * self.size.character, first_line, side="firstLine")

    def _closer(self, style, points: float) -> None:
        properties = style.element.get_or_add_rPr()
        for tag in ("spacing", "kern"):
            for old in properties.findall(qn(f"w:{tag}")):
                properties.remove(old)
        spacing = child(properties, "spacing", val=int(points * 20))
        properties.remove(spacing)
        followers = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
        properties.insert_element_before(spacing, *followers)

    def _page(self, section) -> None:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        if self.document.is_brief:
            section.top_margin, section.bottom_margin = Mm(22), Mm(26)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(22)
        set_grid(section, self.size.line)

    def _footers(self, section) -> None:
        """4号 figures between dashes, one character in from the outer edge of the text."""
        sides = (
            (section.footer, ALIGN.RIGHT, "right"),
            (section.even_page_footer, ALIGN.LEFT, "left"),
        )
        for footer, align, side in sides:
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = align
            set_indents(paragraph._p.get_or_add_pPr(), 14, 1, side=side)
            add_page_number(paragraph._p, SONG, 14)
        if note := self._note():
            for header in (section.header, section.even_page_header):
                header.is_linked_to_previous = False
                paragraph = header.paragraphs[0]
                paragraph.alignment = ALIGN.RIGHT
                self._write(paragraph, note)

    def _note(self) -> str:
        """What nobody may take for a real document: a draft, and made-up data."""
        notes = [] if self.document.sha256 else ["草稿，未签发"]
        if self.document.is_sample:
            notes.append("示例数据：单位、人员与进展均为演示所拟，非官方文件")
        return "　".join(notes)

    # The first page

    def _masthead(self) -> None:
        """Name in red, number, red rule, title, addressee; blank lines as in 7.2 and 7.3.1."""
        document = self.document
        wide = Mm(156) / Pt(1)
        most = 36 if document.is_brief else 54
        points = min(most, wide * 0.96 / max(1, len(document.masthead)))
        mark = self._paragraph("Masthead")
        mark.paragraph_format.space_before = Mm(0 if document.is_brief else 20)
        mark.paragraph_format.line_spacing = Pt(points * 1.25)
        self._write(mark, document.masthead)
        for run in mark.runs:
            run.font.size = Pt(points)
        self._blank(0 if document.is_brief else 1)
        number = self._paragraph("Normal", document.number or "（文号）", align=ALIGN.CENTER)
        space = 4 if document.is_brief else 11
        set_border(number._p.get_or_add_pPr(), "bottom", colour=RED, points=2.25, space=space)
        self._blank(0.5 if document.is_brief else 2)
        for line in [document.title] if document.is_brief else title_lines(document.title):
            self._paragraph("Title", line)
        self._blank(0 if document.is_brief else 0.5)
        self._paragraph("Normal", f"{document.addressee.rstrip('：:')}：")

    def _blank(self, lines: float, *, keep: bool = False) -> None:
        """Blank lines; a part of one is a paragraph of that height."""
        for _line in range(int(lines)):
            self._paragraph("Normal", keep=keep)
        if part := lines % 1:
            blank = self._paragraph("Normal", keep=keep)
            blank.paragraph_format.line_spacing = Pt(self.size.line * part)
            set_flag(blank._p.get_or_add_pPr(), "snapToGrid", False)

    # The text

    def _text(self) -> None:
        if self.document.replaces:
            words = f"本{self._what()}更正并代替{self.document.replaces}。"
            self._paragraph("Body Text", words)
        paragraphs = self.document.paragraphs()
        for blocks in paragraphs:
            first = blocks[0]
            if first.style == Style.TABLE:
                self._table_of_lights(first)
            elif first.style == Style.FIGURE:
                self._figure(first)
            elif first.style in (Style.HEADING, Style.SUBHEADING):
                name = "Heading 1" if first.style == Style.HEADING else "Heading 2"
                self._paragraph(name, first.label + " ".join(paragraphs_in(first.text)))
            else:
                text = first.label + "".join(block.text for block in blocks)
                for line in paragraphs_in(text):
                    self._paragraph("Body Text", line)

    def _table_of_lights(self, block: Block) -> None:
        self.counted[Style.TABLE] += 1
        caption = self._paragraph("Caption", f"表{self.counted[Style.TABLE]}　{block.text}")
        caption.paragraph_format.space_before = Pt(8)
        caption.paragraph_format.keep_with_next = True
        facts = self.document.facts
        columns = [
            Column("重点工作", 55.7),
            Column("举措", 10, "center"),
            *(Column(f"{SHAPES[k]}\n{facts.words[k]}", 11.4, "center") for k in KINDS),
            Column("平均\n完成", 10.5, "center"),
        ]
        self._table(columns, _rows_of_lights(facts), longest=99, words=block.text)
        note = self._paragraph("Table text", _note_of_lights(facts))
        note.paragraph_format.space_after = Pt(8)

    def _figure(self, block: Block) -> None:
        self.counted[Style.FIGURE] += 1
        picture = picture_of(block.key, self.document.facts)
        paragraph = self._paragraph("Picture")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)
        shape = paragraph.add_run().add_picture(BytesIO(picture.png), width=Mm(picture.width))
        words = shape._inline.docPr
        words.set("descr", clean(picture.words))
        words.set("title", clean(block.text))
        caption = self._paragraph("Caption", f"图{self.counted[Style.FIGURE]}　{block.text}")
        caption.paragraph_format.space_after = Pt(8)

    def _what(self) -> str:
        return "专报" if self.document.is_brief else "通报"

    def _annex_note(self) -> None:
        """附件：1．… one blank line below the text, two characters in (7.3.4)."""
        annexes = self.document.annexes
        if not annexes:
            return
        self._paragraph("Normal", keep=True)
        if len(annexes) == 1:
            self._indented(f"附件：{annexes[0]}", 2)
            return
        for number, name in enumerate(annexes, start=1):
            lead = "附件：" if number == 1 else ""
            self._indented(f"{lead}{number}．{name}", 2 if lead else 5)

    def _indented(self, words: str, characters: int) -> None:
        paragraph = self._paragraph("Normal", words, keep=True)
        properties = paragraph._p.get_or_add_pPr()
        set_indents(properties, characters * self.size.character, characters, side="left")

    def _signature(self) -> None:
        """The date four characters in from the right, the organ centred above it (7.3.5)."""
        day = full_day(self.document.signed_on) if self.document.signed_on else "（成文日期）"
        size, one = self.size.body, self.size.character
        date_wide, organ_wide = lengths(day, size), lengths(self.document.signature, one)
        right = 4 * one + (date_wide - organ_wide) / 2
        self._blank(0.5 if self.document.is_brief else 2, keep=True)
        organ = self._paragraph("Normal", self.document.signature, align=ALIGN.RIGHT, keep=True)
        organ._p.get_or_add_pPr().get_or_add_ind().set(qn("w:right"), str(int(max(0, right) * 20)))
        date_line = self._paragraph("Normal", day, align=ALIGN.RIGHT)
        set_indents(date_line._p.get_or_add_pPr(), 4 * one, 4, side="right")

    # The annexes

    def _annexes(self) -> None:
        names = self.document.annexes
        if not names:
            return
        facts = self.document.facts
        contents = [
            (_whole_columns(), [self._whole_row(row, n) for n, row in _counted(facts.rows)])
        ]
        if len(names) == 2:
            rows = [self._attention_row(row, n) for n, row in _counted(facts.attention_rows)]
            contents.insert(0, (_attention_columns(), rows))
        for number, (name, (columns, rows)) in enumerate(
            zip(names, contents, strict=True), start=1
        ):
            self._landscape()
            self._paragraph("Annex", f"附件{number}" if len(names) > 1 else "附件")
            self._paragraph("Annex title", name)
            on = f"（截至{full_day(facts.on)}）"
            self._paragraph("Caption", on).paragraph_format.space_after = Pt(4)
            self._table(columns, rows, longest=24, words=name)

    def _landscape(self) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(20), Mm(20)
        section.left_margin = section.right_margin = Mm(17)
        section.header_distance, section.footer_distance = Mm(11), Mm(11)

    def _attention_row(self, row: Row, number: int) -> Cells:
        return [
            Cell(str(number)),
            Cell(f"{row.number} {row.text}"),
            Cell(row.lead),
            Cell(row.owner),
            Cell(_due(row, self.document)),
            Cell(f"{row.percent}%"),
            Cell(f"{row.elapsed}%"),
            self._light(row.kind if row.kind != "stale" else row.light, row.word),
            Cell(row.reason),
            Cell(row.problems),
            Cell(row.next_step),
            Cell(row.help_needed),
        ]

    def _whole_row(self, row: Row, number: int) -> Cells:
        has_time = row.has_yardstick
        return [
            Cell(str(number)),
            Cell(row.priority),
            Cell(f"{row.number} {row.text}"),
            Cell(row.lead or "—"),
            Cell("、".join(row.supporting) or "—"),
            Cell(row.owner or "—"),
            Cell(_due(row, self.document)),
            Cell("—" if row.is_cancelled else f"{row.percent}%"),
            Cell(f"{row.elapsed}%" if has_time else "—"),
            self._light(row.kind, row.word),
            Cell(row.done),
            Cell(row.problems),
            Cell(row.next_step),
            Cell(_day(row.updated, self.document)),
        ]

    def _light(self, kind: str, word: str) -> Cell:
        return Cell(f"{SHAPES[kind]}{word}", Look(font=HEAVY, colour=COLOURS[kind]))

    # The last page

    def _seal(self) -> None:
        document = self.document
        if not document.sha256:
            return
        day = full_day(timezone.localtime(document.issued_at).date())
        words = (
            f"本{self._what()}由{document.issued_by}于{day}签发，数据与文字已固定，"
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
        add_runs(paragraph._p, words, self.codec)

    def _table(self, columns: list[Column], rows, *, longest: int, words: str) -> None:
        element = table(
            columns,
            rows,
            codec=self.codec,
            style=style_id("Table text"),
            head=Look(font=HEAVY),
            longest=longest,
            words=words,
        )
        body = self.word.element.body
        body.insert_element_before(element, "w:sectPr")


def style_id(name: str) -> str:
    """As python-docx makes it from the name; looking it up costs 5 ms a paragraph."""
    return name.replace(" ", "")


def _drop_unused_styles(styles) -> None:
    """The template brings some 160 styles; what is not used only clutters the list in Word."""
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
        for link in style.findall(qn("w:link")):
            style.remove(link)


def title_lines(title: str) -> list[str]:
    """A title that is longer than a line in two lines, broken between words (7.3.1)."""
    if len(title) <= TITLE_CHARACTERS:
        return [title]
    breaks = [title.find(words) + len(words) for words in ("重点工作", "工作") if words in title]
    kept = [at for at in breaks if len(title) - TITLE_CHARACTERS <= at <= TITLE_CHARACTERS]
    return [title[: kept[0]], title[kept[0] :]] if kept else [title]


def _rows_of_lights(facts: Facts) -> list[Cells]:
    rows = []
    for line in facts.priorities:
        counts = [Cell(str(line.counts[kind] or "—")) for kind in KINDS]
        name = Cell(f"{chinese_number(line.number)}、{line.title}")
        rows.append([name, Cell(str(line.total)), *counts, Cell(f"{line.percent}%")])
    total = [Cell(str(facts.counts[kind] or "—")) for kind in KINDS]
    rows.append([Cell("合计"), Cell(str(facts.total)), *total, Cell("—")])
    return rows


def _note_of_lights(facts: Facts) -> str:
    stale, green = facts.counts["stale"], facts.words["green"]
    parts = ["注：平均完成为各项举措完成进度的平均值，未报送的按0计。"]
    if stale:
        parts.append(
            f"“{facts.words['stale']}”指亮灯{green}而超过{facts.cycle_days}天没有新进展的举措，"
            f"从“{green}”中单列。"
        )
    if facts.cancelled:
        parts.append(f"已中止的{facts.cancelled}项不计在内。")
    return "".join(parts)


def _attention_columns() -> list[Column]:
    return [
        Column("序号", 9, "center"),
        Column("举措", 34),
        Column("牵头单位", 27),
        Column("责任人", 17, "center"),
        Column("完成时限", 16, "center"),
        Column("进度", 11, "center"),
        Column("序时", 11, "center"),
        Column("亮灯", 16, "center"),
        Column("亮灯原因", 31),
        Column("存在问题", 34),
        Column("下步举措", 27),
        Column("需区里协调", 30),
    ]


def _whole_columns() -> list[Column]:
    """DOMAIN's fourteen columns; together the width between the margins, 263 mm."""
    return [
        Column("序号", 8, "center"),
        Column("重点工作", 20),
        Column("举措", 23),
        Column("牵头单位", 20),
        Column("配合单位", 25),
        Column("责任人", 14, "center"),
        Column("完成时限", 14, "center"),
        Column("进度", 10.5, "center"),
        Column("序时", 10.5, "center"),
        Column("亮灯", 15.5, "center"),
        Column("进展情况", 49),
        Column("存在问题", 22),
        Column("下步举措", 20),
        Column("更新日期", 11.5, "center"),
    ]


def _counted(rows: list[Row]):
    return enumerate(rows, start=1)


def _due(row: Row, document: Document) -> str:
    due = _day(row.due, document)
    if row.due and row.original_due and row.original_due != row.due:
        return f"{due}\n原{_day(row.original_due, document)}"
    return due


def _day(day, document: Document) -> str:
    """09-30 within the year of the report, 2023-01-31 outside it."""
    if day is None:
        return "—"
    return f"{day:%m-%d}" if day.year == document.end.year else f"{day}"
