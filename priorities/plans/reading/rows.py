"""Lists inside one sentence: words between 、, and parts between semicolons."""

import re
from collections import Counter

from .candidates import Candidate, Member
from .contexts import lead_kind
from .declared import declared_in
from .flow import Flow, Span
from .unnumbered import as_member
from .verbs import begins_with_verb

_TAIL = re.compile(
    "(?P<etc>等)?(?P<count>“?(?:[一二三四五六七八九十]{1,3}|\\d{1,3})(?:个|大|项|件|条|类)(?:方面"
    "|领域|重点|民生|主要|具体|重大|专项|关键)*(?:的)?(?:工作|任务|主题|实事|工程|项目|行动|举措"
    "|措施|方面|重点|事项|领域)*”?)|(?P<plain>等(?:各)?方面|等(?:各项|重点)?工作|等任务)"
)
_FROM = re.compile(
    "(?:.{0,14}(?:从|在|围绕|聚焦|包括|涉及|涵盖|分别是|即|为|(?:集中力量|集中精力|全力|重点|着力)?"
    "(?:抓好|做好|推进|突出|办好|实施|完成|开展|打造|涉及|确定|票决出|票决产生))(?:了)?)(?=.{2})"
)
_KEPT_VERB = re.compile("(?:抓好|做好|推进|突出|办好|实施|完成)$")


def dunhao(flow: Flow) -> list[Candidate]:
    """A、B、C十大重点工作; 从A、B、C等方面; 推进A、B、C等十七项; 五项工作：A、B、C."""
    found = []
    for sentence in flow.cut(0, len(flow.letters), "。！？；\n"):
        if candidate := _behind_colon(flow, sentence):
            found.append(candidate)
        for clause in flow.cut(*sentence, "，："):
            candidate = _dunhao_clause(flow, clause)
            if candidate:
                candidate.lead_says, _ = lead_kind(flow, max(0, sentence[0] - 200), clause[0])
                found.append(candidate)
    return found


_QUOTED_ROW = re.compile(
    "“([^“”。；]{8,400})”(?:等)?(?=(?:[一二三四五六七八九十]{1,3}|\\d{1,3})(?:个|大|项|件|类))"
)


_QUOTED_WORDS = re.compile(
    "((?:“[^“”。；，]{2,16}”[、和及]?){4,60})(?:等)?(?=(?:[一二三四五六七八九十]{1,3}"
    "|\\d{1,3})(?:个|大|项|件|条|类))"
)


def quoted_rows(flow: Flow) -> list[Candidate]:
    """实施“增强养老服务水平、改善基层医疗条件、…”10类民生实事项目."""
    found = []
    rows = [*_QUOTED_ROW.finditer(flow.letters), *_QUOTED_WORDS.finditer(flow.letters)]
    for match in rows:
        spans = [flow.trimmed(*piece) for piece in flow.split(*match.span(1), "、“”")]
        spans = [(a, b) for a, b in spans if a < b]
        members = [Member(a, b, (a, b), b) for a, b in spans if b - a >= 3]
        lead = (match.end(), min(match.end() + 14, len(flow.letters)))
        if _SUMS_UP.match(flow.letters, match.end() + 2) or _GOALS.match(flow.letters, match.end()):
            continue
        if len(members) == len(spans) >= 4 and declared_in(flow, lead, len(spans)) == len(spans):
            says, _ = lead_kind(flow, max(0, match.start() - 200), match.start())
            found.append(Candidate("words", members, lead, says))
    return found


_OPENS = re.compile("：|[，”](?:具体|主要|其中)?(?:包括|即|分别是|分别为|涵盖|有)：?")


