"""What a person should look at before a plan is made of a draft: codes, places, and the facts.

Pure. ``said.py`` puts them into the reader's words.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from ...names import fold
from ..outline import MOST_ACTIONS, MOST_PRIORITIES
from ..written.dues import Due, read_due
from .marks import Draft, Mark, Source
from .proposed import Group, words_of

LONGEST_TITLE = 200
LONGEST_ACTION = 500
LONGEST_PART = 5000
"""Characters that a title, an action, a premise or a goal may have (``models.plan``)."""

FAULTS = frozenset(
    ("empty", "too_many_priorities", "too_many_actions", "long_title", "long_action", "long_part")
)
"""With one of these no plan can be made."""

COUNTED = "declared_differs"
"""The reader's own code for a number that does not agree: it is compared anew after each act."""


@dataclass(frozen=True)
class Remark:
    """Something to look at; ``run`` is where, ``about`` what the sentence names."""

    code: str
    run: int | None = None
    about: tuple[str, ...] = ()

    @property
    def is_fault(self) -> bool:
        return self.code in FAULTS


@dataclass(frozen=True)
class Setting:
    """What a draft is read by: the plan's time, and who is known by which name (keys by name)."""

    year: int
    start: date
    end: date
    known: Callable[[str], int | None]


@dataclass(frozen=True)
class Counts:
    """What the head of the page says of a draft."""

    declared: int | None
    priorities: int
    actions: int
    premise: int
    goal: int
    reworded: int


def counts_of(source: Source, draft: Draft, groups: Iterable[Group]) -> Counts:
    """Of all priorities; a premise of two runs is one."""
    groups = list(groups)
    return Counts(
        declared=source.declared,
        priorities=len(groups),
        actions=sum(len(group.actions) for group in groups),
        premise=sum(bool(group.premise) for group in groups),
        goal=sum(bool(group.goal) for group in groups),
        reworded=sum(bool(mark.own) and mark.is_taken for mark in draft.marks),
    )


def unit_meant(draft: Draft, setting: Setting, name: str) -> int | None:
    """The unit that a name of the text means, by its key; 0 where it was left out by a person."""
    chosen = dict(draft.units).get(fold(name))
    return chosen if chosen is not None else setting.known(name)


def due_of(setting: Setting, words: str) -> Due:
    return read_due(words, setting.year)


def remarks_on(source: Source, draft: Draft, groups: list[Group], setting: Setting) -> list[Remark]:
    """What is wrong first, then what to look at, in the order of the plan."""
    counts = counts_of(source, draft, groups)
    found = [
        *_too_many(counts),
        *(remark for group in groups for remark in _too_long(source, group)),
        *_of_reader(source, counts),
        *_of_titles(groups),
        *_twice(source, groups),
        *_of_units(draft, groups, setting),
        *_of_dues(groups, setting),
    ]
    if counts.actions and not any(m.lead or m.due for g in groups for m in g.actions):
        found.append(Remark("nothing_said"))
    return found


def _too_many(counts: Counts) -> Iterator[Remark]:
    if not counts.priorities:
        yield Remark("empty")
    if counts.priorities > MOST_PRIORITIES:
        yield Remark("too_many_priorities", None, (str(counts.priorities), str(MOST_PRIORITIES)))
    if counts.actions > MOST_ACTIONS:
        yield Remark("too_many_actions", None, (str(counts.actions), str(MOST_ACTIONS)))


def _too_long(source: Source, group: Group) -> Iterator[Remark]:
    marks = [("long_title", LONGEST_TITLE, group.title)] if group.title else []
    marks += [("long_action", LONGEST_ACTION, action) for action in group.actions]
    marks += [("long_part", LONGEST_PART, mark) for mark in (*group.premise, *group.goal)]
    for code, most, mark in marks:
        length = len(words_of(source, mark))
        if length > most:
            label = group.labels.get(mark.start, str(group.number))
            yield Remark(code, mark.start, (label, str(length), str(most)))


def _of_reader(source: Source, counts: Counts) -> Iterator[Remark]:
    if source.declared is not None and source.declared != counts.priorities:
        yield Remark("declared", None, (str(source.declared), str(counts.priorities)))
    for code in source.warnings:
        if code != COUNTED and not (code == "no_list" and counts.priorities):
            yield Remark(code)


def _of_titles(groups: list[Group]) -> Iterator[Remark]:
    for group in groups:
        if group.title is None:
            yield Remark("no_title", group.marks[0].start, (str(len(group.actions)),))
        elif not group.actions:
            yield Remark("no_actions", group.title.start, (str(group.number),))
    having = [group for group in groups if group.premise]
    for group in groups:
        is_alone = not group.premise and group.title and 2 * len(having) > len(groups)
        if is_alone:
            yield Remark("no_premise", group.title.start, (str(group.number),))


def _twice(source: Source, groups: list[Group]) -> Iterator[Remark]:
    first: dict[str, str] = {}
    for group in groups:
        for action in group.actions:
            words, label = fold(words_of(source, action)), group.labels[action.start]
            if words in first:
                yield Remark("twice", action.start, (label, first[words]))
            first.setdefault(words, label)


def _of_units(draft: Draft, groups: list[Group], setting: Setting) -> Iterator[Remark]:
    """Each name that is not known once, with the actions that name it."""
    at: dict[str, list[tuple[str, Mark, str]]] = defaultdict(list)
    for group in groups:
        for action in group.actions:
            for name in dict.fromkeys(filter(None, (action.lead, *action.supporting))):
                at[fold(name)].append((name, action, group.labels[action.start]))
    for named in at.values():
        name, action, _label = named[0]
        if unit_meant(draft, setting, name) is None:
            yield Remark("unknown_unit", action.start, (name, *(label for *_, label in named)))


def _of_dues(groups: list[Group], setting: Setting) -> Iterator[Remark]:
    for group in groups:
        for action in group.actions:
            if not action.due:
                continue
            due, label = due_of(setting, action.due), group.labels[action.start]
            if not due.is_understood:
                yield Remark("unread_due", action.start, (label, action.due))
            elif due.due and not setting.start <= due.due <= setting.end:
                yield Remark("due_outside", action.start, (label, action.due))
