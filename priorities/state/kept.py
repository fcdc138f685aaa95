"""The one door to the state of a plan on a day: it decides which rows it is computed from.

It alone keeps what it computed, per process, as long as the data stand at the same version. After
a change what the change did not touch is taken again (``known``).
"""

from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import NamedTuple

from ..models import Action, Plan, ProgressEntry
from ..version import data_version
from .alone import facts_of, spoken_of
from .closed import under_names_of
from .day import ActionState, PlanState, action_state, state_of
from .known import Known
from .stored import closed_at, is_past, now_of, recorded_of

HEAVIEST = 4_000
"""Of all states that a process keeps together: one for each and one for each of its actions, which
are some 5 kB each."""


@dataclass
class Kept:
    """A state with the version of the data that it is of; whoever computes it holds the lock."""

    lock: Lock = field(default_factory=Lock)
    version: str = ""
    state: PlanState | None = None
    known: Known | None = None

    @property
    def weight(self) -> int:
        return 1 + (len(self.state.actions) if self.state else 0)


class Keeper:
    """The states that were asked for last, bounded by what they weigh together."""

    def __init__(self, most: int):
        self.most, self.lock = most, Lock()
        self.kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def clear(self) -> None:
        with self.lock:
            self.kept.clear()

    def place(self, key: Hashable) -> Kept:
        """Where the state of that key is kept."""
        with self.lock:
            found = self.kept.setdefault(key, Kept())
            self.kept.move_to_end(key)
            too_much = sum(one.weight for one in self.kept.values()) - self.most
            while too_much > 0 and len(self.kept) > 1:
                too_much -= self.kept.popitem(last=False)[1].weight
            return found


STATES = Keeper(HEAVIEST)


class Asked(NamedTuple):
    """A plan on a day, as it is or as it was recorded."""

    plan: int
    day: date
    was_recorded: bool


def plan_on(plan: Plan, day: date) -> PlanState:
    """The state that every page and report shows for a day: of a past one as it was recorded."""
    return plans_on([(plan, day)])[0]


def plans_on(asked: Sequence[tuple[Plan, date]]) -> list[PlanState]:
    """The same of several plans, each on its day.

    What has to be computed is read together: the number of queries grows with the number of
    different days, not with that of plans.
    """
    version = data_version()
    keys = [Asked(plan.pk, day, is_past(plan, day)) for plan, day in asked]
    places = {key: STATES.place(key) for key in keys}
    with ExitStack() as held:
        for key in sorted(places):  # in one order, so that nobody waits for who waits for them
            held.enter_context(places[key].lock)
        stale = {key: kept for key, kept in places.items() if kept.version != version}
        if stale:
            _compute(stale)
        for kept in stale.values():
            kept.version = version
        return [places[key].state for key in keys]


def action_on(action: Action, day: date, last: ProgressEntry | None = None) -> ActionState:
    """One action as it stands now, in one to five queries: ``state.alone`` says what it leaves out.

    ``last`` is an entry that counts and that was recorded this moment.
    """
    spoken = spoken_of(action, day, last)
    facts = facts_of(action, has_to_be_asked=spoken.accepted is None)
    return action_state(facts, spoken, day)


def _compute(stale: dict[Asked, Kept]) -> None:
    """The plans are read anew: those at hand may be older than the version."""
    for kept in stale.values():
        kept.version = ""
    plans = Plan.objects.in_bulk({key.plan for key in stale})
    groups: dict[tuple[date, bool], dict[Asked, Kept]] = defaultdict(dict)
    for key, kept in stale.items():
        groups[key.day, key.was_recorded][key] = kept
    for (day, was_recorded), group in groups.items():
        of_day = {plans[key.plan]: kept for key, kept in group.items()}
        (_compute_recorded if was_recorded else _compute_now)(of_day, day)


def _compute_recorded(of_day: dict[Plan, Kept], day: date) -> None:
    stored = recorded_of(list(of_day), day)
    for plan, kept in of_day.items():
        kept.state = state_of(stored[plan.pk], kept.state)


def _compute_now(of_day: dict[Plan, Kept], day: date) -> None:
    knowns = {plan.pk: Known(kept.known) for plan, kept in of_day.items()}
    found = now_of(list(of_day), day, knowns)
    for plan, kept in of_day.items():
        stored = found[plan.pk]
        if until := closed_at(plan):
            stored = under_names_of(stored, until)
        kept.state = state_of(stored, kept.state)
        kept.known = knowns[plan.pk].forget()
