"""A draft → the outline of the plan that is made of it. Pure."""

from dataclasses import dataclass

from ..outline import ActionOutline, PlanOutline, PriorityOutline
from ..written.amounts import targets_of
from .marks import Draft, Mark, Source
from .proposed import Group, groups_of, joined_words, words_of
from .remarks import LONGEST_ACTION, Setting, due_of, unit_meant


@dataclass(frozen=True)
class Heads:
    """What the plan is called, and where its words come from."""

    title: str
    slug: str
    source_title: str


def outline_of(source: Source, draft: Draft, setting: Setting, heads: Heads) -> PlanOutline:
    """The plan as the draft has it; what nobody said or nobody understood stays open."""
    groups = groups_of(source, draft)
    return PlanOutline(
        slug=heads.slug,
        title=heads.title,
        start=setting.start,
        end=setting.end,
        source_title=heads.source_title,
        priorities=tuple(_priority(source, draft, setting, heads, group) for group in groups),
    )


def printed_words(source: Source, mark: Mark) -> str:
    """What the document calls the action; its own words follow as a change (``reworded``).

    So the document page finds the action in its sentence. What is too long to be an action's words
    has none there.
    """
    printed = source.words(mark.start, mark.end)
    return printed if len(printed) <= LONGEST_ACTION else mark.own


def reworded(source: Source, draft: Draft) -> dict[tuple[int, int], str]:
    """The other words of actions, by number of the priority and place in it."""
    return {
        (group.number, order): mark.own
        for group in groups_of(source, draft)
        for order, mark in enumerate(group.actions, start=1)
        if mark.own and mark.own != printed_words(source, mark)
    }


def _priority(
    source: Source, draft: Draft, setting: Setting, heads: Heads, group: Group
) -> PriorityOutline:
    return PriorityOutline(
        title=words_of(source, group.title) if group.title else heads.title,
        sentence=source.sentence(group.words_from, group.end),
        premise=joined_words(source, group.premise),
        goal=joined_words(source, group.goal),
        actions=tuple(_action(source, draft, setting, action) for action in group.actions),
    )


def _action(source: Source, draft: Draft, setting: Setting, mark: Mark) -> ActionOutline:
    lead = unit_meant(draft, setting, mark.lead) if mark.lead else None
    supporting = (unit_meant(draft, setting, name) for name in mark.supporting)
    start, due = _days(setting, mark)
    return ActionOutline(
        text=printed_words(source, mark),
        lead=lead or None,
        supporting=tuple(dict.fromkeys(unit for unit in supporting if unit and unit != lead)),
        start=start,
        due=due,
        targets=targets_of(words_of(source, mark), mark.amounts),
    )


def _days(setting: Setting, mark: Mark) -> tuple:
    """Of a time that is understood and lies in the plan's; a first day goes with a last one."""
    read = due_of(setting, mark.due) if mark.due else None
    if read is None or not read.is_understood or read.due is None:
        return None, None
    if not setting.start <= read.due <= setting.end:
        return None, None
    start = read.start if read.start and setting.start <= read.start <= read.due else None
    return start, read.due
