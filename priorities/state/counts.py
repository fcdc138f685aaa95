"""How many actions stand how, and which of them needs a look first: pure."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from ..lights import ENDED, KINDS, STALE, Light
from .values import ActionFacts

Counts = dict[str, int]
"""How many actions are shown as each kind, in the order of the kinds; zeros are there too."""


class Counted(Protocol):
    """What of an action's state is counted by (``day.ActionState``)."""

    action: ActionFacts
    kind: str
    elapsed: int
    deviation: int
    is_ended: bool


ATTENTION = (Light.RED, Light.YELLOW, STALE, Light.UNASSIGNED)
"""The kinds of which a priority's worst action is named, the most urgent first."""


def urgency(a: Counted) -> tuple:
    """Sorts what needs a look first to the front: by kind, then overdue, then furthest behind."""
    rank = ATTENTION.index(a.kind) if a.kind in ATTENTION else len(ATTENTION)
    return (rank, a.elapsed < 100, a.deviation, a.action.priority.number, a.action.order)


def worst_of(actions: Iterable[Counted]) -> Counted | None:
    """The one that needs a look first, of those that do."""
    return min((a for a in actions if a.kind in ATTENTION), key=urgency, default=None)


def count(actions: Iterable[Counted]) -> Counts:
    """How many actions there are of each kind, worst kind first."""
    found = Counter(a.kind for a in actions)
    return {kind: found[kind] for kind in KINDS}


def count_ended(actions: Iterable[Counted]) -> Counts:
    """How many of them are out of every figure, by how they ended; zeros are there too."""
    found = Counter(a.kind for a in actions if a.is_ended)
    return {light.value: found[light.value] for light in ENDED}
