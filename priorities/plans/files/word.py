"""The text of a Word file (.docx), as it is printed: numbers that Word makes, tables row by row.

Read from the XML itself, part by part and with bounds; python-docx unpacks the whole file into
memory first and knows neither lists nor text boxes nor tracked changes. Inserted words count,
deleted and hidden ones do not (ISO/IEC 29500-1, 17.13.5 and 17.3.2.41).
"""

import posixpath
from collections.abc import Iterable, Iterator

from lxml import etree

from .container import Container, attribute, joined, name_of
from .numbering import Numbering
from .rows import line_of
from .text import Text, damaged, only_pictures, text_from

AROUND = {
    *("ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "sdtContent", "bdo"),
    *("dir", "oMath", "oMathPara", "rubyBase", "ruby", "Choice"),
}
"""What stands around words without changing them."""

TAKEN_OUT = {"del", "moveFrom", "delText"}
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
LONGEST_INSTRUCTION = 80
OFF = {"0", "false", "off"}


def text_of_word(content: bytes) -> Text:
    """Raises Unreadable where it is no Word file, or one without words."""
    container = Container(content)
    main = _target(container, "", "officedocument") or "word/document.xml"
    if main not in container:
        raise damaged()
    beside = [
        container.tree_if_any(_target(container, main, kind)) for kind in ("numbering", "styles")
    ]
    body = container.tree(main).find("{*}body")
    if body is None:
        raise damaged()
    reader = _Reader(Numbering(*beside))
    words = "\n".join(reader.whole(body))
    if not words.strip() and "pictures" in reader.passed_over:
        raise only_pictures()
    return text_from(words, "docx", passed_over=reader.passed_over)


def _target(container: Container, part: str, kind: str) -> str | None:
    """The part to which a part is related in that way."""
    folder, name = posixpath.split(part)
    relations = container.tree_if_any(f"{folder}/_rels/{name}.rels")
    for relation in () if relations is None else relations:
        if relation.get("Type", "").rpartition("/")[2].lower() == kind:
            return joined(folder, relation.get("Target", ""))
    return None


class _Reader:
    """Goes through the body once; fields and deleted ends of paragraphs reach over paragraphs."""

    def __init__(self, numbering: Numbering):
        self.numbering = numbering
        self.passed_over: set[str] = set()
        self.fields: list[str] = []
        """Of each field that is open: its instruction while that is read, then "shown" or "toc"."""
        self.boxes: list[etree._Element] = []
        self.begun: list[str] = []
        """Of a paragraph whose end is deleted, the words that go on in the next."""

    def whole(self, body: etree._Element) -> Iterator[str]:
        yield from self.lines(body)
        yield "".join(self.begun)

    def lines(self, parent: Iterable[etree._Element]) -> Iterator[str]:
        for element in parent:
            yield from self._block(element)

    def _block(self, element: etree._Element) -> Iterator[str]:
        name = name_of(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield from self._table(element)
        elif name == "sdt" and _is_contents(element):
            self.passed_over.add("contents")
        elif name == "AlternateContent":
            yield from self.lines(_chosen(element))
        elif name == "sdt" or name in AROUND:
            yield from self.lines(element)
        else:
            self._pass_over(name)

    def _pass_over(self, name: str) -> None:
        if name in TAKEN_OUT:
            self.passed_over.add("deleted")
        elif name == "altChunk":
            self.passed_over.add("embedded")

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        was_in_contents = "toc" in self.fields
        words = "".join(self._words(paragraph))
        boxes, self.boxes = self.boxes, []
        if not was_in_contents and "toc" not in self.fields:
            yield from self._said(paragraph, words)
        elif words.strip():
            yield self.numbering.label(paragraph) + words
        for box in boxes:
            yield from self.lines(box)

    def _said(self, paragraph: etree._Element, words: str) -> Iterator[str]:
        """A paragraph whose end is deleted goes on in the next (17.13.5.15)."""
        if not self.begun and (words.strip() or not _is_deleted(paragraph)):
            words = (self.numbering.label(paragraph) if words.strip() else "") + words
        self.begun += [words] if words else []
        if not _is_deleted(paragraph):
            words, self.begun = "".join(self.begun), []
            yield words

    def _words(self, parent: Iterable[etree._Element]) -> Iterator[str]:
        for element in parent:
            name = name_of(element)
            if name == "r":
                yield from self._run(element)
            elif name == "sdt" or name in AROUND:
                yield from self._words(element)
            elif name == "AlternateContent":
                yield from self._words(_chosen(element))
            else:
                self._pass_over(name)

    def _run(self, run: etree._Element) -> Iterator[str]:
        if _is_hidden(run):
            self.passed_over.add("hidden")
            run = [e for e in run if name_of(e) in ("fldChar", "instrText")]
        for element in run:
            yield from self._piece(element)

    def _piece(self, element: etree._Element) -> Iterator[str]:
        name = name_of(element)
        if name == "fldChar":
            self._field(attribute(element, "fldCharType"))
        elif name == "instrText" and self.fields:
            self.fields[-1] = (self.fields[-1] + (element.text or ""))[:LONGEST_INSTRUCTION]
        elif name in ("footnoteReference", "endnoteReference"):
            self.passed_over.add("footnotes")
        elif name in ("drawing", "pict", "object"):
            self._drawing(element)
        elif name == "AlternateContent":
            for inner in _chosen(element):
                yield from self._piece(inner)
        elif name == "ruby":
            yield from self._words(element)
        elif self.fields and not all(field == "shown" for field in self.fields):
            return
        elif name == "t":
            yield element.text or ""
        elif name == "sym":
            yield _symbol(attribute(element, "char"))
        else:
            self._pass_over(name)
            yield SIGNS.get(name, "")

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append("")
        elif kind == "separate" and self.fields:
            is_contents = self.fields[-1].strip().upper().startswith("TOC")
            self.fields[-1] = "toc" if is_contents else "shown"
            if is_contents:
                self.passed_over.add("contents")
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _drawing(self, element: etree._Element) -> None:
        boxes = [e for e in element.iter("{*}txbxContent") if not _is_within_fallback(e, element)]
        self.boxes += boxes
        if not boxes and any(name_of(e) in ("blip", "imagedata") for e in element.iter("{*}*")):
            self.passed_over.add("pictures")

    def _table(self, table: etree._Element) -> Iterator[str]:
        rows = [row for row in self._rows(table) if not self._is_deleted_row(row)]
        if max((len(_cells(row)) for row in rows), default=0) < 2:
            for row in rows:
                for cell in _cells(row):
                    yield from self.lines(cell)
            return
        for row in rows:
            yield line_of(self._row(row))

    def _rows(self, table: Iterable[etree._Element]) -> Iterator[etree._Element]:
        for element in table:
            name = name_of(element)
            if name == "tr":
                yield element
            elif name == "sdt" or name in AROUND:
                yield from self._rows(element)

    def _is_deleted_row(self, row: etree._Element) -> bool:
        if row.find("{*}trPr/{*}del") is None:
            return False
        self.passed_over.add("deleted")
        return True

    def _row(self, row: etree._Element) -> Iterator[str]:
        for cell in _cells(row):
            merged = cell.find("{*}tcPr/{*}vMerge")
            words = " ".join(self.lines(cell))
            if merged is not None and attribute(merged, "val") != "restart":
                words = ""
            yield words
            yield from [""] * (_span(cell) - 1)


def _cells(row: Iterable[etree._Element]) -> list[etree._Element]:
    found = []
    for element in row:
        if name_of(element) == "tc":
            found.append(element)
        elif name_of(element) == "sdt" or name_of(element) in AROUND:
            found += _cells(element)
    return found


def _span(cell: etree._Element) -> int:
    span = cell.find("{*}tcPr/{*}gridSpan")
    words = "" if span is None else attribute(span, "val")
    return min(int(words), 63) if words.isdecimal() and 0 < len(words) < 4 else 1


def _chosen(alternate: etree._Element) -> Iterable[etree._Element]:
    """One of several forms of the same, not each of them: text boxes are stored twice."""
    found = alternate.find("{*}Choice")
    found = alternate.find("{*}Fallback") if found is None else found
    return () if found is None else found


def _is_within_fallback(element: etree._Element, top: etree._Element) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is top:
            return False
        if name_of(ancestor) in ("Fallback", "txbxContent"):
            return True
    return False


def _is_hidden(run: etree._Element) -> bool:
    hidden = run.find("{*}rPr/{*}vanish")
    return hidden is not None and attribute(hidden, "val") not in OFF


def _is_deleted(paragraph: etree._Element) -> bool:
    """Whether the end of the paragraph is deleted, or moved elsewhere."""
    properties = paragraph.find("{*}pPr/{*}rPr")
    return properties is not None and any(name_of(e) in TAKEN_OUT for e in properties)


def _is_contents(element: etree._Element) -> bool:
    gallery = element.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery")
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"


def _symbol(code: str) -> str:
    """A sign of Symbol or Wingdings by its number; only what stands in the first plane."""
    try:
        found = int(code[:6], 16)
    except ValueError:
        return ""
    return chr(found) if found < 0xD800 or 0xE000 <= found < 0xFFFE else ""
