"""The tables of a report as columns and cells: the lights by priority, and the two annexes."""

import re
from dataclasses import dataclass, replace
from datetime import date

from ..days import Days
from ..ledger.rows import Row
from ..lights import KINDS, STALE
from ..palette import LOOKS, SHAPES
from ..periods import chinese_number
from .document import Facts
from .layout import HEAVY
from .ooxml import LINE_OF_TABLE, Cell, Cells, Column, Look
from .prose import ended_said

NONE = "—"


NARROW = 0.3
SHORT_TABLE = 15
"""Rows; a table of lights that has no more stays on one page."""


@dataclass(frozen=True)
class Table:
    """``padding`` is in millimetres, at the left and right of each cell."""

    columns: list[Column]
    rows: list[Cells]
    padding: float = 0.8
    stays_on_one_page: bool = False


def lights_by_priority(facts: Facts) -> Table:
    """How many actions of each priority have each light; widths add to the text's 156 mm."""
    columns = [
        Column("重点工作", 60.6),
        Column("举措", 9, "center"),
        *(_light_column(k, facts.words[k]) for k in KINDS),
        Column("平均\n完成", 9.6, "center"),
    ]
    rows = []
    for line in facts.priorities:
        name = Cell(f"{chinese_number(line.number)}、{line.title}")
        cells = [name, Cell(str(line.total)), *_counts(line.counts), Cell(f"{line.percent}%")]
        rows.append(cells)
    rows.append([Cell("合计"), Cell(str(facts.total)), *_counts(facts.counts), Cell(NONE)])
    return Table(columns, rows, NARROW, stays_on_one_page=len(rows) <= SHORT_TABLE)


def _light_column(kind: str, word: str) -> Column:
    """Four characters stand on one line too."""
    return Column(f"{SHAPES[kind]}\n{word}", 14.4 if kind == STALE else 10.4, "center")


def _counts(counts: dict[str, int]) -> Cells:
    return [Cell(str(counts[kind] or NONE)) for kind in KINDS]


def note_of_lights(facts: Facts) -> str:
    """What the words of the table mean."""
    stale, green = facts.words["stale"], facts.words["green"]
    parts = ["注：平均完成为各项举措完成进度的平均值，未报送的按0计。"]
    if overdue := sum(facts.overdue.values()):
        parts.append(
            f"“未按期更新”指超过{facts.cycle_days}天没有报送进展的在办举措，不论亮灯，共{overdue}项；"
            f"“{stale}”指其中按最后一次进展为{green}的，现况待核，从“{green}”中单列，"
            f"共{facts.counts['stale']}项。"
        )
    if out := ended_said(facts):
        parts.append(f"{out}，不计在内。")
    return "".join(parts)


def attention(facts: Facts) -> Table:
    """Annex 1, the red and yellow list; widths add to 263 mm, the page across."""
    columns = [
        Column("序号", 9, "center"),
        Column("举措", 34),
        Column("牵头单位", 27),
        Column("责任人", 17, "center"),
        Column("完成时限", 16, "center"),
        Column("进度", 11, "center"),
        Column("序时", 11, "center"),
        Column("亮灯", 16, "center"),
        Column("亮灯原因", 31),
        Column("存在问题", 34),
        Column("下步举措", 27),
        Column("需区里协调", 30),
    ]
    rows = enumerate(facts.attention_rows, start=1)
    return _unbroken(columns, [_attention(row, number, facts.days) for number, row in rows])


def _attention(row: Row, number: int, days: Days) -> Cells:
    return [
        Cell(str(number)),
        Cell(_counting(f"{row.number} {row.text}", row)),
        Cell(row.lead),
        Cell(row.owner or NONE),
        Cell(_due(row, days)),
        Cell(f"{row.percent}%"),
        Cell(f"{row.elapsed}%"),
        _light(row),
        Cell(row.reason),
        Cell(row.problems),
        Cell(row.next_step),
        Cell(row.help_needed),
    ]


def whole(facts: Facts) -> Table:
    """Annex 2: every action with DOMAIN's fourteen columns; widths add to 263 mm."""
    columns = [
        Column("序号", 8, "center"),
        Column("重点工作", 20),
        Column("举措", 23),
        Column("牵头单位", 20),
        Column("配合单位", 25),
        Column("责任人", 14, "center"),
        Column("完成时限", 14.5, "center"),
        Column("进度", 10.5, "center"),
        Column("序时", 10.5, "center"),
        Column("亮灯", 15.5, "center"),
        Column("进展情况", 48.5),
        Column("存在问题", 22),
        Column("下步举措", 20),
        Column("更新日期", 11.5, "center"),
    ]
    rows = enumerate(facts.rows, start=1)
    return _unbroken(columns, [_whole(row, number, facts.days) for number, row in rows])


def _unbroken(columns: list[Column], rows: list[Cells]) -> Table:
    """No number and no day of a centred column breaks: the widest column gives what they need."""
    needed = [
        max([column.width, *(_needs(row[place].text) for row in rows)])
        if column.align == "center"
        else column.width
        for place, column in enumerate(columns)
    ]
    widest = needed.index(max(needed))
    needed[widest] -= sum(needed) - sum(column.width for column in columns)
    return Table([replace(c, width=width) for c, width in zip(columns, needed, strict=True)], rows)


def _needs(text: str) -> float:
    """Millimetres that the longest number or day of a cell takes: 2023-03-31, 100%."""
    longest = max(map(len, re.findall(r"[\d.%-]+", text)), default=0)
    return longest * LINE_OF_TABLE / 2 + 1.6


def _whole(row: Row, number: int, days: Days) -> Cells:
    return [
        Cell(str(number)),
        Cell(row.priority),
        Cell(_counting(f"{row.number} {row.titled}", row)),
        Cell(row.lead or NONE),
        Cell("、".join(row.supporting) or NONE),
        Cell(row.owner or NONE),
        Cell(_due(row, days)),
        Cell(NONE if row.is_ended else f"{row.percent}%"),
        Cell(f"{row.elapsed}%" if row.has_yardstick else NONE),
        _light(row),
        Cell(row.done),
        Cell(row.problems),
        Cell(row.next_step),
        Cell(_day(row.updated, days)),
    ]


def _counting(words: str, row: Row) -> str:
    """The action, and below it what it counts: value and target."""
    return "\n".join([words, *(one.words for one in row.counted)])


def _light(row: Row) -> Cell:
    return Cell(f"{SHAPES[row.kind]}{row.word}", Look(font=HEAVY, colour=LOOKS[row.kind].words))


def _due(row: Row, days: Days) -> str:
    """The due date, and below it the one that it was moved from."""
    due = _day(row.due, days)
    is_moved = row.due and row.original_due and row.original_due != row.due
    return f"{due}\n原{_day(row.original_due, days)}" if is_moved else due


def _day(day: date | None, days: Days) -> str:
    return days.short(day) if day else NONE
