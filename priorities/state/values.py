"""What is stored of a plan as plain frozen values: no model, no address, no language.

Each has the names of the fields that it was read from, so that a rule reads the same over either.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from ..days import Days
from ..lights import Ended, Light, Said, Thresholds
from ..measured import Measure
from ..models.phases import Life
from ..named import NamedPerson, NamedUnit


@dataclass(frozen=True)
class UnitFacts(NamedUnit):
    """A unit under its name of the day."""

    pk: int
    name: str
    short_name: str
    pinyin: str
    order: int


@dataclass(frozen=True)
class PersonFacts(NamedPerson):
    """A person under their name of the day."""

    pk: int
    username: str
    display_name: str
    shown_name: str = ""


@dataclass(frozen=True)
class PlanFacts:
    """A plan with what its owner set for it."""

    pk: int
    slug: str
    title: str
    source_title: str
    source_publication: str
    source_session: str
    start: date
    end: date
    status_date: date | None
    requires_review: bool
    reporting_cycle_days: int
    red_deviation: int
    yellow_deviation: int
    due_soon_days: int
    red_milestone_days: int
    is_sample: bool
    phase: str = Life.RUNNING

    @property
    def runs(self) -> bool:
        """Whether units report on it: neither in preparation nor closed."""
        return self.phase == Life.RUNNING

    @cached_property
    def days(self) -> Days:
        """How days are said in this plan."""
        return Days.between(self.start, self.end)

    @cached_property
    def thresholds(self) -> Thresholds:
        return Thresholds.of(self)


@dataclass(frozen=True)
class PriorityFacts:
    """One of the plan's areas of work with its official sentence."""

    pk: int
    plan: PlanFacts
    number: int
    title: str
    sentence: str
    premise: str
    goal: str

    def __str__(self):
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A dated step of an action: planned for a day, done on a day."""

    pk: int
    title: str
    planned: date
    done: date | None

    def is_missed(self, on: date) -> bool:
        """Whether the step was planned before that day and had not been done by then."""
        return self.planned < on and (self.done is None or self.done > on)

    def state_on(self, on: date) -> str:
        """done, missed or due, as it stood on that day."""
        if self.done and self.done <= on:
            return "done"
        return "missed" if self.is_missed(on) else "due"

    def days_late(self, on: date) -> int:
        """Days from the planned day to when it was done, else to ``on``; negative if early."""
        is_done = self.done and self.done <= on
        return ((self.done if is_done else on) - self.planned).days


@dataclass(frozen=True, slots=True)
class DescentFacts:
    """An action goes on in another of its plan: kind (split, merged), since when and why."""

    source: int
    target: int
    kind: str
    on: date
    reason: str
    source_number: str
    target_number: str


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What an action counts: from a start value to a target, by a day or by its own due date."""

    pk: int
    title: str
    measured_in: str
    start_value: Decimal
    target_value: Decimal
    original_value: Decimal
    due: date | None

    def measure(self, value: Decimal) -> Measure:
        """The value, between the start value and the target."""
        return Measure(self.start_value, self.target_value, value)

    @property
    def is_moved(self) -> bool:
        return self.original_value != self.target_value


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """What an entry says of a target, with what it was counted against."""

    target_id: int
    title: str
    measured_in: str
    value: Decimal
    start_value: Decimal
    target_value: Decimal


@dataclass(frozen=True, slots=True)
class CountedFacts:
    """A target with what the entry that counts says of it; ``said`` is None before one does."""

    target: TargetFacts
    said: ValueFacts | None

    @property
    def value(self) -> Decimal | None:
        return self.said.value if self.said else None

    @property
    def is_moved_since(self) -> bool:
        """Whether the percent that stands was counted against another target."""
        then, now = self.said, self.target
        return then is not None and (then.start_value, then.target_value) != (
            now.start_value,
            now.target_value,
        )


