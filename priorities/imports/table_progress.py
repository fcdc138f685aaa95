"""A progress table of an office → entries of a running plan, by the same road as a ledger.

The rows are matched, compared with what stands, and those that are picked become what a filled-in
ledger is: ``take_over`` does the rest, first as a dry run.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from ..forms.fields import day_or_none
from ..ledger.keys import mark
from ..ledger.reading import Filled, FilledRow
from ..ledger.sheet import ALL_COLUMNS
from ..models import FileImport, Plan, TableHeading, TableIntake, User
from ..permissions import reportable_by
from ..plans.tables.choices import Choices, tables_of, taken_of
from ..plans.tables.grid import Book
from ..plans.tables.headings import Name
from ..plans.tables.matching import SURE, Asked, Likeness, Match, matched
from ..plans.tables.recognising import Table
from ..plans.tables.rows import Kind, Line, read_rows
from ..plans.written.dues import dues_in
from ..plans.written.percents import Percent, looks_like_fraction, read_percent
from ..state.day import ActionState
from ..state.kept import plan_on
from .applying import stands_of
from .outcome import Line as Outcome

SAID_IN_WORDS = (Name.DONE, Name.PROBLEMS, Name.NEXT_STEP, Name.HELP)
NOTHING_SAID = frozenset(("无", "-", "—", "——", "/", "／", "暂无", "无。", "–", "\\"))
"""What people write into a cell in which they have nothing to say."""


@dataclass
class Row:
    """A row of the table beside the action that it means, and what the two say."""

    line: Line
    match: Match
    action: ActionState | None
    percent: Percent
    stands: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    """What the table says otherwise than it stands, by the column of an entry."""
    is_reportable: bool = True
    is_picked: bool = False
    outcome: Outcome | None = None

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def is_sure(self) -> bool:
        return self.match.likeness in SURE

    @property
    def may_be_picked(self) -> bool:
        return bool(self.action and self.cells and self.is_reportable)


class Progress:
    """What a table says of a plan as things stand; everything is loaded once."""

    def __init__(self, intake: TableIntake, plan: Plan, by: User):
        self.intake, self.plan, self.by = intake, plan, by
        self.choices = Choices.from_json(intake.choices)
        self.book = Book.from_json(intake.grid)
        self.remembered = TableHeading.known()
        self.state = plan_on(plan, plan.today())

    @cached_property
    def tables(self) -> list[Table]:
        year = self.plan.start.year
        return tables_of(self.book, self.choices, year=year, remembered=self.remembered)

    @cached_property
    def taken(self) -> list[Table]:
        return taken_of(self.tables, self.choices)

    @cached_property
    def lines(self) -> list[Line]:
        found = (read_rows(table, year=self.plan.start.year) for table in self.taken)
        return [line for lines in found for line in lines]

    @property
    def day(self) -> date:
        """The day that the entries speak of: as chosen, else as the table says, else today."""
        return day_or_none(self.choices.facts.get("day", "")) or self.day_said or self.plan.today()

    @cached_property
    def day_said(self) -> date | None:
        """The day up to which a title or a head says that it speaks: 截至9月30日."""
        for table in self.taken:
            for words in (*table.above, *(column.head for column in table.columns)):
                at = max(words.find("截至"), words.find("截止"))
                days = [d for start, _e, d in dues_in(words, self.plan.start.year) if start > at]
                if at >= 0 and days and self.plan.start <= days[0] <= self.plan.today():
                    return days[0]
        return None

    @cached_property
    def actions(self) -> dict[str, ActionState]:
        return {a.number: a for a in self.state.actions}

    @cached_property
    def reportable(self) -> set[int]:
        return set(reportable_by(self.by, self.plan).values_list("pk", flat=True))

    @cached_property
    def rows(self) -> list[Row]:
        lines = [line for line in self.lines if line.kind == Kind.ACTION]
        asked = [Asked(x.key, x.words(Name.NUMBER), _text_of(x)) for x in lines]
        found = matched(asked, {number: a.text for number, a in self.actions.items()})
        are_fractions = _are_fractions(lines)
        worded = self._worded()
        return [self._row(line, found[line.key], are_fractions, worded) for line in lines]

    def _worded(self) -> dict[int, dict[str, str]]:
        """What stands of every action, asked for once."""
        return stands_of(self.state.actions)

    def _row(self, line: Line, match: Match, are_fractions: bool, worded: dict) -> Row:
        match = self._as_chosen(line, match)
        action = self.actions.get(match.number)
        by_hand = self.choices.cells.get(line.key, {})
        said = by_hand.get("percent") or line.words(Name.PERCENT)
        row = Row(line, match, action, read_percent(said, are_fractions=are_fractions))
        if action is None:
            return row
        row.stands = worded[action.action.pk]
        row.is_reportable = action.action.pk in self.reportable
        row.cells = _otherwise(line, row)
        picked = self.choices.picked
        row.is_picked = row.may_be_picked and (
            line.key in picked if picked is not None else row.is_sure
        )
        return row

    def _as_chosen(self, line: Line, match: Match) -> Match:
        number = self.choices.rows.get(line.key)
        if number is None:
            return match
        return Match(number, Likeness.SET if number else Likeness.NONE, match.score, match.near)

    @property
    def picked(self) -> list[Row]:
        return [row for row in self.rows if row.is_picked]

    def filled(self) -> Filled:
        """The picked rows as a ledger that was filled in; each action is picked once."""
        times = Counter(row.match.number for row in self.picked)
        return Filled(
            name=str(self.intake.document),
            sha256=self.intake.document.sha256,
            columns=list(ALL_COLUMNS),
            unknown=[],
            days=[],
            rows=[self._filled(row, times[row.match.number]) for row in self.picked],
            untouched=0,
            speaks_of=self.day.isoformat(),
        )

    def _filled(self, row: Row, times: int) -> FilledRow:
        number, last = row.match.number, row.action.standing
        problems = []
        if times > 1:
            problems.append(("number", _("This action stands in the table more than once.")))
        by_hand = self.choices.cells.get(row.key, {})
        why = {"explanation": by_hand["why"]} if by_hand.get("why") else {}
        return FilledRow(
            line=row.line.line,
            number=number,
            standing=last.pk if last else 0,
            cells={**row.cells, **why},
            marks={name: mark(row.stands.get(name, "")) for name in row.cells},
            problems=problems,
        )


def note_taken(progress: Progress, stored: FileImport, *, by: User) -> None:
    """The table is done with: what came of it stands in the trace of the import."""
    intake = progress.intake
    if intake.taken_id is None:
        intake.taken = stored
        intake.store(by=by, seen=intake.version, fields=["taken"])


def _text_of(line: Line) -> str:
    return line.text or line.words(Name.TEXT)


def _are_fractions(lines: list[Line]) -> bool:
    """Whether the bare figures of the column are fractions, so that a 1 among them is 100 %."""
    words = [line.words(Name.PERCENT) for line in lines]
    return any(map(looks_like_fraction, words)) and not any(
        read_percent(said).is_understood and not looks_like_fraction(said)
        for said in words
        if said.replace(".", "").isdigit() and said.strip("0.")
    )


def _otherwise(line: Line, row: Row) -> dict[str, str]:
    """What the line says and does not stand yet; a cell with nothing in it says nothing."""
    said = {str(name): line.words(name).strip() for name in SAID_IN_WORDS}
    said = {name: words for name, words in said.items() if words and words not in NOTHING_SAID}
    if row.percent.is_understood and not row.action.counted:
        said["percent"] = str(row.percent.value)
    return {name: words for name, words in said.items() if words != row.stands.get(name, "")}
