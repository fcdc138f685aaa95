"""Where in a sheet the table stands, and what each of its columns is, with how sure that is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ...names import letters
from ..written.dues import read_due
from .grid import Row, Sheet
from .headings import LONGEST_HEAD, NO_HEAD, Head, Name, column_of

HEADS_WITHIN = 30
"""How many lines with words may stand above the heads."""

NO_TITLE = re.compile(
    r"[:：]|^\s*附\s*[件表]?\s*[0-9一二三四五六七八九十]*\s*$|^[(（].*[)）]$|^.{1,3}$|日\s*$"
)
MOST_HEAD_ROWS = 3
MOST_OF_DAYS = 0.6
SAMPLES = 3
LONGEST_PERCENT = 12

ONLY_ONCE = frozenset(Name) - {Name.ASIDE, Name.STAGE, Name.SUPPORTING, Name.MEASURE}


class Sure(StrEnum):
    """How a column was recognised."""

    SET = "set"
    REMEMBERED = "remembered"
    EXACT = "exact"
    LIKE = "like"
    CONTENT = "content"
    TWICE = "twice"
    UNKNOWN = ""


@dataclass(frozen=True)
class Column:
    """One column of the table; ``day`` is the time that its head names, of a milestone."""

    place: int
    head: str
    name: Name
    sure: Sure
    day: date | None = None
    level: int | None = None
    samples: tuple[str, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True)
class Table:
    """The table of one sheet: what stands above its heads, its columns, the rows below."""

    sheet: int
    name: str
    above: tuple[str, ...]
    heads: tuple[Row, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_hidden: bool = False

    def place_of(self, name: Name) -> int | None:
        return next((column.place for column in self.columns if column.name == name), None)

    @property
    def title(self) -> str:
        """The first words above the heads that are no label, no day and no number of an annex."""
        return next((words for words in self.above if not NO_TITLE.search(words)), "")

    @property
    def has_tasks(self) -> bool:
        """Whether it says what is to be done: without that it is no table of the trade."""
        return self.place_of(Name.TEXT) is not None


def recognise(
    sheet: Sheet,
    number: int,
    *,
    year: int | None,
    remembered: Mapping[str, str] | None = None,
    chosen: Mapping[int, str] | None = None,
) -> Table:
    """The table of a sheet; ``chosen`` are columns set by hand, ``remembered`` those of a head."""
    at, size = _heads(sheet, remembered or {})
    heads, body = sheet.rows[at : at + size], sheet.rows[at + size :]
    columns = [
        _column(sheet, place, heads, body, remembered or {}, year) for place in range(sheet.width)
    ]
    columns = _told_apart(_by_content(columns, body), body)
    columns = [_as_chosen(column, chosen or {}, year) for column in columns]
    above = tuple(words for row in sheet.rows[:at] for words in row.own.values())
    return Table(number, sheet.name, above, heads, tuple(columns), body, sheet.is_hidden)


# Where the heads stand


def _heads(sheet: Sheet, remembered: Mapping[str, str]) -> tuple[int, int]:
    """The first row of the heads and how many there are; none at all counts as nought of them."""
    rows = sheet.rows[:HEADS_WITHIN]
    scores = [_score(row, remembered) for row in rows]
    best = max(scores, default=0)
    if best < 3:
        return 0, 0
    at = scores.index(best)
    while at and _is_head_above(rows[at - 1], rows[at], remembered):
        at -= 1
    size = 1
    while size < MOST_HEAD_ROWS and at + size < len(sheet.rows):
        if not _is_head_below(sheet.rows[at + size], sheet.rows[at], remembered):
            break
        size += 1
    return at, size


def _score(row: Row, remembered: Mapping[str, str]) -> int:
    found = [_head(words, remembered) for words in row.own.values()]
    return sum(2 if head.is_sure else 1 for head in found if head.is_known)


def _head(words: str, remembered: Mapping[str, str]) -> Head:
    said = remembered.get(letters(words)) if len(words) <= LONGEST_HEAD else None
    if said is not None and said in set(Name):
        return replace(column_of(words), name=Name(said), level=None, is_known=True, is_sure=True)
    return column_of(words)


def _is_head_above(above: Row, row: Row, remembered: Mapping[str, str]) -> bool:
    """Whether the row above is of the heads too, of two rows of which the lower names more."""
    if len(above.own) < 2 or not any(_head(w, remembered).is_sure for w in above.own.values()):
        return False
    return bool(above.beside) or len(above.own) < len([w for w in row.cells if w])


def _is_head_below(row: Row, above: Row, remembered: Mapping[str, str]) -> bool:
    """Whether a row only says more of heads that stand above: 牵头 and 配合 below 责任单位."""
    own = row.own
    if not own or any(len(words) > LONGEST_HEAD for words in own.values()):
        return False
    below_wide = [place for place in own if place in above.beside or not above.cells[place]]
    is_short = len(own) < len(row.cells) or not row.above
    if not below_wide or not is_short:
        return False
    known = [w for w in own.values() if _head(w, remembered).is_known or _is_time(w)]
    return 2 * len(known) >= len(own)


def _is_time(words: str) -> bool:
    return len(words) <= 12 and read_due(words, 2000).due is not None


# What each column is


def _column(
    sheet: Sheet,
    place: int,
    heads: tuple[Row, ...],
    body: tuple[Row, ...],
    remembered: Mapping[str, str],
    year: int | None,
) -> Column:
    words = _words_above(heads, place)
    head = "".join(words)
    found, sure = _meaning(words, remembered)
    day = _time_of(words, found, year)
    name = Name.STAGE if day else found.name
    sure = Sure.EXACT if day and sure == Sure.UNKNOWN else sure
    cells = [row.cells[place] for row in body if row.cells[place] and place not in row.above]
    if not found.is_known and not day and _is_of_days(cells):
        name, sure = Name.DUE, Sure.CONTENT
    samples = tuple(dict.fromkeys(cells))[:SAMPLES]
    is_hidden = place in sheet.hidden_columns
    return Column(place, head, name, sure, day, found.level, samples, is_hidden)


def _words_above(heads: tuple[Row, ...], place: int) -> list[str]:
    """The words of a column's heads from above, each once; blank ones take those on their left."""
    found: list[str] = []
    for number, row in enumerate(heads):
        words = row.cells[place]
        if not words and number + 1 < len(heads) and heads[number + 1].cells[place]:
            words = next((w for w in reversed(row.cells[:place]) if w), "")
        if words and words not in found:
            found.append(words)
    return found


