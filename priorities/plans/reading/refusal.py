"""What is said where no list can be taken, and what is said beside one that was taken.

A list is never invented. Where there is none, the reading says why as far as the text shows it, and
offers clauses that name work, to be picked by hand.
"""

import re

from .candidates import Candidate
from .clauses import is_goal, is_means, is_premise
from .contexts import DEMAND, REVIEW, is_done, is_formal
from .flow import Flow, Span
from .verbs import begins_with_verb

DECLARED_DIFFERS = "declared_differs"
ENDS_IN_THE_MIDDLE = "ends_in_the_middle"
REVIEW_ONLY = "review_only"
NOTICE_ONLY = "notice_only"
NO_LIST = "no_list"
TOO_MANY_ITEMS = "too_many_items"

MOST_OFFERED = 40
_ENDS = "。！？；…”）》|"
_SHORTEST_SENTENCE = 16


def ends_in_the_middle(flow: Flow) -> bool:
    """Whether the last sentence was cut off: it has no end, and is too long for a headline."""
    if not flow.paragraphs:
        return False
    start, end = flow.paragraphs[-1]
    last = flow.cut(start, end, "。！？；")
    if not last or flow.letters[end - 1] in _ENDS:
        return False
    unfinished = last[-1][1] - last[-1][0] >= _SHORTEST_SENTENCE or len(last) > 1
    return unfinished and not flow.letters[start:end].endswith(("日", "府", "室", "会"))


def why_none(flow: Flow, refused: list[Candidate]) -> str:
    """The reason that the text shows: only a review, only a notice's demands, or no list at all."""
    for candidate in refused:
        words = [flow.letters[m.start : m.end] for m in candidate.members]
        done = sum(map(is_done, words)) > len(words) / 2
        left_out = {why for _, why in candidate.left_out}
        if candidate.lead_says == REVIEW or done or left_out == {REVIEW}:
            return REVIEW_ONLY
    formal = [
        candidate
        for candidate in refused
        if candidate.lead_says == DEMAND
        or sum(is_formal(flow.words(*m.title)) for m in candidate.members) * 2
        >= len(candidate.members)
    ]
    if formal and re.search("印发|通知|附件", flow.letters[:2000]):
        return NOTICE_ONLY
    return NO_LIST


def offered(flow: Flow) -> list[Span]:
    """Clauses that name work and tell of nothing that was done, in the order of the text."""
    found: list[Span] = []
    for start, end in flow.cut(0, len(flow.letters), "。！？；\n"):
        if is_done(flow.letters[start:end]):
            continue
        for piece in flow.cut(start, end, "，："):
            span = flow.trimmed(*piece)
            if _names_work(flow.letters[span[0] : span[1]]):
                found.append(span)
                if len(found) == MOST_OFFERED:
                    return found
    return found


def _names_work(words: str) -> bool:
    if not 6 <= len(words) <= 60 or not begins_with_verb(words):
        return False
    return not (
        is_formal(words) or is_premise(words) or is_means(words) or is_goal(words, strictly=True)
    )
