"""The ledger (台账): the whole table of actions as plain rows, for Excel and CSV.

Rows and figures are the state's, or those of an issued report; nothing is judged here. A ledger
that can be handed in again carries a key per row (``key_of``) which tells what stood in its cells.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy, pgettext_lazy

from ..legible import drawn
from ..lights import (
    KIND_WORDS,
    KINDS,
    REPORT_OVERDUE,
    Light,
    Outlook,
    Thresholds,
    overdue_rule,
    rules_of,
)
from ..state import ActionState, PlanState
from .document import SHAPES, Document, PriorityLine, Row
from .drafting import worded_entries
from .figures import line_of, row_of

Value = date | int | str | None

LONGEST_CELL = 32_767
"""What a cell of Excel holds, counted as Excel counts: in UTF-16 units."""


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DAY = "day"
    PERCENT = "percent"
    LIGHT = "light"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` in the program, ``head`` for people, ``width`` in Latin characters."""

    name: str
    head: str
    width: float
    kind: Kind
    value: Callable[[Row], Value] = lambda row: None


def light_of(row: Row) -> str:
    """Shape and word, so that a print without colour can be read."""
    return f"{row.shape} {row.word}"


COLUMNS = (
    Column("number", pgettext_lazy("ledger", "No."), 6, Kind.LINE, lambda r: r.number),
    Column("priority", pgettext_lazy("ledger", "Priority"), 15, Kind.LINE, lambda r: r.priority),
    Column("text", pgettext_lazy("ledger", "Action"), 24, Kind.LINE, lambda r: r.text),
    Column("lead_unit", pgettext_lazy("ledger", "Lead unit"), 17, Kind.LINE, lambda r: r.lead),
    Column(
        "supporting_units",
        pgettext_lazy("ledger", "Supporting units"),
        20,
        Kind.LINE,
        lambda r: "、".join(r.supporting),
    ),
    Column("owner", pgettext_lazy("ledger", "Owner"), 11, Kind.LINE, lambda r: r.owner),
    Column("due", pgettext_lazy("ledger", "Due"), 12, Kind.DAY, lambda r: r.due),
    Column(
        "percent",
        pgettext_lazy("ledger", "Done"),
        8,
        Kind.PERCENT,
        lambda r: None if r.is_cancelled else r.percent,
    ),
    Column(
        "elapsed",
        pgettext_lazy("ledger", "Time gone"),
        8,
        Kind.PERCENT,
        lambda r: r.elapsed if r.has_yardstick else None,
    ),
    Column("light", pgettext_lazy("ledger", "Light"), 11, Kind.LIGHT, light_of),
    Column("done", pgettext_lazy("ledger", "Progress"), 40, Kind.TEXT, lambda r: r.done),
    Column("problems", pgettext_lazy("ledger", "Problems"), 24, Kind.TEXT, lambda r: r.problems),
    Column(
        "next_step", pgettext_lazy("ledger", "Next steps"), 24, Kind.TEXT, lambda r: r.next_step
    ),
    Column("updated", pgettext_lazy("ledger", "Updated"), 12, Kind.DAY, lambda r: r.updated),
)
"""DOMAIN's fourteen, in its order (annex 2 of the report)."""

FILL_COLUMNS = (
    Column("day", pgettext_lazy("ledger", "Day it speaks of"), 12, Kind.DAY),
    Column("outlook", pgettext_lazy("ledger", "Outlook"), 11, Kind.LINE),
    Column("outlook_reason", pgettext_lazy("ledger", "Reason of the outlook"), 24, Kind.TEXT),
    Column("help_needed", pgettext_lazy("ledger", "Help needed"), 24, Kind.TEXT),
    Column("explanation", pgettext_lazy("ledger", "Why this percent"), 24, Kind.TEXT),
    Column("reason", pgettext_lazy("ledger", "Why it is reassigned"), 24, Kind.TEXT),
)
"""Beside them in a file that is to be filled in: what the form on the page asks for as well."""

KEY = Column("key", pgettext_lazy("ledger", "Key (keep)"), 10, Kind.LINE)

SAID = frozenset(
    ("percent", "done", "problems", "next_step", "outlook", "outlook_reason", "help_needed")
) | {"explanation", "day"}
"""The columns of a progress entry."""

ASSIGNED = frozenset(("lead_unit", "supporting_units", "owner", "due", "reason"))
"""The columns of an assignment."""


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
    cancelled: int
    counts: dict[str, int]
    shares: dict[str, float]
    words: dict[str, str]
    priorities: list[PriorityLine]
    thresholds: Thresholds
    of_total: int
    asked: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    fill: dict[str, dict[str, Value]] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return COLUMNS if self.fill is None else COLUMNS + FILL_COLUMNS

    def cells(self, row: Row) -> list[Value]:
        """What stands in the row's cells, texts cleaned, in the order of ``columns``."""
        extra = (self.fill or {}).get(row.number, {})
        return [as_cell(extra.get(c.name, c.value(row))) for c in self.columns]

    @property
    def units(self) -> list[UnitLine]:
        """Every unit that leads or supports one of the rows, those that hold late work first."""
        led: dict[str, Counter[str]] = defaultdict(Counter)
        supports: Counter[str] = Counter()
        names: dict[str, None] = {}
        for row in self.rows:
            if row.is_cancelled:
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
    """The ledger of a plan on a day, in two queries; with ``actions`` of those alone.

    ``is_to_fill`` adds the columns that the form on the page has and the ledger has not.
    """
    part = state if actions is None else _part(state, actions)
    worded = worded_entries(state.plan, state.on)
    rows = [row_of(a, worded.get(a.action.pk)) for a in part.actions]
    fill = {a.number: _said_besides(a) for a in part.actions} if is_to_fill else None
    ledger = Ledger(
        plan=state.plan.slug,
        title=state.plan.title,
        on=state.on,
        is_sample=state.plan.is_sample,
        rows=rows,
        total=part.total,
        cancelled=part.cancelled,
        counts=dict(part.counts),
        shares=dict(part.shares),
        words=_words(),
        priorities=[line_of(p) for p in part.priorities],
        thresholds=state.plan.thresholds,
        of_total=state.total,
        asked=asked,
        fill=fill,
    )
    pairs = zip(part.actions, rows, strict=True)
    return replace(ledger, keys={a.number: key_of(ledger, a, row) for a, row in pairs})


