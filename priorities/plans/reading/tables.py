"""Tables that a page or a copy has flattened: cells one below the other, or parted by | or tabs.

The heads give the table away: 序号, 任务, 责任单位, 完成时限 close together. A row begins with its
number. Which cell is what is told by its kind rather than by its place, because merged cells leave
no trace: units look like units, times like times, the task is the first text of the row. A second
task in a row shares the row's units. A cell that begins 一、 and has no number heads a group.
"""

import re
from dataclasses import dataclass, field

from ..dues import read_due
from ..unit_lists import read_units
from .candidates import Candidate, Member
from .flow import Flow, Span
from .units import Said, looks_like_units

_HEADS = {
    "number": re.compile("序号|编号|项目序号|号"),
    "task": re.compile(
        ".{0,6}(?:任务|事项|实事|举措|措施|工作内容|项目名称|工作要求|建设内容|目标|要点|主要内容"
        "|重点工作|项目|内容|指标)(?:名称|内容|及目标|要求)?"
    ),
    "lead": re.compile("牵头.{0,6}|主办.{0,4}|主责.{0,4}"),
    "answering": re.compile(
        "责任(?:单位|部门|主体|科室).{0,8}|承办.{0,4}|落实单位|实施单位|负责单位|建设单位"
    ),
    "supporting": re.compile("(?:责任主体与)?(?:配合|协办|协同|协助|参与).{0,6}"),
    "due": re.compile(
        "(?:完成|办结|推进|进度)?(?:时限|时间|期限|节点)(?:要求|节点)?|时间节点|进度要求|完成时限"
        "|计划完成时间"
    ),
    "person": re.compile(
        "(?:责任|分管|牵头|包保|联系|市|区|县)*(?:领导|人)|责任人|联系电话|备注|说明|资金.{0,4}"
        "|投资.{0,8}"
    ),
    "progress": re.compile(".*(?:推进|进展|完成)情况|是否.{1,6}|存在问题|下步.{0,4}|目前.{0,6}"),
}
_NUMBER = re.compile("(?:第?(\\d{1,3})[.、号]?|（(\\d{1,3})）)")
_GROUP = re.compile("(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)")
_CELL = re.compile(r"\||\n| {2,}")
_UNITS = ("lead", "answering", "supporting")
_LONGEST_HEAD = 16
_LONGEST_DUE = 24
_FARTHEST_TITLE = 3
"""Paragraphs above the heads in which the table's own title is looked for."""


@dataclass
class Cell:
    start: int
    end: int
    words: str
    kind: str = ""
    number: int = 0


@dataclass
class Row:
    """One row: where it stands, and its tasks with who and when."""

    start: int
    end: int
    tasks: list[tuple[Span, Said]] = field(default_factory=list)
    pending: Span | None = None
    has_units: bool = False

    @property
    def last(self) -> Said | None:
        return self.tasks[-1][1] if self.tasks else None


def tables(flow: Flow) -> list[Candidate]:
    """Each table whose heads name a task and who does it or by when."""
    cells = _cells(flow)
    found, place = [], 0
    while place < len(cells):
        heads = _heads(cells, place)
        if not heads:
            place += 1
            continue
        last = place + len(heads)
        reader = _Rows(flow, cells, heads, last)
        place = max(reader.read(), last)
        candidate = reader.candidate(_title(flow, cells[last - len(heads)].start))
        if candidate:
            found.append(candidate)
    return found


def _cells(flow: Flow) -> list[Cell]:
    cells, begin = [], 0
    for match in [*_CELL.finditer(flow.letters), None]:
        end = match.start() if match else len(flow.letters)
        start, stop = _stripped(flow.letters, begin, end)
        if start < stop:
            cells.append(Cell(start, stop, flow.letters[start:stop].replace(" ", "")))
        begin = match.end() if match else end
    return cells


def _stripped(letters: str, start: int, end: int) -> Span:
    while start < end and letters[start] == " ":
        start += 1
    while end > start and letters[end - 1] == " ":
        end -= 1
    return start, end


def _heads(cells: list[Cell], place: int) -> list[str]:
    """The kinds of the head cells that stand from here on, if they are those of a table."""
    kinds = []
    for cell in cells[place : place + 16]:
        kind = _head_kind(cell.words)
        if not kind:
            break
        kinds.append(kind)
    told = set(kinds)
    return kinds if "task" in told and told & {*_UNITS, "due"} and len(kinds) >= 2 else []


def _head_kind(words: str) -> str:
    if len(words) > _LONGEST_HEAD:
        return ""
    return next((kind for kind, pattern in _HEADS.items() if pattern.fullmatch(words)), "")


def _title(flow: Flow, start: int) -> Span | None:
    """The short line above the heads, else nothing."""
    number = flow.paragraph_of(start)
    for begin, end in reversed(flow.paragraphs[max(0, number - _FARTHEST_TITLE) : number]):
        if 6 <= end - begin <= 60 and flow.letters[end - 1] not in "。；：，":
            return flow.trimmed(begin, end)
    return None