def _behind_colon(flow: Flow, sentence: Span) -> Candidate | None:
    """…确定了五项重点工作：做好甲、抓好乙、…。 “十大工程”，包括甲工程、乙工程、…和丙工程，…"""
    opens = _OPENS.search(flow.letters, *sentence)
    if not opens or opens.end() >= sentence[1] or flow.inside[opens.end() - 1]:
        return None
    lead = (sentence[0], opens.start() + 1)
    row = next(iter(flow.cut(opens.end(), sentence[1], "，")), (0, 0))
    spans = [flow.trimmed(*piece) for piece in flow.cut(*row, "、")]
    spans = _counted(flow, lead, spans)
    if len(spans) < 3 or not all(3 <= b - a <= 30 for a, b in spans):
        return None
    fits = declared_in(flow, lead, len(spans), quoted=True) == len(spans)
    if not fits and not _share_their_tail(flow, spans):
        return None
    says, _ = lead_kind(flow, max(0, sentence[0] - 200), opens.start() + 1)
    return Candidate("words", [Member(a, b, (a, b), b) for a, b in spans], lead, says)


def _share_their_tail(flow: Flow, spans: list[Span]) -> bool:
    """甲项目、乙项目、…: five or more things of one kind."""
    tails = Counter(flow.words(*span)[-2:] for span in spans)
    tail, times = tails.most_common(1)[0]
    return (
        len(spans) >= 5 and tail in ("项目", "工程", "行动", "计划") and times >= 0.7 * len(spans)
    )


def _counted(flow: Flow, lead: Span, spans: list[Span]) -> list[Span]:
    """The row with its last two parted at 和 or 及, where that gives the number announced."""
    start, end = spans[-1] if spans else (0, 0)
    joint = re.search("和|及|以及", flow.letters[start:end])
    if not joint or declared_in(flow, lead, len(spans), quoted=True) == len(spans):
        return spans
    return [*spans[:-1], (start, start + joint.start()), (start + joint.end(), end)]


def _dunhao_clause(flow: Flow, clause: Span) -> Candidate | None:
    pieces = flow.cut(*clause, "、")
    if len(pieces) < 4:
        return None
    found = _tailed(flow, pieces)
    if not found:
        return None
    place, tail = found
    if (tail["plain"] and flow.inside[tail.start()]) or _SUMS_UP.match(flow.letters, tail.end()):
        return None
    spans = [(_begin(flow, pieces), pieces[0][1]), *pieces[1:place]]
    spans += _last_two(flow, pieces[place][0], tail.start(), bool(tail["etc"]))
    spans = [flow.trimmed(*span) for span in spans]
    spans = _merged(flow, clause, spans)
    members = [Member(a, b, (a, b), b) for a, b in spans if b - a >= 2]
    if len(members) < 4 or sum(b - a >= 4 for a, b in spans) < 0.8 * len(spans):
        return None
    if (tail["count"] or "").endswith("领域"):
        return None  # fields are not tasks
    return Candidate("words" if tail["count"] else "plain words", members, clause)


def _tailed(flow: Flow, pieces: list[Span]) -> tuple[int, re.Match] | None:
    """The piece that ends the row, with the number or the 等方面 behind it."""
    for place in range(3, len(pieces)):
        start, end = pieces[place]
        if tail := _TAIL.search(flow.letters, start + 2, end):
            return place, tail
    return None


_GOALS = re.compile("[^，。；]{1,6}目标")
_SUMS_UP = re.compile(
    "(?:[^，。；]{0,4}(?:示范区|底线|优势|品牌|理念|意识|关系|高地|原则))|(?:目标)?.{0,4}(?:总结|回顾|取得|肯定|成效|成绩)|目标"
)
"""What behind a row of words says that it tells of the past, or of goals."""


