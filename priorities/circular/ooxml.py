"""The parts of a Word file that python-docx has no words for: runs, fields, grids, tables.

Lengths are millimetres or points as the name of the argument says; twips and eighths of a point
stay in here. Tables are built as plain elements: a table of 200 rows through python-docx's own
cells takes minutes of a machine's time, this way a fraction of a second.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from docx.shared import Mm, Pt
from lxml.etree import SubElement

from ..legible import drawn

W = f"{{{nsmap['w']}}}"
TWIPS_PER_POINT = 20
LATIN = "Times New Roman"
EMOJI_FONT = "Segoe UI Emoji"
RARE_FONT = "宋体"
RAREST_FONT = "SimSun-ExtB"


@dataclass(frozen=True)
class Look:
    """How a run differs from its paragraph's style. ``font`` is the Chinese one."""

    font: str = ""
    colour: str = ""
    bold: bool = False


PLAIN = Look()


def set_fonts(style_or_run, *, chinese: str, latin: str = LATIN) -> None:
    """Both fonts by name, without the theme's.

    ``font.name`` of python-docx sets the Latin one alone, and a theme font would win over both.
    """
    fonts = style_or_run.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def child(parent, tag: str, **attributes):
    """A new last child of the element, in Word's namespace."""
    return SubElement(parent, W + tag, {W + name: str(v) for name, v in attributes.items()})


def add_runs(paragraph, text: str, codec: str, look: Look = PLAIN) -> None:
    """The text as runs, with a font of its own for what the paragraph's font does not hold.

    ``codec`` tells what that font holds: GB2312 has no 坣, no font of the BMP has 𠮷.
    """
    for line_number, line in enumerate(drawn(text).split("\n")):
        if line_number:
            child(child(paragraph, "r"), "br")
        for font, characters in groupby(line, lambda c: _font_of(c, codec)):
            _run(paragraph, "".join(characters), font, look)


def _font_of(character: str, codec: str) -> str:
    """The font for a character that the paragraph's own does not have; empty where it has it."""
    code = ord(character)
    if code < 0x2E80 and code not in range(0x2600, 0x27C0) and code not in range(0x1F000, 0x20000):
        return ""
    if 0x1F000 <= code < 0x20000 or 0x2600 <= code < 0x27C0:
        return EMOJI_FONT
    if code >= 0x20000:
        return RAREST_FONT
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return RARE_FONT
    return ""


def _run(paragraph, text: str, font: str, look: Look) -> None:
    run = child(paragraph, "r")
    properties = child(run, "rPr")
    chinese = font or look.font
    fonts = child(properties, "rFonts", hint="eastAsia")
    if font == EMOJI_FONT:
        fonts.set(qn("w:ascii"), font)
        fonts.set(qn("w:hAnsi"), font)
    if chinese:
        fonts.set(qn("w:eastAsia"), chinese)
    if look.bold:
        child(properties, "b")
    if look.colour:
        child(properties, "color", val=look.colour.removeprefix("#").upper())
    words = child(run, "t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def add_page_number(paragraph, chinese: str, points: float) -> None:
    """— 1 — as GB/T 9704-2012, 7.5 has it; the figure is a field."""
    _number_part(paragraph, chinese, points, text="— ")
    _number_part(paragraph, chinese, points, field="begin")
    _number_part(paragraph, chinese, points, instruction=" PAGE ")
    _number_part(paragraph, chinese, points, field="separate")
    _number_part(paragraph, chinese, points, text="1")
    _number_part(paragraph, chinese, points, field="end")
    _number_part(paragraph, chinese, points, text=" —")


def _number_part(
    paragraph, chinese: str, points: float, *, text: str = "", field: str = "", instruction=""
) -> None:
    run = child(paragraph, "r")
    properties = child(run, "rPr")
    child(properties, "rFonts", ascii=chinese, hAnsi=chinese, eastAsia=chinese, hint="eastAsia")
    child(properties, "spacing", val=0)
    child(properties, "sz", val=int(points * 2))
    if field:
        child(run, "fldChar", fldCharType=field)
        return
    words = child(run, "instrText" if instruction else "t")
    words.text = instruction or text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def set_grid(section, line_points: float) -> None:
    """A grid of lines only: ``linesAndChars`` halves the characters of a line in LibreOffice."""
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    pitch = int(line_points * TWIPS_PER_POINT)
    child(properties, "docGrid", type="lines", linePitch=pitch)


def set_character_spacing(style, points: float) -> None:
    """How much wider apart, or closer, the characters of a style stand."""
    properties = style.get_or_add_rPr()
    for tag in ("spacing", "kern"):
        for old in properties.findall(qn(f"w:{tag}")):
            properties.remove(old)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(int(points * TWIPS_PER_POINT)))
    followers = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")
    properties.insert_element_before(spacing, *followers)


def set_indents(paragraph_properties, points: float, characters: int, *, side: str) -> None:
    """An indent (firstLine, right, left) in points, with the characters that Word prefers."""
    indent = paragraph_properties.get_or_add_ind()
    indent.set(qn(f"w:{side}"), str(int(points * TWIPS_PER_POINT)))
    indent.set(qn(f"w:{side}Chars"), str(characters * 100))


