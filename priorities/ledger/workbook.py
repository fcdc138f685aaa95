"""A workbook of Excel as it was stored: the cells of its sheets with their number formats.

Read from the XML itself. openpyxl, which reads it for many, gives numbers for dates in the East
Asian formats, drops a literal ``x005F_``, knows no strict Open XML and no pictures in cells, and
stumbles over a style that is missing; python-calamine gives no number formats at all. What a cell
*shows* needs all of that, and the rows and cells of a sheet are a small part of the standard
(ISO/IEC 29500-1, 18.3). Names are taken without their namespace: strict and transitional files
differ in little else.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import BinaryIO

from lxml import etree

from .formats import BUILT_IN, GENERAL

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
PICTURE = re.compile(r"=?\s*(?:_xlfn\.)?(?:DISPIMG|IMAGE)\(", re.IGNORECASE)
"""How a picture in a cell is written: by WPS, and by Excel where it comes from an address."""

TRUE = ("1", "true")

MOST_SHEETS = 20
MOST_COLUMNS = 16_384
"""What a sheet of Excel has."""

MOST_STYLES = 65_536
MOST_ELEMENTS = 1_000_000
"""In all parts that are read; two thousand rows of sixty columns make a third of it."""

MOST_WITHIN = 100_000
"""Elements within one cell or one text."""

MOST_PARTS = MOST_AREAS = 10_000


class TooMuch(ValueError):
    """There is more in the file than in any ledger."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``kind`` is text, number, day (an ISO text), truth, error, formula or picture."""

    kind: str = ""
    value: str | float | bool | None = None
    format: str = GENERAL
    is_1904: bool = False
    result: "Cell | None" = None
    """Of a formula what it gave when the file was saved."""


NOTHING = Cell()


@dataclass(frozen=True)
class Area:
    """Cells that are merged, by their first and last column and line, counted from 0 and from 1."""

    reference: str
    columns: range
    lines: range


@dataclass
class Sheet:
    """One sheet; ``merged``, and what is hidden, is known once its rows have been read."""

    workbook: "Workbook"
    part: str
    name: str = ""
    is_hidden: bool = False
    merged: list[Area] = field(default_factory=list)
    hidden_lines: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """The number of each line that is stored, and its cells by their column from 0."""
        self.merged, cells, line, column = [], {}, 0, -1
        wanted = ("c", "mergeCell", "col")
        for element in self.workbook.elements(self.part, *wanted, ends=("row",)):
            name = _name(element)
            if name == "col":
                self._note_column(element)
            elif name == "mergeCell":
                self.merged += _area(element.get("ref", ""))
                if len(self.merged) > MOST_AREAS:
                    raise TooMuch(self.part)
            elif name == "c":
                column = _place(element, after=column)
                cell = self.workbook.cell(element)
                if cell.kind:
                    cells[column] = cell
            else:
                line = int(element.get("r") or line + 1)
                if element.get("hidden") in TRUE:
                    self.hidden_lines.add(line)
                yield line, cells
                cells, column = {}, -1

    def _note_column(self, element) -> None:
        if element.get("hidden") in TRUE:
            self.hidden_columns += [range(int(element.get("min")) - 1, int(element.get("max")))]

    def pictures(self) -> int:
        """How many pictures float above the cells."""
        drawings = self.workbook.related_to(self.part).get("drawing", [])
        return sum(1 for part in drawings for _picture in self.workbook.elements(part, "pic"))


