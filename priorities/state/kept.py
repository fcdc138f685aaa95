"""The one door to the state of a plan on a day: it decides which rows it is computed from.

It alone keeps what it computed, per process, as long as the data stand at the same version. After
a change what the change did not touch is taken again (``known``).
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from ..models import Action, Plan, ProgressEntry
from ..version import data_version
from .alone import facts_of, spoken_of
from .closed import under_names_of
from .day import ActionState, PlanState, action_state, state_of
from .known import Known
from .stored import closed_at, is_past, stored_as_recorded, stored_now

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


def plan_on(plan: Plan, day: date) -> PlanState:
    """The state that every page and report shows for a day: of a past one as it was recorded."""
    version, was_recorded = data_version(), is_past(plan, day)
    kept = STATES.place((plan.pk, day, was_recorded))
    with kept.lock:
        if kept.version != version:
            _compute(kept, Plan.objects.get(pk=plan.pk), day, was_recorded=was_recorded)
            kept.version = version
        return kept.state


def action_on(action: Action, day: date, last: ProgressEntry | None = None) -> ActionState:
    """One action as it stands now, in one to five queries: ``state.alone`` says what it leaves out.

    ``last`` is an entry that counts and that was recorded this moment.
    """
    spoken = spoken_of(action, day, last)
    facts = facts_of(action, has_to_be_asked=spoken.accepted is None)
    return action_state(facts, spoken, day)


def _compute(kept: Kept, plan: Plan, day: date, *, was_recorded: bool) -> None:
    """The plan is read anew: the one at hand may be older than the version."""
    kept.version = ""
    if was_recorded:
        kept.state = state_of(stored_as_recorded(plan, day), kept.state)
        return
    known = Known(kept.known)
    stored = stored_now(plan, day, known)
    if until := closed_at(plan):
        stored = under_names_of(stored, until)
    kept.state = state_of(stored, kept.state)
    kept.known = known.forget()
