"""Lists inside sentences: words between 、, parts between semicolons, a keyword that returns."""

import re

from .candidates import Candidate, Member
from .contexts import lead_kind
from .flow import Flow, Span
from .unnumbered import as_member
from .verbs import begins_with_verb

_TAIL = re.compile(
    "(?P<etc>等)?(?P<count>“?(?:[一二三四五六七八九十]{1,3}|\\d{1,3})(?:个|大|项|件|条|类)(?:方面"
    "|领域|重点|民生|主要|具体|重大|专项|关键)*(?:的)?(?:工作|任务|主题|实事|工程|项目|行动|举措"
    "|措施|方面|重点|事项|领域)*”?)|(?P<plain>等(?:各)?方面|等(?:各项|重点)?工作|等任务)"
)
_FROM = re.compile(
    "(?:.{0,14}(?:从|围绕|聚焦|包括|涉及|涵盖|分别是|即|为|抓好|做好|推进|突出)(?:了)?)(?=.{2})"
)
_KEPT_VERB = re.compile("(?:抓好|做好|推进|突出)$")
_LONGEST_SENTENCE = 1500


def dunhao(flow: Flow) -> list[Candidate]:
    """A、B、C十大重点工作; 从A、B、C等方面; 推进A、B、C等十七项."""
    found = []
    for sentence in flow.cut(0, len(flow.letters), "。！？；\n"):
        for clause in flow.cut(*sentence, "，："):
            candidate = _dunhao_clause(flow, clause)
            if candidate:
                candidate.lead_says, _ = lead_kind(flow, max(0, sentence[0] - 200), clause[0])
                found.append(candidate)
    return found


def _dunhao_clause(flow: Flow, clause: Span) -> Candidate | None:
    pieces = flow.cut(*clause, "、")
    if len(pieces) < 4:
        return None
    last = pieces[-1]
    tail = _TAIL.search(flow.letters, last[0] + 2, last[1])
    if not tail or (flow.inside[tail.start()] and not tail["etc"]):
        return None
    spans = [(_begin(flow, pieces), pieces[0][1]), *pieces[1:-1]]
    spans += _last_two(flow, last[0], tail.start(), bool(tail["etc"]))
    spans = [flow.trimmed(*span) for span in spans]
    members = [Member(a, b, (a, b), b) for a, b in spans if b - a >= 2]
    if len(members) < 4 or sum(b - a >= 4 for a, b in spans) < 0.8 * len(spans):
        return None
    return Candidate("words" if tail["count"] else "plain words", members, clause)


def _begin(flow: Flow, pieces: list[Span]) -> int:
    """Where the first of the words begins: a verb that all of them share is none of theirs, a verb
    where the others have their own is."""
    start, end = pieces[0]
    lead = _FROM.match(flow.letters, start, end)
    if not lead:
        return start
    verb = _KEPT_VERB.search(lead[0])
    own = sum(begins_with_verb(flow.letters[a:b]) for a, b in pieces[1:])
    keeps_verb = verb and own * 2 >= len(pieces) - 1
    return lead.start() + verb.start() if keeps_verb else lead.end()


def _last_two(flow: Flow, start: int, end: int, open_ended: bool) -> list[Span]:
    """…、优化营商环境和思想作风整顿等: the last two are joined by 和 where 等 follows them."""
    joint = flow.letters.find("和", start + 3, end - 3) if open_ended else -1
    if joint < 0 or flow.inside[joint]:
        return [(start, end)]
    return [(start, joint), (joint + 1, end)]


def semicolons(flow: Flow) -> list[Candidate]:
    """聚焦…，…；聚焦…，…；聚焦…: the parts of one long sentence, alike or led in."""
    found = []
    for sentence in flow.cut(0, len(flow.letters), "。！？\n"):
        parts = flow.cut(*sentence, "；")
        if len(parts) < 3 or len(parts) > 40:
            continue
        begin = _first_part(flow, parts)
        if begin is None:
            continue
        spans = [(begin, parts[0][1]), *parts[1:]]
        says, lead = lead_kind(flow, max(0, sentence[0] - 300), begin)
        members = [as_member(flow, *span) for span in spans]
        form = "semicolons" if _same_start(flow, spans) else "plain semicolons"
        found.append(Candidate(form, members, lead, says))
    return found


