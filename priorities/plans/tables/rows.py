"""The rows of a table that was recognised: what each says, and every cell that nobody understands.

Words are taken as they stand. A cell that has no one meaning is no guess: it is a fault of its row,
with its words and why, and all faults of a row are told at once.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from ...names import fold
from ..written.dues import TOLD, Due, Stage, Why, read_due
from ..written.unit_lists import UNIT_END, IsKnown, UnitList, read_units
from .grid import Row
from .headings import Name, column_of
from .recognising import Table

LONGEST_TITLE = 100
LONGEST_UNIT = 30
LONGEST_TEXT = 200
"""What a priority's title and an action hold; what is longer is cut at a sentence's end."""


NAMES = (Name.LEAD, Name.UNITS, Name.SUPPORTING, Name.OWNER)
"""Columns that list names: what stands in two of them is no one name that was broken over lines."""


class Kind(StrEnum):
    """What a line of the table is."""

    ACTION = "action"
    PRIORITY = "priority"
    HEADING = "heading"
    TOTAL = "total"
    NOTE = "note"
    HEADS = "heads"


class Wrong(StrEnum):
    """Why a cell gives nothing, or why the row is no action yet."""

    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NO_YEAR = "no_year"
    NO_SUCH_DAY = "no_such_day"
    ORDER = "order"
    NO_END = "no_end"
    NO_HEAD = "no_head"
    GOES_ON = "goes_on"


class Told(StrEnum):
    """What was understood, and is still to be looked at."""

    SERIAL = "serial"
    VAGUE = "vague"
    SEVERAL = "several"
    OPEN = "open"
    CUT = "cut"
    WORDS = "words"
    HIDDEN = "hidden"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Fault:
    """A cell that was not understood: its column, its words, and why."""

    name: Name
    why: Wrong
    words: str = ""


@dataclass(frozen=True)
class Line:
    """One line below the heads; ``cells`` are its words by column, several columns on lines."""

    sheet: int
    line: int
    kind: Kind
    cells: dict[Name, str]
    priority: str = ""
    text: str = ""
    measure: str = ""
    due: Due = field(default_factory=lambda: Due(""))
    start: Due = field(default_factory=lambda: Due(""))
    stages: tuple[tuple[date, str, str], ...] = ()
    """Day, words, and the head that names the day where it is one."""
    faults: tuple[Fault, ...] = ()
    told: tuple[Told, ...] = ()
    declared: int | None = None
    """Of a heading how many actions it says that there are: （共3项）."""

    @property
    def key(self) -> str:
        """Names the line among all sheets, on the page and in what was chosen there."""
        return f"{self.sheet}-{self.line}"

    def words(self, name: Name) -> str:
        return self.cells.get(name, "")


CHINESE = "[一二三四五六七八九十]{1,3}"
NUMERAL = re.compile(rf"{CHINESE}|[(（]{CHINESE}[)）]|第{CHINESE}(?:部分|类|项)?")
GROUP = re.compile(
    rf"\s*(?:{CHINESE}\s*[、.．:：\s]|[(（]{CHINESE}[)）]|第{CHINESE}(?:部分|类|项)\s*[、:：\s]?)"
    r"\s*(?=\S)"
)
TOTAL = re.compile(r"(?:合|小|总|共)\s*计|平均|total|sum|average", re.IGNORECASE)
NOTE = re.compile(
    r"\s*[(（]?(?:注|备注|说明|填报说明|填表说明|填写说明|附注|附|note)\s*\d*\s*[:：、.]"
    r"|\s*(?:填报人|填表人|制表人|制表|审核人|审核|审批|签字|签发|联系人|联系电话|经办人|报送单位|填报单位|"
    r"单位负责人|分管领导|主要领导|单位\s*[(（]盖章[)）]|填报时间|填报日期|填表日期|报送时间|日期)"
    r"(?:签字|签名|意见)?\s*(?:[(（][^)）]{1,8}[)）])?\s*[:：]",
    re.IGNORECASE,
)
WIDE = r"[\u3000-\u9fff\uff00-\uffef]"
WRAPPED = re.compile(rf"(?<={WIDE})[ \t]*\n\s*(?={WIDE})")
DIGITS_BEFORE = re.compile(r"\s*(?:[(（][0-9]{1,3}[)）]|[0-9]{1,3}\s*[、.．)）](?![0-9]))\s*(?=\S)")
COUNT = re.compile(r"\s*[(（]\s*共?计?\s*([0-9]{1,3})\s*[项个条件]?\s*[)）]$")
BEGINNING = re.compile("开工|启动|开始|动工|开建|进场|前期|立项")
SENTENCE_END = re.compile("[。；;！!\n]|(?<=.{8})[，,]")


def read_rows(table: Table, *, year: int | None) -> list[Line]:
    """All lines below the heads; ``year`` is meant where a time names none."""
    reading = _Reading(table, year)
    found = [line for row in table.rows for line in reading.line(row)]
    return _without_tail(found)


class _Reading:
    """What is known of the lines that have gone by."""

    def __init__(self, table: Table, year: int | None):
        self.table, self.year = table, year
        self.names = {column.place: column.name for column in table.columns}
        self.heads = {tuple(map(fold, row.cells)) for row in table.heads}
        self.grouped_by_column = table.place_of(Name.PRIORITY) is not None
        self.priority = priority_of(table)
        self.level: int | None = None

    def line(self, row: Row) -> Iterator[Line]:
        """The line; none where it only goes on a merged cell and says nothing of its own."""
        if not row.own:
            return
        kind = self._kind(row)
        if kind == Kind.PRIORITY:
            yield self._heading(row)
        elif kind == Kind.ACTION:
            yield self._action(row)
        else:
            yield Line(self.table.sheet, row.line, kind, {Name.ASIDE: " ".join(row.own.values())})

    def _kind(self, row: Row) -> Kind:
        own = row.own
        first = next(iter(own.values()))
        if tuple(map(fold, row.cells)) in self.heads or _are_heads(own.values()):
            return Kind.HEADS
        if NOTE.match(first):
            return Kind.NOTE
        if any(TOTAL.match(words.strip()) for words in list(own.values())[:2]):
            return Kind.TOTAL
        if self._is_group(row, own):
            return Kind.PRIORITY
        return Kind.ACTION

    def _is_group(self, row: Row, own: dict[int, str]) -> bool:
        """Whether the row is a heading over those below: merged across, or numbered as one."""
        if len(own) > 2 or row.above:
            return False
        *numbers, words = own.values()
        is_numbered = bool(GROUP.match(words)) or any(NUMERAL.fullmatch(n.strip()) for n in numbers)
        if numbers:
            return is_numbered and self.names.get(next(iter(own))) == Name.NUMBER
        is_wide = 2 * (len(row.beside) + 1) >= len(row.cells) > 2
        place = next(iter(own))
        is_task = self.names.get(place) in (Name.TEXT, Name.PRIORITY) and not is_numbered
        return (is_wide or is_numbered) and not (is_task and not is_wide)

    def _heading(self, row: Row) -> Line:
        """A priority; one that is numbered below the others is a heading within it."""
        *numbers, words = row.own.values()
        level = _level_of(numbers[0] if numbers else words)
        is_deeper = self.level is not None and level is not None and level > self.level
        if is_deeper or self.grouped_by_column:
            said = {Name.ASIDE: " ".join(row.own.values())}
            return Line(self.table.sheet, row.line, Kind.HEADING, said)
        self.level = level if level is not None else self.level
        title = self._title(row)
        count = COUNT.search(title)
        self.priority = title[: count.start()].strip() if count else title
        declared = int(count[1]) if count else None
        return Line(self.table.sheet, row.line, Kind.PRIORITY, {}, self.priority, declared=declared)

    def _title(self, row: Row) -> str:
        *_numbers, words = row.own.values()
        return _without_number(words)

    # An action

    def _action(self, row: Row) -> Line:
        cells, faults, told = self._cells(row), [], []
        if unit := unit_of(self.table):
            cells[Name.LEAD] = unit
        self._note_priority(cells)
        text, measure = self._text(row, cells, faults, told)
        due = _with_words(self._due(Name.DUE, cells, faults, told), faults, told)
        start = self._due(Name.START, cells, faults, told)
        stages = self._stages(row) + tuple((stage.day, stage.words, "") for stage in due.stages)
        if row.is_hidden:
            told.append(Told.HIDDEN)
        return Line(
            self.table.sheet,
            row.line,
            Kind.ACTION,
            cells,
            self.priority,
            text,
            measure,
            due,
            start,
            stages,
            tuple(faults),
            tuple(dict.fromkeys(told)),
        )

    def _cells(self, row: Row) -> dict[Name, str]:
        found: dict[Name, list[str]] = {}
        for place, words in enumerate(row.cells):
            name = self.names.get(place, Name.ASIDE)
            if words and name not in (Name.ASIDE, Name.STAGE):
                found.setdefault(name, []).append(words)
        return {
            name: ("；" if name in NAMES else "\n").join(dict.fromkeys(words))
            for name, words in found.items()
        }

    def _note_priority(self, cells: dict[Name, str]) -> None:
        if self.grouped_by_column and (words := cells.get(Name.PRIORITY)):
            self.priority = _without_number(words)

    def _text(self, row: Row, cells: dict, faults: list, told: list) -> tuple[str, str]:
        """The words of the action; where they are too many the first sentence, the rest measure."""
        whole, measure = cells.get(Name.TEXT, ""), cells.get(Name.MEASURE, "")
        place = self.table.place_of(Name.TEXT)
        if place is not None and place in row.above:
            faults.append(Fault(Name.TEXT, Wrong.GOES_ON, whole))
            return "", measure
        self._check_headless(row, faults)
        if not whole:
            said = " ".join(row.own.values())
            faults.append(Fault(Name.TEXT, Wrong.NO_TEXT, said))
            return "", measure
        text = on_one_line(_without_digits(whole)).rstrip("。；;")
        if len(text) <= LONGEST_TEXT:
            return text, measure
        short = _first_sentence(text)
        if not short:
            faults.append(Fault(Name.TEXT, Wrong.TOO_LONG, text))
            return "", measure
        told.append(Told.CUT)
        return short, "\n".join(filter(None, [whole, measure]))

    def _check_headless(self, row: Row, faults: list) -> None:
        """Words in a column that has no head at all belong nowhere."""
        headless = {column.place for column in self.table.columns if not column.head}
        if not self.table.heads:
            return
        for place, words in row.own.items():
            if place in headless and self.names[place] == Name.ASIDE:
                faults.append(Fault(Name.ASIDE, Wrong.NO_HEAD, words))

    def _due(self, name: Name, cells: dict, faults: list, told: list) -> Due:
        words = cells.get(name, "")
        due = read_due(words, self.year)
        if not words.strip():
            return due
        if due.left or due.why not in TOLD:
            faults.append(Fault(name, Wrong(due.why or Why.UNKNOWN), words))
        elif due.why:
            told.append(Told(due.why))
        if due.is_open and not due.due:
            told.append(Told.OPEN)
        return due

    def _stages(self, row: Row) -> tuple[tuple[date, str, str], ...]:
        stages = [column for column in self.table.columns if column.name == Name.STAGE]
        return tuple(
            (column.day, row.cells[column.place], column.head)
            for column in stages
            if column.day and row.cells[column.place] and column.place not in row.above
        )


def units_of(line: Line, is_known: IsKnown = lambda words: False) -> UnitList:
    """Who leads and who supports: one leads, whoever else a cell names supports."""
    said = line.words(Name.LEAD) or line.words(Name.UNITS)
    held = read_units(said, is_known)
    beside = read_units(line.words(Name.SUPPORTING), is_known)
    supporting = dict.fromkeys([*held.lead[1:], *held.supporting, *beside.names])
    names = tuple(name for name in supporting if name not in held.lead[:1])
    return UnitList(held.lead[:1], names, (*held.left, *beside.left), held.is_marked)


MADE_BY_PROGRAM = re.compile(r"(?:sheet|table|工作表|表|表格)\s*\d*", re.IGNORECASE)


def unit_of(table: Table) -> str:
    """The unit that a sheet is called after, where no column names one."""
    has_units = any(table.place_of(name) is not None for name in (Name.LEAD, Name.UNITS))
    is_unit = UNIT_END.search(table.name.strip()) and len(table.name) <= LONGEST_UNIT
    return table.name.strip() if is_unit and not has_units and table.heads else ""


def priority_of(table: Table) -> str:
    """What a table without priorities is about: the name of its sheet, else its title."""
    name = table.name.strip()
    if name and not MADE_BY_PROGRAM.fullmatch(name) and not UNIT_END.search(name):
        return on_one_line(name)
    return on_one_line(table.title)


def _without_tail(lines: list[Line]) -> list[Line]:
    """What stands below the last row with a unit or a time, and says one thing alone, is a note."""
    last = max((n for n, line in enumerate(lines) if len(line.cells) > 1), default=len(lines))
    actions = [line for line in lines if line.kind == Kind.ACTION]
    are_numbered = 2 * sum(bool(line.words(Name.NUMBER)) for line in actions) > len(actions)
    kinds = (Kind.PRIORITY, Kind.ACTION) if are_numbered else (Kind.PRIORITY,)
    return [
        _as_note(line) if n > last and line.kind in kinds else line for n, line in enumerate(lines)
    ]


def _as_note(line: Line) -> Line:
    words = line.priority if line.kind == Kind.PRIORITY else " ".join(line.cells.values())
    return Line(line.sheet, line.line, Kind.NOTE, {Name.ASIDE: words})


def _level_of(words: str) -> int | None:
    """How deep a heading is by its number: 一、 and 第一部分 above （一）; None without one."""
    if re.match(rf"\s*[(（]{CHINESE}[)）]", words):
        return 1
    is_numbered = GROUP.match(words) or NUMERAL.fullmatch(words.strip())
    return 0 if is_numbered else None


def _are_heads(cells: Iterable[str]) -> bool:
    """Whether a row further down is the heads of another table: three of them, beyond doubt."""
    known = [column_of(words) for words in cells]
    return sum(head.is_sure for head in known) >= 3 and all(head.is_known for head in known)


def _with_words(due: Due, faults: list[Fault], told: list[Told]) -> Due:
    """A day with words beside it is that day, and the words are a step that is due by it.

    Words of a beginning (6月底前开工) leave open when it ends: that stays a fault.
    """
    if not (due.due and due.left and due.why == Why.UNKNOWN) or BEGINNING.search(due.left):
        return due
    faults[:] = [fault for fault in faults if fault.name != Name.DUE]
    told.append(Told.WORDS)
    stages = due.stages or (Stage(due.due, due.left),)
    return replace(due, left="", why=Why.CLEAR, stages=stages)


def on_one_line(words: str) -> str:
    """Chinese that was broken over lines is one word again; other words keep a blank."""
    return " ".join(WRAPPED.sub("", words).split())


def _without_number(words: str) -> str:
    """The words of a heading without their number, on one line."""
    words = on_one_line(words)
    found = GROUP.match(words)
    rest = words[found.end() :] if found else words
    return _without_digits(rest).strip(" 、.．:：") or words


def _without_digits(words: str) -> str:
    found = DIGITS_BEFORE.match(words)
    return words[found.end() :] if found else words


def _first_sentence(words: str) -> str:
    """The words up to the last end of a sentence that fits; none where none does."""
    ends = [found.start() for found in SENTENCE_END.finditer(words[: LONGEST_TEXT + 1])]
    strong = [end for end in ends if words[end] not in "，,"]
    place = (strong or ends or [0])[0 if strong else -1]
    return words[:place].strip()


def short_title(words: str) -> str:
    """A priority's title: its words, up to a comma or full stop where they are too many."""
    if len(words) <= LONGEST_TITLE:
        return words
    found = [m.start() for m in re.finditer("[，,。；;：:]", words[: LONGEST_TITLE + 1])]
    return words[: found[0]].strip() if found else words[:LONGEST_TITLE]