def set_flag(paragraph_properties, tag: str, on: bool) -> None:
    for flag in paragraph_properties.findall(qn(f"w:{tag}")):
        paragraph_properties.remove(flag)
    flag = OxmlElement(f"w:{tag}")
    flag.set(qn("w:val"), "1" if on else "0")
    paragraph_properties.insert_element_before(flag, *_after(tag))


PARAGRAPH_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr"),
    *("suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap"),
    *("overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd"),
    *("snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "textDirection"),
    *("jc", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr"),
    *("sectPr", "pPrChange"),
)
"""The order that the schema wants (ECMA-376, CT_PPr); Word refuses a file that mixes it up."""


def _after(tag: str) -> tuple[str, ...]:
    place = PARAGRAPH_ORDER.index(tag)
    return tuple(f"w:{name}" for name in PARAGRAPH_ORDER[place + 1 :])


def set_border(paragraph_properties, side: str, *, colour: str, points: float, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    size = int(points * 8)
    child(borders, side, val="single", sz=size, space=space, color=colour)
    paragraph_properties.insert_element_before(borders, *_after("pBdr"))


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width, and how its cells stand."""

    head: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Cell:
    text: str
    look: Look = PLAIN


Cells = list[Cell]


@dataclass(frozen=True)
class TableWriter:
    """Tables with a repeated header row, and rows that do not break across pages.

    ``longest`` is the number of lines from which a row is taller than a page may hold: it must
    break, or LibreOffice would cut it off.
    """

    codec: str
    style: str
    head: Look
    longest: int

    def table(
        self, columns: list[Column], rows: list[Cells], *, words: str, padding: float, keep: bool
    ):
        """The table as an element; ``words`` describe it to a screen reader.

        ``padding`` is in millimetres; ``keep`` keeps the whole of it on one page.
        """
        element = OxmlElement("w:tbl")
        _table_properties(element, columns, words, padding)
        grid = child(element, "tblGrid")
        for column in columns:
            child(grid, "gridCol", w=_twips(column.width))
        self._head(element, columns, keep)
        for number, row in enumerate(rows, start=1):
            self._row(element, columns, row, keep=keep and number < len(rows))
        return element

    def _head(self, element, columns: list[Column], keep: bool) -> None:
        row = child(element, "tr")
        properties = child(row, "trPr")
        child(properties, "cantSplit")
        child(properties, "tblHeader")
        for column in columns:
            head = Column(column.head, column.width, "center")
            self._cell(row, head, Cell(column.head, self.head), keep, fill="EDEDED")

    def _row(self, element, columns: list[Column], cells: Cells, keep: bool) -> None:
        row = child(element, "tr")
        properties = child(row, "trPr")
        if _lines(columns, cells) <= self.longest:
            child(properties, "cantSplit")
        for column, cell in zip(columns, cells, strict=True):
            self._cell(row, column, cell, keep)

    def _cell(self, row, column: Column, cell: Cell, keep: bool, fill: str = "") -> None:
        element = child(row, "tc")
        properties = child(element, "tcPr")
        child(properties, "tcW", w=_twips(column.width), type="dxa")
        if fill:
            child(properties, "shd", val="clear", color="auto", fill=fill)
        child(properties, "vAlign", val="center")
        paragraph = child(element, "p")
        paragraph_properties = child(paragraph, "pPr")
        child(paragraph_properties, "pStyle", val=self.style)
        if keep:
            child(paragraph_properties, "keepNext")
        child(paragraph_properties, "jc", val=column.align)
        add_runs(paragraph, cell.text, self.codec, cell.look)


def _table_properties(element, columns: list[Column], words: str, padding: float) -> None:
    properties = child(element, "tblPr")
    child(properties, "tblW", w=_twips(sum(c.width for c in columns)), type="dxa")
    child(properties, "jc", val="center")
    borders = child(properties, "tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        child(borders, side, val="single", sz=4, space=0, color="000000")
    child(properties, "tblLayout", type="fixed")
    margins = child(properties, "tblCellMar")
    for side, width in (("top", 0.4), ("left", padding), ("bottom", 0.4), ("right", padding)):
        child(margins, side, w=_twips(width), type="dxa")
    child(properties, "tblLook", val="0020", firstRow=1)
    child(properties, "tblDescription", val=drawn(words))


LINE_OF_TABLE = 3.2
"""Millimetres that a Chinese character of a table takes: 9 points."""


def _lines(columns: list[Column], row: Cells) -> int:
    """How many lines the tallest cell of a row has, roughly."""
    return max(
        _lines_of(cell.text, column.width) for column, cell in zip(columns, row, strict=True)
    )


def _lines_of(text: str, width: float) -> int:
    in_a_line = max(1, int((width - 1.6) / LINE_OF_TABLE))
    return sum(1 + _ems(line) // in_a_line for line in text.split("\n"))


def _ems(text: str) -> int:
    return int(sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in text))


def _twips(millimetres: float) -> int:
    return int(Mm(millimetres) / Pt(1) * TWIPS_PER_POINT)


def lengths(text: str, points: float) -> float:
    """How wide a line of text is, in points: half an em for a Latin character."""
    return sum(points if ord(c) > 0x2E7F or c in "—“”…" else points / 2 for c in text)


def paragraphs_in(text: str) -> Iterator[str]:
    """The lines of an edited text that are paragraphs of their own."""
    yield from (line.strip() for line in drawn(text).split("\n") if line.strip())