def _first_part(flow: Flow, parts: list[Span]) -> int | None:
    """Where the first part begins: behind a colon, or with the word that the others begin with."""
    key = flow.letters[parts[1][0] : parts[1][0] + 2]
    first = flow.letters.find(key, parts[0][0], min(parts[0][1], parts[0][0] + 14))
    if key.isalpha() and first >= 0:
        return first
    colon = flow.letters.find("：", *parts[0])
    return colon + 1 if colon >= 0 and not flow.inside[colon] else None


def _same_start(flow: Flow, spans: list[Span]) -> bool:
    key = flow.letters[spans[0][0] : spans[0][0] + 2]
    same = sum(flow.letters.startswith(key, start) for start, _ in spans)
    return key.isalpha() and same >= len(spans) - (len(spans) > 4)


_KEYS = re.compile(
    "聚焦|突出|紧盯|围绕|坚持|强化|狠抓|聚力|致力|攻坚|锚定|紧扣|做优|做强|做实|做细|抓实|抓牢"
    "|抓紧|守牢|守住"
    "|擦亮|打好|打造|筑牢|全力|持续|坚决|着眼|立足|紧抓|紧紧|以更|用心|深耕|勇当|争当|扛牢|扛起"
    "|发力"
)


def keywords(flow: Flow) -> list[Candidate]:
    """聚焦…，…。聚焦…，…。聚焦…: sentences that begin with one keyword, side by side or nearly."""
    found = []
    for start, end in _passages(flow):
        parts = flow.cut(start, end, "。；！？\n")
        for key in dict.fromkeys(_key(flow, part) for part in parts):
            if key and (candidate := _of_keyword(flow, parts, key)):
                found.append(candidate)
    return found


def _passages(flow: Flow) -> list[Span]:
    """Stretches of neighbouring paragraphs; a keyword that returns farther away is another one."""
    return [
        (flow.paragraphs[first][0], flow.paragraphs[min(first + 11, len(flow.paragraphs) - 1)][1])
        for first in range(0, len(flow.paragraphs), 12)
    ]


def _key(flow: Flow, part: Span) -> str:
    match = _KEYS.match(flow.letters, *flow.trimmed(*part))
    return match[0] if match else ""


def _of_keyword(flow: Flow, parts: list[Span], key: str) -> Candidate | None:
    places = [place for place, part in enumerate(parts) if _key(flow, part) == key]
    if len(places) < 3 or places[-1] - places[0] > 4 * len(places):
        return None
    starts = [parts[place][0] for place in places]
    last = flow.paragraphs[flow.paragraph_of(starts[-1])][1]
    members = [
        as_member(flow, begin, min(stop, _LONGEST_SENTENCE + begin))
        for begin, stop in zip(starts, [*starts[1:], last], strict=True)
    ]
    says, lead = lead_kind(flow, max(0, starts[0] - 300), starts[0])
    return Candidate("keyword", members, lead, says)


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
    end = min(len(flow.letters), start + _LONGEST_SENTENCE)
    parts = _parts(flow, start, end)
    starts = [a for a, _ in parts if flow.letters.startswith(word, a)]
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
    end = min(len(flow.letters), start + _LONGEST_SENTENCE)
    parts = _parts(flow, start, end)
    starts, wanted = [], list(figures)
    for a, b in parts:
        if wanted and _says_figure(flow.letters[a : min(b, a + 24)], wanted[0]):
            starts.append(a)
            wanted.pop(0)
    if wanted or not starts:
        return None
    stop = next(iter(flow.cut(starts[-1], end, "。\n")), (0, end))[1]
    members = [as_member(flow, a, b) for a, b in zip(starts, [*starts[1:], stop], strict=True)]
    says, _ = lead_kind(flow, max(0, start - 300), start)
    return Candidate("shorthand", members, None, says)


_COUNTED = "(?:个|大|项|条|件|张|支|套|类|区|核|轴|带|方面|心|翼|城|园|链)"


def _says_figure(words: str, figure: str) -> bool:
    han = _COUNTS[int(figure)] + ("两" if figure == "2" else "")
    return bool(re.search(f"(?:[{han}]|(?<!\\d){figure}){_COUNTED}", words))
