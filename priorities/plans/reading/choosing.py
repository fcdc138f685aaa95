"""Which of the lists found is the one looked for, if any is."""

import re
from bisect import bisect_left
from itertools import accumulate

from .candidates import Candidate, Member
from .clauses import clauses
from .contexts import (
    ABOUT,
    DEMAND,
    OTHER,
    PLAN,
    REVIEW,
    heads_a_review,
    is_agenda,
    is_done,
    is_formal,
    is_notice,
    is_political,
    leads_strongly,
)
from .declared import Announced, declared_before, declared_in
from .flow import Flow
from .numbering import KINDS
from .units import looks_like_units
from .verbs import begins_with_verb, names_work

_INCLUDING = re.compile("[，。：]?(?:主要)?(?:包括|是|为)")

LEAST = 1.0
"""Below this no list is taken: better none than one that is not meant."""

_LIKELY = {
    "words": -0.5,
    "plain words": -3.3,
    "headed": 0.0,
    "paragraphs": -0.5,
    "semicolons": 0.5,
    "plain semicolons": -1.0,
    "keyword": 0.0,
    "plain keyword": -1.7,
    "demands": -1.5,
    "quoted keyword": 0.3,
    "shorthand": 0.3,
    "topics": -0.3,
    "headlines": -0.5,
    "bullet": 0.0,
    "dash": -1,
    "sequence": -0.5,
}


_SIGNS = re.compile("[。；]")
_LOOK = 200
"""Letters of an item that are looked at for what it is."""

_SPOKEN = {
    "demands",
    "keyword",
    "plain keyword",
    "semicolons",
    "plain semicolons",
    "yishi",
    "first",
}
"""Forms that speeches have too, for demands of attitude."""

_BY_FORM = {"words", "keyword", "semicolons", "quoted keyword", "shorthand"}
"""Forms that show by themselves that a list is meant, whatever its words."""


def weighed(flow: Flow, candidates: list[Candidate]) -> list[Candidate]:
    """The lists, the likeliest first, each with its score.

    A list inside one item of a list that may be taken is part of that item; a list inside a review
    or inside demands shares their fate.
    """
    announced = Announced(flow)
    for candidate in candidates:
        candidate.declared = _declared(flow, candidate, announced)
        candidate.score = _score(flow, candidate)
    _prefer_lists(candidates)
    refused = _Items([c for c in candidates if _taints(flow, c)])
    for candidate in candidates:
        candidate.score -= _TAINT * refused.hold(candidate)
    taken = _Items([c for c in candidates if c.score >= LEAST])
    tables = [(c.start, c.end) for c in candidates if c.form == "table" and c.score >= LEAST]
    left = [c for c in candidates if not taken.hold(c) and not _is_of_table(c, tables)]
    return sorted(left, key=lambda c: (-c.score, c.start))


def _prefer_lists(candidates: list[Candidate]) -> None:
    """A row of words gives way where the text has a list as well: it only sums something up."""
    others = (c.score for c in candidates if c.form not in _WORDS)
    if max(others, default=0.0) >= _GOOD:
        for candidate in candidates:
            candidate.score -= 2.5 * (candidate.form in _WORDS)


_WORDS = ("words", "plain words")
_GOOD = 2.0


def _is_of_table(candidate: Candidate, tables: list[tuple[int, int]]) -> bool:
    """Whether a list of another form is made of the cells of a table."""
    if candidate.form == "table":
        return False
    return any(start <= candidate.start < end for start, end in tables)


_TAINT = 8.0


def _taints(flow: Flow, candidate: Candidate) -> bool:
    if candidate.form not in KINDS or candidate.score >= LEAST:
        return False
    titles = [flow.words(*member.title) for member in candidate.members]
    formal = sum(map(is_formal, titles)) / len(titles)
    told = {why for _, why in candidate.left_out}
    is_other = candidate.lead_says == OTHER and (not told or told - {ABOUT})
    return candidate.lead_says == REVIEW or is_other or formal >= 0.5


class _Items:
    """The items of some lists, asked whether one of them holds a whole list."""

    def __init__(self, lists: list[Candidate]):
        items = sorted((member.start, member.end) for c in lists for member in c.members)
        self.starts = [start for start, _ in items]
        self.reach = list(accumulate((end for _, end in items), max))

    def hold(self, candidate: Candidate) -> bool:
        place = bisect_left(self.starts, candidate.start) - 1
        return place >= 0 and self.reach[place] >= candidate.end


def _declared(flow: Flow, candidate: Candidate, announced: Announced) -> int | None:
    found = len(candidate.members)
    if candidate.form in ("words", "plain words", "quoted keyword"):
        own = declared_in(flow, candidate.lead, found, quoted=True)
        near = declared_before(flow, candidate.lead[0], found) if own is None else own
        return near if own is not None or near == found else None
    if candidate.form in ("table", "shorthand") or candidate.lead_says == REVIEW:
        return None
    titles = [flow.words(*member.title) for member in candidate.members]
    if (number := announced.echoed(candidate.start, titles)) is not None:
        return number
    near = declared_before(flow, candidate.start, found)
    above = announced.above(candidate.start, found) if near is None else near
    if above is not None or candidate.depth or not _breaks_off(flow, candidate):
        return above
    return announced.of_a_fragment(candidate.start, found)


def _breaks_off(flow: Flow, candidate: Candidate) -> bool:
    """Whether a list goes on beyond the end of the text."""
    rest = flow.letters[candidate.end :].strip()
    return candidate.form in KINDS and not rest and flow.letters.rstrip()[-1] not in "。！）"


