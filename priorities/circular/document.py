"""The report as plain data: what its page, its Word file and its Excel file are drawn from.

A draft's document is put together from its rows, an issued one's is read from the frozen text and
from nothing else. Days are dates here and ISO text in JSON; all words are Chinese.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime

from ..days import Days
from ..ledger.rows import Counted, PriorityLine, Row
from ..lights import ENDED, KINDS
from ..models import Passage, Report
from ..periods import Period, chinese_number

Style = Passage.Style


@dataclass(frozen=True)
class Receipts:
    """How many entries speak of a day in the period, and what became of them."""

    received: int = 0
    accepted: int = 0
    returned: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Before:
    """The last issued report that this one is compared with."""

    name: str
    label: str
    on: date
    total: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Moved:
    """An action whose due date is another one than in the last issued report."""

    number: str
    due_before: date
    due: date


@dataclass(frozen=True)
class Changes:
    """What changed since the last issued report, by the numbers of the actions."""

    red: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """What the plan was made of: title and a digest of the words of each priority, by number; the
    short names of the units that there were, by primary key."""

    priorities: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reworded:
    """An action that has other words than it had."""

    number: str
    before: str


@dataclass(frozen=True)
class Went:
    """Actions that go on in others: one in several, or several in one."""

    sources: list[str]
    targets: list[str]


@dataclass(frozen=True)
class UnitChange:
    """Units that were renamed, merged, split or dissolved, and what goes on."""

    kind: str
    before: list[str]
    into: list[str]


@dataclass(frozen=True)
class PlanChanges:
    """What of the plan itself changed since the last issued report, by number."""

    priorities_added: list[str] = field(default_factory=list)
    priorities_reworded: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    reworded: list[Reworded] = field(default_factory=list)
    split: list[Went] = field(default_factory=list)
    merged: list[Went] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    units: list[UnitChange] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict) -> "PlanChanges":
        parts = {"reworded": Reworded, "split": Went, "merged": Went, "units": UnitChange}
        made = {name: [kind(**one) for one in data[name]] for name, kind in parts.items()}
        return cls(**data | made)


@dataclass(frozen=True)
class Facts:
    """Every figure of the report, as the state of the plan gave it on the period's last day."""

    on: date
    elapsed: int
    total: int
    cancelled: int
    cycle_days: int
    counts: dict[str, int]
    shares: dict[str, float]
    words: dict[str, str]
    receipts: Receipts
    priorities: list[PriorityLine]
    rows: list[Row]
    attention: list[str]
    before: Before | None = None
    changes: Changes = Changes()
    split: int = 0
    merged: int = 0
    plan: Made | None = None
    """What a report that was issued before plans could change says nothing of."""
    plan_changes: PlanChanges = PlanChanges()
    year: int | None = None
    """The one that goes without saying in the plan; none does in a plan of two."""

    @property
    def days(self) -> Days:
        return Days(self.year)

    @property
    def ended(self) -> dict[str, int]:
        """How many are out of every figure; a report issued before any could be split has none."""
        return {light.value: getattr(self, light.value) for light in ENDED}

    def row(self, number: str) -> Row:
        return next(row for row in self.rows if row.number == number)

    @property
    def overdue(self) -> dict[str, int]:
        """How many have no report within the cycle, by kind; a kind without one is left out."""
        found = Counter(row.kind for row in self.rows if row.is_stale)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    @property
    def lights(self) -> list[tuple[str, str, int, float]]:
        """Kind, word, count and share of every light that there is, worst first."""
        return [
            (kind, self.words[kind], self.counts[kind], self.shares[kind])
            for kind in KINDS
            if self.counts[kind]
        ]

    @property
    def attention_rows(self) -> list[Row]:
        """The red and yellow list (annex 1), the most urgent first."""
        return [self.row(number) for number in self.attention]

    def as_json(self) -> dict:
        return json.loads(_canonical(asdict(self)))

    @classmethod
    def from_json(cls, data: dict) -> "Facts":
        before = data["before"]
        changes = data["changes"]
        moved = [
            Moved(m["number"], _day(m["due_before"]), _day(m["due"])) for m in changes["moved"]
        ]
        return cls(
            **data
            | {
                "on": _day(data["on"]),
                "receipts": Receipts(**data["receipts"]),
                "priorities": [PriorityLine(**line) for line in data["priorities"]],
                "rows": [_row(row) for row in data["rows"]],
                "before": Before(**before | {"on": _day(before["on"])}) if before else None,
                "changes": Changes(**changes | {"moved": moved}),
                "plan": Made(**data["plan"]) if data.get("plan") else None,
                "plan_changes": PlanChanges.from_json(data["plan_changes"])
                if "plan_changes" in data
                else PlanChanges(),
                "year": data.get("year", _day(data["on"]).year),  # none was kept at first
            }
        )


@dataclass(frozen=True)
class Block:
    """A passage that is in the text. ``label`` is its number as it is printed: 一、, （一）, 1．"""

    key: str
    section: str
    style: str
    text: str
    continues: bool = False
    entry: int | None = None
    number: str = ""
    label: str = ""


