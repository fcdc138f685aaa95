"""The state of a plan on a day, computed in one place as plain frozen data.

Every page, chart, file and report is drawn from what ``state_of`` gives (``kept.plan_on`` is the
door to it); nobody else judges a light or adds up a figure. It holds no model, no address and no
word of a language. The entries are the truth; nothing of what is computed here is stored.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.utils import timezone

from ..days import Days
from ..lights import (
    ENDED,
    IN_PROGRESS,
    STALE,
    Cause,
    Judgement,
    Light,
    Said,
    asked_since,
    is_early_warning,
    is_stale,
    judge,
    mean,
    needs_talk,
    next_report,
    shares,
    time_proportional,
)
from .counts import ATTENTION, Counts, count, count_ended, worst_of
from .values import (
    NOTHING,
    ActionFacts,
    CountedFacts,
    EntryFacts,
    MilestoneFacts,
    PlanFacts,
    PriorityFacts,
    Spoken,
    Stored,
    UnitFacts,
)


@dataclass(frozen=True)
class ActionState:
    """One action on a day. Percents are whole, ``deviation`` is in points, ages are in days.

    ``was`` is the same action on the earlier day that the reader compares with.
    """

    action: ActionFacts
    on: date
    judgement: Judgement
    kind: str
    percent: int
    elapsed: int
    spoken: Spoken
    age: int | None
    is_stale: bool
    needs_talk: bool
    next_report: date | None
    was: "ActionState | None" = None
    has_appeared: bool = False

    def __hash__(self):
        """Little of it tells two apart; what hangs on it is a hundred values deep."""
        return hash((self.action.pk, self.on, self.kind, self.percent))

    @cached_property
    def number(self) -> str:
        return self.action.number

    @property
    def text(self) -> str:
        return self.action.text

    @property
    def plan(self) -> PlanFacts:
        return self.action.plan

    @property
    def days(self) -> Days:
        """How days are said in its plan."""
        return self.plan.days

    @property
    def accepted(self) -> EntryFacts | None:
        return self.spoken.accepted

    @property
    def standing(self) -> EntryFacts | None:
        return self.spoken.standing

    @property
    def latest(self) -> EntryFacts | None:
        return self.spoken.latest

    @property
    def waiting(self) -> int:
        """How many of its entries wait for the office."""
        return self.spoken.waiting

    @property
    def supporting(self) -> tuple[UnitFacts, ...]:
        return self.action.supporting

    @property
    def milestones(self) -> tuple[MilestoneFacts, ...]:
        return self.action.milestones

    @property
    def counted(self) -> tuple[CountedFacts, ...]:
        """Its targets, each with the value that counts."""
        said = {value.target_id: value for value in self.accepted.values} if self.accepted else {}
        return tuple(CountedFacts(target, said.get(target.pk)) for target in self.action.targets)

    @property
    def light(self) -> Light:
        return self.judgement.light

    @property
    def deviation(self) -> int:
        return self.percent - self.elapsed

    @property
    def is_cancelled(self) -> bool:
        return self.light == Light.CANCELLED

    @property
    def is_unreported(self) -> bool:
        """Whether nothing says how far it is: no entry that counts, and nothing to begin with."""
        return self.accepted is None and self.action.stands(Said(), self.on).percent is None

    @property
    def is_ended(self) -> bool:
        """Whether it has left every denominator: cancelled, split or merged."""
        return self.light in ENDED

    @property
    def is_assigned(self) -> bool:
        return self.action.lead_unit is not None

    @property
    def is_in_progress(self) -> bool:
        return self.light in IN_PROGRESS

    @property
    def has_spoken(self) -> bool:
        """Whether its unit has said anything that stands."""
        return self.standing is not None

    @property
    def yet(self) -> str:
        """What became of the last report, where it does not count; else empty."""
        if self.returned:
            return "returned" if self.standing else "returned_first"
        is_waiting = self.standing is not None and self.standing.state == "waiting"
        return "waiting" if is_waiting else ""

    @property
    def awaits_first_report(self) -> bool:
        return self.judgement.cause == Cause.FIRST_REPORT_AWAITED

    @property
    def owes_reports(self) -> bool:
        """Whether its unit is to report on it: its own reports have a day by which they come."""
        return self.is_in_progress or self.awaits_first_report

    @property
    def needs_a_look(self) -> bool:
        """Whether a row says why in words, beside its light."""
        return self.kind in ATTENTION and self.is_assigned

    @property
    def has_yardstick(self) -> bool:
        """Whether percent and time can be compared: neither waiting for a unit nor withdrawn."""
        return self.is_assigned and self.light not in (*ENDED, Light.NOT_STARTED)

    @property
    def is_extended(self) -> bool:
        return bool(self.action.original_due and self.action.due != self.action.original_due)

    def warns_early(self, entry) -> bool:
        """Whether an entry spoke of trouble before its own figures showed any (主动报告)."""
        start, due = self.action.start, self.action.due
        if start is None or due is None:
            return False
        elapsed = time_proportional(start, due, entry.day)
        return is_early_warning(entry.outlook, entry.percent, elapsed, self.plan.thresholds)

    @property
    def is_accepted_later(self) -> bool:
        """Whether what counts here was accepted only after the day that is shown."""
        decision = self.accepted.decision if self.accepted else None
        return bool(decision) and timezone.localdate(decision.at) > self.on

    @property
    def returned(self) -> EntryFacts | None:
        """The unit's last entry, where it was sent back and nothing has followed yet."""
        return self.latest if self.latest and self.latest.state == "returned" else None

    def is_report_due(self, on: date) -> bool:
        """Whether the reporting cycle ends within the days in which the plan warns of dates."""
        soon = self.plan.due_soon_days
        return self.owes_reports and (self.next_report - on).days <= soon

    @property
    def help_needed(self) -> str:
        """What the unit asks of the district, in its last accepted entry."""
        is_open = self.accepted and self.light not in (Light.COMPLETE, *ENDED)
        return self.accepted.help_needed if is_open else ""

    @property
    def outlook(self) -> str:
        return self.accepted.outlook if self.accepted else ""

    @property
    def lead_name(self) -> str:
        return self.action.lead_unit.short_name if self.action.lead_unit else ""

    @property
    def owner_name(self) -> str:
        return str(self.action.owner) if self.action.owner else ""


