"""State → the official sentences, each clause with its action, and what is worded otherwise today.

The printed words stay: an action that was reworded keeps its place in them, and one that was added
later, or whose words never stood there, is listed behind the sentence.
"""

from dataclasses import dataclass

from .record import earlier_words
from .state import ActionState, PriorityState


@dataclass(frozen=True)
class Later:
    """An action that the sentence has in other words (``printed``), or not at all (empty)."""

    a: ActionState
    printed: str


@dataclass(frozen=True)
class Sentence:
    """The sentence of a priority in runs of kind, words and the action they speak of."""

    p: PriorityState
    clauses: list[tuple[str, str, ActionState | None]]
    later: list[Later]


def sentences(priorities: list[PriorityState]) -> list[Sentence]:
    """The sentences of priorities, in one query for all of them."""
    earlier = earlier_words(a.action.pk for p in priorities for a in p.actions)
    return [_sentence(p, earlier) for p in priorities]


def _sentence(p: PriorityState, earlier: dict[int, list[str]]) -> Sentence:
    of = {a.action.pk: a for a in p.actions}
    runs = p.priority.clauses([a.action for a in p.actions], earlier)
    printed = {run.action.pk: run.words for run in runs if run.action}
    later = [Later(a, printed.get(pk, "")) for pk, a in of.items() if printed.get(pk, "") != a.text]
    clauses = [(run.kind, run.words, of[run.action.pk] if run.action else None) for run in runs]
    return Sentence(p, clauses, later)
