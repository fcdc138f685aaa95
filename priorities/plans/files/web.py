"""The text of a web page: the article with its tables, without menus, scripts and styles.

Offices' pages agree on nothing, so the article is found by what it is: the innermost element that
holds nearly all the words that are no links. Within it blocks of links go. Lists are written out
with the numbers that a browser draws, tables row by row, unless a table only places things.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree, html

from .bounds import LONGEST_TEXT
from .numbering import FORMS, counted
from .plain import decoded
from .rows import line_of
from .text import Text, holds_too_much, nothing_in_it, text_from, too_long

MOST_MARKUP = 300_000
NAMED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([\w-]{2,20})""", re.I
)
HEAD = 8192

UNSEEN = (
    *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select"),
    *("button", "input", "textarea", "nav", "aside", "form", "audio", "video", "canvas", "map"),
)
PERHAPS = ("form", "aside")
"""Unseen unless they hold most of the page."""

HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
BLOCKS = {
    *("address", "article", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
    *("hr", "li", "main", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "title", "tr", "ul", "html", "form"),
}
CONTAINERS = {"div", "ul", "ol", "dl", "table", "section", "footer", "header", "p", "td", "span"}

NEARLY_ALL, MUCH = 0.8, 0.4
CALLED = re.compile(
    r"\bzoom\b|trs_editor|ucap-?content|(?:article|news|detail|info|pages|xxgk)[-_]?"
    r"(?:content|con|body|text|main)\b|con_?text\b|\barticle\b",
    re.I,
)
"""How the article is called on the pages of Chinese offices, as an id or a class."""

MOSTLY_LINKS = 0.6
SOME_LINKS = 3
MOST_SPAN, MOST_PLACES = 60, 200_000
LONGEST_STYLE = 500
MOST_WORDS = 20 * LONGEST_TEXT
"""Characters with all the white space between the tags."""

LONG_CELL = 400
"""Characters of a paragraph that places itself in a table rather than stands in a cell of one."""

BLANKS = " \u3000\xa0"
SPACE = re.compile(r"[ \t\r\n\f\v]+")
LIST_FORMS = {
    **{"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"},
    **{"lower-alpha": "lowerLetter", "upper-alpha": "upperLetter"},
    **{"lower-roman": "lowerRoman", "upper-roman": "upperRoman"},
}
CHINESE_LISTS = re.compile(r"list-style(?:-type)?\s*:[^;]*(?:cjk-ideographic|chinese)", re.I)


def text_of_web(content: bytes) -> Text:
    """Raises Unreadable where the page has no words, or markup without end."""
    if content.count(b"<") > MOST_MARKUP:
        raise holds_too_much()
    root = _parsed(content)
    unseen = _unseen(root)
    weights = _weights(root, unseen)
    body = root.find(".//body")
    article = _article(root if body is None or body not in weights else body, weights)
    links = _blocks_of_links(article, weights)
    passed_over: set[str] = set()
    if links or weights[article].plain < weights[root].plain:
        passed_over.add("surroundings")
    if any(picture in weights for picture in article.iter("img")):
        passed_over.add("pictures")
    words = "\n".join(_Writer(unseen | links).lines(article))
    return text_from(_with_title(root, article, words), "html", passed_over=passed_over)


def _parsed(content: bytes) -> etree._Element:
    named = NAMED.search(content[:HEAD])
    words = decoded(content, named[1].decode() if named else "")
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return html.document_fromstring(words.encode("utf-8", "ignore"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise nothing_in_it() from error


def _unseen(root: etree._Element) -> set[etree._Element]:
    """Elements that a reader does not see; some pages are one form from top to bottom."""
    nothing: set[etree._Element] = {e for e in root.iter(*UNSEEN) if e.tag not in PERHAPS}
    nothing |= {e for e in root.iter(etree.Element) if e is not root and _is_hidden(e)}
    weights = _weights(root, nothing)
    half = weights[root].all / 2
    return nothing | {e for e in root.iter(*PERHAPS) if e in weights and weights[e].all <= half}


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style", "")[:LONGEST_STYLE]
    return "hidden" in element.attrib or bool(HIDDEN.search(style))


class _Weight(NamedTuple):
    """Characters that are no links, characters of links, number of links."""

    plain: int
    linked: int
    links: int

    @property
    def all(self) -> int:
        return self.plain + self.linked


def _weights(root: etree._Element, unseen: set[etree._Element]) -> dict[etree._Element, _Weight]:
    """Of each element that is seen."""
    found: dict[etree._Element, _Weight] = {}
    nothing = _Weight(0, 0, 0)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element in unseen:
            if event == "start":
                walk.skip_subtree()
            continue
        if event == "start" or not isinstance(element.tag, str):
            continue
        plain, linked, links = _length(element.text), 0, 0
        for child in element:
            weight = found.get(child, nothing)
            plain += weight.plain + _length(child.tail)
            linked, links = linked + weight.linked, links + weight.links
        if element.tag == "a" and element.get("href"):
            plain, linked, links = 0, plain + linked, links + 1
        found[element] = _Weight(plain, linked, links)
    return found


def _length(words: str | None) -> int:
    return len(SPACE.sub("", words)) if words else 0


def _article(body: etree._Element, weights: dict) -> etree._Element:
    """What the page calls its article where it holds much of it, else what holds nearly all."""
    named = body.iter("div", "article", "td", "section", "main")
    called = (e for e in named if e in weights and _is_called(e))
    best = max(called, key=lambda element: weights[element].plain, default=body)
    is_much = weights[best].plain >= MUCH * weights[body].plain > 0
    return best if is_much else _innermost(body, weights)


def _is_called(element: etree._Element) -> bool:
    names = f"{element.get('id', '')[:LONGEST_STYLE]} {element.get('class', '')[:LONGEST_STYLE]}"
    return bool(CALLED.search(names))


def _innermost(body: etree._Element, weights: dict) -> etree._Element:
    """The innermost element with nearly all the words; a row or a paragraph is never all of it."""
    article, total = body, weights[body].plain
    found = body
    while found is not None:
        if found.tag in ("div", "article", "section", "main", "td", "body", "form"):
            article = found
        inner = (child for child in found if child in weights)
        found = next((c for c in inner if weights[c].plain >= NEARLY_ALL * total > 0), None)
    return article


def _blocks_of_links(article: etree._Element, weights: dict) -> set[etree._Element]:
    found = set()
    for element in article.iter(*CONTAINERS):
        weight = weights.get(element)
        if weight is None or element is article or weight.links < SOME_LINKS:
            continue
        if weight.linked > MOSTLY_LINKS * weight.all:
            found.add(element)
    return found


def _with_title(root: etree._Element, article: etree._Element, words: str) -> str:
    """The heading of the page before the article, where the article does not hold it."""
    headings = [e for e in root.iter("h1") if _length("".join(e.itertext()))]
    titles = headings or list(root.iter("title"))
    title = SPACE.sub(" ", "".join(titles[0].itertext())).strip() if titles else ""
    if not words.strip() or not title or title in words or len(title) > LONG_CELL:
        return words
    is_named_within = any(part.strip() in words for part in re.split(r"[-_|—]", title)[:1])
    return words if is_named_within else f"{title}\n\n{words}"


@dataclass
class _List:
    form: str
    is_chinese: bool
    number: int


@dataclass
class _Table:
    rows: list[list[list[str]]] = field(default_factory=list)
    is_nesting: bool = False
    covered: dict[int, int] = field(default_factory=dict)
    """Column → how many rows more a cell from above reaches into."""

    size: int = 0

    def begin_row(self) -> None:
        self.size += len(self.rows[-1]) if self.rows else 0
        if self.size > MOST_PLACES:
            raise holds_too_much()
        self.rows.append([])

    def add(self, cell: list[str], columns: int, rows: int) -> None:
        """The cell at the next free place; the places beside and below it stay empty."""
        if not self.rows:
            self.begin_row()
        row = self.rows[-1]
        while self.covered.get(len(row), 0):
            self.covered[len(row)] -= 1
            row.append([])
        columns = max(1, min(columns, MOST_SPAN - len(row)))
        for place in range(len(row), len(row) + columns):
            self.covered[place] = rows - 1
        row += [cell, *([[]] * (columns - 1))]


class _Writer:
    """Walks over the elements without recursion, so that no depth of a page matters."""

    def __init__(self, passed_over: set[etree._Element]):
        self.passed_over = passed_over
        self.out: list[list[str]] = [[]]
        """The lines of the page; on top those of the cell that is open."""
        self.line: list[str] = []
        self.label = ""
        """The number that the first words of the line will get."""
        self.length = 0
        self.lists: list[_List | None] = []
        self.tables: list[_Table] = []
        self.preformatted = 0

    def lines(self, article: etree._Element) -> Iterator[str]:
        walk = etree.iterwalk(article, events=("start", "end"))
        for event, element in walk:
            is_written = element not in self.passed_over and isinstance(element.tag, str)
            if event == "end":
                if is_written:
                    self._end(element)
                if element is not article:
                    self._say(element.tail)
            elif is_written:
                self._start(element)
                self._say(element.text)
            else:
                walk.skip_subtree()
        self._break()
        yield from self.out[0]

    def _start(self, element: etree._Element) -> None:
        name = element.tag
        if name in BLOCKS or name == "br":
            self._break()
        if name in ("ol", "ul"):
            self.lists.append(_list(element) if name == "ol" else None)
        elif name == "li":
            self._item(element)
        elif name == "pre":
            self.preformatted += 1
        elif name == "table":
            if self.tables:
                self.tables[-1].is_nesting = True
            self.tables.append(_Table())
        elif name == "tr" and self.tables:
            self.tables[-1].begin_row()
        elif name in ("td", "th") and self.tables:
            self.out.append([])

    def _end(self, element: etree._Element) -> None:
        name = element.tag
        if name in BLOCKS:
            self._break()
        if name in ("ol", "ul") and self.lists:
            self.lists.pop()
        elif name == "li":
            self.label = ""
        elif name == "pre":
            self.preformatted -= 1
        elif name in ("td", "th") and self.tables:
            self._close_cell(element)
        elif name == "table" and self.tables:
            self._close_table(self.tables.pop())
        elif name in ("p", "h1", "h2", "h3"):
            self.out[-1].append("")

    def _close_cell(self, element: etree._Element) -> None:
        cell = [line for line in self.out.pop() if line]
        self.tables[-1].add(cell, _span(element, "colspan"), _span(element, "rowspan"))

    def _close_table(self, table: _Table) -> None:
        out, is_placed = self.out[-1], table.is_nesting or _is_placed(table)
        for row in table.rows:
            if is_placed:
                out += [line for cell in row for line in cell]
            elif line := line_of(" ".join(cell) for cell in row):
                out.append(line)
        out.append("")

    def _item(self, element: etree._Element) -> None:
        current = self.lists[-1] if self.lists else None
        if current is None:
            return
        value = element.get("value", "")
        if value.isdecimal() and len(value) < 6:
            current.number = int(value)
        self.label = _label(current)
        current.number += 1

    def _say(self, words: str | None) -> None:
        if not words:
            return
        self.length += len(words)
        if self.length > MOST_WORDS:
            raise too_long()
        if self.preformatted:
            first, *others = words.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for other in others:
                self._break()
                self.line.append(other)
            return
        words = SPACE.sub(" ", words)
        if words.strip(BLANKS) and self.label:
            self.line.append(self.label)
            self.label = ""
        is_after_blank = not self.line or self.line[-1].endswith(" ")
        if words := words.lstrip(" ") if is_after_blank else words:
            self.line.append(words)

    def _break(self) -> None:
        words, self.line = "".join(self.line).rstrip(" "), []
        if words.strip(BLANKS):
            self.out[-1].append(words)


def _span(element: etree._Element, name: str) -> int:
    words = element.get(name, "")
    return max(1, min(int(words), MOST_SPAN)) if words.isdecimal() and len(words) < 5 else 1


def _is_placed(table: _Table) -> bool:
    """One column, or a cell with whole paragraphs: it places its parts on the page."""
    cells = [cell for row in table.rows for cell in row]
    is_column = max((len(row) for row in table.rows), default=0) < 2
    return is_column or any(sum(len(line) > LONG_CELL for line in cell) > 1 for cell in cells)


def _list(element: etree._Element) -> _List:
    start = element.get("start", "")
    form = LIST_FORMS.get(element.get("type", ""), "decimal")
    style = CHINESE_LISTS.search(element.get("style", "")[:LONGEST_STYLE])
    number = int(start) if start.isdecimal() and len(start) < 6 else 1
    return _List(form, bool(style), number)


def _label(current: _List) -> str:
    if current.is_chinese:
        return f"{counted(current.number)}、"
    return f"{FORMS.get(current.form, str)(current.number)}."