@dataclass(frozen=True)
class PriorityState:
    """One priority on a day: its actions, counts and means."""

    priority: PriorityFacts
    actions: tuple[ActionState, ...]
    was: "PriorityState | None" = None
    gone: tuple[ActionState, ...] = ()

    @cached_property
    def counted(self) -> list[ActionState]:
        """The denominator of its figures: what has ended is out."""
        return [a for a in self.actions if not a.is_ended]

    @cached_property
    def counts(self) -> Counts:
        return count(self.counted)

    @cached_property
    def percent(self) -> int:
        return mean(a.percent for a in self.counted)

    @cached_property
    def elapsed(self) -> int:
        return mean(a.elapsed for a in self.counted)

    @cached_property
    def unreported(self) -> int:
        return sum(a.is_unreported for a in self.counted)

    @cached_property
    def ended(self) -> Counts:
        """How many are out of its figures, and as what."""
        return count_ended(self.actions)

    @property
    def number(self) -> int:
        return self.priority.number

    @property
    def title(self) -> str:
        return self.priority.title

    @property
    def total(self) -> int:
        return len(self.counted)

    @property
    def unassigned(self) -> int:
        return self.counts[Light.UNASSIGNED]

    @property
    def worst(self) -> ActionState | None:
        """The action that needs a look first, or None where all is well or nothing has begun."""
        return worst_of(self.actions)


@dataclass(frozen=True)
class UnitState:
    """One unit on a day: what it leads and how that stands, and how many it supports."""

    unit: UnitFacts
    led: tuple[ActionState, ...] = ()
    supports: int = 0

    @cached_property
    def counts(self) -> Counts:
        return count(self.led)

    @property
    def latest(self) -> ActionState | None:
        """The action led of which an entry was accepted last."""
        reported = [a for a in self.led if a.accepted]
        return max(reported, key=lambda a: (a.accepted.day, a.accepted.pk), default=None)

    @property
    def worst(self) -> ActionState | None:
        """The action led that needs a look first, or None where nothing is late."""
        return worst_of(self.led)


