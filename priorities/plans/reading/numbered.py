"""Lists whose items are numbered or marked: which of the tree's lists names the priorities."""

from .candidates import Candidate, Member
from .contexts import CONTAINER, GOAL, OTHER, PLAN, WORK, head_kind, lead_kind, turns
from .flow import Flow, Span
from .outline import Item, Listing
from .titles import title_of

_FARTHEST_LEAD = 400


def numbered(flow: Flow, listings: list[Listing], year: int | None) -> list[Candidate]:
    """All lists, the outer ones before those inside; each without the items that are no work."""
    found: list[Candidate] = []
    before = 0
    for listing in listings:
        found += _of_listing(flow, listing, before, year, 0)
        before = listing.end
    return found


def _of_listing(
    flow: Flow, listing: Listing, before: int, year: int | None, depth: int
) -> list[Candidate]:
    members = [member(flow, item) for item in _settled(flow, listing)]
    says, sentence = lead_kind(flow, *_lead(flow, listing, before))
    kept, left_out, inner = [], [], []
    for found in members:
        kind = head_kind(flow.words(*found.title), year)
        if kind == CONTAINER and found.item.lists:
            inner.append(found)
        elif kind in (WORK, CONTAINER) or (kind == GOAL and _has_units(flow, found)):
            kept.append(found)
        else:
            left_out.append(((found.start, found.end), kind))
    if any(_has_units(flow, found) for found in kept) and inner:
        kept = [found for found in members if found in kept or found in inner]
        inner = []
    result = [c for found in members for c in _inside(flow, found, year, depth, found in inner)]
    for candidate in result if inner else []:
        candidate.left_out = [*left_out, *candidate.left_out]
    if kept and all(_is_bare_container(flow, found, year) for found in kept):
        return result
    if not kept and not inner:
        own = Candidate(listing.kind, members, sentence, OTHER, left_out=left_out, depth=depth)
        return [own, *result]
    if kept and not (inner and len(kept) < 3):
        result.append(Candidate(listing.kind, kept, sentence, says, left_out=left_out, depth=depth))
    return result


def _is_bare_container(flow: Flow, found: Member, year: int | None) -> bool:
    """Whether an item only announces what stands in its prose: 二、主要内容."""
    return not found.item.lists and head_kind(flow.words(*found.title), year) == CONTAINER


def _inside(
    flow: Flow, outer: Member, year: int | None, depth: int, is_container: bool
) -> list[Candidate]:
    before, result = outer.item.body, []
    for listing in outer.item.lists:
        for candidate in _of_listing(flow, listing, before, year, depth + (not is_container)):
            if is_container:
                candidate.lead_says = candidate.lead_says or PLAN
            result.append(candidate)
        before = listing.end
    return result


def _has_units(flow: Flow, found: Member) -> bool:
    words = flow.letters[found.start : found.end]
    return any(label in words for label in ("牵头单位", "责任单位", "主办", "牵头）"))


def _lead(flow: Flow, listing: Listing, before: int) -> Span:
    return max(before, listing.start - _FARTHEST_LEAD), listing.start


def member(flow: Flow, item: Item) -> Member:
    """An item with its title told from its content."""
    title, content = title_of(flow, item.body, item.own_end, heads=bool(item.lists))
    return Member(item.start, item.end, title, content, item)


def _settled(flow: Flow, listing: Listing) -> list[Item]:
    """The items of a list, the last one without what follows the list."""
    items = listing.items
    if len(items) < 2 or items[-1].lists:
        return items
    last, earlier = items[-1], items[:-1]
    end = last.end
    if all(_paragraphs(flow, item) <= 1 for item in earlier):
        end = min(end, flow.paragraphs[flow.paragraph_of(last.start)][1])
    elif lines := _same_length(flow, earlier):
        first = flow.paragraph_of(last.start)
        end = min(end, flow.paragraphs[min(first + lines, len(flow.paragraphs)) - 1][1])
    if not last.mark.at_line:
        end = _turn_inside(flow, last.body, end, all(_sentences(flow, i) <= 1 for i in earlier))
    last.end = end
    return items


def _same_length(flow: Flow, items: list[Item]) -> int:
    """The number of paragraphs of each of two or more items, where all have as many: a heading
    and its prose; 0 else."""
    counts = {
        flow.paragraph_of(flow.trimmed(item.body, item.end)[1]) - flow.paragraph_of(item.start) + 1
        for item in items
        if not item.lists
    }
    return counts.pop() if len(items) > 1 and len(counts) == 1 else 0


def _turn_inside(flow: Flow, start: int, end: int, single: bool) -> int:
    """Where the last item of a list inside a paragraph ends: with its sentence where the others are
    one sentence each, else where the text turns."""
    pieces = flow.cut(start, end, "。！？\n")
    for place, (begin, stop) in enumerate(pieces):
        if place and turns(flow.letters[begin : min(stop, begin + 60)]):
            return begin
        if single:
            return stop
    return end


def _paragraphs(flow: Flow, item: Item) -> int:
    end = flow.trimmed(item.body, item.end)[1]
    return (
        flow.paragraph_of(end)
        - flow.paragraph_of(item.start)
        + 1
        - (flow.letters[item.body - 1] == "\n")
    )


def _sentences(flow: Flow, item: Item) -> int:
    return len(flow.cut(item.body, item.end, "。！？\n"))