def _score(flow: Flow, candidate: Candidate) -> float:
    """How likely a list is the one meant: by what leads in, its form, and what its items are."""
    members = candidate.members
    score = 1.5 + _LIKELY.get(candidate.form, 0.5) + min(len(members), 12) * 0.1
    score += {PLAN: 2.0, REVIEW: -4.0, DEMAND: -1.0, OTHER: -5.0}.get(candidate.lead_says, 0.0)
    score -= 1.0 * (len(members) < 2 and not _has_list(members[0])) + 0.4 * candidate.depth
    if candidate.declared is not None:
        bonus = _for_declared(candidate.declared, len(members))
        score += min(bonus, 1.0) if candidate.lead_says == DEMAND else bonus
    if candidate.form == "table":
        return score + 2.0
    return score + _for_items(flow, candidate)


def _words_of(flow: Flow, members: list[Member]) -> list[str]:
    """How each item begins; of a heading that stands alone, each item of the list below it."""
    spans = [(member.start, member.end) for member in members]
    if len(members) == 1 and _has_list(members[0]):
        spans = [(item.start, item.end) for item in members[0].item.lists[0].items]
    return [flow.letters[start : min(end, start + _LOOK)] for start, end in spans]


def _has_list(member: Member) -> bool:
    """Whether an item holds a list of lines: a heading, even where it is the only one."""
    return bool(member.item and member.item.lists and member.item.lists[0].at_line)


def _for_declared(declared: int, found: int) -> float:
    """A list as long as announced is the one meant; one that breaks off early may be."""
    if declared == found:
        return 3.0
    return 1.0 if found * 2 >= declared else 0.0


def _for_items(flow: Flow, candidate: Candidate) -> float:
    """What is taken off for items that are attitude, achievements, agenda, documents or names."""
    members = candidate.members
    words = _words_of(flow, members)
    titles = [flow.words(*member.title) for member in members]
    of = _Shares(titles)
    whole = [flow.letters[member.start : member.end] for member in members]
    has_units = any(label in text for text in whole for label in ("单位：", "主办"))
    score = 2.0 * has_units
    announced = _is_announced(flow, candidate)
    score -= (
        (2.0 if announced else 4.0) * of(is_formal)
        + 5.0 * (of(is_agenda) > 0.5)
        + 5.0 * (of(_is_name) > 0.5)
    )
    score -= 4.0 * (of(_is_document) > 0.5)
    notice = _Shares(words)(is_notice)
    score -= 4.0 * (notice > 0.4 and not has_units and candidate.lead_says != PLAN)
    score -= 2.0 * (notice > 0.4 and not has_units and candidate.lead_says == PLAN)
    done = _Shares(words)(is_done)
    score -= 4.0 * done if done > 0.5 and not has_units else 0.0
    score -= 4.0 * (len(members) == 1 and heads_a_review(titles[0]))
    score -= 3.0 * (candidate.form == "sequence" and len(members) < 3)
    if candidate.form == "part":
        score -= 2.0 * (not any(m.item and m.item.lists for m in members))
    if candidate.form in ("second", "third"):
        score -= 3.0 * (not any(_SIGNS.search(flow.letters, m.content, m.end) for m in members))
    if candidate.form in _SPOKEN and not announced:
        score -= 3.0 * (of(is_political) > 0.3)
        score -= 1.0 * (of(begins_with_verb) < 0.5 and candidate.declared is None)
    score -= 6.0 * (candidate.form in _WORDS and _are_scraps(titles))
    if candidate.form in _WORDS and candidate.lead:
        start, end = candidate.lead
        score -= 4.0 * is_done(flow.letters[start : end + 30])
    if candidate.declared != len(members) and candidate.form not in _BY_FORM:
        work = sum(_is_work(flow, member) for member in members) / len(members)
        score -= 3.5 * (work < 0.4)
    return score


class _Shares:
    """How many of some texts are of a kind, from 0 to 1."""

    def __init__(self, texts: list[str]):
        self.texts = texts

    def __call__(self, is_kind) -> float:
        return sum(map(is_kind, self.texts)) / len(self.texts)


def _are_scraps(titles: list[str]) -> bool:
    """Whether a row is of scraps, no tasks: 数字实、事例实、成果实."""
    short = sum(map(len, titles)) < 4 * len(titles)
    return short and 2 * sum(map(begins_with_verb, titles)) < len(titles)


def _is_announced(flow: Flow, candidate: Candidate) -> bool:
    lead = candidate.lead
    return candidate.lead_says == PLAN and bool(lead) and leads_strongly(flow.letters[slice(*lead)])


_SLOGAN = re.compile("[强兴活富美优立靓旺][区县市镇乡]$")
"""产业强区, 文旅活区: what a place is made, no unit."""


def _is_name(title: str) -> bool:
    return looks_like_units(title) and not names_work(title) and not _SLOGAN.search(title)


_DOCUMENTS = ("的通知", "的意见", "的决定", "的公告", "责任书", "管理办法", "工作报告")


def _is_document(title: str) -> bool:
    return title.startswith("《") or title.endswith(_DOCUMENTS)


def _is_work(flow: Flow, member: Member) -> bool:
    """Whether an item names something to be done, in its title or right behind it."""
    title = flow.words(*member.title)
    if names_work(title) or (member.item and member.item.lists):
        return True
    end = min(member.end, member.content + 120)
    if _INCLUDING.match(flow.letters, member.content, end) or title.endswith("类"):
        return True
    rest = clauses(flow, member.content, end)
    return any(begins_with_verb(flow.letters[a:b]) for a, b in rest)
