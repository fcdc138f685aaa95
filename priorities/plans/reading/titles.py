"""Where the title of an item ends and what stands under it begins.

A heading line is a title whole. A short sentence that others follow is one too. Where an item is
one long sentence, its first clause is the title and the clauses after it say what is done.
"""

import re

from .clauses import is_premise, sentences
from .flow import Flow, Span

_LONGEST_SENTENCE = 48
_COLON = re.compile("[^，。；：]{2,22}：")
_INCLUDING = re.compile("[，：]?(?:主要)?(?:具体)?(?:包括|包含|涵盖|重点包括|内容包括)")
_COUNTED = re.compile(
    "（(?:共|项目|合计|任务)?\\s*\\d+\\s*[项个件条][^（）]{0,60}）$|（项目\\d[^（）]{0,60}）$"
)
_DASHED = re.compile("([^，。；：]{2,16}?)(?: +[-—–] +|——)(?=.{6})")
_BRACKETED = re.compile("【([^】]{2,20})】")


def title_of(flow: Flow, start: int, end: int, *, heads: bool = False) -> tuple[Span, int]:
    """The title of an item that stands at ``start``…``end``, and where its content begins.

    An item that ``heads`` a list has a sentence for its title, though none follows it.
    """
    title, content = _title_of(flow, start, end, heads)
    counted = _COUNTED.search(flow.letters[title[0] : title[1]])
    return (title[0], title[0] + counted.start()) if counted else title, content


def _title_of(flow: Flow, start: int, end: int, heads: bool) -> tuple[Span, int]:
    start, _ = flow.trimmed(start, end)
    first_line = flow.letters.find("\n", start, end)
    line_end = end if first_line < 0 else first_line
    bracketed = _BRACKETED.match(flow.letters, start, end)
    if bracketed:
        return (bracketed.start(1), bracketed.end(1)), bracketed.end()
    dashed = _DASHED.match(flow.letters, start, line_end)
    if dashed:
        return (start, dashed.end(1)), dashed.end()
    parts = sentences(flow, start, end)
    if not parts:
        return (start, start), end
    first = parts[0]
    if _is_heading_line(flow, first, end):
        return _heading_line(flow, first, line_end, end)
    return _in_sentence(flow, first, more=heads or len(parts) > 1)


def _is_heading_line(flow: Flow, first: Span, end: int) -> bool:
    """Whether the first sentence ends with its line and without a sign: a heading, no sentence."""
    stop = flow.trimmed(*first)[1]
    return not any(sign in flow.letters[stop : min(first[1], end)] for sign in "。！？；")


def _heading_line(flow: Flow, line: Span, line_end: int, end: int) -> tuple[Span, int]:
    colon = _COLON.match(flow.letters, *line)
    if colon and colon.end() < line_end - 6:
        return flow.trimmed(line[0], colon.end()), colon.end()
    words = flow.words(*line)
    if _INCLUDING.search(words):
        return _first_clause(flow, line)
    if len(words) > 90 and "，" in words:
        return _first_clause(flow, line)
    return flow.trimmed(*line), min(line[1], end)


def _in_sentence(flow: Flow, sentence: Span, *, more: bool) -> tuple[Span, int]:
    colon = _COLON.match(flow.letters, *sentence)
    if colon and not flow.inside[colon.end() - 1]:
        return flow.trimmed(sentence[0], colon.end()), colon.end()
    pieces = flow.cut(*sentence, "，；")
    is_heading = more and len(pieces) <= 3 and len(flow.words(*sentence)) <= _LONGEST_SENTENCE
    if is_heading and (len(pieces) <= 2 or _even(flow, pieces)):
        return flow.trimmed(*sentence), sentence[1]
    return _first_clause(flow, sentence)


def _even(flow: Flow, pieces: list[Span]) -> bool:
    lengths = [len(flow.words(*piece)) for piece in pieces]
    return max(lengths) - min(lengths) <= 1


def _first_clause(flow: Flow, sentence: Span) -> tuple[Span, int]:
    pieces = flow.cut(*sentence, "，；")
    start, end = pieces[0]
    if (
        len(pieces) > 1
        and is_premise(flow.words(start, end))
        and len(flow.words(start, end)) > 3
        and flow.words(start, end)[0] in "针以为对按通根立结着"
    ):
        end = pieces[1][1]
    including = _INCLUDING.search(flow.letters, start, end)
    if including and including.start() - start >= 3:
        end = including.start()
    return flow.trimmed(start, end), end
