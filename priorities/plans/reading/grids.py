"""Tables with a row on each line, its cells between | or tabs or wide gaps.

Each cell stands at its column's place, also where the one before it is empty. Of several columns
of tasks the coarser one heads a group where it stays empty over several rows or is named so.
"""

import re
from dataclasses import dataclass, field

from .candidates import Candidate, Member
from .flow import Flow, Span
from .heads import (
    ANSWERING,
    ASIDE,
    DUE,
    LEAD,
    NUMBER,
    SUPPORTING,
    TASK,
    UNIT_KINDS,
    head_kind,
    heads_in_line,
    level_of,
)
from .times import is_due
from .units import Said, looks_like_units, names_in

_WIDE_GAP = re.compile(" {2,}")
_RULE = re.compile("[-—=+: ]*")
_NUMBERED = re.compile("[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）")
_FEWEST = 3
_SIGNS = "★☆▲*※● "


@dataclass
class _Group:
    head: Span | None
    start: int
    end: int
    tasks: list[tuple[Span, Said]] = field(default_factory=list)


def grids(flow: Flow) -> list[Candidate]:
    """Each table that has its heads on one line and a row on each line below."""
    found, number = [], 0
    while number < len(flow.paragraphs):
        cells = _cells(flow, number)
        said = [flow.letters[a:b] for a, b in cells if a < b]
        if len(cells) > 1 and heads_in_line(said):
            reader = _Reader(flow, number, cells)
            number = reader.read()
            found += reader.candidates()
        else:
            number += 1
    return found or _headless(flow)


def _headless(flow: Flow) -> list[Candidate]:
    """A table of which only rows are left: 1 | task | unit | time, two lines of it or more."""
    for number in range(len(flow.paragraphs) - 1):
        cells = _cells(flow, number)
        words = [flow.letters[a:b] for a, b in cells]
        if len(cells) < _FEWEST or not words[0].isdigit() or not _is_like(flow, number + 1, cells):
            continue
        kinds = _kinds_of(words)
        if TASK in kinds and set(kinds) & {*UNIT_KINDS, DUE}:
            reader = _Reader(flow, number - 1, cells)
            reader.heads, reader.kinds = [""] * len(cells), kinds
            reader.read()
            return reader.candidates()
    return []


def _is_like(flow: Flow, number: int, cells: list[Span]) -> bool:
    after = _cells(flow, number)
    return len(after) == len(cells) and flow.letters[slice(*after[0])].isdigit()


def _kinds_of(words: list[str]) -> list[str]:
    """What the columns are, told by the cells of a row."""
    kinds: list[str] = []
    for cell in words:
        if cell.isdigit() and not kinds:
            kinds.append(NUMBER)
        elif looks_like_units(cell):
            kinds.append(SUPPORTING if ANSWERING in kinds else ANSWERING)
        elif cell and is_due(cell):
            kinds.append(DUE)
        else:
            kinds.append(ASIDE if TASK in kinds else TASK)
    return kinds


def title_above(flow: Flow, number: int) -> Span | None:
    """The short line above a table's heads."""
    for start, end in reversed(flow.paragraphs[max(0, number - 3) : number]):
        if 6 <= end - start <= 60 and flow.letters[end - 1] not in "。；：，|":
            return flow.trimmed(start, end)
    return None


def _cells(flow: Flow, number: int) -> list[Span]:
    start, end = flow.paragraphs[number]
    if "|" in flow.letters[start:end]:
        marks = [place for place in range(start, end) if flow.letters[place] == "|"]
        edges = [(place, place + 1) for place in marks]
    else:
        edges = [gap.span() for gap in _WIDE_GAP.finditer(flow.letters, start, end)]
    begins = [start, *(stop for _, stop in edges)]
    return [flow.bare(a, b) for a, b in zip(begins, [*(a for a, _ in edges), end], strict=True)]