@dataclass(frozen=True)
class PlanState:
    """A plan on a day. ``actions`` are in the order of the document, ended ones too."""

    plan: PlanFacts
    on: date
    actions: tuple[ActionState, ...]
    priorities: tuple[PriorityState, ...]
    before: "PlanState | None" = None
    gone: tuple[ActionState, ...] = ()

    @cached_property
    def counts(self) -> Counts:
        return count(a for a in self.actions if not a.is_ended)

    @cached_property
    def shares(self) -> dict[str, float]:
        return shares(self.counts)

    @property
    def total(self) -> int:
        """The denominator of every figure: what has ended is out."""
        return len(self.actions) - sum(self.ended.values())

    @cached_property
    def ended(self) -> Counts:
        """How many actions are out of every figure, and as what."""
        return count_ended(self.actions)

    @property
    def elapsed(self) -> int:
        return time_proportional(self.plan.start, self.plan.end, self.on)

    @property
    def days_left(self) -> int:
        return max(0, (self.plan.end - self.on).days)

    @property
    def led(self) -> int:
        """How many actions have a lead unit."""
        return self.total - self.counts[Light.UNASSIGNED]

    @cached_property
    def overdue(self) -> Counts:
        """How many are without a report within the cycle, by the kind that they are shown as."""
        return count(a for a in self.actions if a.is_stale)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been assigned yet: the fresh installation."""
        return not any(a.is_assigned for a in self.actions)

    def where(self, test: Callable[[ActionState], bool]) -> list[ActionState]:
        return [a for a in self.actions if not a.is_ended and test(a)]

    @cached_property
    def _by_number(self) -> dict[str, ActionState]:
        return {a.number: a for a in self.actions}

    def numbered(self, number: str) -> ActionState | None:
        return self._by_number.get(number)

    def priority(self, number: int) -> PriorityState | None:
        return next((p for p in self.priorities if p.number == number), None)

    def of_only(self, actions: Iterable[ActionState]) -> "PlanState":
        """The state of some of its actions alone, so that the same code counts them."""
        kept = tuple(actions)
        return replace(self, actions=kept, priorities=_priorities_of(self.priorities, kept))

    def compared_with(self, before: "PlanState") -> "PlanState":
        """The same with what every row was on an earlier day, and with what has gone since."""
        earlier = {a.action.pk: a for a in before.actions}
        actions = tuple(
            replace(a, was=earlier.get(a.action.pk), has_appeared=a.action.pk not in earlier)
            for a in self.actions
        )
        now = {a.action.pk for a in actions}
        gone = tuple(a for pk, a in earlier.items() if pk not in now)
        were = {p.priority.pk: p for p in before.priorities}
        priorities = tuple(
            replace(
                p,
                actions=_of_priority(p.priority, actions),
                was=were.get(p.priority.pk),
                gone=_of_priority(p.priority, gone),
            )
            for p in self.priorities
        )
        return replace(self, actions=actions, priorities=priorities, before=before, gone=gone)

    @cached_property
    def units(self) -> tuple[UnitState, ...]:
        """Every unit that leads or supports, those that hold late work first."""
        units: dict[int, UnitFacts] = {}
        led: dict[int, list[ActionState]] = defaultdict(list)
        supports: Counter[int] = Counter()
        for a in self.actions:
            if a.is_ended:
                continue
            for unit in a.supporting:
                units[unit.pk] = unit
                supports[unit.pk] += 1
            if lead := a.action.lead_unit:
                units[lead.pk] = lead
                led[lead.pk].append(a)
        rows = [UnitState(unit, tuple(led[pk]), supports[pk]) for pk, unit in units.items()]
        return tuple(sorted(rows, key=_late_work_first))


def _priorities_of(
    priorities: Iterable[PriorityState], actions: tuple[ActionState, ...]
) -> tuple[PriorityState, ...]:
    """The priorities with those of their actions; one without any is left out."""
    parts = [(p, _of_priority(p.priority, actions)) for p in priorities]
    return tuple(replace(p, actions=own) for p, own in parts if own)


def _of_priority(
    priority: PriorityFacts, actions: Iterable[ActionState]
) -> tuple[ActionState, ...]:
    return tuple(a for a in actions if a.action.priority.pk == priority.pk)


def _late_work_first(row: UnitState) -> tuple:
    late = [-row.counts[kind] for kind in (Light.RED, Light.YELLOW, STALE)]
    return (*late, -len(row.led), *row.unit.place)


def state_of(stored: Stored, before: PlanState | None = None) -> PlanState:
    """The state that follows from what is stored: pure, whatever day it is of.

    What follows from the very values that it followed from ``before`` is taken from there.
    """
    known = {a.action.pk: a for a in before.actions} if before else {}
    actions = tuple(_again(known.get(action.pk), action, stored) for action in stored.actions)
    were = {p.priority.pk: p for p in before.priorities} if before else {}
    priorities = tuple(_priority(were.get(p.pk), p, actions) for p in stored.priorities)
    return PlanState(stored.plan, stored.on, actions, priorities)


def _again(was: ActionState | None, action: ActionFacts, stored: Stored) -> ActionState:
    spoken = stored.spoken.get(action.pk, NOTHING)
    if was and was.action is action and was.spoken is spoken and was.on == stored.on:
        return was
    return action_state(action, spoken, stored.on)


def _priority(
    was: PriorityState | None, priority: PriorityFacts, actions: tuple[ActionState, ...]
) -> PriorityState:
    own = _of_priority(priority, actions)
    is_same = was and was.priority is priority and len(was.actions) == len(own)
    if is_same and all(a is b for a, b in zip(was.actions, own, strict=True)):
        return was
    return PriorityState(priority, own)


def action_state(action: ActionFacts, spoken: Spoken, on: date) -> ActionState:
    """One action by what was said of it: what a page that shows it alone asks for."""
    accepted, standing = spoken.accepted, spoken.standing
    said = Said(
        percent=accepted.percent if accepted else None,
        completed_on=spoken.completed_on,
        spoken_on=standing.day if standing else None,
    )
    said = action.stands(said, on)
    shown = shown_as(action, said, on)
    return ActionState(
        action=action,
        on=on,
        judgement=shown.judgement,
        kind=shown.kind,
        percent=said.percent or 0,
        elapsed=elapsed_of(action, on),
        spoken=spoken,
        age=shown.age,
        is_stale=shown.is_stale,
        needs_talk=needs_talk(shown.judgement.light, accepted.outlook if accepted else None),
        next_report=shown.next_report,
    )


def elapsed_of(action: ActionFacts, on: date) -> int:
    """The share of an action's time that has gone; one without dates has its plan's."""
    return time_proportional(action.first_day, action.last_day, on)


@dataclass(frozen=True, slots=True)
class Shown:
    """How an action is shown on a day: its light, the kind it is counted as, and its age."""

    judgement: Judgement
    kind: str
    age: int | None
    is_stale: bool
    next_report: date | None


def shown_as(action: ActionFacts, said: Said, on: date) -> Shown:
    """Light, kind and age of one action on a day, by its unit, dates and milestones: pure.

    The page and the trend both ask here, so a week of the trend is what the page showed.
    """
    thresholds, assigned = action.plan.thresholds, action.assigned_on
    judgement = judge(
        on=on,
        thresholds=thresholds,
        start=action.start,
        due=action.due,
        is_assigned=action.lead_unit is not None,
        said=said,
        assigned_on=assigned,
        missed=[(m.planned, m.title) for m in action.milestones if m.is_missed(on)],
        ended=action.ended_by(on),
    )
    asked = asked_since(action.start, assigned) if action.start else None
    age = max(0, (on - (said.spoken_on or asked)).days) if said.spoken_on or asked else None
    stale = is_stale(judgement.light, age, thresholds)
    return Shown(
        judgement=judgement,
        kind=STALE if stale and judgement.light == Light.GREEN else judgement.light.value,
        age=age,
        is_stale=stale,
        next_report=next_report(said, action.start, action.due, assigned, thresholds),
    )


def judged_with(a: ActionState, entry) -> Judgement:
    """The light that an action would have on the day of its state if the entry were accepted."""
    said = Said().and_then(entry.day, entry.percent, counts=True)
    return shown_as(a.action, said, a.on).judgement