def _meaning(words: list[str], remembered: Mapping[str, str]) -> tuple[Head, Sure]:
    """By the words that were remembered, else the lowest that says it for sure, else the rest."""
    whole = "".join(words)
    for said in (whole, *reversed(words)):
        known = remembered.get(letters(said))
        if known is not None and known in set(Name):
            level = column_of(said).level if known == Name.TEXT else None
            return Head(Name(known), level, is_known=True, is_sure=True), Sure.REMEMBERED
    heads = [column_of(said) for said in (*reversed(words), whole)]
    if sure := next((head for head in heads if head.is_sure), None):
        return sure, Sure.EXACT
    like = next((head for head in heads if head.is_known), None)
    return (like, Sure.LIKE) if like else (NO_HEAD, Sure.UNKNOWN)


def _time_of(words: list[str], found: Head, year: int | None) -> date | None:
    """The time that the lowest head names, where it names nothing else: 第一季度, 6月底."""
    if len(words) < 2 or not _is_time(words[-1]):
        return None
    return read_due(words[-1], year).due


def _is_of_days(cells: list[str]) -> bool:
    """Whether most cells are days as programs write them: no head is needed to see that."""
    days = [
        words for words in cells if re.fullmatch(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]", words)
    ]
    return len(days) >= 2 and len(days) >= MOST_OF_DAYS * len(cells)


