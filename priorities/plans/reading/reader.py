"""The reading from end to end: text → flow → lists → the one that is meant → priorities."""

import re

from .candidates import Candidate, Member
from .choosing import LEAST, weighed
from .content import content
from .contexts import (
    CONTAINER,
    DEMAND,
    GOAL,
    REVIEW,
    WORK,
    head_kind,
    is_about_something_else,
    stops,
)
from .flow import Flow, Span
from .grids import grids
from .keywords import keywords, quoted_keywords, shorthand
from .numbered import numbered
from .numbering import marks
from .outline import Item, Listing, outline
from .quantities import quantities
from .refusal import (
    DECLARED_DIFFERS,
    ENDS_IN_THE_MIDDLE,
    TOO_MANY_ITEMS,
    ends_in_the_middle,
    offered,
    why_none,
)
from .rows import dunhao, quoted_rows, semicolons
from .tables import tables
from .times import due_in
from .titles import title_of
from .units import Said, said
from .unnumbered import colon_heads, headed, headlines, paragraphs, topics
from .unwrapping import unwrapped
from .values import FoundAction, FoundPriority, Passage, Reading

MOST_ITEMS = 300
"""Priorities that are read out of one list; a plan holds far fewer."""

MOST_LISTS = 500
"""Lists that are compared; a long work report has some two hundred."""

_BEGINNING = 3000
"""Letters within which a text that is none of ours gives itself away."""

_YEAR = re.compile(r"(20\d\d)年(?!来)")


def read(text: str, *, year: int | None = None) -> Reading:
    """What a text says of the year's priorities; nothing in it that does not stand in the text."""
    flow = unwrapped(text)
    ranked = weighed(flow, _named(flow, _lists(flow, year or _likely_year(flow))))
    if not ranked or ranked[0].score < LEAST or _is_unrelated(flow, ranked[0]):
        return _refused(text, flow, ranked)
    return _taken(text, flow, ranked[0], ranked[1:])


def _is_unrelated(flow: Flow, best: Candidate) -> bool:
    """Whether the text is an invitation, an advertisement or an appeal, with a list in it."""
    return best.form != "table" and is_about_something_else(flow.letters[:_BEGINNING])


def _lists(flow: Flow, year: int | None) -> list[Candidate]:
    numbers = marks(flow)
    marked = {mark.start for mark in numbers if mark.at_line}
    turns = stops(flow, marked)
    flow.turns = [stop.start for stop in turns]
    listings = outline(flow, numbers, flow.turns)
    found = numbered(flow, listings, year) + _tables(flow)
    for find in (paragraphs, topics, headlines):
        found += find(flow, turns, marked)
    found += headed(flow, marked) + colon_heads(flow, marked)
    for find in (dunhao, quoted_rows, semicolons, keywords, quoted_keywords, shorthand):
        found += find(flow)
    return _longest(found)


def _longest(lists: list[Candidate]) -> list[Candidate]:
    """As many lists as a document may have; of more, those with the most items."""
    if len(lists) <= MOST_LISTS:
        return lists
    return sorted(lists, key=lambda found: -len(found.members))[:MOST_LISTS]


def _tables(flow: Flow) -> list[Candidate]:
    """Tables with a row on each line, else those whose cells stand one below the other; all of
    them are one plan, as goals and tasks are in an annex of two tables."""
    found = grids(flow) or tables(flow)
    if len(found) < 2:
        return found
    return [Candidate("table", [m for table in found for m in table.members], None, "plan")]


def _named(flow: Flow, lists: list[Candidate]) -> list[Candidate]:
    """The lists without the items that are nothing but a number."""
    for found in lists:
        found.members = [m for m in found.members if len(flow.words(*m.title)) > 1]
    return [found for found in lists if found.members]


def _refused(text: str, flow: Flow, lists: list[Candidate]) -> Reading:
    candidates = tuple(flow.run(*span) for span in offered(flow))
    warnings = [why_none(flow, lists)]
    if ends_in_the_middle(flow):
        warnings.append(ENDS_IN_THE_MIDDLE)
    return Reading(text, None, tuple(warnings), (), tuple(_passed_over(flow, lists)), candidates)


def _passed_over(flow: Flow, lists: list[Candidate]) -> list[Passage]:
    """The lists that were read and are not the one: last year's review, demands, other parts."""
    found = [
        Passage(flow.run(*flow.trimmed(c.start, c.end)), c.lead_says)
        for c in lists
        if c.lead_says in (REVIEW, DEMAND) and c.form not in ("words", "plain words")
    ]
    found += [
        Passage(flow.run(*flow.trimmed(*span)), why) for c in lists for span, why in c.left_out
    ]
    return sorted(set(found), key=lambda passage: (passage.run.start, -passage.run.end))


