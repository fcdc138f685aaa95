"""Ratios of rounds, the table and the verdict: nothing here measures anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, its range over the rounds, and what it is to be at most."""

    name: str
    value: float
    unit: str = "×"
    goal: float | None = None
    low: float | None = None
    high: float | None = None
    wall: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        return self.goal is not None and self.value > self.goal

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "missed" if self.is_missed else "held"


def ratios(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    """Ours as a multiple of the other's, each in the same round; idle rounds are left out."""
    return [a / b for a, b in zip(ours, others, strict=True) if b]


def row_of(name: str, work: list[float], wall: list[float], goal=None, note: str = "") -> Row:
    """A row of the median ratio of processor time, with that of the wall's time beside it."""
    return Row(
        name,
        median(work),
        goal=goal,
        low=min(work),
        high=max(work),
        wall=median(wall),
        note=note,
    )


def worst(name: str, rows: Sequence[Row], goal: float) -> Row:
    """The row of several that is furthest up, under a name for all of them."""
    top = max(rows, key=lambda row: row.value)
    return Row(name, top.value, top.unit, goal, top.low, top.high, top.wall, note=top.name)


def table(rows: Sequence[Row]) -> str:
    """Markdown, as it stands in the README."""
    lines = ["| | ours | rounds | wall | goal | | |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Row) -> str:
    cells = [
        row.name,
        _said(row.value, row.unit),
        "" if row.low is None else f"{row.low:.2f}–{row.high:.2f}",
        "" if row.wall is None else f"{row.wall:.2f} ×",
        "" if row.goal is None else f"≤ {row.goal:g}",
        row.verdict,
        row.note,
    ]
    return f"| {' | '.join(cells)} |"


def _said(value: float, unit: str) -> str:
    digits = 2 if unit == "×" else 1 if value % 1 else 0
    return f"{value:.{digits}f} {unit}".strip()


def missed(rows: Sequence[Row]) -> list[str]:
    """What is said of each goal that was missed."""
    return [
        f"{row.name}: {_said(row.value, row.unit)}, goal ≤ {row.goal:g}"
        for row in rows
        if row.is_missed
    ]
