"""Which of the lists found is the one looked for, if any is."""

from .candidates import Candidate
from .contexts import DEMAND, PLAN, REVIEW, is_done, is_formal
from .declared import declared_before, declared_in
from .flow import Flow

LEAST = 1.0
"""Below this no list is taken: better none than one that is not meant."""

_LIKELY = {
    "words": -0.5,
    "plain words": -3.0,
    "headed": 0.0,
    "paragraphs": -0.5,
    "semicolons": 0.5,
    "bullet": 0.0,
    "dash": -1,
}


def weighed(flow: Flow, candidates: list[Candidate]) -> list[Candidate]:
    """The lists, the likeliest first, each with its score."""
    for candidate in candidates:
        candidate.declared = _declared(flow, candidate)
        candidate.score = _score(flow, candidate)
    return sorted(candidates, key=lambda c: (-c.score, c.start))


def _declared(flow: Flow, candidate: Candidate) -> int | None:
    found = len(candidate.members)
    if candidate.form in ("words", "plain words"):
        return declared_in(flow, candidate.lead, found)
    if candidate.form == "table" or candidate.lead_says == REVIEW:
        return None
    return declared_before(flow, candidate.start, found)


def _score(flow: Flow, candidate: Candidate) -> float:
    members = candidate.members
    titles = [flow.words(*member.title) for member in members]
    share = len(members)
    score = 1.5 + _LIKELY.get(candidate.form, 0.5) + min(share, 12) * 0.1
    score += {PLAN: 2.0, REVIEW: -4.0, DEMAND: -1.5}.get(candidate.lead_says, 0.0)
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
        score += 3.0 if candidate.declared == share else 1.0
    if share < 2:
        score -= 1.0
    units = sum(
        "单位：" in flow.letters[m.start : m.end] or "主办" in flow.letters[m.start : m.end]
        for m in members
    )
    return score + (2.0 if units else 0.0)