def _likely_year(flow: Flow) -> int | None:
    years = [int(match[1]) for match in _YEAR.finditer(flow.letters)]
    return max(years, default=None)


def _taken(text: str, flow: Flow, chosen: Candidate, others: list[Candidate]) -> Reading:
    priorities = tuple(_priority(flow, member) for member in chosen.members[:MOST_ITEMS])
    warnings = [TOO_MANY_ITEMS] if len(chosen.members) > MOST_ITEMS else []
    if chosen.declared is not None and chosen.declared != len(priorities):
        warnings.append(DECLARED_DIFFERS)
    if ends_in_the_middle(flow):
        warnings.append(ENDS_IN_THE_MIDDLE)
    outside = [c for c in others if c.end <= chosen.start or c.start >= chosen.end]
    alone = Candidate(chosen.form, chosen.members, left_out=chosen.left_out)
    passed_over = tuple(_passed_over(flow, [*outside, alone]))
    return Reading(text, chosen.declared, tuple(warnings), priorities, passed_over)


def _priority(flow: Flow, member: Member) -> FoundPriority:
    end = flow.trimmed(member.start, member.end)[1]
    notes = said(flow, member.start, member.item.own_end if member.item else member.end)
    title = _without(flow, member.title, notes)
    sentence = flow.run(title[0], _with_stop(flow, max(end, title[1]), member.end))
    if member.item and member.item.lists:
        actions = [a for listing in member.item.lists for a in _listed(flow, listing)]
        actions = [action for action in actions if action.run.words]
        return FoundPriority(flow.run(*title), sentence, None, None, tuple(actions))
    if member.actions is not None:
        actions = tuple(_action(flow, flow.trimmed(*span), said) for span, said in member.actions)
        return FoundPriority(flow.run(*title), sentence, None, None, actions)
    inner = content(flow, member.content, _without(flow, (member.content, member.end), notes)[1])
    actions = [_action(flow, span, notes) for span in inner.actions]
    if len(notes.taken) > 2:
        actions = _segments(flow, member, notes)
    return FoundPriority(
        flow.run(*title),
        sentence,
        flow.run(*inner.premise) if inner.premise else None,
        flow.run(*inner.goal) if inner.goal else None,
        tuple(actions),
    )


def _segments(flow: Flow, member: Member, notes: Said) -> list[FoundAction]:
    """The actions of prose in which units are named behind each of several sentences."""
    actions, begin = [], member.content
    for start, end in notes.taken:
        own = said(flow, begin, end)
        actions += [_action(flow, span, own) for span in content(flow, begin, start).actions]
        begin = end
    rest = content(flow, begin, member.end).actions if begin < member.end else []
    return actions + [_action(flow, span, Said()) for span in rest]


def _listed(flow: Flow, listing: Listing) -> list[FoundAction]:
    """The actions of a list inside: its items; where one only groups others, those; and none that
    tells of goals, of reasons or of what came of it."""
    found = []
    for item in listing.items:
        (start, end), _ = title_of(flow, item.body, item.own_end)
        is_colon = flow.letters[end : end + 1] == "："
        kind = WORK if is_colon else head_kind(flow.letters[start:end])
        if item.lists and (item.lists[0].at_line or kind == CONTAINER):
            found += [action for inner in item.lists for action in _listed(flow, inner)]
        elif kind not in (GOAL, DEMAND, REVIEW) or said(flow, item.start, item.end):
            found.append(_item_action(flow, item))
    return found


def _item_action(flow: Flow, item: Item) -> FoundAction:
    notes = said(flow, item.start, item.end)
    pieces = flow.cut(item.body, item.own_end, "。！？\n")
    span = flow.trimmed(*pieces[0]) if pieces else (item.body, item.body)
    return _action(flow, _without(flow, span, notes), notes, flow.trimmed(item.body, item.end))


def _action(flow: Flow, span: Span, notes: Said, whole: Span | None = None) -> FoundAction:
    lead, supporting = notes.units()
    due = notes.due or due_in(flow, *(whole or span))
    return FoundAction(
        flow.run(*span),
        lead,
        supporting,
        flow.run(*due).words if due else "",
        tuple(quantities(flow, *span)),
    )


def _without(flow: Flow, span: Span, notes: Said) -> Span:
    """A span that ends where the units beside it begin."""
    start, end = span
    for begin, _ in notes.taken:
        if start < begin < end:
            end = begin
    return flow.trimmed(start, end)


def _with_stop(flow: Flow, end: int, last: int) -> int:
    return end + 1 if end < last and flow.letters[end] in "。！；" else end
