"""The pages of a PDF as lines, found in a process of its own: ``python -m …pages < file``.

PDFium reads what anybody made, is not safe among threads and weighs 20 MB; so it is loaded, fed and
let go beside the server, under limits of memory and time that hold whatever the file does to it.
Prints JSON: {"lines", "pages", "pictures"}, or {"refused": password | pages | length | damaged}.
"""

import contextlib
import ctypes
import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from .bounds import LONGEST_TEXT, MOST_PAGES
from .paragraphs import Sheet, paragraphs, sheet_of
from .placed import MOST_RULINGS, Letter, lines_of, rulings_of, runs_of

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 20
DEEPEST = 4
"""Of drawings within drawings."""

LINE_ENDS = {0x0A, 0x0D}
HYPHEN = 0xFFFE
"""PDFium's sign for a hyphen at the end of a line that is no part of the word."""


class Refused(Exception):
    """Why there are no lines, in one word."""


def main() -> None:
    _limit()
    try:
        answer = read(sys.stdin.buffer.read())
    except Refused as reason:
        answer = {"refused": str(reason)}
    json.dump(answer, sys.stdout)


def _limit() -> None:
    """A limit that the house has set lower already stays."""
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (least, hard))


def read(content: bytes) -> dict:
    """Raises Refused where it cannot be opened, or is longer than a document."""
    document = _opened(content)
    count = len(document)
    if count > MOST_PAGES:
        raise Refused("pages")
    sheets: list[Sheet] = []
    letters = pictures = 0
    for number in range(count):
        sheet, has_pictures = _page(document, number)
        sheets.append(sheet)
        letters += sum(len(line.words) for line in sheet.lines)
        pictures += has_pictures and not sheet.lines
        if letters > LONGEST_TEXT:
            raise Refused("length")
    return {"lines": list(paragraphs(sheets)), "pages": count, "pictures": pictures}


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        needs_password = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        raise Refused("password" if needs_password else "damaged") from error


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[Sheet, bool]:
    """The lines of a page, and whether it has pictures; a page that is broken has neither."""
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return Sheet(), False
    turns, letters = _upright(list(_letters(text)))
    objects = list(_objects(page))
    has_pictures = any(kind == raw.FPDF_PAGEOBJ_IMAGE for kind, _box in objects)
    rulings = [
        ruling
        for kind, box in objects
        if kind == raw.FPDF_PAGEOBJ_PATH
        for ruling in rulings_of(_turned(box, turns))
    ]
    edges = _turned((0.0, 0.0, page.get_width(), page.get_height()), turns)
    text.close()
    page.close()
    return sheet_of(lines_of(letters, rulings), edges), has_pictures


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, Letter]]:
    """Each character that is drawn, with the quarters by which its line is turned.

    What lies askew is a watermark.
    """
    box, count = raw.FS_RECTF(), text.count_chars()
    if count > 2 * LONGEST_TEXT:
        raise Refused("length")
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in LINE_ENDS or raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        quarters = raw.FPDFText_GetCharAngle(text, index) / 1.5707963
        if abs(quarters - round(quarters)) > 0.1:
            continue
        sign = "-" if code == HYPHEN else _sign(code)
        yield round(quarters) % 4, Letter(sign, box.left, box.bottom, box.right, box.top)


def _sign(code: int) -> str:
    is_character = 0 < code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if is_character else "\ufffd"


def _upright(found: list[tuple[int, Letter]]) -> tuple[int, list[Letter]]:
    """The letters of the direction that most have, on a page turned so that they stand."""
    if not found:
        return 0, []
    turns = Counter(quarters for quarters, _letter in found).most_common(1)[0][0]
    kept = [letter for quarters, letter in found if quarters == turns]
    if not turns:
        return 0, kept
    boxes = (_turned((x.left, x.bottom, x.right, x.top), turns) for x in kept)
    standing = [Letter(x.sign, *box) for x, box in zip(kept, boxes, strict=True)]
    # PDFium sorts what it takes for one line from left to right; here these are lines.
    lines = sorted(runs_of(standing), key=lambda line: -line[0].bottom)
    return turns, [letter for line in lines for letter in line]


def _turned(box: tuple[float, ...], quarters: int) -> tuple[float, float, float, float]:
    """The box after that many quarters of a turn to the left of the page below it."""
    left, bottom, right, top = box
    for _quarter in range(quarters):
        left, bottom, right, top = -top, left, -bottom, right
    return left, bottom, right, top


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[int, tuple[float, ...]]]:
    """What is drawn beside the text, up to what a page with tables has."""
    edges = [ctypes.c_float() for _edge in range(4)]
    for count, found in enumerate(page.get_objects(max_depth=DEEPEST)):
        if count > 20 * MOST_RULINGS:
            return
        if found.type not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
            continue
        if raw.FPDFPageObj_GetBounds(found, *edges):
            yield found.type, tuple(edge.value for edge in edges)


if __name__ == "__main__":
    main()
