"""Lists held together by a word: 聚焦…，…；聚焦…, “八个紧盯”, “1234”, 要…；要….

The word may be any: what shows the list is that it returns at the beginning of sentences or parts
between semicolons, or that a number in quotes says how often it will. A frame counts as a word
does: 在…上求突破，…；在…上求突破.
"""

import re

from .candidates import Candidate
from .contexts import lead_kind
from .flow import Flow, Span
from .unnumbered import as_member
from .verbs import begins_with_verb

_LONGEST = 1500
_LONGEST_PARTS = 400
_FRAME = re.compile("在[^，。；]{1,14}(上|中|方面|下)")
_BY = re.compile("(以|把|对|从|向|让|用)[^，。；]{2,20}")
_NO_KEYS = re.compile(
    "[^\\u4e00-\\u9fff]|会议|全区|全市|全县|全镇|各级|各部|各单|各镇|我们|同时|其中|今年|当前|要"
    "|是|将|这|有|并|为|此|牵头|责任|配合|完成时|记者|来源|[一二三四五六七八九十]"
)
_PLAIN = {
    "推进",
    "加快",
    "推动",
    "实施",
    "启动",
    "完成",
    "建设",
    "加强",
    "开展",
    "新建",
    "改造",
    "建成",
    "提升",
    "深入",
    "进一",
    "继续",
    "持续",
    "积极",
    "全面",
    "不断",
    "大力",
    "严格",
    "认真",
    "切实",
    "坚持",
    "强化",
    "做好",
    "落实",
}
"""Verbs that any sentence of a plan may begin with: their return alone shows no list."""


def keywords(flow: Flow) -> list[Candidate]:
    """Sentences and parts between semicolons that begin with one word or frame, three or more."""
    found = []
    for start, end in _passages(flow):
        parts = _announced(flow, flow.cut(start, end, "。；！？\n"))
        by_key: dict[str, list[int]] = {}
        for place, part in enumerate(parts):
            for key in _keys(flow, part):
                by_key.setdefault(key, []).append(place)
        for key, places in by_key.items():
            if key[0] == "要" and len(key) > 1 and places != by_key["要"]:
                continue  # the row of 要 is longer
            if _is_long(flow, parts, key, places) and _is_row(flow, parts, key, places):
                found.append(_of_key(flow, parts, key, places))
    return found


def _is_long(flow: Flow, parts: list[Span], key: str, places: list[int]) -> bool:
    """Whether a row has three members, of which a frame may have its first in mid-sentence."""
    if len(places) == 2 and "…" in key:
        return _first_of_key(flow, parts, key, places[0]) is not None
    return len(places) >= 3


_ANNOUNCES = re.compile(
    "[^。；]{0,40}(?:任务|重点|工作|举措|措施)(?:分别)?(?:是|为|有|包括|如下)："
)


def _announced(flow: Flow, parts: list[Span]) -> list[Span]:
    """The parts, with 主要任务是： and its like parted from the first of the row behind it."""
    found = []
    for start, end in parts:
        announced = _ANNOUNCES.match(flow.letters, start, end)
        if announced and not flow.inside[announced.end() - 1] and announced.end() + 6 < end:
            found.append((start, announced.end()))
            start = announced.end()
        found.append((start, end))
    return found


def _passages(flow: Flow) -> list[Span]:
    """Stretches of neighbouring paragraphs; a word that returns farther away is another one."""
    return [
        (flow.paragraphs[first][0], flow.paragraphs[min(first + 11, len(flow.paragraphs) - 1)][1])
        for first in range(0, len(flow.paragraphs), 12)
    ]


def _keys(flow: Flow, part: Span) -> list[str]:
    """The word or frame with which a part begins; of 要致力…, both 要 and 要致力."""
    key = _key(flow, part)
    if key != "要":
        return [key] if key else []
    start, _ = flow.trimmed(*part)
    return [key, flow.letters[start : start + 3]]


def _key(flow: Flow, part: Span) -> str:
    start, end = flow.trimmed(*part)
    words = flow.letters[start : min(end, start + 24)]
    if len(words) > 6 and words[0] == "要" and words[1] not in "求点素":
        return "要"
    if frame := _FRAME.match(words):
        return f"在…{frame[1]}"
    if by := _BY.match(words):
        return by[1]
    return "" if len(words) < 6 or _NO_KEYS.match(words) or _NO_KEYS.match(words[1]) else words[:2]


def _is_row(flow: Flow, parts: list[Span], key: str, places: list[int]) -> bool:
    """Whether the parts stand near each other, and are joined by semicolons or begin with verbs."""
    joined = sum(flow.letters[parts[place][1] - 1] == "；" for place in places)
    if joined >= len(places) - 1:
        return places[-1] - places[0] < 2 * len(places)
    near = places[-1] - places[0] <= 4 * len(places)
    before = parts[places[0] - 1] if places[0] else (0, 0)
    if _ANNOUNCES.fullmatch(flow.letters, *before):
        return near
    bare = key.removeprefix("要")
    return near and ("…" in key or not bare or (len(bare) == 2 and begins_with_verb(bare)))


def _of_key(flow: Flow, parts: list[Span], key: str, places: list[int]) -> Candidate:
    starts = [flow.trimmed(*parts[place])[0] for place in places]
    if (earlier := _first_of_key(flow, parts, key, places[0])) is not None:
        starts.insert(0, earlier)
    last = parts[places[-1]]
    ends = [*starts[1:], flow.paragraphs[flow.paragraph_of(last[0])][1]]
    if flow.letters[parts[places[0]][1] - 1] == "；":
        ends[-1] = next(iter(flow.cut(last[0], ends[-1], "。！？\n")), last)[1]
    skip = 1 if key[0] == "要" else 0
    members = [
        as_member(flow, a + skip, min(b, a + _LONGEST)) for a, b in zip(starts, ends, strict=True)
    ]
    says, lead = lead_kind(flow, max(0, starts[0] - 300), starts[0])
    if key[0] == "要" and lead and _is_sibling(flow.letters[lead[0] : lead[1]]):
        says = ""  # the sentence before is one of the same row
    form = (
        "demands"
        if key == "要"
        else "plain keyword"
        if key.removeprefix("要") in _PLAIN or len(key) == 1
        else "keyword"
    )
    return Candidate(form, members, lead, says)


