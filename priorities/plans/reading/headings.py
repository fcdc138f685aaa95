"""Headings without a number: short sentences, keywords in brackets, lines of their own.

A writer who numbers nothing still marks where a new subject begins: 筑牢疫情防控“防火墙”。 before
what it means, 【产业强区】, 项目建设方面：, or a short line above its paragraphs. One such heading
proves nothing; several alike, each followed by more than itself, do.
"""

import re

from .flow import Flow, Span

LONGEST = 24
_SHORTEST = 4
_PLAIN_STARTS = {
    "推进",
    "加快",
    "推动",
    "实施",
    "启动",
    "完成",
    "建设",
    "加强",
    "开展",
    "会议",
    "全区",
}
_KEYWORD = re.compile(
    "【[^】]{2,20}】|(?:在|关于)?[^，。；：“”]{2,16}(?:方面|领域|工作上|板块)[：，]"
    "|[^，。；：]{2,14}：(?=.{8})"
)
_SPEECH = re.compile(
    "(?:会议|全会|报告|记者|来源|编辑|地点|时间|.{0,8}(?:指出|强调|要求|表示|认为))"
)


def heading_sentences(flow: Flow, parts: list[Span], *, least: int = 3) -> list[int]:
    """The places of short sentences that head the longer ones after them, ``least`` or more alike.

    Alike: they begin with the same two characters, or end with a word in quotes, or are of
    one length, more or less.
    """
    shorts = _shorts(flow, parts)
    for alike in (_first_words, _quoted_end):
        found = _lone(_largest(shorts, alike))
        if len(found) >= max(3, least) and len(parts) - len(found) >= len(found) - 1:
            return found
    return _by_length(flow, parts, shorts, least)


def _shorts(flow: Flow, parts: list[Span]) -> dict[int, str]:
    found = {}
    for place, part in enumerate(parts):
        words = flow.words(*part)
        whole = flow.letters[part[1] - 1] == "。" and _SHORTEST < len(words) <= LONGEST
        if whole and not re.search("[，：；]", words) and not _SPEECH.match(words):
            found[place] = words
    return found


def _largest(shorts: dict[int, str], alike) -> list[int]:
    groups: dict[str, list[int]] = {}
    for place, words in shorts.items():
        if sign := alike(words):
            groups.setdefault(sign, []).append(place)
    return max(groups.values(), key=len, default=[])


def _lone(places: list[int]) -> list[int]:
    """Places of which at most one is followed directly by another: a heading heads something."""
    taken = set(places)
    return places if sum(place + 1 in taken for place in places) <= 1 else []


def _first_words(words: str) -> str:
    return "" if words[:2] in _PLAIN_STARTS else words[:2]


def _quoted_end(words: str) -> str:
    return "”" if words.endswith("”") else ""


def _by_length(flow: Flow, parts: list[Span], shorts: dict[int, str], least: int) -> list[int]:
    """Headings that share only their shape: none longer than 16, the first one opens the text, and
    between two of them stands more than they say."""
    found = [place for place, words in shorts.items() if len(words) <= 16 and "、" not in words]
    if not found or found[0] != 0 or len(found) < least or _lone(found) != found:
        return []
    lengths = [len(shorts[place]) for place in found]
    between = sum(b - a for place, (a, b) in enumerate(parts) if place not in set(found))
    return found if max(lengths) - min(lengths) <= 6 and between >= 2 * sum(lengths) else []


def heads_paragraph(flow: Flow, start: int, end: int) -> bool:
    """Whether a paragraph begins with a heading of its own and goes on after it."""
    if _SPEECH.match(flow.letters, start, end):
        return False
    if _KEYWORD.match(flow.letters, start, end):
        return True
    parts = flow.cut(start, end, "。！？")
    if len(parts) < 2 or flow.letters[parts[0][1] - 1] != "。":
        return False
    words = flow.words(*parts[0])
    return _SHORTEST <= len(words) <= LONGEST + 6 and words.count("，") <= 1


def is_heading_line(flow: Flow, start: int, end: int) -> bool:
    """Whether a paragraph is a short line that ends without a sign."""
    words = flow.letters[start:end]
    return _SHORTEST <= len(words) <= LONGEST + 6 and not re.search("[。；：，！？|]$", words)
