"""Lists inside one sentence: parts between semicolons, words between 、, a keyword that returns."""

import re

from .candidates import Candidate, Member
from .contexts import lead_kind
from .flow import Flow, Span
from .unnumbered import as_member

_TAIL = re.compile(
    "(?P<etc>等)?(?P<count>(?:[一二三四五六七八九十]{1,3}|\\d{1,3})(?:个|大|项|件|条|类)(?:方面"
    "|领域|重点|民生|主要|具体|重大|专项)*(?:的)?(?:工作|任务|主题|实事|工程|项目|行动|举措|措施"
    "|方面|重点|事项)*)|(?P<plain>等方面|等工作|等重点工作|等任务)"
)
_FROM = re.compile("(?:.{0,14}(?:从|围绕|聚焦|包括|涉及|涵盖|分别是|即|为))(?=.{4})")


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
    if not tail or flow.inside[tail.start()]:
        return None
    first = pieces[0]
    lead = _FROM.match(flow.letters, *first)
    begin = lead.end() if lead else first[0]
    spans = [(begin, first[1]), *pieces[1:-1], (last[0], tail.start())]
    spans = [flow.trimmed(*span) for span in spans]
    members = [Member(a, b, (a, b), b) for a, b in spans if b - a >= 2]
    if sum(b - a >= 4 for a, b in spans) < 0.8 * len(spans):
        return None
    return Candidate("words" if tail["count"] else "plain words", members, clause)


def semicolons(flow: Flow) -> list[Candidate]:
    """聚焦…，…；聚焦…，…；聚焦…: parts of a sentence that begin with the same words."""
    found = []
    for sentence in flow.cut(0, len(flow.letters), "。！？\n"):
        parts = flow.cut(*sentence, "；")
        if len(parts) < 3:
            continue
        begins = [part[0] for part in parts]
        key = flow.letters[begins[1] : begins[1] + 2]
        same = [place for place in begins[1:] if flow.letters.startswith(key, place)]
        first = flow.letters.find(key, parts[0][0], min(parts[0][1], parts[0][0] + 12))
        if len(same) < len(begins) - 1 or first < 0 or not key.isalpha():
            continue
        spans = [(first, parts[0][1]), *parts[1:]]
        says, lead = lead_kind(flow, max(0, sentence[0] - 300), sentence[0])
        found.append(
            Candidate("semicolons", [as_member(flow, *span) for span in spans], lead, says)
        )
    return found
