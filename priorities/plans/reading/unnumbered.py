"""Lists without numbers: paragraphs behind a lead-in, or each with a heading of its own."""

import re

from .candidates import Candidate, Member
from .contexts import Stop, lead_kind
from .declared import declared_in
from .flow import Flow, Span
from .headings import heading_sentences, heads_paragraph, is_heading_line
from .titles import title_of

_LEADS_IN = re.compile(
    "(?:以下|下列|如下|分别是|分别为|具体包括|包括|具体来说|主要有|的有|即)[^。]{0,30}[：。]?$"
    "|(?:工作|任务|实事|项目|工程|举措|方面|重点|部署|安排|大事|行动)[^。，]{0,8}：$"
)
_NO_ITEM = re.compile(
    "印发给你们|现将|请各|请认真|公开发布|硕果|这一年|一年来|同比|预计.{0,20}亿元|均增长"
    "|已(?:完成|建成|全部|经)|取得了|了.{0,6}成[绩效]"
)
_SALUTATION = re.compile("(?:各|区直|市直|县直|尊敬的)[^。]{2,}：$")
_COUNTS = re.compile(
    "(?:实事|工作|任务|项目|工程|举措|行动|清单|大事)(?:项目|清单|安排|内容)?(?:是|如下"
    "|（.{0,20}）)?$"
)
_BRACKETED = re.compile("【[^】]{2,20}】")
_COLON_HEAD = re.compile(" *[^，。；：]{2,16}：(?=.{6})")
_MOST = 60
"""Paragraphs that are taken behind one lead-in."""


def paragraphs(flow: Flow, turns: list[Stop], marked: set[int]) -> list[Candidate]:
    """Paragraphs after …做好以下8个方面的工作：, as many as declared or until the text turns."""
    stops = {stop.start for stop in turns}
    found, number = [], -1
    while (number := number + 1) < len(flow.paragraphs):
        lead = _lead_in(flow, number, stops)
        if not lead:
            continue
        spans = _following(flow, number + 1, stops, marked)
        if spans and _is_of_headlines(flow, spans[0], number + 2):
            continue
        declared = declared_in(flow, lead, len(spans))
        if declared and len(spans) > declared:
            spans = spans[:declared]
        if len(spans) >= 2 and not any(_is_no_item(flow, *span) for span in spans):
            says, _ = lead_kind(flow, *flow.paragraphs[number])
            found.append(Candidate("paragraphs", [as_member(flow, *s) for s in spans], lead, says))
            number += len(spans) - 1
    return found


def _is_of_headlines(flow: Flow, first: Span, second: int) -> bool:
    """Whether what follows are headings with their own paragraphs below."""
    if _BRACKETED.fullmatch(flow.letters, *first):
        return True
    return is_heading_line(flow, *first) and _is_prose(flow, second)


def _is_no_item(flow: Flow, start: int, end: int) -> bool:
    """Whether a paragraph tells of the past, or hands a document over."""
    return bool(_NO_ITEM.search(flow.letters, start, min(end, start + 120)))


def _lead_in(flow: Flow, number: int, stops: set[int]) -> Span | None:
    """The sentence that leads in at the end of a paragraph, or a headline that says how many."""
    start, end = flow.paragraphs[number]
    pieces = flow.cut(start, end, "。；\n")
    if not pieces:
        return None
    last = flow.letters[pieces[-1][0] : end]
    if _LEADS_IN.search(last) and not _SALUTATION.match(last):
        return pieces[-1]
    is_headline = is_heading_line(flow, start, end) and _COUNTS.search(flow.letters, start, end)
    is_headline = is_headline and declared_in(flow, (start, end), 0)
    return (start, end) if is_headline else None


def _following(flow: Flow, number: int, stops: set[int], marked: set[int]) -> list[Span]:
    spans = []
    for start, end in flow.paragraphs[number : number + _MOST]:
        if start in stops or start in marked or end - start < 6:
            break
        if (
            spans
            and flow.letters[end - 1] == "："
            and _LEADS_IN.search(flow.letters, max(start, end - 40), end)
        ):
            break
        spans.append((start, end))
    return spans


