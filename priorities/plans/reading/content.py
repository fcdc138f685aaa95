"""What stands under a title: premise, the things to be done, goal, told apart."""

import re
from collections import Counter
from dataclasses import dataclass, field

from .clauses import (
    breaks_parallel,
    clauses,
    is_goal,
    is_means,
    is_premise,
    sentences,
    split_campaigns,
)
from .flow import Flow, Span
from .headings import heading_sentences
from .units import looks_like_units

_INCLUDING = re.compile(
    "(?:，|。|：)?(?:主要|具体|重点)?(?:包括|包含|分别是|涵盖|即|从(?=[^，。；]{8,200}(?:等|\\d个"
    "|[一二三四五六]个)[^，。；]{0,6}方面))[：]?"
)
_ASPECTS = re.compile(
    "(?:主要|重点|分别)?(?:从|围绕)([^，。；]{8,200}?)等?\\s*(?:\\d"
    "|[二三四五六七八九十])个(?:方面|领域|维度)[^，。；]{0,12}"
)
_CAPTION = re.compile(
    "（?(?:图为|上图|下图)|（[^（）]{0,30}(?:资料图|供图|[ 摄]摄|摄影)[^（）]{0,8}）?$"
)
_MAINLY = re.compile("(?:主要|重点|具体)是|主要(?:包括|内容为)|即|其中|同时|此外|另外")
_ET_CETERA = re.compile(
    "等(?:方面|内容|工作|任务|项目|措施|举措|.{0,2}项.{0,6}|.{0,2}个.{0,6})?[。；，]?$"
)


@dataclass
class Content:
    premise: Span | None = None
    goal: Span | None = None
    actions: list[Span] = field(default_factory=list)


def content(flow: Flow, start: int, end: int) -> Content:
    """Premise, goal and actions of a stretch of prose."""
    listed = _including(flow, start, end)
    if listed:
        return Content(actions=listed)
    parts = sentences(flow, start, end)
    headings = heading_sentences(flow, parts, least=2)
    if headings:
        return Content(actions=[flow.trimmed(*parts[place]) for place in headings])
    return _of_clauses(flow, parts)


def _including(flow: Flow, start: int, end: int) -> list[Span]:
    """…, 包括 A、B、C 等: the listed things, where each begins with what is done."""
    match = _INCLUDING.match(flow.letters, start, end)
    if not match:
        return []
    stop = flow.cut(match.end(), end, "。\n")[:1]
    if not stop:
        return []
    etc = _ET_CETERA.search(flow.letters[match.end() : stop[0][1]])
    last = match.end() + etc.start() if etc else stop[0][1]
    parts = [flow.trimmed(*part) for part in flow.cut(match.end(), last, "、，；")]
    parts = [_without_lead(flow, part) for part in parts]
    return parts if parts and all(b - a >= 4 for a, b in parts) else []


def _of_clauses(flow: Flow, parts: list[Span]) -> Content:
    found = Content()
    rows = [clauses(flow, *part) for part in parts]
    rows = [row for row in rows if row]
    if rows and len(rows[0]) > 1 and is_premise(_words(flow, rows[0][0])):
        found.premise = rows[0].pop(0)
    elif len(rows) > 1 and len(rows[0]) == 1 and is_premise(_words(flow, rows[0][0])):
        found.premise = rows.pop(0)[0]
    for place, row in enumerate(rows):
        goal = _goal_of(flow, row, last=place == len(rows) - 1, first=not found.actions)
        found.actions += _done(flow, row[:-1] if goal else row)
        found.goal = goal or found.goal
    if rows and found.goal and found.goal not in rows[-1]:
        found.goal = found.goal if len(rows) == 1 else None
    return found


def _goal_of(flow: Flow, row: list[Span], *, last: bool, first: bool) -> Span | None:
    words = [_words(flow, clause) for clause in row]
    if len(row) == 1:
        return row[0] if is_goal(words[0], strictly=True) and not first else None
    if last and breaks_parallel(words[-1], words[:-1]):
        return row[-1]
    if is_goal(words[-1]) and not _in_row(words):
        return row[-1]
    return None


def _in_row(words: list[str]) -> bool:
    """Whether the last clause is as long as all before it: one of the row, whatever its verb."""
    lengths = Counter(len(word) for word in words)
    return len(words) >= 3 and lengths[len(words[-1])] >= len(words) - 1


def _done(flow: Flow, row: list[Span]) -> list[Span]:
    done: list[Span] = []
    for clause in row:
        if not _is_work(_words(flow, clause)):
            continue
        bare = _without_lead(flow, clause)
        done += _parts(flow, bare) if bare == clause else _listed(flow, bare)
    return done


def _parts(flow: Flow, clause: Span) -> list[Span]:
    """主要从A、B、C等3个方面进行安排, 开展A行动、B行动、C行动: the things named in one clause."""
    aspects = _ASPECTS.fullmatch(flow.letters[clause[0] : clause[1]])
    if not aspects:
        return split_campaigns(flow, clause)
    inner = clause[0] + aspects.start(1), clause[0] + aspects.end(1)
    return [flow.trimmed(*part) for part in flow.cut(*inner, "、")]


def _listed(flow: Flow, clause: Span) -> list[Span]:
    """主要是A、B、C、D: the things to be done, where they are words and no figures."""
    parts = [flow.trimmed(*part) for part in flow.cut(*clause, "、")]
    are_tasks = len(parts) >= 3 and all(4 <= b - a <= 16 for a, b in parts)
    is_figure = re.search("\\d", flow.letters[slice(*clause)])
    return parts if are_tasks and not is_figure else [clause]


def _without_lead(flow: Flow, clause: Span) -> Span:
    """主要是…, 重点是…, 即…: what is done stands behind it."""
    lead = _MAINLY.match(flow.letters, *clause)
    return (lead.end(), clause[1]) if lead and clause[1] - lead.end() >= 4 else clause


def _is_work(words: str) -> bool:
    lists_deeds = words.startswith("通过") and words.count("、") >= 2
    if _CAPTION.match(words) or ("、" in words and looks_like_units(words)):
        return False
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in words)
    return chinese >= 3 and (lists_deeds or not is_means(words))


def _words(flow: Flow, span: Span) -> str:
    return flow.letters[span[0] : span[1]]
