"""The ledger (台账): the whole table of actions as plain rows, for Excel and CSV.

Rows and figures are the state's, or those of an issued report; nothing is judged here. A ledger
that can be handed in again carries a key per row (``keys``) which tells what stood in its cells.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..lights import ENDED, KINDS, Thresholds
from ..palette import SHAPES
from ..state.day import ActionState, PlanState
from ..words import KIND_WORDS, OUTLOOK_WORDS, REPORT_OVERDUE, overdue_rule, rules_of
from .columns import COLUMNS, FILL_COLUMNS, Column, Value, as_cell, columns_of_targets
from .keys import MARKED, key_of
from .rows import PriorityLine, Row, line_of, row_of, words_done


@dataclass(frozen=True)
class UnitLine:
    """One unit, by its full name: how many actions it leads, by kind, and how many it supports."""

    name: str
    led: int
    supports: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Ledger:
    """A plan's actions on a day, or those of them that were asked for (``asked`` says which)."""

    plan: str
    title: str
    on: date
    is_sample: bool
    rows: list[Row]
    total: int
    ended: dict[str, int]
    counts: dict[str, int]
    shares: dict[str, float]
    words: dict[str, str]
    priorities: list[PriorityLine]
    thresholds: Thresholds
    of_total: int
    asked: str = ""
    standing: dict[str, int] | None = None
    """Of each row the entry that stands (0: none), for its key; None where rows have no keys."""
    fill: dict[str, dict[str, Value]] | None = None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        fill = () if self.fill is None else FILL_COLUMNS
        return COLUMNS + fill + columns_of_targets(self.rows)

    @cached_property
    def whole(self) -> list[list[Value]]:
        """What belongs into the cells of each row, in the order of ``columns``."""
        if self.fill is None:
            return [[column.value(row) for column in self.columns] for row in self.rows]
        return [
            [self.fill.get(row.number, {}).get(c.name, c.value(row)) for c in self.columns]
            for row in self.rows
        ]

    @cached_property
    def cells(self) -> list[list[Value]]:
        """What stands in them: texts cleaned, and cut to what a cell holds."""
        return [[as_cell(value) for value in values] for values in self.whole]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each row; none where the ledger cannot be handed in again."""
        if self.standing is None:
            return []
        return [
            key_of(self.plan, self.on, row.number, self.standing[row.number], self._marked(cells))
            for row, cells in zip(self.rows, self.cells, strict=True)
        ]

    def _marked(self, cells: list[Value]) -> list[Value]:
        """In the order of the key's marks, in which what stands in no column is empty."""
        here = dict(zip((column.name for column in self.columns), cells, strict=True))
        last = self.columns[-1].name
        return [here.get(name) for name in MARKED[: MARKED.index(last) + 1]]

    @property
    def units(self) -> list[UnitLine]:
        """Every unit that leads or supports one of the rows, those that hold late work first."""
        led: dict[str, Counter[str]] = defaultdict(Counter)
        supports: Counter[str] = Counter()
        names: dict[str, None] = {}
        for row in self.rows:
            if row.is_ended:
                continue
            names |= dict.fromkeys(filter(None, (row.lead, *row.supporting)))
            supports.update(row.supporting)
            led[row.lead][row.kind] += 1
        lines = [
            UnitLine(
                name, led[name].total(), supports[name], {kind: led[name][kind] for kind in KINDS}
            )
            for name in names
        ]
        return sorted(lines, key=_late_work_first)

    @property
    def rules(self) -> list[tuple[str, str]]:
        """Shape and word of every light, and what it means under the plan's thresholds."""
        return [
            (f"{SHAPES[kind]} {self.words[kind]}", rule)
            for kind, rule in rules_of(self.thresholds).items()
        ] + [(str(REPORT_OVERDUE), overdue_rule(self.thresholds))]

    @property
    def overdue(self) -> int:
        """How many rows, of whatever light, have no report within the cycle."""
        return sum(row.is_stale for row in self.rows)


def _late_work_first(line: UnitLine) -> tuple:
    return (*(-line.counts[kind] for kind in KINDS[:3]), -line.led)


def ledger_of(
    state: PlanState,
    actions: list[ActionState] | None = None,
    *,
    asked: str = "",
    is_to_fill: bool = False,
) -> Ledger:
    """The ledger of a plan on a day, in two queries at most; with ``actions`` of those alone.

    ``is_to_fill`` adds the columns that the form on the page has and the ledger has not.
    """
    part = state if actions is None else state.of_only(actions)
    done = words_done(part.actions, state.on)
    rows = [row_of(a, done.get(a.action.pk, ""), has_reasons=False) for a in part.actions]
    fill = {a.number: _said_besides(a) for a in part.actions} if is_to_fill else None
    return Ledger(
        plan=state.plan.slug,
        title=state.plan.title,
        on=state.on,
        is_sample=state.plan.is_sample,
        rows=rows,
        total=part.total,
        ended=part.ended,
        counts=dict(part.counts),
        shares=dict(part.shares),
        words=words_of_lights(),
        priorities=[line_of(p) for p in part.priorities],
        thresholds=state.plan.thresholds,
        of_total=state.total,
        asked=asked,
        standing={a.number: a.standing.pk if a.standing else 0 for a in part.actions},
        fill=fill,
    )


def _said_besides(a: ActionState) -> dict[str, Value]:
    said = a.accepted
    if said is None:
        return {}
    return {
        "outlook": str(OUTLOOK_WORDS[said.outlook]),
        "outlook_reason": said.outlook_reason,
        "help_needed": said.help_needed,
    }


def words_of_lights() -> dict[str, str]:
    """Of each kind the word, in the language that is active."""
    kinds = (*KINDS, *ENDED)
    return {str(kind): str(KIND_WORDS[kind]) for kind in kinds}
