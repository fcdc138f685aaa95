"""The state of a plan on a day, computed in one place as plain data.

``state(plan, on)`` is what every page, chart, file and report is drawn from; nobody else judges a
light or adds up a figure. The entries are the truth; nothing of what is computed here is stored.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .addresses import Addresses
from .lights import (
    IN_PROGRESS,
    KIND_WORDS,
    KINDS,
    STALE,
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
from .models import Action, Milestone, Plan, Priority, ProgressEntry, Unit
from .record import Entries, PlanRows, assigned_on, rows_of

Counts = dict[str, int]
"""How many actions are shown as each of ``KINDS``, in that order; zeros are there too."""


@dataclass(slots=True)
class ActionState:
    """One action on a day. Percents are whole, ``deviation`` is in points, ages are in days."""

    action: Action
    on: date
    number: str
    url: str
    judgement: Judgement
    kind: str
    percent: int
    elapsed: int
    accepted: ProgressEntry | None
    standing: ProgressEntry | None
    latest: ProgressEntry | None
    age: int | None
    is_stale: bool
    needs_talk: bool
    next_report: date | None
    waiting: int
    supporting: list[Unit]
    milestones: list[Milestone]
    assigned_on: date | None
    was: "ActionState | None" = None
    has_appeared: bool = False

    @property
    def text(self) -> str:
        return self.action.text

    @property
    def light(self) -> Light:
        return self.judgement.light

    @property
    def reason(self) -> str:
        return self.judgement.reason

    @property
    def brief(self) -> str:
        return self.judgement.brief

    @property
    def word(self) -> str:
        """The light in a word; a green light with an old entry says so."""
        return _cancelled_word() if self.is_cancelled else str(KIND_WORDS[self.kind])

    @property
    def deviation(self) -> int:
        return self.percent - self.elapsed

    @property
    def is_cancelled(self) -> bool:
        return self.light == Light.CANCELLED

    @property
    def is_assigned(self) -> bool:
        return self.action.lead_unit_id is not None

    @property
    def is_in_progress(self) -> bool:
        return self.light in IN_PROGRESS

    @property
    def age_words(self) -> str:
        """The one age of a row, in words: who is silent since when, and whether the last counts.

        Empty where no report could be expected yet.
        """
        if self.age is None or not self.owes_reports:
            return ""
        if self.standing is None:
            said = ngettext("no report for %(n)d day", "no report for %(n)d days", self.age)
        else:
            said = ngettext("last report %(n)d day ago", "last report %(n)d days ago", self.age)
        return pgettext("between clauses", ", ").join([said % {"n": self.age}, *self._yet()])

    def _yet(self) -> list[str]:
        """What became of the last report, where it does not count."""
        if self.returned:
            return [_("a later one was returned") if self.standing else _("the first was returned")]
        is_waiting = self.standing and self.standing.state == "waiting"
        return [_("not yet reviewed")] if is_waiting else []

    @property
    def awaits_first_report(self) -> bool:
        return self.judgement.first_report_by is not None

    @property
    def owes_reports(self) -> bool:
        """Whether its unit is to report on it: its own reports have a day by which they come."""
        return self.is_in_progress or self.awaits_first_report

    @property
    def needs_a_look(self) -> bool:
        """Whether a row says why in words, beside its light."""
        return self.kind in ATTENTION and self.is_assigned

    @property
    def why(self) -> str:
        """In few words why it needs a look: of a green light with an old entry, how old that is."""
        return self.age_words if self.kind == STALE else self.brief

    @property
    def has_yardstick(self) -> bool:
        """Whether percent and time can be compared: neither waiting for a unit nor withdrawn."""
        return self.is_assigned and self.light not in (Light.CANCELLED, Light.NOT_STARTED)

    @property
    def is_extended(self) -> bool:
        return bool(self.action.original_due and self.action.due != self.action.original_due)

    def warns_early(self, entry: ProgressEntry) -> bool:
        """Whether an entry spoke of trouble before its own figures showed any (主动报告)."""
        start, due = self.action.start, self.action.due
        if start is None or due is None:
            return False
        elapsed = time_proportional(start, due, entry.day)
        thresholds = self.action.priority.plan.thresholds
        return is_early_warning(entry.outlook, entry.percent, elapsed, thresholds)

    @property
    def is_accepted_later(self) -> bool:
        """Whether what counts here was accepted only after the day that is shown."""
        decision = self.accepted.decision if self.accepted else None
        return bool(decision) and timezone.localdate(decision.at) > self.on

    @property
    def returned(self) -> ProgressEntry | None:
        """The unit's last entry, where it was sent back and nothing has followed yet."""
        return self.latest if self.latest and self.latest.state == "returned" else None

    def is_report_due(self, on: date) -> bool:
        """Whether the reporting cycle ends within the days in which the plan warns of dates."""
        soon = self.action.priority.plan.due_soon_days
        return self.owes_reports and (self.next_report - on).days <= soon

    @property
    def help_needed(self) -> str:
        """What the unit asks of the district, in its last accepted entry."""
        is_open = self.accepted and self.light not in (Light.COMPLETE, Light.CANCELLED)
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


