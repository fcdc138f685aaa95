"""Page, styles and page numbers of the Word file, by GB/T 9704-2012 (layout of official documents).

Measured in a rendered page: single line spacing on a grid of 28.95-point lines gives 22 lines, and
characters of 16 points set 0.25 points closer give 28 to a line of 156 mm. The fonts are named and
not shipped: they are on every machine of the offices that this is for.
"""

from dataclasses import dataclass

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from .ooxml import (
    LATIN,
    add_page_number,
    set_character_spacing,
    set_flag,
    set_fonts,
    set_grid,
    set_indents,
)

TITLE_FONT, HEAVY, SONG = "方正小标宋简体", "黑体", "宋体"
RED = "FF0000"

SMALL, PAGE_NUMBER = 9, 14
"""Points: 小五, 四号."""

TITLE_CHARACTERS = 20
"""How many characters of 二号 a line holds."""


@dataclass(frozen=True)
class Fonts:
    """What REPORT_FONTS names: fonts of body and subheadings, and what characters they hold."""

    body: str
    kai: str
    codec: str


FONTS = {
    "gb2312": Fonts("仿宋_GB2312", "楷体_GB2312", "gb2312"),
    "windows": Fonts("仿宋", "楷体", "gbk"),
}


@dataclass(frozen=True)
class Sheet:
    """Sizes in points, margins in millimetres. ``closer`` is the space between characters."""

    body: float
    title: float
    line: float
    closer: float
    top: float
    bottom: float

    @property
    def character(self) -> float:
        return self.body + self.closer


CIRCULAR = Sheet(body=16, title=22, line=28.95, closer=-0.25, top=37, bottom=35)
BRIEF = Sheet(body=14, title=18, line=20.5, closer=-0.25, top=22, bottom=26)
"""A brief is set smaller and closer, so that it stays on one page."""

KEPT_STYLES = {
    *("Normal", "BodyText", "Heading1", "Heading2", "Title", "Caption", "Header", "Footer"),
    *("DefaultParagraphFont", "TableNormal", "NoList"),
}


def style_id(name: str) -> str:
    """As python-docx makes it from the name; looking it up costs 5 ms a paragraph."""
    return name.replace(" ", "")


def set_up(word, sheet: Sheet, fonts: Fonts) -> None:
    """Turn python-docx's template into an official document."""
    _settings(word)
    _defaults(word.styles.element, fonts)
    _styles(word, sheet, fonts)
    _upright(word.sections[0], sheet)
    _page_numbers(word.sections[0])


def _settings(word) -> None:
    element = word.settings.element
    word.settings.odd_and_even_pages_header_footer = True
    element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for setting in element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _defaults(styles, fonts: Fonts) -> None:
    """The language and fonts of the file, and only the styles that are used.

    The template says Japanese, names theme fonts, and brings some 160 styles that would only
    clutter the list in Word.
    """
    defaults = styles.find(qn("w:docDefaults"))
    next(defaults.iter(qn("w:lang"))).set(qn("w:eastAsia"), "zh-CN")
    names = next(defaults.iter(qn("w:rFonts")))
    for name in list(names.attrib):
        del names.attrib[name]
    for name, font in (("ascii", LATIN), ("hAnsi", LATIN), ("eastAsia", fonts.body)):
        names.set(qn(f"w:{name}"), font)
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
        for link in style.findall(qn("w:link")):
            style.remove(link)


@dataclass(frozen=True)
class _Style:
    name: str
    font: str
    points: float
    align: ALIGN = ALIGN.JUSTIFY
    first_line: int = 0
    keep: bool = False
    exact: float = 0
    on_grid: bool = True
    colour: str = "000000"
    based_on: str = "Normal"


def _styles(word, sheet: Sheet, fonts: Fonts) -> None:
    body, kai, size = fonts.body, fonts.kai, sheet.body
    centre, left = ALIGN.CENTER, ALIGN.LEFT
    for style in (
        _Style("Normal", body, size),
        _Style("Body Text", body, size, first_line=2),
        _Style("Heading 1", HEAVY, size, first_line=2, keep=True),
        _Style("Heading 2", kai, size, first_line=2, keep=True),
        _Style("Title", TITLE_FONT, sheet.title, centre, keep=True, exact=36),
        _Style("Masthead", TITLE_FONT, sheet.title, centre, colour=RED),
        _Style("Annex", HEAVY, size, keep=True, based_on="Heading 1"),
        _Style("Annex title", TITLE_FONT, sheet.title, centre, keep=True, exact=34),
        _Style("Caption", HEAVY, 12, centre, exact=20),
        _Style("Table text", body, SMALL, left, on_grid=False),
        _Style("Picture", body, SMALL, centre, on_grid=False),
        _Style("Seal", body, SMALL, left, on_grid=False),
        _Style("Header", body, SMALL, left, on_grid=False),
        _Style("Footer", body, SMALL, left, on_grid=False),
    ):
        _set_style(word.styles, style, sheet)


def _set_style(styles, wanted: _Style, sheet: Sheet) -> None:
    name = wanted.name
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = styles[wanted.based_on]
    set_fonts(style.element, chinese=wanted.font)
    style.font.size, style.font.bold, style.font.italic = Pt(wanted.points), False, False
    style.font.color.rgb = RGBColor.from_string(wanted.colour)
    on_grid = wanted.on_grid and not wanted.exact
    set_character_spacing(style.element, sheet.closer if on_grid else 0)
    _set_paragraphs(style, wanted, sheet, on_grid)


def _set_paragraphs(style, wanted: _Style, sheet: Sheet, on_grid: bool) -> None:
    """How the paragraphs of a style stand: the gaps between Chinese and figures are closed, and
    single lines may stand alone at a page's end, or a full page would not have its 22 lines.
    """
    layout = style.paragraph_format
    layout.alignment, layout.keep_with_next, layout.keep_together = wanted.align, wanted.keep, False
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing = Pt(wanted.exact) if wanted.exact else 1.0
    if wanted.exact:
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    for flag in ("autoSpaceDE", "autoSpaceDN", "widowControl"):
        set_flag(properties, flag, False)
    set_flag(properties, "snapToGrid", on_grid)
    indent = wanted.first_line * sheet.character
    set_indents(properties, indent, wanted.first_line, side="firstLine")


def _upright(section, sheet: Sheet) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(sheet.top), Mm(sheet.bottom)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(12), Mm(sheet.bottom - 13)
    set_grid(section, sheet.line)


def add_landscape(word) -> None:
    """A section across, for a wide table; it keeps the page numbers and their places."""
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin = section.right_margin = Mm(17)
    section.header_distance = section.footer_distance = Mm(11)


def _page_numbers(section) -> None:
    """— 1 —, odd pages at the right, even ones at the left, a character in from the edge (7.5)."""
    sides = (
        (section.footer, ALIGN.RIGHT, "right"),
        (section.even_page_footer, ALIGN.LEFT, "left"),
    )
    for footer, align, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        set_indents(paragraph._p.get_or_add_pPr(), PAGE_NUMBER, 1, side=side)
        add_page_number(paragraph._p, SONG, PAGE_NUMBER)


def title_lines(title: str) -> list[str]:
    """A title that is longer than a line in two lines, broken between words (7.3.1)."""
    if len(title) <= TITLE_CHARACTERS:
        return [title]
    breaks = [title.find(words) + len(words) for words in ("重点工作", "工作") if words in title]
    kept = [at for at in breaks if len(title) - TITLE_CHARACTERS <= at <= TITLE_CHARACTERS]
    return [title[: kept[0]], title[kept[0] :]] if kept else [title]
