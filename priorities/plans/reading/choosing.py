"""Which of the lists found is the one looked for, if any is."""

from bisect import bisect_left
from itertools import accumulate

from .candidates import Candidate, Member
from .clauses import clauses
from .contexts import (
    DEMAND,
    OTHER,
    PLAN,
    REVIEW,
    is_agenda,
    is_done,
    is_formal,
    is_political,
)
from .declared import declared_before, declared_in
from .flow import Flow
from .units import looks_like_units
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
    "keyword": 0.0,
    "plain keyword": -1.7,
    "demands": -1.5,
    "quoted keyword": 0.3,
    "shorthand": 0.3,
    "topics": -0.3,
    "headlines": -0.5,
    "bullet": 0.0,
    "dash": -1,
}


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

_BY_FORM = {"keyword", "semicolons", "quoted keyword", "shorthand"}
"""Forms that show by themselves that a list is meant, whatever its words."""


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
    """How likely a list is the one meant: by what leads in, its form, and what its items are."""
    members = candidate.members
    score = 1.5 + _LIKELY.get(candidate.form, 0.5) + min(len(members), 12) * 0.1
    score += {PLAN: 2.0, REVIEW: -4.0, DEMAND: -1.5, OTHER: -5.0}.get(candidate.lead_says, 0.0)
    score -= 1.0 * (len(members) < 2)
    if candidate.declared is not None:
        score += _for_declared(candidate.declared, len(members))
    if candidate.form == "table":
        return score + 2.0
    return score + _for_items(flow, candidate)


def _for_declared(declared: int, found: int) -> float:
    """A list as long as announced is the one meant; one that breaks off early may be."""
    if declared == found:
        return 3.0
    return 1.0 if found * 2 >= declared else 0.0


def _for_items(flow: Flow, candidate: Candidate) -> float:
    """What is taken off for items that are attitude, achievements, agenda, documents or names."""
    members = candidate.members
    words = [flow.letters[member.start : member.end] for member in members]
    titles = [flow.words(*member.title) for member in members]
    of = _Shares(titles)
    score = 2.0 * any(label in text for text in words for label in ("单位：", "主办"))
    score -= 4.0 * of(is_formal) + 5.0 * (of(is_agenda) > 0.5) + 5.0 * (of(_is_name) > 0.5)
    score -= 4.0 * (of(_is_document) > 0.5)
    done = _Shares(words)(is_done)
    score -= 4.0 * done if done > 0.5 else 0.0
    if candidate.form in _SPOKEN:
        score -= 3.0 * (of(is_political) > 0.3)
    if candidate.form in ("words", "plain words") and candidate.lead:
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


def _is_name(title: str) -> bool:
    return looks_like_units(title) and not names_work(title)


def _is_document(title: str) -> bool:
    return title.startswith("《") or title.endswith(("的通知", "的意见", "的决定", "的公告"))


def _is_work(flow: Flow, member: Member) -> bool:
    """Whether an item names something to be done, in its title or right behind it."""
    title = flow.words(*member.title)
    if names_work(title):
        return True
    rest = clauses(flow, member.content, min(member.end, member.content + 120))
    return any(begins_with_verb(flow.letters[a:b]) for a, b in rest)
