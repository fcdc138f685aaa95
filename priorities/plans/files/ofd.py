"""The text of a national layout document (.ofd, GB/T 33190-2016): a zip of XML, page by page.

A page places its words letter by letter, in millimetres from its upper left corner; lines and
tables are found from the places, as in a PDF.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from lxml import etree

from .bounds import LONGEST_TEXT, MOST_PAGES
from .container import Container, joined, name_of
from .paragraphs import Sheet, paragraphs, sheet_of
from .placed import MOST_RULINGS, Letter, Ruling, lines_of, rulings_of
from .text import (
    Text,
    damaged,
    has_a_password,
    nothing_in_it,
    only_pictures,
    text_from,
    too_long,
    too_many_pages,
)

POINTS = 72 / 25.4
ENTRY = "OFD.xml"
HALF_WIDE = 0.5
UPPER, LOWER = 0.85, 0.15
"""Of its size, how far a letter reaches above its line and below it."""

MOST_NUMBERS = 2_000
MOST_TEMPLATES = 9
A4 = (0.0, 0.0, 210.0, 297.0)
NOTHING_TURNED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
GROUPS = {"Content", "Layer", "PageBlock", "Page"}
STEP = re.compile(r"[A-Za-z]|[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?")


def text_of_ofd(content: bytes) -> Text:
    """Raises Unreadable where it is none, is enciphered, or shows pictures alone."""
    document = _Document(Container(content))
    words = "\n".join(paragraphs([document.sheet(page) for page in document.pages]))
    if not words.strip():
        raise only_pictures() if document.pictures else nothing_in_it()
    passed_over = {"pictures"} if document.pictures else set()
    return text_from(words, "ofd", pages=len(document.pages), passed_over=passed_over)


class _Document:
    def __init__(self, container: Container):
        self.container = container
        entry = container.tree(ENTRY)
        if entry.find(".//{*}Encryptions") is not None:
            raise has_a_password()  # GM/T 0099-2020
        self.templates: dict[str, str] = {}
        self.area = ""
        """The edges of a page that names none of its own."""
        self.pages: list[str] = []
        self.rulings = self.letters = self.pictures = 0
        self.drawn: dict[str, tuple[list[Letter], list[Ruling]]] = {}
        """What the templates draw, by their parts: each is read once for all its pages."""
        for root in entry.iterfind("{*}DocBody/{*}DocRoot"):
            self._open(joined("", (root.text or "").strip()))
        if not self.pages:
            raise damaged()

    def _open(self, part: str) -> None:
        folder, root = posixpath.dirname(part), self.container.tree(part)
        self.area = root.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox") or self.area
        for template in root.iterfind("{*}CommonData/{*}TemplatePage"):
            place = joined(folder, template.get("BaseLoc", ""))
            self.templates[template.get("ID", "")] = place
        pages = [page.get("BaseLoc", "") for page in root.iterfind("{*}Pages/{*}Page")]
        self.pages += [joined(folder, page) for page in pages]
        if len(self.pages) > MOST_PAGES:
            raise too_many_pages()

    def sheet(self, part: str) -> Sheet:
        """The lines of a page, below those of the templates that it lies on."""
        root = self.container.tree(part)
        below = islice(root.iterfind("{*}Template"), MOST_TEMPLATES)
        parts = [self._of_template(self.templates.get(e.get("TemplateID", ""), "")) for e in below]
        parts.append(self._of_page(root))
        letters = [letter for part in parts for letter in part[0]]
        rulings = [ruling for part in parts for ruling in part[1]]
        self.letters += len(letters)
        self.rulings += len(rulings)
        if self.letters > LONGEST_TEXT:
            raise too_long()
        is_drawing = self.rulings > 10 * MOST_RULINGS
        found = lines_of(letters, () if is_drawing else rulings)
        return sheet_of(found, _edges(root.findtext("{*}Area/{*}PhysicalBox") or self.area))

    def _of_template(self, part: str) -> tuple[list[Letter], list[Ruling]]:
        if part not in self.drawn:
            self.drawn[part] = self._of_page(self.container.tree_if_any(part))
        return self.drawn[part]

    def _of_page(self, root: etree._Element | None) -> tuple[list[Letter], list[Ruling]]:
        letters: list[Letter] = []
        rulings: list[Ruling] = []
        for element in () if root is None else _drawn(root.iterfind("{*}Content")):
            letters += islice(_letters(element), LONGEST_TEXT + 1)
            if len(rulings) <= MOST_RULINGS:
                rulings += _rulings(element)
            self.pictures += name_of(element) == "ImageObject"
            if len(letters) > LONGEST_TEXT:
                raise too_long()
        return letters, rulings


def _edges(words: str) -> tuple[float, float, float, float]:
    left, upper, width, height = (n * POINTS for n in _numbers(words, 4, A4))
    return left, -upper - height, left + width, -upper


def _drawn(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for element in elements:
        if name_of(element) in GROUPS:
            yield from _drawn(element)
        else:
            yield element


def _numbers(words: str | None, count: int, otherwise: tuple[float, ...]) -> tuple[float, ...]:
    """That many numbers of an attribute; what is none there, or not finite, is as if not given."""
    try:
        found = tuple(float(word) for word in (words or "").split()[:count])
    except ValueError:
        return otherwise
    is_whole = len(found) == count and all(abs(number) < 1e6 for number in found)
    return found if is_whole else otherwise


def _letters(element: etree._Element) -> Iterator[Letter]:
    """Each sign of a text with its box (11.2, 11.3)."""
    if name_of(element) != "TextObject" or element.get("Visible") == "false":
        return
    left, upper, *_size = _numbers(element.get("Boundary"), 4, (0.0, 0.0, 0.0, 0.0))
    a, b, c, d, e, f = _numbers(element.get("CTM"), 6, NOTHING_TURNED)
    (size,) = _numbers(element.get("Size"), 1, (4.0,))
    if abs(b) > 0.1 * abs(a):
        return  # askew, or from top to bottom: a watermark, a stamp
    (stretch,) = _numbers(element.get("HScale"), 1, (1.0,))
    x = y = 0.0
    for code in element.iterfind("{*}TextCode"):
        (x,), (y,) = _numbers(code.get("X"), 1, (x,)), _numbers(code.get("Y"), 1, (y,))
        signs = code.text or ""
        across, down = _deltas(code.get("DeltaX"), signs), _deltas(code.get("DeltaY"), signs)
        for index, sign in enumerate(signs):
            width = size * stretch * (1 if sign > "\u2e80" else HALF_WIDE)
            level = (upper + b * x + d * y + f) * POINTS
            start = (left + a * x + c * y + e) * POINTS
            tall = size * abs(d) * POINTS
            end = start + width * abs(a) * POINTS
            yield Letter(sign, start, -level - LOWER * tall, end, -level + UPPER * tall)
            x += across[index] if index < len(across) else 0 if down else width
            y += down[index] if index < len(down) else 0


def _deltas(words: str | None, signs: str) -> list[float]:
    """Steps from sign to sign; ``g 5 3.2`` says five times 3.2 (11.3)."""
    found: list[float] = []
    given = iter((words or "").split()[: 3 * MOST_NUMBERS])
    for word in given:
        times = 1
        if word == "g":
            times, word = int(_number(next(given, "0"))), next(given, "0")
        found += [_number(word)] * max(0, min(times, len(signs) - len(found)))
    return found


def _number(word: str) -> float:
    return _numbers(word, 1, (0.0,))[0]


def _rulings(element: etree._Element) -> Iterator[Ruling]:
    """Level and upright lines of a path (9.1): M and L with their ends, B, Q and A are curves."""
    if name_of(element) != "PathObject":
        return
    left, upper, *_size = _numbers(element.get("Boundary"), 4, (0.0, 0.0, 0.0, 0.0))
    a, b, c, d, e, f = _numbers(element.get("CTM"), 6, NOTHING_TURNED)
    steps = STEP.findall((element.findtext("{*}AbbreviatedData") or "")[: 20 * MOST_NUMBERS])
    ends = [
        ((left + a * x + c * y + e) * POINTS, -(upper + b * x + d * y + f) * POINTS)
        for x, y in _ends(steps)
    ]
    for one, other in pairwise(ends):
        box = (*map(min, one, other), *map(max, one, other))
        if min(box[2] - box[0], box[3] - box[1]) < 1:
            yield from rulings_of(box)


def _ends(steps: list[str]) -> Iterator[tuple[float, float]]:
    numbers: list[float] = []
    for step in steps:
        if step.isalpha():
            numbers = []
            continue
        numbers.append(_number(step))
        if len(numbers) == 2:
            yield numbers[0], numbers[1]
            numbers = []
