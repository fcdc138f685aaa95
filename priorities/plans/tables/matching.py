"""Which action of a running plan a row of a table means: by its number, else by its words.

Nobody is matched in silence: what is only like has its likeness, and what could be two is none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from ...names import letters

NUMBER = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
LIKELY = 0.6
"""Of two texts, how much of their pairs of characters they share (Dice), from 0 to 1."""
AHEAD = 0.12
"""How far the best has to be ahead of the next."""
AGREES = 0.3
"""A number counts where the words do not speak against it."""
WORTH_OFFERING = 0.15
MOST_OFFERED = 5
MOST_COMPARED = 60
CONTAINED = 0.9


class Likeness(StrEnum):
    """How an action was found."""

    SET = "set"
    NUMBER = "number"
    SAME = "same"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    NONE = "none"


SURE = frozenset((Likeness.SET, Likeness.NUMBER, Likeness.SAME))


@dataclass(frozen=True)
class Match:
    """The number of the action, none where somebody has to choose; ``near`` are the likeliest."""

    number: str
    likeness: Likeness
    score: float = 0
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A row: its key, what stands in its number, and its words."""

    key: str
    number: str
    text: str


def matched(rows: Iterable[Asked], actions: dict[str, str]) -> dict[str, Match]:
    """For each row the action it means; ``actions`` are texts by number."""
    texts = _Texts(actions)
    found = {row.key: _match(row, actions, texts) for row in rows}
    times = Counter(match.number for match in found.values() if match.number)
    return {key: _alone(match, times[match.number]) for key, match in found.items()}


def _alone(match: Match, times: int) -> Match:
    """An action that two rows mean is none's before somebody chooses."""
    if not match.number or times < 2:
        return match
    near = dict.fromkeys((match.number, *match.near))
    return Match("", Likeness.UNCLEAR, match.score, tuple(near)[:MOST_OFFERED])


def _match(row: Asked, actions: dict[str, str], texts: "_Texts") -> Match:
    scores = texts.like(row.text)
    near = tuple(number for number, _score in scores[:MOST_OFFERED])
    own = row.number.strip()
    if NUMBER.fullmatch(own) and own in actions:
        score = dict(scores).get(own, 0)
        if not row.text or score >= AGREES:
            return Match(own, Likeness.NUMBER, score, near)
        return Match("", Likeness.UNCLEAR, score, tuple(dict.fromkeys((own, *near))))
    if not scores:
        return Match("", Likeness.NONE)
    (number, best), *others = scores
    next_best = others[0][1] if others else 0
    if best == 1 and next_best < 1:
        return Match(number, Likeness.SAME, best, near)
    if best >= LIKELY and best - next_best >= AHEAD:
        return Match(number, Likeness.LIKELY, best, near)
    return Match("", Likeness.UNCLEAR, best, near)


class _Texts:
    """The texts of all actions by their pairs of characters: a row asks those alone it shares."""

    def __init__(self, actions: dict[str, str]):
        self.plain = {number: letters(text) for number, text in actions.items()}
        self.pairs = {number: _pairs(text) for number, text in self.plain.items()}
        self.holding: dict[str, list[str]] = defaultdict(list)
        for number, pairs in self.pairs.items():
            for pair in pairs:
                self.holding[pair].append(number)

    def like(self, text: str) -> list[tuple[str, float]]:
        """Number and likeness, the likeliest first; what shares next to nothing is left out."""
        plain = letters(text)
        pairs = _pairs(plain)
        scores = {number: self._score(plain, pairs, number) for number in self._sharing(pairs)}
        worth = [(number, score) for number, score in scores.items() if score >= WORTH_OFFERING]
        return sorted(worth, key=lambda pair: -pair[1])

    def _sharing(self, pairs: Counter[str]) -> list[str]:
        """The actions that share the rarest pairs, as many as are compared; common ones say little.

        Texts of one mould share nearly all: without a bound a thousand rows take their square.
        """
        found: dict[str, None] = {}
        for pair in sorted(pairs, key=lambda pair: len(self.holding.get(pair, ()))):
            found |= dict.fromkeys(self.holding.get(pair, ())[:MOST_COMPARED])
            if len(found) >= MOST_COMPARED:
                break
        return [number for number in self.plain if number in found]

    def _score(self, plain: str, pairs: Counter[str], number: str) -> float:
        other, theirs = self.plain[number], self.pairs[number]
        if plain == other:
            return 1
        shared = sum(min(times, theirs[pair]) for pair, times in pairs.items() if pair in theirs)
        score = 2 * shared / (pairs.total() + theirs.total())
        is_within = min(len(plain), len(other)) >= 4 and (plain in other or other in plain)
        return max(score, CONTAINED) if is_within else min(score, 0.99)


def _pairs(text: str) -> Counter[str]:
    return Counter(a + b for a, b in pairwise(text)) or Counter([text])
