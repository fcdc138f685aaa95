"""A new plan from one that is there: its words, units, owners and steps, dates moved, no progress.

What it gives is an outline (``outline``), of which ``founding`` makes the plan: the old one is
only read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ...lights import Light
from ...models import Ending, Lineage, Plan, Unit, User
from ...models.lineage import Descent
from ...state.day import ActionState, PlanState
from ...state.kept import plan_on
from ...state.values import ActionFacts, CountedFacts
from ..outline import (
    ActionOutline,
    MilestoneOutline,
    PlanOutline,
    PriorityOutline,
    TargetOutline,
)
from .moved_days import Span, moved

CARRY, COPY, LEAVE = "carry", "copy", "leave"
"""What becomes of an action in the new plan: it goes on there, is begun anew, or is left out."""

SETTINGS = (
    *("requires_review", "reporting_cycle_days", "is_sample"),
    *("red_deviation", "yellow_deviation", "due_soon_days", "red_milestone_days"),
)


@dataclass(frozen=True)
class LeftOut:
    """Somebody who is not active any more, and the action for which they are not taken over."""

    number: str
    name: str


@dataclass(frozen=True)
class Heads:
    """What the new plan is called, and its time."""

    slug: str
    title: str
    start: date
    end: date


def last_state(plan: Plan) -> PlanState:
    """How the old plan stands, or stood at its end."""
    return plan_on(plan, plan.today())


def suggested(state: PlanState) -> dict[int, str]:
    """By primary key what is offered for each action: the unfinished are carried over.

    What was closed uncompleted for good is left out, and so is what goes on elsewhere already.
    """
    keys = [a.action.pk for a in state.actions]
    endings = Ending.objects.standing().filter(action__in=keys)
    verdicts = dict(endings.values_list("action", "verdict"))
    carried = Lineage.objects.filter(source__in=keys, kind=Descent.CARRIED)
    gone = set(carried.values_list("source", flat=True))
    return {a.action.pk: _suggested(a, verdicts, gone) for a in state.actions}


def _suggested(a: ActionState, verdicts: Mapping[int, str], gone: set[int]) -> str:
    if a.is_ended or a.action.pk in gone:
        return LEAVE
    if a.light == Light.COMPLETE:
        return COPY
    return LEAVE if verdicts.get(a.action.pk) == Ending.Verdict.UNCOMPLETED else CARRY


def may_be(a: ActionState) -> tuple[str, ...]:
    """What can become of it: what is complete or withdrawn is not carried over."""
    is_done_with = a.is_ended or a.light == Light.COMPLETE
    return (COPY, LEAVE) if is_done_with else (CARRY, COPY, LEAVE)


def outline_of(
    plan: Plan, state: PlanState, heads: Heads, chosen: Mapping[int, str]
) -> tuple[PlanOutline, list[LeftOut]]:
    """The new plan as it would be made, and who is left out of it because they are gone.

    ``chosen`` says by primary key what becomes of each action; those it does not name are left
    out. A priority stays without actions, unless it had some and all are left out.
    """
    active = Active.now()
    old, new = Span(plan.start, plan.end), Span(heads.start, heads.end)
    copying = Copying(old, new, active, chosen)
    priorities = [
        PriorityOutline(
            title=p.priority.title,
            sentence=p.priority.sentence,
            premise=p.priority.premise,
            goal=p.priority.goal,
            actions=tuple(copying.outlines(p.actions)),
        )
        for p in state.priorities
    ]
    had = [bool(p.actions) for p in state.priorities]
    outline = PlanOutline(
        slug=heads.slug,
        title=heads.title,
        start=heads.start,
        end=heads.end,
        continues=plan.pk,
        settings={name: getattr(plan, name) for name in SETTINGS},
        priorities=tuple(p for p, h in zip(priorities, had, strict=True) if p.actions or not h),
    )
    return outline, copying.left_out


@dataclass(frozen=True)
class Active:
    """Who takes over anything at all, by primary key; of people with the units they are in."""

    units: frozenset[int]
    people: dict[int, frozenset[int]]

    @classmethod
    def now(cls) -> "Active":
        units = frozenset(Unit.objects.active().values_list("pk", flat=True))
        through = User.units.through.objects.filter(user__is_active=True)
        people: dict[int, set[int]] = {}
        for user, unit in through.values_list("user", "unit"):
            people.setdefault(user, set()).add(unit)
        return cls(units, {pk: frozenset(of) for pk, of in people.items()})


class Copying:
    """Makes outlines of actions, and remembers who is left out."""

    def __init__(self, old: Span, new: Span, active: Active, chosen: Mapping[int, str]):
        self.old, self.new, self.active, self.chosen = old, new, active, chosen
        self.left_out: list[LeftOut] = []

    def outlines(self, actions: Iterable[ActionState]) -> Iterable[ActionOutline]:
        for a in actions:
            fate = self.chosen.get(a.action.pk, LEAVE)
            if fate in (CARRY, COPY):
                yield self._outline(a, is_carried=fate == CARRY)

    def _outline(self, a: ActionState, *, is_carried: bool) -> ActionOutline:
        action = a.action
        lead = self._unit(action, action.lead_unit)
        supporting = [self._unit(action, unit) for unit in action.supporting]
        return ActionOutline(
            text=action.text,
            measure=action.measure,
            lead=lead,
            supporting=tuple(pk for pk in supporting if pk),
            owner=self._owner(action, lead),
            start=self._moved(action.start),
            due=self._moved(action.due),
            milestones=tuple(
                MilestoneOutline(m.title, self._moved(m.planned)) for m in action.milestones
            ),
            targets=tuple(self._target(one, is_carried=is_carried) for one in a.counted),
            continues=action.pk if is_carried else None,
        )

    def _target(self, one: CountedFacts, *, is_carried: bool) -> TargetOutline:
        """What is carried over goes on from the value that it has reached, and begins at 0 %."""
        target, start = one.target, one.target.start_value
        if is_carried and one.value is not None and not target.measure(one.value).is_reached:
            start = one.value
        return TargetOutline(
            title=target.title,
            target=target.target_value,
            measured_in=target.measured_in,
            start=start,
            due=self._moved(target.due),
        )

    def _moved(self, day: date | None) -> date | None:
        return moved(day, self.old, self.new)

    def _unit(self, action: ActionFacts, unit) -> int | None:
        if unit is None or unit.pk in self.active.units:
            return unit.pk if unit else None
        self.left_out.append(LeftOut(action.number, unit.short_name))
        return None

    def _owner(self, action: ActionFacts, lead: int | None) -> int | None:
        """Nobody owns what has no lead unit, or what another unit leads than theirs."""
        owner = action.owner
        if owner is None:
            return None
        if lead and lead in self.active.people.get(owner.pk, ()):
            return owner.pk
        self.left_out.append(LeftOut(action.number, str(owner)))
        return None
