"""Which of the lists found is the one looked for, if any is."""

from bisect import bisect_left
from itertools import accumulate

from .candidates import Candidate, Member
from .clauses import clauses
from .contexts import DEMAND, OTHER, PLAN, REVIEW, is_done, is_formal
from .declared import declared_before, declared_in
from .flow import Flow
from .verbs import begins_with_verb, names_work

LEAST = 1.0
"""Below this no list is taken: better none than one that is not meant."""

_LIKELY = {
    "words": -0.5,
    "plain words": -3.0,
    "headed": 0.0,
    "paragraphs": -0.5,
    "semicolons": 0.5,
    "plain semicolons": -1.0,
    "keyword": 0.3,
    "quoted keyword": 0.3,
    "shorthand": 0.3,
    "topics": -0.3,
    "headlines": -0.5,
    "bullet": 0.0,
    "dash": -1,
}


def weighed(flow: Flow, candidates: list[Candidate]) -> list[Candidate]:
    """The lists, the likeliest first, each with its score."""
    for candidate in candidates:
        candidate.declared = _declared(flow, candidate)
        candidate.score = _score(flow, candidate)
    return _outermost(sorted(candidates, key=lambda c: (-c.score, c.start)))


def _outermost(ranked: list[Candidate]) -> list[Candidate]:
    """Without the lists that stand inside one item of a list that may be taken itself."""
    items = sorted(
        (member.start, member.end) for c in ranked if c.score >= LEAST for member in c.members
    )
    reach = list(accumulate((end for _, end in items), max))
    starts = [start for start, _ in items]
    return [c for c in ranked if not _is_inside(c, items, starts, reach)]


def _is_inside(candidate: Candidate, items, starts, reach) -> bool:
    """Whether one item holds the whole list, and does not begin the list itself."""
    place = bisect_left(starts, candidate.start) - 1
    while place >= 0 and reach[place] >= candidate.end:
        if items[place][1] >= candidate.end:
            return True
        place -= 1
    return False


def _declared(flow: Flow, candidate: Candidate) -> int | None:
    found = len(candidate.members)
    if candidate.form in ("words", "plain words", "quoted keyword"):
        return declared_in(flow, candidate.lead, found)
    if candidate.form in ("table", "shorthand") or candidate.lead_says == REVIEW:
        return None
    return declared_before(flow, candidate.start, found)


def _score(flow: Flow, candidate: Candidate) -> float:
    members = candidate.members
    titles = [flow.words(*member.title) for member in members]
    share = len(members)
    score = 1.5 + _LIKELY.get(candidate.form, 0.5) + min(share, 12) * 0.1
    score += {PLAN: 2.0, REVIEW: -4.0, DEMAND: -1.5, OTHER: -5.0}.get(candidate.lead_says, 0.0)
    score -= 4.0 * sum(map(is_formal, titles)) / share
    if (
        candidate.form in ("words", "plain words")
        and candidate.lead
        and is_done(flow.letters[candidate.lead[0] : candidate.lead[1] + 30])
    ):
        score -= 4.0
    done = sum(is_done(flow.letters[m.start : m.end]) for m in members) / share
    score -= 4.0 * done if done > 0.5 and candidate.form != "table" else 0.0
    if candidate.declared is not None:
        score += _for_declared(candidate.declared, share)
    if candidate.form != "table" and candidate.declared != share:
        score -= 3.5 * (sum(_is_work(flow, m) for m in members) < 0.4 * share)
    if share < 2:
        score -= 1.0
    units = sum(
        "单位：" in flow.letters[m.start : m.end] or "主办" in flow.letters[m.start : m.end]
        for m in members
    )
    return score + (2.0 if units else 0.0)


def _for_declared(declared: int, found: int) -> float:
    """A list as long as announced is the one meant; one that breaks off early may be."""
    if declared == found:
        return 3.0
    return 1.0 if found * 2 >= declared else 0.0


def _is_work(flow: Flow, member: Member) -> bool:
    """Whether an item names something to be done, in its title or right behind it."""
    title = flow.words(*member.title)
    if title.startswith("《"):
        return False
    if names_work(title):
        return True
    rest = clauses(flow, member.content, min(member.end, member.content + 120))
    return any(begins_with_verb(flow.letters[a:b]) for a, b in rest)