class _Reader:
    """Takes the lines below the heads into groups of tasks."""

    def __init__(self, flow: Flow, number: int, heads: list[Span]):
        self.flow, self.number, self.heads_at = flow, number, number
        self.heads = [flow.letters[a:b] for a, b in heads]
        self.kinds = self._kinds([flow.letters[a:b] for a, b in heads if a < b])
        self.rows: list[list[Span]] = []
        self.said = Said()

    def _kinds(self, said: list[str]) -> list[str]:
        kinds = iter(heads_in_line(said))
        return [next(kinds, ASIDE) if words else ASIDE for words in self.heads]

    def read(self) -> int:
        """Collects the lines of the table; gives the number of the first paragraph behind it."""
        self.number += 1
        while self.number < len(self.flow.paragraphs):
            cells = _cells(self.flow, self.number)
            if len(cells) == 1 and not self._is_group_line(cells):
                break
            is_row = len(cells) > 1 and not self._is_second_head(cells) and self._says(cells)
            if is_row or len(cells) == 1:
                self.rows.append(self._shifted(cells))
            self.number += 1
        return self.number

    def _shifted(self, cells: list[Span]) -> list[Span]:
        """A row below merged cells has lost them: its words stand farther left than their columns.

        It is moved to where units stand under units, times under times, and words under tasks.
        """
        filled = len(cells)
        while filled and cells[filled - 1][0] >= cells[filled - 1][1]:
            filled -= 1
        room = len(self.kinds) - filled
        if len(cells) < 2 or room < 1 or not self._may_shift(cells, filled):
            return cells
        gap = (cells[0][0], cells[0][0])
        moved = [[gap] * by + cells[:filled] for by in range(room + 1)]
        return max(moved, key=self._fit)

    def _may_shift(self, cells: list[Span], filled: int) -> bool:
        first = self._words(cells[0])
        if self.kinds[0] == NUMBER:
            return bool(first.strip("0123456789.、（）"))
        return filled < len([words for words in self.heads if words])

    def _fit(self, cells: list[Span]) -> float:
        """How well the cells suit their columns; of equal ones the least moved is taken."""
        fit = 0.0
        for kind, cell in zip(self.kinds, cells, strict=False):
            words = self._words(cell)
            if not words:
                continue
            is_unit, is_time = looks_like_units(words), is_due(words)
            if kind in UNIT_KINDS:
                fit += 2 if is_unit else -2
            elif kind == DUE:
                fit += 2 if is_time else -2
            elif kind == TASK:
                fit += -2 if is_unit or is_time else 1
            elif kind == NUMBER:
                fit += 2 if words.isdigit() else -2
        return fit

    def _says(self, cells: list[Span]) -> bool:
        return any(not _RULE.fullmatch(self.flow.letters[a:b]) for a, b in cells)

    def _is_group_line(self, cells: list[Span]) -> bool:
        """Whether a line without columns stands between rows: it heads the ones below."""
        start, end = cells[0]
        if end - start > 60 or self.number + 1 >= len(self.flow.paragraphs):
            return False
        return len(_cells(self.flow, self.number + 1)) >= _FEWEST

    def _is_second_head(self, cells: list[Span]) -> bool:
        """A second line of heads says more of the first: 牵头 and 配合 below 责任单位."""
        if self.rows or len(cells) != len(self.kinds):
            return False
        kinds = [head_kind(self.flow.letters[a:b]) for a, b in cells]
        own = [a < b for a, b in cells]
        if not any(own) or not all(kind for kind, is_own in zip(kinds, own, strict=True) if is_own):
            return False
        self.kinds = [kind or was for kind, was in zip(kinds, self.kinds, strict=True)]
        return True

    def candidates(self) -> list[Candidate]:
        tasks = [place for place, kind in enumerate(self.kinds) if kind == TASK]
        group, task = self._columns(tasks)
        groups: list[_Group] = []
        for cells in self.rows:
            self._row(cells, group, task, groups)
        members = [self._member(found) for found in groups if found.tasks]
        return [Candidate("table", members, None, "plan")] if members else []

    def _columns(self, tasks: list[int]) -> tuple[int | None, int]:
        """The column that heads groups, if one does, and the one with the tasks."""
        if len(tasks) == 1:
            return None, tasks[0]
        first, second = tasks[:2]
        blank = sum(self._at(cells, first) is None for cells in self.rows)
        levels = level_of(self.heads[first]), level_of(self.heads[second])
        if blank or levels[0] < 2 or self._repeats(first):
            return first, second
        return None, first

    def _repeats(self, place: int) -> bool:
        words = [self._words(self._at(cells, place)) for cells in self.rows]
        return len(set(words)) < len(words)

    def _at(self, cells: list[Span], place: int) -> Span | None:
        if place >= len(cells) or cells[place][0] >= cells[place][1]:
            return None
        return cells[place]

    def _row(self, cells: list[Span], group: int | None, task: int, groups: list[_Group]) -> None:
        full = [cell for cell in cells if cell[0] < cell[1]]
        if len(full) == 1:
            groups.append(_Group(full[0], *full[0]))
            return
        head = self._at(cells, group) if group is not None else None
        if head and (not groups or self._words(groups[-1].head) != self._words(head)):
            groups.append(_Group(head, *head))
        if not groups:
            groups.append(_Group(None, full[0][0], full[-1][1]))
        words = self._at(cells, task)
        if words:
            said = self._said(cells)
            if not said and self.kinds[0] == NUMBER and not self._at(cells, 0):
                said = self.said
            self.said = said
            groups[-1].tasks.append((self._clean(words), said))
            groups[-1].end = full[-1][1]

    def _words(self, span: Span | None) -> str:
        return self.flow.letters[span[0] : span[1]] if span else ""

    def _clean(self, span: Span) -> Span:
        start, end = span
        while start < end and self.flow.letters[start] in _SIGNS:
            start += 1
        return start, end

    def _said(self, cells: list[Span]) -> Said:
        said = Said()
        for place, kind in enumerate(self.kinds):
            span = self._at(cells, place)
            if span and kind in (LEAD, ANSWERING, SUPPORTING):
                getattr(said, kind).extend(names_in(self.flow.run(*span).words))
            elif span and kind == DUE:
                said.due = said.due or span
        return said

    def _member(self, found: _Group) -> Member:
        head = found.head or title_above(self.flow, self.heads_at) or found.tasks[0][0]
        mark = _NUMBERED.match(self._words(head))
        title = self.flow.trimmed(head[0] + (mark.end() if mark else 0), head[1])
        return Member(min(found.start, title[0]), found.end, title, found.start, None, found.tasks)