def ledger_of_document(document: Document, thresholds: Thresholds) -> Ledger:
    """The ledger as annex of a report: its figures as they were frozen, without keys."""
    facts = document.facts
    return Ledger(
        plan=document.plan,
        title=document.plan_title,
        on=facts.on,
        is_sample=document.is_sample,
        rows=facts.rows,
        total=facts.total,
        cancelled=facts.cancelled,
        counts={kind: facts.counts[kind] for kind in KINDS},
        shares={kind: facts.shares[kind] for kind in KINDS},
        words=_words(),
        priorities=facts.priorities,
        thresholds=thresholds,
        of_total=facts.total,
    )


def _part(state: PlanState, actions: list[ActionState]) -> PlanState:
    """The state of some actions alone, so that the same code counts them."""
    priorities = [
        replace(p, actions=[a for a in actions if a.action.priority_id == p.priority.pk])
        for p in state.priorities
    ]
    kept = [p for p in priorities if p.actions]
    return PlanState(state.plan, state.on, actions, kept, state.addresses)


def _said_besides(a: ActionState) -> dict[str, Value]:
    said = a.accepted
    if said is None:
        return {}
    return {
        "outlook": str(Outlook(said.outlook).label),
        "outlook_reason": said.outlook_reason,
        "help_needed": said.help_needed,
    }


def _words() -> dict[str, str]:
    kinds = (*KINDS, Light.CANCELLED.value)
    return {kind: str(KIND_WORDS[kind]) for kind in kinds}


# What stands in a cell

CUT = gettext_lazy("… (cut here: the whole text has %(length)d characters, see the page)")


def as_cell(value: Value) -> Value:
    """A text without what no file may hold, cut to what a cell holds; the cut says so itself."""
    if not isinstance(value, str):
        return value
    text = drawn(value)
    return text if length_in_excel(text) <= LONGEST_CELL else _cut(text)


def length_in_excel(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str) -> str:
    said = str(CUT) % {"length": len(text)}
    room = 2 * (LONGEST_CELL - length_in_excel(said))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + said


def is_cut(whole: Value, cell: Value) -> bool:
    """Whether a cell does not hold the whole text."""
    return isinstance(whole, str) and length_in_excel(drawn(whole)) > length_in_excel(str(cell))


# The key of a row

FORM = "1"
"""Which form a key has; another one is of another version of the program."""

MARKED = tuple(column.name for column in (*COLUMNS, *FILL_COLUMNS))


@dataclass(frozen=True)
class Key:
    """What a row of a file was when the file was made.

    ``standing`` is the entry that stood then (0: none); ``marks`` tell what was in which cell.
    """

    plan: str
    on: str
    number: str
    standing: int
    marks: dict[str, str]

    def is_as_made(self, name: str, value: Value) -> bool:
        """Whether a cell holds what it held when the file was made; an unmarked one was empty."""
        return self.marks.get(name, mark(None)) == mark(value)


def key_of(ledger: Ledger, a: ActionState, row: Row) -> str:
    standing = a.standing.pk if a.standing else 0
    marks = ".".join(mark(value) for value in ledger.cells(row))
    return "/".join((FORM, ledger.plan, ledger.on.isoformat(), a.number, str(standing), marks))


KEY_FORM = re.compile(
    r"1/([0-9][-a-z0-9]{0,39})/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,5}\.[0-9]{1,5})"
    r"/([0-9]{1,18})/([0-9a-f]{6}(?:\.[0-9a-f]{6})*)"
)


def read_key(words: str) -> Key | None:
    """The key that the words are, if they are one."""
    found = KEY_FORM.fullmatch(words)
    if not found:
        return None
    plan, on, number, standing, marks = found.groups()
    return Key(plan, on, number, int(standing), dict(zip(MARKED, marks.split("."), strict=False)))


def mark(value: Value) -> str:
    """A short hash of what stands in a cell, the same after any program saved it."""
    return hashlib.sha256(as_saved(value).encode()).hexdigest()[:6]


def as_saved(value: Value) -> str:
    """A value as text, without the differences that programs make when they save a file.

    Excel writes a carriage return as ``_x000D_``; openpyxl reads ``_x005F_`` without its digits;
    LibreOffice drops a tab where it saves as .ods.
    """
    if value is None:
        return ""
    text = drawn(str(value)).replace("x005F_", "").replace("\t", "")
    text = re.sub("_x000D_\n?", "\n", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def heads(columns: Iterable[Column]) -> dict[str, str]:
    """Name → head, in the language of the reader."""
    return {column.name: str(column.head) for column in columns}
