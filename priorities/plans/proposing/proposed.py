"""What a draft amounts to: its priorities with their actions, where each stands in the text.

A priority goes from its title to the next one. Pure: no model, no request.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .marks import EDGE, NUMBERING, Draft, Kind, Mark, Passage, Source

LONGEST_NUMBER = 8
"""Characters of what counts a title in its line; anything longer before it is part of its words."""

CLOSING = "。！？；…”’）》】〕).!?;"


@dataclass(frozen=True)
class Group:
    """One priority: what of the text belongs to it, and its actions in the order of the plan.

    ``title`` is None for what was taken before the first title. ``number`` counts in the order of
    the plan, ``marks`` are all runs of its stretch of the text, taken or not.
    """

    number: int
    start: int
    end: int
    title: Mark | None
    marks: tuple[Mark, ...]
    actions: tuple[Mark, ...]

    @property
    def words_from(self) -> int:
        """Where its sentence begins: the number before it is the plan's own."""
        before = self.title.start - self.start if self.title else 0
        return self.title.start if 0 < before <= LONGEST_NUMBER else self.start

    @cached_property
    def premise(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.kind == Kind.PREMISE)

    @cached_property
    def goal(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.kind == Kind.GOAL)

    @cached_property
    def labels(self) -> dict[int, str]:
        """The number of each action in the plan, by its start."""
        numbered = enumerate(self.actions, start=1)
        return {action.start: f"{self.number}.{order}" for order, action in numbered}


def groups_of(source: Source, draft: Draft) -> list[Group]:
    """The priorities in the order of the plan."""
    parts = _parts(draft.marks)
    starts = [_clear(draft.marks, start) for start in _starts(source, parts)]
    ordered = _ordered(range(len(parts)), [_key(part) for part in parts], draft.order)
    numbers = {place: number for number, place in enumerate(ordered, start=1)}
    groups = [
        _group(source, draft.marks, part, starts[place : place + 2], numbers[place])
        for place, part in enumerate(parts)
    ]
    return [groups[place] for place in ordered]


def group_at(groups: Iterable[Group], start: int) -> Group | None:
    """The priority to which the run that begins there belongs."""
    return next((g for g in groups if g.start <= start < g.end), None)


def _key(part: list[Mark]) -> int:
    return part[0].start


def _parts(marks: tuple[Mark, ...]) -> list[list[Mark]]:
    """The taken runs of each priority, in the order of the text."""
    parts: list[list[Mark]] = []
    for mark in marks:
        if not mark.is_taken:
            continue
        if mark.kind == Kind.TITLE or not parts:
            parts.append([])
        parts[-1].append(mark)
    return parts


def _starts(source: Source, parts: list[list[Mark]]) -> list[int]:
    """Where the stretch of each begins: with the reader's passage, never in the one before."""
    begins = [start for start, _end in source.sections]
    starts, last = [], 0
    for part in parts:
        first = part[0].start
        place = bisect_right(begins, first) - 1
        is_inside = place >= 0 and source.sections[place][1] > first
        start = max(begins[place], last) if is_inside else first
        starts.append(_with_number(source, start, last))
        last = part[-1].end
    return [*starts, len(source.text)]


def _with_number(source: Source, start: int, last: int) -> int:
    """The start of its line, where only a number stands before it: 一、 goes with its title."""
    place = bisect_right(source.paragraphs, start) - 1
    line = source.paragraphs[place] if place >= 0 else start
    is_number = line >= last and NUMBERING.fullmatch(source.text[line:start])
    return line if is_number else start


def _clear(marks: tuple[Mark, ...], place: int) -> int:
    """The place, or where the run ends that reaches over it: no run is cut by an edge."""
    before = bisect_right(marks, place - 1, key=lambda mark: mark.start) - 1
    return max(place, marks[before].end) if before >= 0 else place