def as_member(flow: Flow, start: int, end: int) -> Member:
    """A stretch as an item: title and content."""
    title, content = title_of(flow, start, end)
    return Member(start, end, title, content)


def headed(flow: Flow, marked: set[int]) -> list[Candidate]:
    """Short sentences alike within one paragraph, each heading the ones after it."""
    found = []
    for start, end in flow.paragraphs:
        if end - start < 100 or start in marked:
            continue
        parts = flow.cut(start, end, "。！？\n")
        for first in range(min(3, len(parts))):
            heads = heading_sentences(flow, parts[first:])
            if heads:
                found.append(_headed(flow, parts[first:], heads, end))
                break
    return found


def colon_heads(flow: Flow, marked: set[int]) -> list[Candidate]:
    """…工程：…，…。…工程：…。 in one paragraph: sentences that each begin with a heading."""
    found = []
    for start, end in flow.paragraphs:
        if end - start < 60 or start in marked:
            continue
        starts = [
            begin
            for begin, stop in flow.cut(start, end, "。！？")
            if _COLON_HEAD.match(flow.letters, begin, stop)
        ]
        if len(starts) >= 3:
            row = list(zip(starts, [*starts[1:], end], strict=True))
            found.append(_row(flow, "topics", row))
    return found


def _headed(flow: Flow, parts: list[Span], heads: list[int], end: int) -> Candidate:
    starts = [parts[place][0] for place in heads]
    members = [
        Member(begin, stop, flow.trimmed(*parts[place]), parts[place][1])
        for place, begin, stop in zip(heads, starts, [*starts[1:], end], strict=True)
    ]
    says, sentence = lead_kind(flow, max(0, starts[0] - 300), starts[0])
    return Candidate("headed", members, sentence, says)


def topics(flow: Flow, turns: list[Stop], marked: set[int]) -> list[Candidate]:
    """Paragraphs side by side that each begin with a heading: a sentence, 【…】, …方面，."""
    stops = {stop.start for stop in turns}
    found, row = [], []
    for start, end in [*flow.paragraphs, (0, 0)]:
        if (
            end > start
            and start not in stops
            and start not in marked
            and heads_paragraph(flow, start, end)
        ):
            row.append((start, end))
            continue
        if len(row) >= 3:
            found.append(_row(flow, "topics", row))
        row = []
    return found


def _row(flow: Flow, form: str, row: list[Span]) -> Candidate:
    says, lead = lead_kind(flow, max(0, row[0][0] - 300), row[0][0])
    return Candidate(form, [as_member(flow, *span) for span in row], lead, says)


def headlines(flow: Flow, turns: list[Stop], marked: set[int]) -> list[Candidate]:
    """Short lines, each above one or more paragraphs that are sentences."""
    stops = {stop.start for stop in turns}
    found, row = [], []
    for number, (start, end) in enumerate(flow.paragraphs):
        ends_row = start in stops or start in marked or flow.letters[end - 1] in "|："
        in_brackets = bool(row) and bool(_BRACKETED.match(flow.letters, *row[0]))
        is_head = is_heading_line(flow, start, end)
        if in_brackets:
            is_head = bool(_BRACKETED.fullmatch(flow.letters, start, end))
        if not ends_row and is_head:
            if _is_prose(flow, number + 1) or _BRACKETED.fullmatch(flow.letters, start, end):
                row.append((start, end))
                continue
            ends_row = True
        if ends_row:
            found += _headlined(flow, row, start)
            row = []
        elif row:
            row[-1] = (row[-1][0], end)
    return found + _headlined(flow, row, len(flow.letters))


def _is_prose(flow: Flow, number: int) -> bool:
    if number >= len(flow.paragraphs):
        return False
    start, end = flow.paragraphs[number]
    return end - start >= 20 and flow.letters[end - 1] not in "|："


def _headlined(flow: Flow, row: list[Span], end: int) -> list[Candidate]:
    return [_row(flow, "headlines", row)] if len(row) >= 3 else []
