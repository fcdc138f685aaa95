"""The plain row of an action, and the line of a priority: what ledger and circular are made of.

Nothing is judged or added up here; every figure is one that the state holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from ..legible import close_up
from ..lights import ENDED
from ..measured import against, plainly
from ..models import Action, ProgressEntry
from ..palette import SHAPES
from ..state.day import ActionState, PriorityState
from ..state.values import CountedFacts
from ..words import brief, descent, reason, summary, word

Worded = dict[int, ProgressEntry]
"""Of each action (by primary key) the last accepted entry that says more than "unchanged"."""


@dataclass(frozen=True)
class Counted:
    """A target of an action, and the value that counts; numbers as they are written."""

    title: str
    measured_in: str
    value: str
    """Empty where none counts yet."""
    target: str

    @property
    def words(self) -> str:
        """新增产业空间 60 / 100 万平方米."""
        value = Decimal(self.value) if self.value else None
        return f"{self.title} {against(value, Decimal(self.target), self.measured_in)}"


@dataclass(frozen=True)
class Row:
    """One action on the last day of the period, as the annexes list it."""

    number: str
    priority: str
    text: str
    lead: str
    lead_short: str
    supporting: list[str]
    owner: str
    start: date | None
    due: date | None
    original_due: date | None
    percent: int
    elapsed: int
    light: str
    kind: str
    word: str
    reason: str
    brief: str
    done: str
    problems: str
    next_step: str
    help_needed: str
    updated: date | None
    age: int | None
    is_stale: bool
    has_yardstick: bool
    entry: int | None
    spoken: date | None = None
    """The day of the last entry that stands; a report issued before this was asked has none."""
    descent: str = ""
    """Of what it came or in what it goes on, in words."""
    counted: list[Counted] = field(default_factory=list)
    """A report issued before anything was counted has none."""

    @property
    def counted_words(self) -> str:
        return "；".join(one.words for one in self.counted)

    @property
    def titled(self) -> str:
        """Its words, and in brackets of what it came or in what it goes on."""
        return f"{self.text}（{self.descent}）" if self.descent else self.text

    @property
    def shape(self) -> str:
        return SHAPES[self.kind]

    @property
    def deviation(self) -> int:
        return self.percent - self.elapsed

    @property
    def is_ended(self) -> bool:
        return self.light in ENDED


@dataclass(frozen=True)
class PriorityLine:
    """One priority: its counts, and its means with the sentence that says of what."""

    number: int
    title: str
    total: int
    counts: dict[str, int]
    percent: int
    elapsed: int
    summary: str


def line_of(p: PriorityState) -> PriorityLine:
    said = close_up(summary(p))
    return PriorityLine(p.number, p.title, p.total, dict(p.counts), p.percent, p.elapsed, said)


def row_of(a: ActionState, done: str, *, has_reasons: bool = True) -> Row:
    """The row of an action in the annexes and in the ledger; ``done`` is what was done last.

    Without ``has_reasons`` nobody will ask it why its light is what it is: the ledger does not.
    """
    action, said = a.action, a.accepted
    return Row(
        number=a.number,
        priority=action.priority.title,
        text=a.text,
        lead=action.lead_unit.name if action.lead_unit else "",
        lead_short=a.lead_name,
        supporting=[unit.name for unit in a.supporting],
        owner=a.owner_name,
        start=action.start,
        due=action.due,
        original_due=action.original_due,
        percent=a.percent,
        elapsed=a.elapsed,
        light=str(a.light),
        kind=str(a.kind),
        word=word(a),
        reason=close_up(reason(a)) if has_reasons else "",
        brief=close_up(brief(a)) if has_reasons else "",
        done=done,
        problems=said.problems if said else "",
        next_step=said.next_step if said else "",
        help_needed=a.help_needed,
        updated=said.day if said else None,
        age=a.age,
        is_stale=a.is_stale,
        has_yardstick=a.has_yardstick,
        entry=said.pk if said else None,
        spoken=a.standing.day if a.standing else None,
        descent=close_up(descent(a)),
        counted=[_counted(one) for one in a.counted],
    )


def _counted(one: CountedFacts) -> Counted:
    target = one.target
    value = "" if one.value is None else plainly(one.value)
    return Counted(target.title, target.measured_in, value, plainly(target.target_value))


def worded_entries(actions: Iterable[int], on: date) -> Worded:
    """Of each action, by primary key, the last accepted entry that has words."""
    own = ProgressEntry.objects.filter(action=OuterRef("pk")).up_to(on).accepted()
    last = own.exclude(done="").newest_first().values("pk")[:1]
    ids = Action.objects.filter(pk__in=actions).values_list(Subquery(last), flat=True)
    entries = ProgressEntry.objects.filter(pk__in=[pk for pk in ids if pk])
    return {entry.action_id: entry for entry in entries}


def words_done(actions: Iterable[ActionState], on: date) -> dict[int, str]:
    """Of each action what was done, in the words of its last accepted entry that has any.

    Asks only for those whose last entry says that nothing changed.
    """
    said = {a.action.pk: a.accepted.done for a in actions if a.accepted}
    silent = [pk for pk, done in said.items() if not done]
    if not silent:
        return said
    return said | {pk: entry.done for pk, entry in worded_entries(silent, on).items()}