@dataclass(frozen=True)
class ActionFacts:
    """An action: who does what by when. ``assigned_on`` as in ``lights.asked_since``.

    ``into`` says in what it goes on within its plan, ``came_of`` from what it came, ``starts_at``
    with what percent.
    """

    pk: int
    priority: PriorityFacts
    order: int
    text: str
    measure: str
    start: date | None
    due: date | None
    original_due: date | None
    lead_unit: UnitFacts | None
    owner: PersonFacts | None
    cancelled_on: date | None
    cancelled_reason: str
    supporting: tuple[UnitFacts, ...] = ()
    milestones: tuple[MilestoneFacts, ...] = ()
    assigned_on: date | None = None
    into: tuple[DescentFacts, ...] = ()
    came_of: tuple[DescentFacts, ...] = ()
    starts_at: int | None = None
    targets: tuple[TargetFacts, ...] = ()

    @property
    def began_on(self) -> date | None:
        """Since when it has been there, where it came of others during the year."""
        return self.came_of[0].on if self.came_of else None

    def stands(self, said: Said, on: date) -> Said:
        """What was said of it; until anything counts, the percent that it began with."""
        begun = self.began_on if self.starts_at is not None else None
        if begun is None or begun > on or said.percent is not None:
            return said
        return Said(self.starts_at, None, max(begun, said.spoken_on or begun))

    def ended_by(self, on: date) -> Ended | None:
        """How it had ended by that day, if it had: cancelled, or under other numbers."""
        if self.cancelled_on is None or self.cancelled_on > on:
            return None
        light = Light(self.into[0].kind) if self.into else Light.CANCELLED
        numbers = " ".join(descent.target_number for descent in self.into)
        return Ended(light, self.cancelled_on, self.cancelled_reason, numbers)

    @property
    def plan(self) -> PlanFacts:
        return self.priority.plan

    @property
    def number(self) -> str:
        return f"{self.priority.number}.{self.order}"

    @property
    def lead_unit_id(self) -> int | None:
        return self.lead_unit.pk if self.lead_unit else None

    @property
    def owner_id(self) -> int | None:
        return self.owner.pk if self.owner else None

    @property
    def first_day(self) -> date:
        """The start, and before there is one the plan's."""
        return self.start or self.plan.start

    @property
    def last_day(self) -> date:
        """The due date, and before there is one the plan's end."""
        return self.due or self.plan.end


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What became of an entry: the decision that stands."""

    pk: int
    verdict: str
    reason: str
    at: datetime
    by: PersonFacts


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One dated statement about an action; ``decision`` is the one that stands."""

    pk: int
    day: date
    percent: int
    done: str
    next_step: str
    problems: str
    help_needed: str
    outlook: str
    outlook_reason: str
    explanation: str
    is_unchanged: bool
    needs_review: bool
    at: datetime
    by: PersonFacts
    decision: DecisionFacts | None
    values: tuple[ValueFacts, ...] = ()

    @property
    def by_id(self) -> int:
        return self.by.pk

    @property
    def state(self) -> str:
        """waiting, accepted, returned or withdrawn."""
        if self.decision:
            return self.decision.verdict
        return "waiting" if self.needs_review else "accepted"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said of one action by a day: the entries that matter, and how many wait.

    ``accepted`` is the last one that counts, ``standing`` the last one not sent back, ``latest``
    the last one that was recorded; ``completed_on`` as in ``lights.Said``.
    """

    accepted: EntryFacts | None = None
    standing: EntryFacts | None = None
    latest: EntryFacts | None = None
    completed_on: date | None = None
    waiting: int = 0


NOTHING = Spoken()


@dataclass(frozen=True)
class Stored:
    """All that is stored of a plan by a day, as it is or as it was: what a state is computed from.

    ``actions`` stand in the order of the document; ``spoken`` is by an action's primary key.
    """

    plan: PlanFacts
    on: date
    priorities: tuple[PriorityFacts, ...]
    actions: tuple[ActionFacts, ...]
    spoken: dict[int, Spoken]
    is_as_recorded: bool = False
