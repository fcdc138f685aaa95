"""State → the official sentences, each clause with its action, and what is worded otherwise today.

The printed words stay: an action that was reworded keeps its place in them, and one that was added
later, or whose words never stood there, is listed behind the sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .state.day import ActionState, PriorityState
from .state.stored import earlier_words
from .state.values import ActionFacts, PriorityFacts


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
    runs = clauses_of(p.priority, [a.action for a in p.actions], earlier)
    printed = {run.action.pk: run.words for run in runs if run.action}
    later = [Later(a, printed.get(pk, "")) for pk, a in of.items() if printed.get(pk, "") != a.text]
    clauses = [(run.kind, run.words, of[run.action.pk] if run.action else None) for run in runs]
    return Sentence(p, clauses, later)


@dataclass(frozen=True)
class Clause:
    """A run of words of an official sentence: title, premise, action, goal, or between."""

    kind: str
    words: str
    action: ActionFacts | None


def clauses_of(
    priority: PriorityFacts,
    actions: Iterable[ActionFacts],
    earlier: dict[int, list[str]] | None = None,
) -> list[Clause]:
    """A priority's official sentence cut into runs, in order; joined they are the sentence again.

    ``earlier`` are the words that actions had, by primary key, the printed ones first. An
    action of which none stand in the sentence gets no run of its own.
    """
    earlier = earlier or {}
    marks = [("title", [priority.title], None), ("premise", [priority.premise], None)]
    marks += [("action", [*earlier.get(a.pk, []), a.text], a) for a in actions]
    marks.append(("goal", [priority.goal], None))
    runs, place = [], 0
    for kind, wordings, action in marks:
        words = next((words for words in wordings if words in priority.sentence[place:]), "")
        if not words:
            continue
        found = priority.sentence.index(words, place)
        if found > place:
            runs.append(Clause("between", priority.sentence[place:found], None))
        runs.append(Clause(kind, words, action))
        place = found + len(words)
    if place < len(priority.sentence):
        runs.append(Clause("between", priority.sentence[place:], None))
    return runs