@dataclass(slots=True)
class PriorityState:
    """One priority on a day: its actions, counts, and means with their sentence."""

    priority: Priority
    url: str
    rows_url: str
    actions: list[ActionState]
    was: "PriorityState | None" = None
    gone: list[ActionState] = field(default_factory=list)
    counts: Counts = field(init=False)
    percent: int = field(init=False)
    elapsed: int = field(init=False)
    unreported: int = field(init=False)
    cancelled: int = field(init=False)

    def __post_init__(self):
        counted = [a for a in self.actions if not a.is_cancelled]
        self.counts = count(counted)
        self.percent = mean(a.percent for a in counted)
        self.elapsed = mean(a.elapsed for a in counted)
        self.unreported = sum(a.accepted is None for a in counted)
        self.cancelled = len(self.actions) - len(counted)

    @property
    def number(self) -> int:
        return self.priority.number

    @property
    def title(self) -> str:
        return self.priority.title

    @property
    def total(self) -> int:
        return len(self.actions) - self.cancelled

    @property
    def unassigned(self) -> int:
        return self.counts[Light.UNASSIGNED]

    @property
    def worst(self) -> ActionState | None:
        """The action that needs a look first, or None where all is well or nothing has begun."""
        return worst_of(self.actions)

    @property
    def summary(self) -> str:
        """What the mean is a mean of: it never stands without this sentence."""
        parts = [ngettext("mean of %d action", "mean of %d actions", self.total) % self.total]
        if self.unreported:
            parts.append(_("%d not yet reported, counted as 0") % self.unreported)
        if self.cancelled:
            parts.append(_("%d cancelled, left out") % self.cancelled)
        return pgettext("between clauses", ", ").join(parts)


@dataclass(slots=True)
class UnitState:
    """One unit on a day: what it leads and how that stands, and how many it supports."""

    unit: Unit
    rows_url: str
    led: list[ActionState]
    supports: int
    counts: Counts
    latest: ActionState | None

    @property
    def worst(self) -> ActionState | None:
        """The action led that needs a look first, or None where nothing is late."""
        return worst_of(self.led)


@dataclass(slots=True)
class PlanState:
    """A plan on a day. ``actions`` are in the order of the document, cancelled ones too."""

    plan: Plan
    on: date
    actions: list[ActionState]
    priorities: list[PriorityState]
    addresses: Addresses
    before: "PlanState | None" = None
    gone: list[ActionState] = field(default_factory=list)

    counts: Counts = field(init=False)
    shares: dict[str, float] = field(init=False)

    def __post_init__(self):
        self.counts = count(a for a in self.actions if not a.is_cancelled)
        self.shares = shares(self.counts)

    @property
    def total(self) -> int:
        """The denominator of every figure: cancelled actions are out."""
        return len(self.actions) - self.cancelled

    @property
    def cancelled(self) -> int:
        return sum(a.is_cancelled for a in self.actions)

    @property
    def rows_url(self) -> str:
        """The list of actions on this day, ready for a filter to be written behind it."""
        return self.addresses.rows_url

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

    @property
    def overdue(self) -> Counts:
        """How many are without a report within the cycle, by the kind that they are shown as."""
        return count(a for a in self.actions if a.is_stale)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has been assigned yet: the fresh installation."""
        return not any(a.is_assigned for a in self.actions)

    def where(self, test: Callable[[ActionState], bool]) -> list[ActionState]:
        return [a for a in self.actions if not a.is_cancelled and test(a)]

    def numbered(self, number: str) -> ActionState | None:
        return next((a for a in self.actions if a.number == number), None)

    def priority(self, number: int) -> PriorityState | None:
        return next((p for p in self.priorities if p.number == number), None)

    def compare_with(self, before: "PlanState") -> None:
        """Set beside every row what it was on an earlier day, and list what has gone since."""
        self.before = before
        earlier = {a.action.pk: a for a in before.actions}
        for a in self.actions:
            a.was = earlier.pop(a.action.pk, None)
            a.has_appeared = a.was is None
        self.gone = list(earlier.values())
        earlier_priorities = {p.priority.pk: p for p in before.priorities}
        for p in self.priorities:
            p.was = earlier_priorities.get(p.priority.pk)
            p.gone = [a for a in self.gone if a.action.priority_id == p.priority.pk]

    @property
    def units(self) -> list[UnitState]:
        """Every unit that leads or supports, those that hold late work first."""
        units: dict[int, Unit] = {}
        led: dict[int, list[ActionState]] = defaultdict(list)
        supports: Counter[int] = Counter()
        for a in self.actions:
            if a.is_cancelled:
                continue
            for unit in a.supporting:
                units[unit.pk] = unit
                supports[unit.pk] += 1
            if a.action.lead_unit:
                units[a.action.lead_unit_id] = a.action.lead_unit
                led[a.action.lead_unit_id].append(a)
        rows = [
            _unit_state(unit, self.addresses.of_unit(unit), led[pk], supports[pk])
            for pk, unit in units.items()
        ]
        return sorted(rows, key=_late_work_first)


ATTENTION = (Light.RED, Light.YELLOW, STALE, Light.UNASSIGNED)
"""The kinds of which a priority's worst action is named, the most urgent first."""