@dataclass(frozen=True)
class Document:
    """The whole report. ``sha256``, ``chain`` and ``issued_*`` are empty while it is a draft.

    ``chain`` is the hash over everything written once up to the moment of issue.
    """

    kind: str
    plan: str
    plan_title: str
    start: date
    end: date
    masthead: str
    number: str
    title: str
    addressee: str
    signature: str
    signed_on: date | None
    replaces: str
    is_sample: bool
    blocks: list[Block]
    facts: Facts
    issued_by: str = ""
    issued_at: datetime | None = None
    chain: str = ""
    sha256: str = ""

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def is_brief(self) -> bool:
        return self.kind == Report.Kind.BRIEF

    @property
    def seal(self) -> str:
        """The hash in groups of four, as it is printed."""
        return in_fours(self.sha256)

    @property
    def chain_seal(self) -> str:
        """As much of the chain's hash as ``manage.py verify --head`` needs to find it."""
        return in_fours(self.chain[:16])

    @property
    def annexes(self) -> list[str]:
        """The names of what is behind the text; a brief has none, and no empty list is one."""
        if self.is_brief:
            return []
        tables = ["红黄灯清单"] if self.facts.attention else []
        return [*tables, f"{in_one_year(self.plan_title)}进展情况总表"]

    def paragraphs(self) -> list[list[Block]]:
        """The blocks, those that go on in one paragraph together."""
        grouped: list[list[Block]] = []
        for block in self.blocks:
            if block.continues and grouped and grouped[-1][-1].style in (Style.TEXT, Style.ITEM):
                grouped[-1].append(block)
            else:
                grouped.append([block])
        return grouped

    def as_json(self) -> str:
        """The text that is frozen and hashed: the same data always give the same text."""
        data = asdict(self)
        del data["sha256"]
        return _canonical(data)

    @classmethod
    def from_json(cls, text: str, sha256: str) -> "Document":
        data = json.loads(text)
        return cls(
            **data
            | {
                "start": _day(data["start"]),
                "end": _day(data["end"]),
                "signed_on": _day(data["signed_on"]),
                "issued_at": datetime.fromisoformat(data["issued_at"]),
                "blocks": [Block(**block) for block in data["blocks"]],
                "facts": Facts.from_json(data["facts"]),
                "sha256": sha256,
            }
        )


def document_of(report: Report) -> Document:
    """The report as it stands: an issued one from what was frozen, a draft from its rows."""
    if report.is_issued:
        return Document.from_json(report.issued.data, report.issued.sha256)
    return Document(
        kind=report.kind,
        plan=report.plan.slug,
        plan_title=report.plan.title,
        start=report.start,
        end=report.end,
        masthead=report.masthead,
        number=report.number,
        title=report.title,
        addressee=report.addressee,
        signature=report.signature,
        signed_on=report.signed_on,
        replaces=name_of(report.replaces) if report.replaces else "",
        is_sample=report.plan.is_sample,
        blocks=numbered(passage for passage in report.passages.all() if not passage.is_out),
        facts=Facts.from_json(report.facts),
    )


def name_of(report: Report) -> str:
    """《关于…的通报》（坪督通报〔2022〕8号）."""
    return f"《{report.title}》" + (f"（{report.number}）" if report.number else "")


def in_fours(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def in_one_year(title: str) -> str:
    """2022年区委重点工作, of a plan that is called 2022年度区委重点工作."""
    return title.replace("年度", "年", 1)


def numbered(passages: Iterable[Passage]) -> list[Block]:
    """The passages as blocks with their numbers; a heading with nothing under it is left out.

    GB/T 9704-2012, 7.3.3: 一、 then （一） then 1. for the levels of a text.
    """
    counts = {Style.HEADING: 0, Style.SUBHEADING: 0, Style.ITEM: 0}
    blocks = []
    for block in _without_empty_headings([_block(passage) for passage in passages]):
        if block.style in counts:
            _count(counts, block.style)
            block = replace(block, label=_label(block.style, counts[block.style]))
        blocks.append(block)
    return blocks


def _block(passage: Passage) -> Block:
    return Block(
        key=passage.key,
        section=passage.section,
        style=str(passage.style),
        text=passage.text,
        continues=passage.continues,
        entry=passage.entry_id,
        number=passage.number,
    )


def _without_empty_headings(blocks: list[Block]) -> list[Block]:
    kept: list[Block] = []
    for block in reversed(blocks):
        follower = kept[-1].style if kept else Style.HEADING
        is_empty = (block.style == Style.HEADING and follower == Style.HEADING) or (
            block.style == Style.SUBHEADING and follower in (Style.HEADING, Style.SUBHEADING)
        )
        if not is_empty:
            kept.append(block)
    return kept[::-1]


def _count(counts: dict[str, int], style: str) -> None:
    counts[style] += 1
    if style == Style.HEADING:
        counts[Style.SUBHEADING] = 0
    if style != Style.ITEM:
        counts[Style.ITEM] = 0


def _label(style: str, count: int) -> str:
    if style == Style.HEADING:
        return f"{chinese_number(count)}、"
    if style == Style.SUBHEADING:
        return f"（{chinese_number(count)}）"
    return f"{count}．"


def _row(data: dict) -> Row:
    names = ("start", "due", "original_due", "updated", "spoken")
    days = {name: _day(data.get(name)) for name in names}
    counted = [Counted(**one) for one in data.get("counted", [])]
    return Row(**data | days | {"counted": counted})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _canonical(data: dict) -> str:
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_text
    )


def _as_text(value: date | datetime) -> str:
    return value.isoformat()
