"""Lines of pages → paragraphs: a line that is full goes on in the next one.

A page shows more than its letters: where lines begin and end, and how far apart they stand. So the
wrapping is undone here, where that is known, and not guessed later from the words. What is not sure
stays as it is printed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from .placed import Letter, written

INDENT = "\u3000\u3000"
LONG_LINE, SHORT_LINE = 10, 4
FIRST = (1.0, 2.8)
"""In heights of a letter, how far a paragraph's first line is moved in."""

SAME = 0.6
"""In heights of a letter, how far two lines may begin or end apart that are meant to be even."""

NARROW = 1.5
"""In heights of a letter, what may be left over at the end of a full line."""

NARROWEST = 12
"""In heights of a letter, the least width of a column that is filled line by line."""

FURTHER = 1.6
"""In distances of lines, from where on a line stands by itself."""

EDGE = 0.12
"""The share of a page above and below in which its number stands."""

PAGE_NUMBER = re.compile(
    r"[\s—–－\-·.]*(?:第\s*)?[0-9０-９]{1,4}\s*页?[\s—–－\-·./，,]*(?:共?\s*[0-9０-９]{1,4}\s*页?)?"
    r"[\s—–－\-·.]*"
)
BEGINS_AN_ITEM = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[、）)是要．.]|[（(]?[0-9０-９]{1,2}(?:[、．.）)](?![0-9])|\s)|第[一二三四五六七八九十]"
    r"|[【▌●○■□◆◇★☆▲△▶►◎※•·—\-①-⑳]"
)
ENDS = "。！？；：.!?;:”）)"
CLOSING = "，。、；：！？）》”’」』】〉·,.;:!?)]%"


@dataclass(frozen=True, slots=True)
class Line:
    """Words on a page with the place of their first and last letter.

    ``head`` is the width of what may not be parted at its beginning, ``edge`` where the line ends
    without the signs that may hang over the edge; rows of tables have no place.
    """

    words: str
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    height: float = 0.0
    head: float = 0.0
    edge: float = 0.0

    @property
    def is_row(self) -> bool:
        return not self.height


@dataclass
class Sheet:
    """The lines of a page in their order, and its edges: left, bottom, right, top."""

    lines: list[Line] = field(default_factory=list)
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Column:
    """Where the lines of a document begin and end, as far as that can be told."""

    left: float
    right: float
    distance: float
    has_indents: bool

    def begins(self, line: Line) -> bool:
        return abs(line.left - self.left) <= SAME * line.height

    def is_first(self, line: Line) -> bool:
        return FIRST[0] * line.height < line.left - self.left < FIRST[1] * line.height

    def is_full(self, line: Line, after: Line) -> bool:
        """Whether the beginning of the next line did not fit into it any more."""
        return self.right - line.right < max(after.head, line.height) + NARROW * line.height / 2


def line_from(letters: list[Letter]) -> Line | None:
    """The line of these letters; None where they say nothing."""
    seen = [letter for letter in letters if letter.sign.strip()]
    words = " ".join(written(letters))
    if not seen or not words:
        return None
    first, last = seen[0], seen[-1]
    head = _head(seen)[-1].right - first.left
    edge = next((x.right for x in reversed(seen) if x.sign not in CLOSING), last.right)
    height = max(median(letter.top - letter.bottom for letter in seen), 1.0)
    bottom = median(letter.bottom for letter in seen)
    return Line(words, first.left, last.right, bottom, height, head, edge)


def sheet_of(found: Iterable[list[Letter] | str], box: tuple[float, ...]) -> Sheet:
    """The page of these lines and rows."""
    lines = (Line(line) if isinstance(line, str) else line_from(line) for line in found)
    return Sheet([line for line in lines if line and line.words], box)


def _head(letters: list[Letter]) -> list[Letter]:
    """A figure or a foreign word, or one character, with the signs that may not begin a line."""
    count = 1
    if letters[0].sign.isascii() and letters[0].sign.isalnum():
        while count < len(letters) and letters[count].sign.isascii():
            count += 1
    while count < len(letters) and letters[count].sign in CLOSING:
        count += 1
    return letters[:count]


def paragraphs(sheets: list[Sheet]) -> Iterator[str]:
    """The paragraphs of a document, the first lines of which are moved in where print shows it."""
    sheets = [Sheet(_without_number(sheet), sheet.box) for sheet in sheets]
    column = _column(sheets)
    said: list[str] = []
    before: Line | None = None
    for sheet in sheets:
        is_new_page = True
        for line in sheet.lines:
            if before and column and _goes_on(before, line, column, is_new_page):
                said.append(_joined(before.words, line.words))
            else:
                if said:
                    yield "".join(said)
                is_first = column is not None and not line.is_row and column.is_first(line)
                said = [INDENT + line.words if is_first else line.words]
            before, is_new_page = line, False
    if said:
        yield "".join(said)


def _joined(before: str, words: str) -> str:
    are_words = before[-1].isascii() and before[-1].isalpha() and words[0].isascii()
    return f" {words}" if are_words and words[0].isalpha() else words


def _goes_on(before: Line, line: Line, column: Column, is_new_page: bool) -> bool:
    if before.is_row or line.is_row or not column.begins(line):
        return False
    if not 0.7 < before.height / line.height < 1.4 or not column.is_full(before, line):
        return False
    is_end = before.words[-1] in ENDS
    if BEGINS_AN_ITEM.match(line.words) and (is_end or not column.has_indents):
        return False
    if is_new_page:
        return column.has_indents or not is_end
    return 0 < before.bottom - line.bottom <= FURTHER * column.distance


def _without_number(sheet: Sheet) -> list[Line]:
    """The lines of a page but for its number at the upper or the lower edge."""
    _left, bottom, _right, top = sheet.box
    edge = EDGE * (top - bottom)

    def is_number(line: Line) -> bool:
        is_at_edge = line.bottom < bottom + edge or line.bottom > top - edge
        return not line.is_row and is_at_edge and bool(PAGE_NUMBER.fullmatch(line.words))

    return [line for line in sheet.lines if not is_number(line)]


def _column(sheets: list[Sheet]) -> Column | None:
    """The column of the text; none where too few lines show one."""
    lines = [line for sheet in sheets for line in sheet.lines if not line.is_row]
    long = [line for line in lines if len(line.words) >= LONG_LINE]
    if len(long) < 2:
        return None
    left, right = _left(lines), max(line.edge for line in long)
    box, height = sheets[0].box, median(line.height for line in long)
    if right - left < NARROWEST * height:
        return None
    even = sum(abs(line.edge - right) <= SAME * height for line in long)
    if even < 3 and right < box[2] - (left - box[0]) - NARROW * height:
        return None
    steps = [
        one.bottom - other.bottom
        for sheet in sheets
        for one, other in pairwise(line for line in sheet.lines if not line.is_row)
        if 0 < one.bottom - other.bottom < 4 * height
    ]
    column = Column(left, right, median(steps) if steps else 2 * height, False)
    firsts = sum(column.is_first(line) for line in lines)
    return Column(left, right, column.distance, has_indents=firsts > 1)


def _left(lines: list[Line]) -> float:
    """The leftmost place at which two lines begin, else the leftmost."""
    found = Counter(round(line.left) for line in lines if len(line.words) >= SHORT_LINE)
    return float(min([place for place, times in found.items() if times > 1] or found))
