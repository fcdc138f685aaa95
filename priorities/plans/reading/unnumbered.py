"""Lists without numbers: paragraphs behind a lead-in, or headed by short sentences."""

import re

from .candidates import Candidate, Member
from .content import heading_sentences
from .contexts import Stop, lead_kind
from .declared import declared_in
from .flow import Flow, Span
from .titles import title_of

_LEADS_IN = re.compile(
    "(?:以下|下列|如下|分别是|具体包括|包括|具体来说|主要有|即)[^。]{0,30}[：。]?$|：$"
)


def paragraphs(flow: Flow, closing: list[Stop], marked: set[int]) -> list[Candidate]:
    """Paragraphs after …做好以下8个方面的工作：, as many as declared or until the text turns."""
    closes = {stop.start for stop in closing}
    found = []
    for number, (start, end) in enumerate(flow.paragraphs):
        pieces = flow.cut(start, end, "。；\n")
        if not pieces or not _LEADS_IN.search(flow.letters[pieces[-1][0] : end]):
            continue
        spans = _following(flow, number + 1, closes, marked)
        says, _ = lead_kind(flow, start, end)
        declared = declared_in(flow, pieces[-1], len(spans))
        if declared and len(spans) > declared:
            spans = spans[:declared]
        if len(spans) >= 2:
            members = [as_member(flow, *span) for span in spans]
            found.append(Candidate("paragraphs", members, pieces[-1], says))
    return found


def _following(flow: Flow, number: int, closes: set[int], marked: set[int]) -> list[Span]:
    spans = []
    for start, end in flow.paragraphs[number : number + 60]:
        if start in closes or start in marked or end - start < 6:
            break
        if (
            spans
            and _LEADS_IN.search(flow.letters[max(start, end - 40) : end])
            and flow.letters[end - 1] == "："
        ):
            break
        spans.append((start, end))
    return spans


def as_member(flow: Flow, start: int, end: int) -> Member:
    """A stretch as an item: title and content."""
    title, content = title_of(flow, start, end)
    return Member(start, end, title, content)


def headed(flow: Flow, marked: set[int]) -> list[Candidate]:
    """Short sentences alike, each heading the ones after it, within one paragraph or several."""
    found = []
    for start, end in flow.paragraphs:
        if end - start < 120:
            continue
        parts = flow.cut(start, end, "。！？\n")
        heads = heading_sentences(flow, parts)
        if not heads or any(begin in marked for begin in (start,)):
            continue
        starts = [parts[place][0] for place in heads]
        members = []
        for place, begin, stop in zip(heads, starts, [*starts[1:], end], strict=True):
            members.append(Member(begin, stop, flow.trimmed(*parts[place]), parts[place][1]))
        says, sentence = lead_kind(flow, max(0, start - 300), starts[0])
        found.append(Candidate("headed", members, sentence, says))
    return found
