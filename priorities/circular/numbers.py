"""The numbers in an edited text that no longer agree with the data.

An edited text was written from the computed one of that day (its basis). Where the data have
changed since, the same sentence is computed with other numbers; the edited one still has the old.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..models import Passage

NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?%?")


CONTEXT = 4
"""How many characters before a number tell which one it is."""


@dataclass(frozen=True)
class Disagreement:
    """A number in the edited text, from ``start`` to ``end``, and what the data say instead.

    ``expected`` is empty where the data no longer have such a number at all.
    """

    start: int
    end: int
    found: str
    expected: str


def disagreements(passage: Passage) -> list[Disagreement]:
    """The computed numbers within the edited text that are out of date; none for a computed one.

    Numbers that somebody typed, and that were never computed, are nobody's business here.
    """
    if not passage.edited or passage.basis == passage.computed:
        return []
    now = _numbers_now(passage.basis, passage.computed)
    found = list(NUMBER.finditer(passage.edited))
    pairs = _aligned([match.group() for match in found], _numbers(passage.basis))
    return [
        Disagreement(match.start(), match.end(), match.group(), now[pairs[place]])
        for place, match in enumerate(found)
        if place in pairs and now[pairs[place]] != match.group()
    ]


def left_out(passage: Passage) -> list[str]:
    """The numbers of the computed text that the edited one does not have."""
    if not passage.edited:
        return []
    computed, edited = _numbers(passage.computed), _numbers(passage.edited)
    kept = set(_aligned(computed, edited))
    return [number for place, number in enumerate(computed) if place not in kept]


def _numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def _numbers_now(basis: str, computed: str) -> dict[int, str]:
    """What stands now in the place of each number of the basis; nothing where its clause is gone.

    A number is found again by the words before it: 滞后 5 is 滞后 6 now, whatever else has changed.
    """
    before, now = _contexts(basis), _contexts(computed)
    places, numbers = _aligned(before, now), _numbers(computed)
    return {n: numbers[places[n]] if n in places else "" for n in range(len(before))}


def _contexts(text: str) -> list[str]:
    """The last words before each number, up to the number before it."""
    return [words[-CONTEXT:] for words in NUMBER.split(text)[:-1]]


def _aligned(these: list[str], those: list[str]) -> dict[int, int]:
    """The place among those of each of these that is found there, in order."""
    matcher = SequenceMatcher(None, these, those, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return {b.a + i: b.b + i for b in blocks for i in range(b.size)}