def _by_content(columns: list[Column], body: tuple[Row, ...]) -> list[Column]:
    """A column that is headed as a percent and holds sentences says what was done."""
    if any(column.name == Name.DONE for column in columns):
        return columns
    return [
        replace(column, name=Name.DONE, sure=Sure.LIKE)
        if column.name == Name.PERCENT and _are_sentences(body, column.place)
        else column
        for column in columns
    ]


def _are_sentences(body: tuple[Row, ...], place: int) -> bool:
    cells = [row.cells[place] for row in body if row.cells[place]]
    long = [words for words in cells if len(words) > LONGEST_PERCENT]
    return 2 * len(long) > len(cells)


# One column beside the others


def _told_apart(columns: list[Column], body: tuple[Row, ...]) -> list[Column]:
    columns = _levels(columns, body)
    names = {column.name for column in columns}
    if Name.LEAD in names:
        columns = [
            replace(column, name=Name.SUPPORTING) if column.name == Name.UNITS else column
            for column in columns
        ]
    return _only_once(columns)


def _levels(columns: list[Column], body: tuple[Row, ...]) -> list[Column]:
    """Of several columns of tasks: the priorities, the actions, and what is to be reached.

    An action is what stands anew in nearly each row; what is coarser is merged over several.
    """
    tasks = sorted(
        (c for c in columns if c.level is not None and c.name == Name.TEXT),
        key=lambda c: (c.level, c.place),
    )
    goals = [c for c in tasks if "目标" in c.head and any(_is_told_before(c, t) for t in tasks)]
    if goals:
        named = {c.place for c in goals}
        columns = [replace(c, name=Name.MEASURE) if c.place in named else c for c in columns]
        tasks = [c for c in tasks if c.place not in named]
    if len(tasks) < 2:
        return columns
    counts = {c.place: _entries(body, c.place) for c in tasks}
    most = max(counts.values())
    finer = [c for c in tasks if c.level >= 2] or tasks[1:]
    text = next((c for c in finer if counts[c.place] >= 0.9 * most), finer[-1])
    before = [c for c in tasks if tasks.index(c) < tasks.index(text)]
    after = [c for c in tasks if tasks.index(c) > tasks.index(text)]
    names = {c.place: Name.ASIDE for c in tasks} | {text.place: Name.TEXT}
    if before:
        names[before[-1].place] = Name.PRIORITY
    if after:
        names[after[0].place] = Name.MEASURE
    return [replace(c, name=names.get(c.place, c.name)) for c in columns]


def _is_told_before(goal: Column, task: Column) -> bool:
    """Whether what is to be done stands left of it, as fine: then 目标任务 is what is reached."""
    return task is not goal and task.place < goal.place and task.level >= 2


def _entries(body: tuple[Row, ...], place: int) -> int:
    return sum(bool(row.cells[place]) and place not in row.above for row in body)


def _only_once(columns: Iterable[Column]) -> list[Column]:
    """Where two columns are the same, the surer one is; the other is not taken, and says so."""
    best: dict[Name, Column] = {}
    columns = list(columns)
    rank = list(Sure)
    for column in columns:
        held = best.get(column.name)
        if held is None or rank.index(column.sure) < rank.index(held.sure):
            best[column.name] = column
    return [
        replace(column, name=Name.ASIDE, sure=Sure.TWICE)
        if column.name in ONLY_ONCE and best[column.name] is not column
        else column
        for column in columns
    ]


def _as_chosen(column: Column, chosen: Mapping[int, str], year: int | None) -> Column:
    name = chosen.get(column.place)
    if name is None or name not in set(Name):
        return column
    day = column.day or read_due(column.head, year).due if name == Name.STAGE else None
    return replace(column, name=Name(name), sure=Sure.SET, day=day)