def _is_sibling(words: str) -> bool:
    """Whether the sentence before 要…, 要… is one more of them and does not lead them in."""
    return "要" in words and not re.search(
        "(?:各项|以下|下列|重点|几项)(?:重点)?(?:工作|任务)", words
    )


def _first_of_key(flow: Flow, parts: list[Span], key: str, place: int) -> int | None:
    """The first of the row may stand behind its lead-in, after a comma or a colon."""
    if place == 0 or key[0] == "要" or len(key) == 1:
        return None
    start, end = parts[place - 1]
    if "…" in key:
        return _first_of_frame(flow, end, key)
    if flow.letters[end - 1] != "；":
        return None
    pieces = [flow.trimmed(*piece) for piece in flow.cut(start, end, "，：")]
    places = (flow.letters.find(key, a, min(b, a + 5)) for a, b in pieces)
    return next((place for place in places if place >= 0), None)


def _first_of_frame(flow: Flow, end: int, key: str) -> int | None:
    """…优势，在园区方面，… before 在民生方面，…: the clause of the frame in the sentence before."""
    sentences = flow.cut(max(0, end - _LONGEST_PARTS), end, "。！？\n")
    pieces = flow.cut(*sentences[-1], "，：；") if sentences else []
    clauses = [flow.trimmed(*piece) for piece in pieces]
    frames = ((a, _FRAME.fullmatch(flow.letters, a, b)) for a, b in clauses)
    return next((a for a, frame in frames if frame and f"在…{frame[1]}" == key), None)


_QUOTED = re.compile("“([二三四五六七八九十]{1,2}|\\d{1,2})个([^“”，。、\\d]{2})”")


def quoted_keywords(flow: Flow) -> list[Candidate]:
    """做到“八个紧盯”：紧盯…，紧盯…: the word in quotes returns as often as it says."""
    found = []
    for match in _QUOTED.finditer(flow.letters):
        candidate = _returning(flow, match[2], match.end())
        if candidate:
            found.append(candidate)
    return found


def _returning(flow: Flow, word: str, start: int) -> Candidate | None:
    end = min(len(flow.letters), start + _LONGEST)
    parts = _parts(flow, start, end)
    starts = [
        a
        for a, _ in parts
        if flow.letters.startswith(word, a) and not flow.letters[a + 2 : a + 3].isdigit()
    ]
    if len(starts) < 3:
        return None
    stop = next(iter(flow.cut(starts[-1], end, "。\n")), (0, end))[1]
    members = [as_member(flow, a, b) for a, b in zip(starts, [*starts[1:], stop], strict=True)]
    says, _ = lead_kind(flow, max(0, start - 300), start)
    return Candidate("quoted keyword", members, (max(0, start - 10), start), says)


def _parts(flow: Flow, start: int, end: int) -> list[Span]:
    """The stretch cut at every sign, without 即 before the first of a row."""
    parts = [flow.trimmed(*part) for part in flow.cut(start, end, "，。；：、\n")]
    return [(a + 1 if flow.letters[a] == "即" else a, b) for a, b in parts]


_SHORTHAND = re.compile(
    "“(1?2?34?5?6?7?|1\\+[\\d+]{1,12})”(?=.{0,4}(?:工作|发展|思路|举措|计划|工程|战略|体系|行动"
    "|目标|总体|布局|模式|路径|任务|部署|架构|专项|攻坚))"
)
_COUNTS = "零一二三四五六七八九十"


def shorthand(flow: Flow) -> list[Candidate]:
    """“1234”工作思路：一个目标，两大…，三项…，四个…: a part for each figure, in their order."""
    found = []
    for match in _SHORTHAND.finditer(flow.letters):
        figures = [figure for figure in match[1] if figure.isdigit()]
        candidate = _by_figures(flow, figures, match.end()) if len(figures) >= 3 else None
        if candidate:
            found.append(candidate)
    return found


def _by_figures(flow: Flow, figures: list[str], start: int) -> Candidate | None:
    end = min(len(flow.letters), start + _LONGEST)
    parts = _parts(flow, start, end)
    starts, wanted = [], list(figures)
    for a, b in parts:
        if wanted and _says_figure(flow.letters[a : min(b, a + 24)], wanted[0]):
            starts.append(a)
            wanted.pop(0)
    if wanted or not starts:
        return None
    first, last = flow.paragraphs[flow.paragraph_of(starts[-1])]
    is_line = first == starts[-1]
    stop = last if is_line else next(iter(flow.cut(starts[-1], end, "。\n")), (0, end))[1]
    members = [as_member(flow, a, b) for a, b in zip(starts, [*starts[1:], stop], strict=True)]
    says, _ = lead_kind(flow, max(0, start - 300), start)
    return Candidate("shorthand", members, None, says)


_COUNTED = "(?:个|大|项|条|件|张|支|套|类|区|核|轴|带|方面|心|翼|城|园|链)"


def _says_figure(words: str, figure: str) -> bool:
    han = _COUNTS[int(figure)] + ("两" if figure == "2" else "")
    return bool(re.search(f"(?:[{han}]|(?<!\\d){figure}){_COUNTED}", words))