class Workbook:
    """Raises whatever zipfile and lxml raise on a file that is damaged: the caller answers it."""

    def __init__(self, file: BinaryIO):
        self.archive = zipfile.ZipFile(file)
        self.events = 0
        # Names of parts are compared without case (ISO/IEC 29500-2, 6.2.2.3).
        self.parts = {name.replace("\\", "/").lower(): name for name in self.archive.namelist()}
        main = self.related_to("").get("officedocument", ["xl/workbook.xml"])[0]
        self.related = self.related_to(main)
        self.is_1904 = self._is_1904(main)
        self.strings = self._strings()
        self.formats = self._formats()
        sheets = list(self._sheets(main))
        self.sheets, self.unread = sheets[:MOST_SHEETS], len(sheets[MOST_SHEETS:])

    def elements(self, part: str, *names: str, ends: tuple[str, ...] = ()) -> Iterator:
        """Each element of these names, whole, and of ``ends`` without what it holds.

        Nothing is kept of what has gone by, whatever it was: the tree never grows.
        """
        stored = self.parts.get(part.lower())
        if stored is None:
            return
        with self.archive.open(stored) as source:
            wanted, within = None, 0
            for event, element in _events(source):
                self.events += 1
                within = within + 1 if wanted is not None else 0
                if self.events > 2 * MOST_ELEMENTS or within > 2 * MOST_WITHIN:
                    raise TooMuch(part)
                if event == "start":
                    if wanted is None and _name(element) in names:
                        wanted = element
                    continue
                if element is wanted or (wanted is None and _name(element) in ends):
                    wanted = None
                    yield element
                if wanted is None:
                    _drop(element)

    def related_to(self, part: str) -> dict[str, list[str]]:
        """The parts that a part refers to, by the last word of their kind, in lower case."""
        folder, name = posixpath.split(part)
        found: dict[str, list[str]] = {}
        for element in self.elements(f"{folder}/_rels/{name}.rels".lstrip("/"), "Relationship"):
            kind = element.get("Type", "").rpartition("/")[2].lower()
            target = posixpath.join("/", folder, element.get("Target", "").replace("\\", "/"))
            target = posixpath.normpath(target).lstrip("/")
            found.setdefault(kind, []).append(target)
            found[element.get("Id", "")] = [target]
            if len(found) > MOST_PARTS:
                raise TooMuch(part)
        return found

    def _is_1904(self, main: str) -> bool:
        settings = self.elements(main, "workbookPr")
        return any(element.get("date1904") in TRUE for element in settings)

    def _sheets(self, main: str) -> Iterator[Sheet]:
        """The sheets, in the order in which the book shows them."""
        for element in self.elements(main, "sheet"):
            is_hidden = element.get("state", "visible") != "visible"
            for part in self.related.get(_attribute(element, "id"), []):
                yield Sheet(self, part, element.get("name", ""), is_hidden)

    def _strings(self) -> list[str]:
        parts = self.related.get("sharedstrings", ["xl/sharedStrings.xml"])
        return [_text(element) for element in self.elements(parts[0], "si")]

    def _formats(self) -> list[str]:
        """The code of each style; what a file defines itself wins over what is built in."""
        part = self.related.get("styles", ["xl/styles.xml"])[0]
        own: dict[str, str] = {}
        keys: list[str] = []
        for element in self.elements(part, "numFmt", "xf"):
            inside = _name(element.getparent())
            if inside == "numFmts":
                own[element.get("numFmtId", "")] = element.get("formatCode", GENERAL)
            elif inside == "cellXfs":
                keys.append(element.get("numFmtId", "0"))
            if len(own) + len(keys) > MOST_STYLES:
                raise TooMuch(part)
        built_in = {str(key): code for key, code in BUILT_IN.items()}
        return [own.get(key) or built_in.get(key, GENERAL) for key in keys]

    def cell(self, element) -> Cell:
        """What is stored of a cell; what does not fit its own kind is an error of that cell."""
        try:
            return self._cell(element)
        except (ValueError, IndexError):
            return Cell("error", element.findtext("{*}v"))

    def _cell(self, element) -> Cell:
        formula = element.find("{*}f")
        if formula is None:
            return self._held(element)
        is_picture = PICTURE.match(formula.text or "") or PICTURE.match(
            element.findtext("{*}v") or ""
        )
        if is_picture:
            return Cell("picture", formula.text or "")
        return Cell("formula", formula.text or "", result=self._held(element))

    def _held(self, element) -> Cell:
        kind, words = element.get("t", "n"), element.findtext("{*}v")
        form = self._format_of(element)
        if kind == "inlineStr":
            inner = element.find("{*}is")
            return _text_cell("" if inner is None else _text(inner), form)
        if words is None:
            return NOTHING
        if kind == "e":  # Excel stores a picture as an error with a value beside it (MS-XLSX)
            return Cell("picture" if element.get("vm") else "error", words)
        if kind == "s":
            return _text_cell(self.strings[int(words)], form)
        if kind == "str":
            return _text_cell(_unescaped(words), form)
        if kind == "b":
            return Cell("truth", words.strip() in TRUE)
        if kind == "d":
            return Cell("day", words.strip(), form, self.is_1904)
        return _number(words, form, self.is_1904) if words.strip() else NOTHING

    def _format_of(self, element) -> str:
        """A style that the file does not have counts as none, as Excel takes it when it repairs."""
        place = int(element.get("s") or 0)
        return self.formats[place] if 0 <= place < len(self.formats) else GENERAL


def _events(source: BinaryIO) -> Iterator:
    return etree.iterparse(
        source, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )


def _drop(element) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _name(element) -> str:
    return element.tag.rpartition("}")[2]


def _place(element, *, after: int) -> int:
    """The column of a cell; one without an address follows the one before it."""
    found = REFERENCE.fullmatch(element.get("r", ""))
    column = _column(found[1]) if found else after + 1
    if column >= MOST_COLUMNS:
        raise TooMuch(element.get("r", ""))
    return column


def _attribute(element, name: str) -> str:
    """The attribute of that name in a namespace: relations are named by ``r:id``."""
    found = (v for key, v in element.attrib.items() if key.endswith(f"}}{name}"))
    return next(found, "")


def _number(words: str, form: str, is_1904: bool) -> Cell:
    number = float(words)
    return Cell("number", number, form, is_1904) if isfinite(number) else Cell("error", words)


def _text_cell(words: str, form: str) -> Cell:
    is_picture = words.startswith("=") and PICTURE.match(words)
    return Cell("picture" if is_picture else "text", words, form)


def _text(element) -> str:
    """A text with its runs joined, without the reading aids beside it (rPh)."""
    runs = element.iterfind("{*}r/{*}t")
    parts = [t.text or "" for t in (*element.iterfind("{*}t"), *runs)]
    return _unescaped("".join(parts))


def _unescaped(words: str) -> str:
    """_x000B_ is the character, _x005F_ the underscore that guards a literal one (22.4.2.4)."""
    words = ESCAPED.sub(lambda found: chr(int(found[1], 16)), words)
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _area(reference: str) -> list[Area]:
    found = REFERENCE.fullmatch(reference)
    if not found:
        return []
    left, top, right, bottom = found.groups()
    columns = range(_column(left), _column(right or left) + 1)
    return [Area(reference, columns, range(int(top), int(bottom or top) + 1))]