class _Rows:
    """Takes the cells behind the heads into rows."""

    def __init__(self, flow: Flow, cells: list[Cell], heads: list[str], place: int):
        self.flow, self.cells, self.place = flow, cells, place
        self.heads = heads
        first_unit = min((heads.index(k) for k in (*_UNITS, "due") if k in heads), default=0)
        self.texts_before = sum(kind == "task" for kind in heads[:first_unit])
        self.texts_after = any(kind in ("task", "progress") for kind in heads[first_unit:])
        self.rows: list[Row] = []
        self.groups: list[tuple[Span, list[Row]]] = []
        self.number = 0
        self.texts = 0

    def read(self) -> int:
        """Reads until the table ends; gives the place of the first cell behind it."""
        while self.place < len(self.cells):
            cell = self.cells[self.place]
            if not self._take(cell):
                break
            self.place += 1
        return self.place

    def _take(self, cell: Cell) -> bool:
        number = self._row_number(cell)
        if number:
            return self._begin(cell, number)
        if _GROUP.match(cell.words) or self._heads_next(cell):
            return self._group(cell)
        if not self.rows and "number" not in self.heads:
            self._begin(cell, 0)
        if not self.rows:
            return not self.groups or _head_kind(cell.words) != ""
        return self._into_row(cell)

    def _row_number(self, cell: Cell) -> int:
        match = _NUMBER.fullmatch(cell.words)
        if not match or ("number" not in self.heads and not self.number and self.rows):
            return 0
        number = int(match[1] or match[2])
        fits = (
            number == self.number + 1 or not self.number or number == 1 or number == self.number + 2
        )
        return number if fits and number else 0

    def _begin(self, cell: Cell, number: int) -> bool:
        self.number = number
        row = Row(cell.start, cell.end)
        self.rows.append(row)
        if self.groups:
            self.groups[-1][1].append(row)
        self.texts = 0
        return True

    def _heads_next(self, cell: Cell) -> bool:
        """Whether a text stands right before a row's number, the row above being complete."""
        after = self.cells[self.place + 1] if self.place + 1 < len(self.cells) else None
        complete = not self.rows or self.rows[-1].has_units
        fits = complete and not self.texts_after and 4 <= len(cell.words) <= 60
        return bool(
            fits
            and after
            and self._row_number(after)
            and not self._is_unit(cell)
            and not _is_due(cell)
        )

    def _group(self, cell: Cell) -> bool:
        self.groups.append(((cell.start, cell.end), []))
        return True

    def _is_unit(self, cell: Cell) -> bool:
        return any(kind in self.heads for kind in _UNITS) and looks_like_units(cell.words)

    def _into_row(self, cell: Cell) -> bool:
        row = self.rows[-1]
        if row.tasks and self._is_unit(cell) and not (self.texts_after and row.last.due):
            self._new_task(row)
            self._add_units(row, cell)
        elif row.tasks and "due" in self.heads and _is_due(cell):
            self._new_task(row)
            row.last.due = row.last.due or (cell.start, cell.end)
            row.has_units = True
        else:
            return self._text(row, cell)
        row.end = cell.end
        return True

    def _new_task(self, row: Row) -> None:
        """A second text in a row becomes a task when something of its own follows it."""
        if not row.pending:
            return
        before = row.last
        row.tasks.append(
            (row.pending, Said(list(before.lead), list(before.answering), list(before.supporting)))
        )
        row.pending = None

    def _add_units(self, row: Row, cell: Cell) -> None:
        names = read_units(self.flow.run(cell.start, cell.end).words).names
        told = [kind for kind in self.heads if kind in _UNITS]
        said = row.last
        if told[0] == "lead" and not said.lead:
            said.lead.extend(names)
        elif told[0] == "lead":
            said.supporting.extend(names)
        else:
            said.answering.extend(names)
        row.has_units = True

    def _text(self, row: Row, cell: Cell) -> bool:
        if not row.tasks:
            row.tasks.append(((cell.start, cell.end), Said()))
            self.texts = 1
        elif not row.has_units and self.texts_before <= 1 and cell.words != row.last:
            (start, _), said = row.tasks[-1]
            row.tasks[-1] = ((start, cell.end), said)
        elif not row.has_units:
            self.texts += 1
        elif self.texts_after:
            pass
        elif row.pending or len(cell.words) > 200:
            return False
        else:
            row.pending = (cell.start, cell.end)
        row.end = cell.end if not row.pending else row.end
        return True

    def candidate(self, title: Span | None) -> Candidate | None:
        rows = [row for row in self.rows if row.tasks]
        if not rows or not any(row.has_units for row in rows):
            return None
        groups = [(head, [row for row in inside if row.tasks]) for head, inside in self.groups]
        loose = [row for row in rows if not any(row in inside for _, inside in groups)]
        if loose:
            groups.insert(0, (title or loose[0].tasks[0][0], loose))
        members = [self._member(head, inside) for head, inside in groups if inside]
        return Candidate("table", members, None, "plan") if members else None

    def _member(self, head: Span, rows: list[Row]) -> Member:
        mark = _GROUP.match(self.flow.letters, *head)
        title = self.flow.trimmed(mark.end() if mark else head[0], head[1])
        actions = [task for row in rows for task in row.tasks]
        return Member(
            min(head[0], rows[0].start), rows[-1].end, title, rows[0].start, None, actions
        )


def _is_due(cell: Cell) -> bool:
    if len(cell.words) > _LONGEST_DUE:
        return False
    due = read_due(cell.words, 2000)
    return due.is_understood or due.due is not None
