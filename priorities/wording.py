"""State → the official sentences, each clause with its action, and what is worded otherwise today.

The printed words stay: an action that was reworded or split keeps its place in them, with what
stands for it now beside; one whose words never stood there is listed as outside the document.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter

from django.db.models import Q

from .models import Action, Lineage
from .state.day import ActionState, PriorityState
from .state.stored import earlier_words
from .state.values import ActionFacts, PriorityFacts

STEMS = "甲乙丙丁戊己庚辛壬癸"
"""What a printed clause and the words that stand for it now are told by."""

SURE = 4
"""Characters of words that are no accident where they stand out of their order."""


@dataclass(frozen=True)
class Later:
    """An action that the sentence has in other words (``printed``), or not at all (empty).

    ``key`` stands at the printed clause and here; ``into`` is in what it goes on where it was split
    or merged; ``told`` is the record of that, or of the other words, with when, why and by whom.
    """

    a: ActionState
    printed: str
    key: str = ""
    into: tuple[ActionState, ...] = ()
    told: object = None


@dataclass(frozen=True)
class Sentence:
    """The sentence of a priority in runs of kind, words and the action they speak of.

    ``later`` are those that say something else than what is printed; ``outside`` those of which
    the document says nothing.
    """

    p: PriorityState
    clauses: list[tuple[str, str, ActionState | None]]
    later: list[Later]
    outside: list[ActionState]
    keys: dict[str, str] = field(default_factory=dict)
    """By number the key of a printed clause that says something else now."""


def sentences(priorities: list[PriorityState]) -> list[Sentence]:
    """The sentences of priorities, in one query for all, two more where words were changed and one
    where actions were split or merged."""
    earlier = earlier_words(a.action.pk for p in priorities for a in p.actions)
    by_key = {a.action.pk: a for p in priorities for a in p.actions}
    found = [_sentence(p, earlier, by_key) for p in priorities]
    return _with_records(found)


def _sentence(
    p: PriorityState, earlier: dict[int, list[str]], by_key: dict[int, ActionState]
) -> Sentence:
    of = {a.action.pk: a for a in p.actions}
    runs = clauses_of(p.priority, [a.action for a in p.actions], earlier)
    printed = {run.action.pk: run.words for run in runs if run.action}
    other = [of[run.action.pk] for run in runs if run.action and _says_other(of, run)]
    later = [
        Later(a, printed[a.action.pk], _key(place), _goes_on_in(a, by_key))
        for place, a in enumerate(other)
    ]
    told = {a.action.pk for one in later for a in one.into}
    outside = [a for pk, a in of.items() if pk not in printed and pk not in told]
    clauses = [(run.kind, run.words, of[run.action.pk] if run.action else None) for run in runs]
    return Sentence(p, clauses, later, outside, {one.a.number: one.key for one in later})


def _says_other(of: dict[int, ActionState], run: "Clause") -> bool:
    a = of[run.action.pk]
    return run.words != a.text or (a.is_ended and bool(a.action.into))


def _key(place: int) -> str:
    return STEMS[place] if place < len(STEMS) else str(place + 1)


def _goes_on_in(a: ActionState, by_key: dict[int, ActionState]) -> tuple[ActionState, ...]:
    into = a.action.into if a.is_ended else ()
    return tuple(by_key[one.target] for one in into if one.target in by_key)


def _with_records(found: list[Sentence]) -> list[Sentence]:
    later = [one for s in found for one in s.later]
    words = _first_with([one.a for one in later if not one.into])
    lines = _first_lines([one.a for one in later if one.into])
    told = {**words, **lines}
    return [
        replace(s, later=[replace(one, told=told.get(one.a.action.pk)) for one in s.later])
        for s in found
    ]


def _first_with(actions: list[ActionState]) -> dict[int, object]:
    """Of each the first record that has its words: who wrote them, when and why."""
    wanted = Q(pk__in=())
    for a in actions:
        wanted |= Q(id=a.action.pk, text=a.text)
    rows = Action.history.filter(wanted).select_related("history_user") if actions else []
    return {row.id: row for row in sorted(rows, key=lambda row: -row.history_id)}


def _first_lines(actions: list[ActionState]) -> dict[int, object]:
    keys = [a.action.pk for a in actions]
    rows = Lineage.history.filter(source_id__in=keys, history_type="+") if keys else []
    rows = rows.select_related("history_user") if keys else []
    return {row.source_id: row for row in sorted(rows, key=lambda row: row.history_id)}


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
    found, place = [], 0
    for kind, wordings, action in marks:
        span = _span_of(priority.sentence, wordings, place, found)
        if span:
            found.append((*span, kind, action))
            place = max(place, span[1])
    return list(_runs(priority.sentence, sorted(found, key=itemgetter(0))))


def _span_of(sentence: str, wordings: list[str], place: int, taken: list) -> tuple | None:
    """Where one of the wordings stands: behind what stands before it in the plan, else, where an
    action was moved, anywhere that is free.
    """
    for words in filter(None, wordings):
        at = sentence.find(words, place)
        if at >= 0:
            return at, at + len(words)
    for words in wordings:
        at = sentence.find(words) if len(words) >= SURE else -1
        if at >= 0 and all(at + len(words) <= start or end <= at for start, end, *_ in taken):
            return at, at + len(words)
    return None


def _runs(sentence: str, found: list) -> Iterator[Clause]:
    place = 0
    for start, end, kind, action in found:
        if start > place:
            yield Clause("between", sentence[place:start], None)
        yield Clause(kind, sentence[start:end], action)
        place = end
    if place < len(sentence):
        yield Clause("between", sentence[place:], None)
