"""Tables that come as text: .csv in any writing, pasted from a spreadsheet or from Word, a table of
a web page saved under another name, and one that lost its lines so that each cell is a line."""

import csv
import io
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree, html

from ..encodings import strictly
from .grid import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Book,
    Cells,
    Measure,
    Merged,
    Sheet,
    sheet_of,
)
from .headings import column_of
from .rows import NOTE

BLANKS = "  "
DELIMITERS = (*"\t,;|，；", BLANKS)
LINES_LOOKED_AT = 60
HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]")
APART = re.compile(r"[ \u3000\xa0]{2,}|\u3000")
"""How columns are set apart that somebody lined up with blanks."""

RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
NUMBERED = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
MOST_NESTED = 200


def decoded(content: bytes) -> str:
    """The text of the file. Raises ValidationError where its bytes are no text that is known."""
    words = strictly(content)
    if words is not None and "\0" not in words:
        return words
    raise ValidationError(
        _("The text is neither UTF-8 nor GB 18030. Save it anew as UTF-8 and choose it again.")
    )


def read_text(words: str) -> Book:
    """The one table in a text. Raises ValidationError where it holds too much."""
    words = words.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(words)
    rows = _delimited(words, delimiter) if delimiter else _flattened(words.split("\n"))
    if delimiter == "\t":
        rows = _rejoined(rows)
    return Book((_sheet(rows),))


def _sheet(rows: list[list[str]]) -> Sheet:
    measure = Measure()
    cells: Cells = {}
    for line, row in enumerate(rows, start=1):
        words = {place: said for place, w in enumerate(row) if (said := measure.cell(w))}
        if words:
            measure.check_column(max(words))
            cells[line] = words
            measure.check_line(len(cells))
    return sheet_of(measure, cells)


def _delimiter(words: str) -> str:
    """The sign that sets cells apart: that of which most lines hold the same number, not nought."""
    lines = [line for line in words.split("\n")[:LINES_LOOKED_AT] if line.strip()]
    if sum("\t" in line for line in lines) * 3 >= len(lines) and lines:
        return "\t"
    best = ("", 0)
    for sign in DELIMITERS:
        rows = _delimited("\n".join(lines), sign)
        heads = max((_heads_in(row) for row in rows[:LINES_LOOKED_AT]), default=0)
        if heads > max(best[1], 1):
            best = (sign, heads)
    return best[0]


def _heads_in(row: list[str]) -> int:
    return sum(column_of(words).is_sure for words in row)


def _delimited(words: str, sign: str) -> list[list[str]]:
    """The rows of a text; cells in quotation marks may hold the sign and line ends."""
    if sign == BLANKS:
        return [APART.split(line.strip()) for line in words.split("\n")]
    if sign == "|":
        lines = (line.strip().strip("|") for line in words.split("\n"))
        return [line.split("|") for line in lines if not RULE.fullmatch(line)]
    csv.field_size_limit(4 * LONGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(words), delimiter=sign))
    except csv.Error:  # a quotation mark that nobody closes: every line is a row
        return [line.split(sign) for line in words.split("\n")]


def _rejoined(rows: list[list[str]]) -> list[list[str]]:
    """Rows of Word, whose cells hold line ends without quotation marks, made whole again.

    Each row has as many cells as the head; a line with fewer goes on in the cell it broke off in.
    """
    at, head = max(enumerate(rows), key=lambda pair: _heads_in(pair[1]), default=(0, []))
    width = len(head)
    if _heads_in(head) < 2 or not any(0 < len(row) < width for row in rows[at + 1 :]):
        return rows
    found = rows[: at + 1]
    for row in rows[at + 1 :]:
        last = found[-1]
        is_open = len(found) > at + 1 and 1 < len(last) < width
        if is_open and len(last) + len(row) - 1 <= width:
            found[-1] = [*last[:-1], f"{last[-1]}\n{row[0] if row else ''}".strip(), *row[1:]]
        else:
            found.append(row)
    return found


# A table of which only the cells are left, one a line


def _flattened(lines: list[str]) -> list[list[str]]:
    """The rows that the lines are the cells of; each line a row of its own where they are not."""
    lines = [line.strip() for line in lines if line.strip()]
    start, width = _run_of_heads(lines)
    if width < 2:
        return [[line] for line in lines]
    heads = lines[start : start + width]
    rows = [[line] for line in lines[:start]] + [heads]
    if column_of(heads[0]).name == "number":
        return rows + _by_number(lines[start + width :], width)
    rest = lines[start + width :]
    return rows + [rest[n : n + width] for n in range(0, len(rest), width)]


