"""A reading → the marks that people begin with: what was read is taken, the rest lies beside it.

What was not taken is cut into sentences, so that any of it can be picked by hand.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ..reading.unwrapping import unwrapped
from ..reading.values import FoundAction, FoundPriority, Reading
from .marks import NUMBERING, Draft, Kind, Mark, Passage, Source

SENTENCE_END = re.compile("[。！？；!?;]+[”’」』）)]*")
CLAUSE_END = re.compile("[，,、：:]")
CUES = (
    ("review", re.compile("过去一年|一年来|工作回顾|去年以来|过去的?[一二三四五]年")),
    ("aim", re.compile("总体要求是|总体思路|指导思想是|主要目标是|预期目标")),
    ("meeting", re.compile("本报讯|会议的?主要任务|审议(?:了|通过)|列席|闭幕|会议召开")),
    ("call", re.compile("号召|让我们|更加紧密地?团结在")),
    ("demand", re.compile("必须|要从|强调|指出|切实|高度重视")),
)
"""By what a paragraph is headed that is no part of the list; the first that is found. One that has
none of it goes with the one before."""

LINE_BREAKS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
LONG = 300
"""Characters of a sentence from which its clauses are runs of their own."""


def taken(reading: Reading) -> tuple[Source, Draft]:
    """The text with what is known of it, and the draft that says what the reading says."""
    source = _source(reading)
    found = list(_apart(_marks(reading)))
    rest = _rest(source, found, [(run.start, run.end) for run in reading.candidates])
    return source, Draft(tuple(sorted([*found, *rest], key=lambda mark: mark.start)))


def _source(reading: Reading) -> Source:
    flow = unwrapped(reading.text)
    shown = (place for place in flow.at if reading.text[place] not in LINE_BREAKS)
    sections = ((p.sentence.start, p.sentence.end) for p in reading.priorities)
    paragraphs = [(flow.at[start], flow.at[end - 1] + 1) for start, end in flow.paragraphs]
    return Source(
        text=reading.text,
        dropped=tuple(_dropped(shown, len(reading.text))),
        paragraphs=tuple(start for start, _end in paragraphs),
        declared=reading.declared,
        warnings=reading.warnings,
        sections=tuple(sorted(sections)),
        passages=tuple(_passages(reading, paragraphs)),
        candidates=tuple((run.start, run.end) for run in reading.candidates),
    )


def _passages(reading: Reading, paragraphs: list[tuple[int, int]]) -> Iterator[Passage]:
    """What the reader passed over, with its reason; elsewhere what a paragraph looks like."""
    told = [(p.run.start, p.run.end, p.why) for p in reading.passed_over]
    before = ""
    for start, end in paragraphs:
        said = next((why for first, last, why in told if first <= start < last), "")
        before = said or _looks_like(reading.text[start:end], before)
        yield Passage(start, end, before)


def _looks_like(words: str, default: str) -> str:
    return next((why for why, cue in CUES if cue.search(words)), default)


def _dropped(shown: Iterable[int], length: int) -> Iterator[tuple[int, int]]:
    """The stretches of the text that none of the places shows."""
    at = 0
    for place in shown:
        if place > at:
            yield at, place
        at = max(at, place + 1)
    if at < length:
        yield at, length


def _marks(reading: Reading) -> Iterator[Mark]:
    for priority in reading.priorities:
        yield from _parts(priority)
        for action in priority.actions:
            yield _of_action(action)


def _parts(priority: FoundPriority) -> Iterator[Mark]:
    kinds = (
        (Kind.TITLE, priority.title),
        (Kind.PREMISE, priority.premise),
        (Kind.GOAL, priority.goal),
    )
    for kind, run in kinds:
        if run:
            yield Mark(run.start, run.end, kind)


def _of_action(action: FoundAction) -> Mark:
    amounts = tuple((quantity.number, quantity.unit) for quantity in action.quantities)
    said = (action.lead, tuple(action.supporting), action.due, amounts)
    return Mark(action.run.start, action.run.end, Kind.ACTION, "", *said)


def _apart(marks: Iterable[Mark]) -> Iterator[Mark]:
    """In the order of the text; of two that lie over each other the first, of equal ones the last.

    A breakdown without groups has the words of an action for its title: then they are the action.
    """
    end = 0
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.kind == Kind.TITLE, mark.end)):
        if mark.start >= end and mark.end > mark.start:
            yield mark
            end = mark.end


def _rest(source: Source, found: list[Mark], candidates: list[tuple[int, int]]) -> Iterator[Mark]:
    """The runs between, sentence by sentence."""
    edges = {edge for pair in candidates for edge in pair}
    edges |= {edge for pair in source.sections for edge in pair}
    edges |= {edge for passage in source.passages for edge in (passage.start, passage.end)}
    edges |= set(source.paragraphs)
    ordered = sorted(edges)
    at = 0
    for start, end in [*((m.start, m.end) for m in found), (len(source.text),) * 2]:
        inside = _between(ordered, at, start)
        for one, other in pairwise([at, *inside, start]):
            yield from _sentences(source, one, other)
        at = end


def _between(edges: list[int], start: int, end: int) -> list[int]:
    first, last = bisect_left(edges, start + 1), bisect_left(edges, end)
    return edges[first:last]


def _sentences(source: Source, start: int, end: int) -> Iterator[Mark]:
    for one, other in _cut(source.text, start, end, SENTENCE_END):
        ends = CLAUSE_END if other - one > LONG else None
        for piece in _cut(source.text, one, other, ends) if ends else [(one, other)]:
            first, last = source.trimmed(*piece)
            if first < last and not NUMBERING.fullmatch(source.text[first:last]):
                yield Mark(first, last)


def _cut(text: str, start: int, end: int, signs: re.Pattern) -> Iterator[tuple[int, int]]:
    for found in signs.finditer(text, start, end):
        yield start, found.end()
        start = found.end()
    if start < end:
        yield start, end