def _merged(flow: Flow, clause: Span, spans: list[Span]) -> list[Span]:
    """努力打造宜居、韧性、智慧城市 as one of the row, where that gives the number announced."""
    merged: list[Span] = []
    for span in spans:
        if merged and not begins_with_verb(flow.letters[span[0] : span[1]]):
            merged[-1] = (merged[-1][0], span[1])
        else:
            merged.append(span)
    start = flow.since_turn(clause[0] - 200, clause[1])
    fits = declared_in(flow, (start, clause[1]), len(merged)) == len(merged)
    return merged if fits and len(merged) >= 4 else spans


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
        spans = _by_key(flow, [(begin, parts[0][1]), *parts[1:]])
        says, lead = lead_kind(flow, max(0, sentence[0] - 300), begin)
        members = [as_member(flow, *span) for span in spans]
        is_alike = _same_start(flow, spans) or _even_heads(flow, spans) is not None
        form = "semicolons" if is_alike else "plain semicolons"
        found.append(Candidate(form, members, lead, says))
    return found


def _by_key(flow: Flow, spans: list[Span]) -> list[Span]:
    """Each part from the clause on that begins as the others do: 围绕…，聚焦… among 聚焦…."""
    key = flow.letters[spans[-1][0] : spans[-1][0] + 2]
    found = []
    for start, end in spans:
        pieces = [flow.trimmed(*piece) for piece in flow.cut(start, end, "，")]
        own = next((a for a, _ in pieces if flow.letters.startswith(key, a)), start)
        found.append((own, end))
    return found


def _first_part(flow: Flow, parts: list[Span]) -> int | None:
    """Where the first part begins: with the word that the others begin with, or behind a colon."""
    key = flow.letters[parts[1][0] : parts[1][0] + 2]
    pieces = [flow.trimmed(*piece) for piece in flow.cut(*parts[0], "，：")]
    for start, end in pieces if key.isalpha() and key not in ("有关", "关于") else []:
        if flow.letters[end : end + 1] == "：":
            continue
        first = flow.letters.find(key, start, min(end, start + 8))
        if first >= 0 and not flow.inside[first]:
            return first
    if (head := _colon_head(flow, parts)) is not None:
        return head
    colon = flow.letters.find("：", *parts[0])
    if colon >= 0 and not flow.inside[colon]:
        return colon + 1
    even = _even_heads(flow, parts)
    return _behind_will(flow, parts) if even is None else even


_COLON_HEAD = re.compile(" *[^，。；：]{2,12}：(?=.{4})")


def _colon_head(flow: Flow, parts: list[Span]) -> int | None:
    """…明确八项任务，改革驱动：…；布局优化：…: the last head in the first part."""
    if not all(_COLON_HEAD.match(flow.letters, *part) for part in parts[1:]):
        return None
    pieces = [flow.trimmed(*piece) for piece in flow.cut(*parts[0], "，：")]
    heads = [start for start, end in pieces if _COLON_HEAD.match(flow.letters, start, parts[0][1])]
    return heads[-1] if heads else None


def _even_heads(flow: Flow, parts: list[Span]) -> int | None:
    """学思践悟强意识，…；凝心聚力抓发展，…: first clauses of one length, as in a slogan."""
    lengths = {len(flow.words(*flow.cut(a, b, "，；")[0])) for a, b in parts[:-1]}
    return parts[0][0] if len(parts) >= 4 and len(lengths) == 1 and lengths < _SLOGAN else None


_SLOGAN = {4, 5, 6, 7, 8, 9, 10}


def _behind_will(flow: Flow, parts: list[Span]) -> int | None:
    """…将加强…；推进…；深化…: verbs throughout, the first behind 将 or 要."""
    verbs = sum(begins_with_verb(flow.letters[a : a + 24]) for a, _ in parts[1:])
    start, end = flow.trimmed(*flow.cut(*parts[0], "，：")[-1])
    will = re.search("将|要", flow.letters[start : min(end, start + 16)])
    if not will or len(parts) < 4 or verbs < 0.7 * (len(parts) - 1):
        return None
    return start + will.end()


def _same_start(flow: Flow, spans: list[Span]) -> bool:
    key = flow.letters[spans[0][0] : spans[0][0] + 2]
    same = sum(flow.letters.startswith(key, start) for start, _ in spans)
    return key.isalpha() and same >= len(spans) - (len(spans) > 4)