def _ordered(places: Iterable[int], starts: list[int], wanted: tuple[int, ...]) -> list[int]:
    """In the order wanted; what it does not name stays behind what it follows in the text."""
    rank = {start: place for place, start in enumerate(wanted)}
    keys, last = {}, (-1, 0)
    for place in places:
        known = rank.get(starts[place])
        last = (known, 0) if known is not None else (last[0], last[1] + 1)
        keys[place] = last
    return sorted(places, key=keys.__getitem__)


def _group(source: Source, marks: tuple, part: list[Mark], starts: list[int], number: int) -> Group:
    start, following = starts
    end = max(part[-1].end, min(_end_of_section(source, part[0]), following))
    end = _clear(marks, end)
    while end < following and source.text[end] in CLOSING:
        end += 1
    title = part[0] if part[0].kind == Kind.TITLE else None
    actions = [mark for mark in part if mark.kind == Kind.ACTION]
    places = range(len(actions))
    order = _ordered(places, [a.start for a in actions], title.order if title else ())
    inside = _within(marks, start, end)
    return Group(number, start, end, title, inside, tuple(actions[place] for place in order))


def _end_of_section(source: Source, mark: Mark) -> int:
    begins = [start for start, _end in source.sections]
    place = bisect_right(begins, mark.start) - 1
    return source.sections[place][1] if place >= 0 else 0


def _within(marks: tuple[Mark, ...], start: int, end: int) -> tuple[Mark, ...]:
    first = bisect_right(marks, start - 1, key=lambda mark: mark.start)
    return marks[first : bisect_right(marks, end - 1, key=lambda mark: mark.start)]


@dataclass(frozen=True)
class Left:
    """A stretch of the text between priorities, with its runs and why the reader passed it over."""

    start: int
    end: int
    why: str
    marks: tuple[Mark, ...]


def left_between(source: Source, draft: Draft, groups: Iterable[Group]) -> list[Left]:
    """What belongs to no priority, in the order of the text; cut where the reason changes."""
    found, at = [], 0
    for group in sorted(groups, key=lambda group: group.start):
        found += _cut(source, draft, at, group.start, leads_in=not at)
        at = group.end
    return [*found, *_cut(source, draft, at, len(source.text), leads_in=False)]


def _cut(source: Source, draft: Draft, start: int, end: int, *, leads_in: bool) -> list[Left]:
    """Stretches of paragraphs that were passed over for one reason; what leads in to the first
    priority is one of its own.
    """
    edges = [(start, _why(source, start))]
    passages = _inside(source, start, end)
    for passage in passages:
        edge = _clear(draft.marks, passage.start)
        is_other = passage.why != edges[-1][1] or (leads_in and passage is passages[-1])
        if is_other and edges[-1][0] < edge < end:
            edges.append((edge, passage.why))
    ends = [*(edge for edge, _why in edges[1:]), end]
    pieces = [
        Left(first, last, why, _within(draft.marks, first, last))
        for (first, why), last in zip(edges, ends, strict=True)
    ]
    return [piece for piece in pieces if piece.marks]


def _inside(source: Source, start: int, end: int) -> tuple[Passage, ...]:
    first = bisect_right(source.passages, start, key=lambda passage: passage.start)
    return source.passages[first : bisect_right(source.passages, end - 1, key=lambda p: p.start)]


def _why(source: Source, place: int) -> str:
    """Of the passage in which it lies, else of the one that follows."""
    passages = source.passages
    at = bisect_right(passages, place, key=lambda passage: passage.start) - 1
    if at < 0 or passages[at].end <= place:
        at += 1
    return passages[at].why if at < len(passages) else ""


def words_of(source: Source, mark: Mark) -> str:
    """The words that stand for a run: what somebody wrote, else its own."""
    return mark.own or source.words(mark.start, mark.end)


def joined_words(source: Source, marks: tuple[Mark, ...]) -> str:
    """Several runs as one: with what stands between them where that is punctuation only."""
    words = ""
    for place, mark in enumerate(marks):
        between = source.words(marks[place - 1].end, mark.start) if place else ""
        words += (between if not between.strip(EDGE) else "；") + words_of(source, mark)
    return words
