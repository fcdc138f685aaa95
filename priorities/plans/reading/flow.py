"""The text as it would stand without wrapping: letters, and where each of them stands in the text.

All later steps see one string. Its paragraphs end with a line break, wrapped lines are joined, and
``at`` leads from each letter back to the text as given.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property

from .values import Run

EDGE = " \n，。；：、！？,.;:!?-—–|…~"
_PAIRS = {"”": "“", "）": "（", "》": "《", "】": "【", "’": "‘", "〕": "〔"}
_OPENING = set(_PAIRS.values())
_FARTHEST = {"“": 120, "‘": 60, "（": 400, "《": 160, "【": 60, "〔": 40}
"""So far a bracket may be from its partner; farther apart one of them is a slip of the pen."""

_BRACKETS = re.compile("[" + "".join(_PAIRS) + "".join(_OPENING) + "]")
_SAYS = re.compile("[^" + re.escape(EDGE) + "]")

Span = tuple[int, int]


@cache
def _any_of(signs: str) -> re.Pattern:
    return re.compile("[" + re.escape(signs) + "]")


@dataclass
class Flow:
    """Folded letters of the unwrapped text, with the place of each in the text as given.

    ``turns`` are the beginnings of paragraphs at which the text turns to something else.
    """

    text: str
    letters: str
    at: list[int]
    paragraphs: list[Span] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)

    def run(self, start: int, end: int) -> Run:
        """The run of the text behind these letters."""
        if start >= end:
            place = self.at[start] if start < len(self.at) else len(self.text)
            return Run(place, place, "")
        words = "".join(map(self._letter, range(start, end)))
        return Run(self.at[start], self.at[end - 1] + 1, words)

    def _letter(self, place: int) -> str:
        letter = self.letters[place]
        return "" if letter == "\n" else letter if letter == " " else self.text[self.at[place]]

    def trimmed(self, start: int, end: int) -> Span:
        """Without punctuation and blanks at both ends."""
        letters = self.letters
        while start < end and letters[start] in EDGE:
            start += 1
        while end > start and letters[end - 1] in EDGE:
            end -= 1
        return start, end

    def bare(self, start: int, end: int) -> Span:
        """Without blanks at both ends."""
        while start < end and self.letters[start] == " ":
            start += 1
        while end > start and self.letters[end - 1] == " ":
            end -= 1
        return start, end

    def words(self, start: int, end: int) -> str:
        """The folded letters, trimmed."""
        start, end = self.trimmed(start, end)
        return self.letters[start:end]

    def split(self, start: int, end: int, signs: str) -> list[Span]:
        """The stretch cut at each of the signs, wherever it stands; without the signs."""
        places = [match.start() for match in _any_of(signs).finditer(self.letters, start, end)]
        begins = [start, *(place + 1 for place in places)]
        return list(zip(begins, [*places, end], strict=True))

    @cached_property
    def inside(self) -> bytearray:
        """1 where a letter stands within quotes or brackets that have their partner."""
        marked = bytearray(len(self.letters))
        opened: list[tuple[str, int]] = []
        for match in _BRACKETS.finditer(self.letters):
            letter, place = match[0], match.start()
            if letter in _OPENING:
                opened.append((letter, place))
                del opened[:-20]
            else:
                self._close(marked, opened, letter, place)
        return marked

    def _close(self, marked, opened, letter: str, place: int) -> None:
        partner = _PAIRS[letter]
        for depth in range(len(opened) - 1, -1, -1):
            sign, start = opened[depth]
            if sign == partner and place - start <= _FARTHEST[partner]:
                marked[start : place + 1] = b"\1" * (place + 1 - start)
                del opened[depth:]
                return

    def cut(self, start: int, end: int, signs: str) -> list[Span]:
        """The stretch cut behind each of the signs that stands outside quotes and brackets."""
        pieces, begin = [], start
        letters, inside = self.letters, self.inside
        for match in _any_of(signs).finditer(letters, start, end):
            place = match.start()
            if not inside[place]:
                pieces.append((begin, place + 1))
                begin = place + 1
        if begin < end:
            pieces.append((begin, end))
        return [(a, b) for a, b in pieces if _SAYS.search(letters, a, b)]

    def since_turn(self, start: int, end: int) -> int:
        """``start``, or where the text turned last before ``end`` if that is nearer."""
        place = bisect_right(self.turns, max(end - 1, 0)) - 1
        return max(start, self.turns[place]) if place >= 0 else max(start, 0)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.paragraphs]

    def paragraph_of(self, place: int) -> int:
        """The number of the paragraph in which a letter stands."""
        return max(bisect_right(self._starts, place) - 1, 0)