def urgency(a: ActionState) -> tuple:
    """Sorts what needs a look first to the front: by kind, then overdue, then furthest behind."""
    rank = ATTENTION.index(a.kind) if a.kind in ATTENTION else len(ATTENTION)
    return (rank, a.elapsed < 100, a.deviation, a.action.priority.number, a.action.order)


def worst_of(actions: Iterable[ActionState]) -> ActionState | None:
    """The one that needs a look first, of those that do."""
    return min((a for a in actions if a.kind in ATTENTION), key=urgency, default=None)


def count(actions: Iterable[ActionState]) -> Counts:
    """How many actions there are of each kind, worst kind first."""
    found = Counter(a.kind for a in actions)
    return {kind: found[kind] for kind in KINDS}


def _unit_state(unit: Unit, url: str, led: list[ActionState], supports: int) -> UnitState:
    reported = [a for a in led if a.accepted]
    latest = max(reported, key=lambda a: (a.accepted.day, a.accepted.pk), default=None)
    return UnitState(unit, url, led, supports, count(led), latest)


def _late_work_first(row: UnitState) -> tuple:
    late = [-row.counts[kind] for kind in (Light.RED, Light.YELLOW, STALE)]
    return (*late, -len(row.led), *row.unit.place)


def _cancelled_word() -> str:
    return str(Light.CANCELLED.label)


def state(
    plan: Plan, on: date, rows: PlanRows | None = None, since: date | None = None
) -> PlanState:
    """The state of a plan on a day, in nine queries however many entries there are.

    ``rows`` are the plan's rows where they are loaded already, or as they were recorded on a past
    day; without them the plan is taken as it is now. ``since`` is the day that the reader compares
    with: the links keep it.
    """
    rows = rows or rows_of(plan)
    entries, addresses = Entries(plan, on), Addresses(plan, on, since)
    led = [action.pk for action in rows.actions if action.lead_unit_id]
    assigned = assigned_on(plan, led, rows.recorded_until)
    states = [
        _action_state(action, rows, on, entries, addresses, assigned.get(action.pk))
        for action in rows.actions
    ]
    priorities = [
        PriorityState(
            priority=priority,
            url=addresses.of_priority(priority.number),
            rows_url=f"{addresses.rows_url}priority={priority.number}&",
            actions=[a for a in states if a.action.priority_id == priority.pk],
        )
        for priority in rows.priorities
    ]
    return PlanState(rows.plan, on, states, priorities, addresses)


def _action_state(
    action: Action,
    rows: PlanRows,
    on: date,
    entries: Entries,
    addresses: Addresses,
    assigned: date | None,
) -> ActionState:
    accepted, standing, latest = entries.of(action)
    milestones = rows.milestones.get(action.pk, [])
    said = Said(
        percent=accepted.percent if accepted else None,
        completed_on=entries.completed_on.get(action.pk),
        spoken_on=standing.day if standing else None,
    )
    shown = shown_as(action, milestones, assigned, said, on)
    return ActionState(
        action=action,
        on=on,
        number=action.number,
        url=addresses.of_action(action.number),
        judgement=shown.judgement,
        kind=shown.kind,
        percent=said.percent or 0,
        elapsed=time_proportional(action.start or rows.plan.start, action.due or rows.plan.end, on),
        accepted=accepted,
        standing=standing,
        latest=latest,
        age=shown.age,
        is_stale=shown.is_stale,
        needs_talk=needs_talk(shown.judgement.light, accepted.outlook if accepted else None),
        next_report=shown.next_report,
        waiting=entries.waiting.get(action.pk, 0),
        supporting=rows.supporting.get(action.pk, []),
        milestones=milestones,
        assigned_on=assigned,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """How an action is shown on a day: its light, the kind it is counted as, and its age."""

    judgement: Judgement
    kind: str
    age: int | None
    is_stale: bool
    next_report: date | None


def shown_as(
    action: Action, milestones: list[Milestone], assigned: date | None, said: Said, on: date
) -> Shown:
    """Light, kind and age of one action on a day, by its unit, dates and milestones: pure.

    The page and the trend both ask here, so a week of the trend is what the page showed.
    """
    thresholds = action.priority.plan.thresholds
    judgement = judge(
        on=on,
        thresholds=thresholds,
        start=action.start,
        due=action.due,
        is_assigned=action.lead_unit_id is not None,
        said=said,
        assigned_on=assigned,
        missed=[(m.planned, m.title) for m in milestones if m.is_missed(on)],
        is_cancelled=action.cancelled_on is not None and action.cancelled_on <= on,
        cancelled_reason=action.cancelled_reason,
        days=action.priority.plan.days,
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


def judged_with(a: ActionState, entry: ProgressEntry) -> Judgement:
    """The light that an action would have on the day of its state if the entry were accepted."""
    completed_on = entry.day if entry.percent == 100 else None
    said = Said(entry.percent, completed_on, entry.day)
    return shown_as(a.action, a.milestones, a.assigned_on, said, a.on).judgement
