"""Tables that a page or a copy has flattened: cells one below the other, or parted by | or tabs.

The heads give the table away: 序号, 任务, 责任单位, 完成时限 close together. A row begins with its
number. Which cell is what is told by its kind rather than by its place, because merged cells leave
no trace: units look like units, times like times, the task is the first text of the row. A second
task in a row shares the row's units. A cell that begins 一、 and has no number heads a group.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .candidates import Candidate, Member
from .flow import Flow, Span
from .grids import title_above
from .heads import ASIDE, DUE, LEAD, NUMBER, TASK, UNIT_KINDS, head_kind, heads_at
from .times import is_due
from .units import Said, looks_like_units, names_in

_NUMBER = re.compile("(?:第?(\\d{1,3})[.、号]?|（(\\d{1,3})）)")
_GROUP = re.compile("(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)")
_CELL = re.compile(r"\||\n")
_GAP = re.compile(" {2,}")
_HINTS = re.compile(
    "(?:责 *任|牵 *头|主 *办|配 *合|协 *办|完 *成|时 *限|时 *间|单 *位|部 *门|节 *点)[^\n"
    "|]{0,10}(?:[\n|]|  )"
)
"""Heads of units or times at the end of a cell; without them there is no table of tasks."""

_MOST_HEADS = 16


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
    early: tuple[str, ...] = ()

    @property
    def last(self) -> Said | None:
        return self.tasks[-1][1] if self.tasks else None


def tables(flow: Flow) -> list[Candidate]:
    """Each table whose heads name a task and who does it or by when."""
    if not _HINTS.search(flow.letters):
        return []
    cells = _cells(flow)
    found, place = [], 0
    while place < len(cells):
        heads = heads_at([cell.words for cell in cells[place : place + _MOST_HEADS]])
        if not heads:
            place += 1
            continue
        last = place + len(heads)
        reader = _Rows(flow, cells, heads, last)
        place = max(reader.read(), last)
        candidate = reader.candidate(
            title_above(flow, flow.paragraph_of(cells[last - len(heads)].start))
        )
        if candidate:
            found.append(candidate)
    return found


def _cells(flow: Flow) -> list[Cell]:
    """What stands between |, line ends and wide gaps; a head that is spread out is one cell."""
    cells = []
    for begin, end in _parts(flow):
        words = flow.letters[begin:end]
        spread = all(len(piece) <= 1 for piece in words.split())
        gaps = [] if spread else list(_GAP.finditer(flow.letters, begin, end))
        begins = [begin, *(gap.end() for gap in gaps)]
        ends = [*(gap.start() for gap in gaps), end]
        for start, stop in map(flow.bare, begins, ends):
            if start < stop:
                cells.append(Cell(start, stop, flow.letters[start:stop].replace(" ", "")))
    return cells


def _parts(flow: Flow) -> Iterator[Span]:
    begin = 0
    for match in _CELL.finditer(flow.letters):
        yield flow.bare(begin, match.start())
        begin = match.end()
    yield flow.bare(begin, len(flow.letters))


class _Rows:
    """Takes the cells behind the heads into rows."""

    def __init__(self, flow: Flow, cells: list[Cell], heads: list[str], place: int):
        self.flow, self.cells, self.place = flow, cells, place
        self.heads = heads
        first_unit = min((heads.index(k) for k in (*UNIT_KINDS, DUE) if k in heads), default=0)
        self.texts_before = sum(kind == TASK for kind in heads[:first_unit])
        self.texts_after = ASIDE in heads[first_unit:] or any(
            kind == TASK for kind in heads[first_unit:]
        )
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
        if not self.rows and NUMBER not in self.heads:
            self._begin(cell, 0)
        if not self.rows:
            return not self.groups or bool(head_kind(cell.words))
        return self._into_row(cell)

    def _row_number(self, cell: Cell) -> int:
        match = _NUMBER.fullmatch(cell.words)
        if not match or (NUMBER not in self.heads and not self.number and self.rows):
            return 0
        number = int(match[1] or match[2])
        fits = number in (1, self.number + 1, self.number + 2) or not self.number
        jumps = number > self.number and self._is_complete()
        fits = fits or jumps
        return number if fits and number else 0

    def _by_place(self) -> bool:
        """Takes a row of as many cells as there are heads, each by its column."""
        ahead = self.cells[self.place + 1 : self.place + len(self.heads)]
        after = self.place + len(self.heads)
        follows = after >= len(self.cells) or self._starts_row(self.cells[after])
        if len(ahead) < len(self.heads) - 1 or not follows or self.heads[0] != NUMBER:
            return False
        if any(self._row_number(cell) == self.number + 1 for cell in ahead):
            return False
        row = self.rows[-1]
        tasks = [c for c, kind in zip(ahead, self.heads[1:], strict=True) if kind == TASK]
        row.tasks.append(((tasks[-1].start, tasks[-1].end), Said()))
        for cell, kind in zip(ahead, self.heads[1:], strict=True):
            if kind in UNIT_KINDS:
                names = names_in(self.flow.run(cell.start, cell.end).words)
                getattr(row.last, kind).extend(names)
            elif kind == DUE:
                row.last.due = (cell.start, cell.end)
        row.end, row.has_units = ahead[-1].end, True
        self.place = after - 1
        return True

    def _starts_row(self, cell: Cell) -> bool:
        return bool(_GROUP.match(cell.words)) or self._row_number(cell) > self.number

    def _is_complete(self) -> bool:
        """Whether the row above has all that it needs, or a group has just begun."""
        begun = self.groups and not self.groups[-1][1]
        return bool(begun or (self.rows and self.rows[-1].has_units))

    def _begin(self, cell: Cell, number: int) -> bool:
        self.number = number
        row = Row(cell.start, cell.end)
        self.rows.append(row)
        if self.groups:
            self.groups[-1][1].append(row)
        self.texts = 0
        if number:
            self._by_place()
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
            and not is_due(cell.words)
        )

    def _group(self, cell: Cell) -> bool:
        self.groups.append(((cell.start, cell.end), []))
        return True

    def _is_unit(self, cell: Cell) -> bool:
        return any(kind in self.heads for kind in UNIT_KINDS) and looks_like_units(cell.words)

    def _into_row(self, cell: Cell) -> bool:
        row = self.rows[-1]
        is_early = self.heads[1:2] != [TASK] and not cell.words.endswith("。")
        if not row.tasks and is_early and self._is_unit(cell):
            row.early += names_in(self.flow.run(cell.start, cell.end).words)
            return True
        if row.tasks and self._is_unit(cell) and not (self.texts_after and row.last.due):
            self._new_task(row)
            self._add_units(row, cell)
        elif row.tasks and DUE in self.heads and is_due(cell.words):
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
        names = names_in(self.flow.run(cell.start, cell.end).words)
        told = [kind for kind in self.heads if kind in UNIT_KINDS]
        said = row.last
        if told[0] == LEAD and not said.lead:
            said.lead.extend(names)
        elif told[0] == LEAD:
            said.supporting.extend(names)
        else:
            said.answering.extend(names)
        row.has_units = True

    def _text(self, row: Row, cell: Cell) -> bool:
        if not row.tasks:
            row.tasks.append(((cell.start, cell.end), Said(answering=list(row.early))))
            row.has_units = bool(row.early)
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
        numbered = any(_GROUP.match(self.flow.letters, *head) for head, _ in groups)
        members = [self._member(head, inside) for head, inside in groups if inside or numbered]
        return Candidate("table", members, None, "plan") if members else None

    def _member(self, head: Span, rows: list[Row]) -> Member:
        mark = _GROUP.match(self.flow.letters, *head)
        title = self.flow.trimmed(mark.end() if mark else head[0], head[1])
        actions = [task for row in rows for task in row.tasks]
        start, end = (rows[0].start, rows[-1].end) if rows else head
        return Member(min(head[0], start), max(end, head[1]), title, start, None, actions)