def _run_of_heads(lines: list[str]) -> tuple[int, int]:
    """Where the longest run of lines stands that are heads of columns, and how long it is."""
    best = (0, 0)
    start = 0
    for place, line in enumerate([*lines, ""]):
        if line and column_of(line).is_sure and line not in lines[start:place]:
            continue
        best = max(best, (start, place - start), key=lambda run: run[1])
        start = place if line and column_of(line).is_sure else place + 1
    return best


def _by_number(lines: list[str], width: int) -> list[list[str]]:
    """Rows that begin with the next number. One with too few cells cannot say which it lacks: its
    words stand in a column without a head, where the page shows them."""
    rows: list[list[str]] = []
    last = 0
    for line in lines:
        number = NUMBERED.fullmatch(line)
        is_next = number and _follows(line, last, rows)
        if is_next or not rows or HEADING.match(line) or NOTE.match(line):
            rows.append([line])
            last = int(line.partition(".")[0]) if is_next else last
        else:
            rows[-1].append(line)
    return [part for row in rows for part in _evened(row, width)]


def _follows(line: str, last: int, rows: list[list[str]]) -> bool:
    number, dot, _rest = line.partition(".")
    return int(number) == last + 1 or bool(dot and int(number) == last)


def _evened(row: list[str], width: int) -> list[list[str]]:
    if not NUMBERED.fullmatch(row[0]) or len(row) == 1:
        return [[line] for line in row]
    if len(row) >= width:
        return [row[:width], *([line] for line in row[width:])]
    return [[*row[:2], *[""] * (width - 2), "\n".join(row[2:])]]


# A table of a web page


def read_web_page(content: bytes) -> Book:
    """The tables of a page, one sheet each; the way in which many systems export “Excel”."""
    words = decoded_page(content)
    parser = html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = html.document_fromstring(words, parser=parser)
    except (etree.ParserError, ValueError):
        return Book(())
    measure = Measure()
    tables = [t for t in root.iter("table") if next(t.iterdescendants("table"), None) is None]
    sheets = [_of_element(table, measure) for table in tables[:MOST_NESTED]]
    return Book(tuple(sheet for sheet in sheets if sheet.rows))


def decoded_page(content: bytes) -> str:
    """The page by what it says of its writing, else as any text."""
    said = re.search(rb"charset=[\"']?([\w-]{1,20})", content[:2048])
    if said and said[1].lower() in (b"gb2312", b"gbk", b"gb18030"):
        words = content.decode("gb18030", "replace")
    else:
        words = decoded(content)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", words)


def _of_element(table, measure: Measure) -> Sheet:
    cells: Cells = {}
    merged: list[Merged] = []
    taken: dict[int, int] = {}
    for line, row in enumerate(table.iter("tr"), start=1):
        measure.check_line(len(cells))
        place = 0
        for cell in row.iterchildren("td", "th"):
            while taken.get(place, 0) >= line:
                place += 1
            measure.check_column(place)
            wide, high = (_span(cell, name) for name in ("colspan", "rowspan"))
            if wide > 1 or high > 1:
                merged.append(Merged(range(line, line + high), range(place, place + wide)))
                taken |= dict.fromkeys(range(place, place + wide), line + high - 1)
            if words := measure.cell(_words(cell)):
                cells.setdefault(line, {})[place] = words
            place += wide
    return sheet_of(measure, cells, merged=merged)


def _span(cell, name: str) -> int:
    words = cell.get(name, "")
    most = MOST_COLUMNS if name == "colspan" else MOST_ROWS
    return min(max(1, int(words)), most) if re.fullmatch("[0-9]{1,9}", words) else 1


def _words(cell) -> str:
    parts = []
    for element in cell.iter():
        if isinstance(element.tag, str) and element.tag in ("br", "p", "div", "li"):
            parts.append("\n")
        if isinstance(element.tag, str) and element.tag not in ("script", "style"):
            parts.append(" ".join((element.text or "").split()))
        if element is not cell:
            parts.append(" ".join((element.tail or "").split()))
    return "".join(parts).strip()
