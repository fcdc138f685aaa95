"""What was made of a text, as marks over runs of it: plain values, and how they are stored.

The text itself is never changed. A mark says from where to where, what the run is taken for, and
what people wrote instead of its words; places are offsets into the text as it was given.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

EDGE = " \t\r\n\u3000\xa0，、。；：！？,.;:!?-—–|…~·*"
"""What stands between runs and is part of none."""


NUMBERING = re.compile(
    r"[\s（(第]*(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})[\s)）、.．，,:：是要项章节]*|[\s●•·◆■\-—]+"
)
"""What stands before a run in its line and only counts it; nobody takes it for anything."""


class Kind(StrEnum):
    """What a run is taken for."""

    TITLE = "title"
    PREMISE = "premise"
    ACTION = "action"
    GOAL = "goal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of the text. ``own`` are the words that stand for it instead, empty for its own.

    ``lead``, ``supporting``, ``due`` and ``amounts`` are words that the text says of an action;
    ``order``, at a title only, are the starts of its actions where they were moved.
    """

    start: int
    end: int
    kind: str = Kind.NONE
    own: str = ""
    lead: str = ""
    supporting: tuple[str, ...] = ()
    due: str = ""
    amounts: tuple[tuple[str, str], ...] = ()
    order: tuple[int, ...] = ()

    @property
    def is_taken(self) -> bool:
        return self.kind != Kind.NONE

    def stored(self) -> list:
        """Its values up to the last that is not the default."""
        values = list(_VALUES(self))
        while len(values) > 2 and values[-1] == _DEFAULTS[len(values) - 1]:
            values.pop()
        return values

    @classmethod
    def of(cls, stored: list) -> "Mark":
        start, end, *rest = stored
        return cls(start, end, *map(_tuples, rest))


_VALUES = attrgetter(*(field.name for field in fields(Mark)))
_DEFAULTS = [field.default for field in fields(Mark)]
"""Ready made: a long text has thousands of marks, and each act stores all of them."""


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Draft:
    """All marks in the order of the text, and what was decided beside them.

    ``order`` are the starts of the titles where priorities were moved. ``units`` says for a name,
    as it is compared, which unit is meant: its primary key, or 0 where it is left out.
    """

    marks: tuple[Mark, ...] = ()
    order: tuple[int, ...] = ()
    units: tuple[tuple[str, int], ...] = ()

    def stored(self) -> dict:
        return {
            "marks": [mark.stored() for mark in self.marks],
            "order": list(self.order),
            "units": dict(self.units),
        }

    @classmethod
    def of(cls, stored: dict) -> "Draft":
        marks = tuple(map(Mark.of, stored["marks"]))
        return cls(marks, tuple(stored["order"]), tuple(sorted(stored["units"].items())))

    def place_of(self, start: int) -> int | None:
        """The place in ``marks`` of the run that begins there."""
        place = bisect_left(self.marks, start, key=lambda mark: mark.start)
        found = place < len(self.marks) and self.marks[place].start == start
        return place if found else None


@dataclass(frozen=True)
class Passage:
    """A stretch of the text, and the code of why nothing of it was taken."""

    start: int
    end: int
    why: str


@dataclass(frozen=True)
class Source:
    """The text, and what the reader said of it that no correction changes.

    ``dropped`` are the stretches that no words show: line breaks of hard wrapping, page numbers,
    pinyin. ``paragraphs`` is where each begins, ``sections`` are the passages that speak of one
    priority each, as the reader cut them.
    """

    text: str
    dropped: tuple[tuple[int, int], ...] = ()
    paragraphs: tuple[int, ...] = ()
    declared: int | None = None
    warnings: tuple[str, ...] = ()
    sections: tuple[tuple[int, int], ...] = ()
    passages: tuple[Passage, ...] = ()
    candidates: tuple[tuple[int, int], ...] = ()

    def stored(self) -> dict:
        """Without the text, which the document keeps."""
        passages = [[p.start, p.end, p.why] for p in self.passages]
        plain = ("dropped", "paragraphs", "declared", "warnings", "sections", "candidates")
        return {**{name: getattr(self, name) for name in plain}, "passages": passages}

    @classmethod
    def of(cls, text: str, stored: dict) -> "Source":
        values = {name: _tuples(value) for name, value in stored.items()}
        values["passages"] = tuple(Passage(*parts) for parts in values["passages"])
        return cls(text, **values)

    def words(self, start: int, end: int) -> str:
        """What stands there, as one would write it on one line."""
        return "".join(piece for _place, piece in self.pieces(start, end))

    def sentence(self, start: int, end: int) -> str:
        """The same, paragraph by paragraph."""
        starts = [start, *self._paragraphs(start, end), end]
        parts = (self.words(a, b) for a, b in pairwise(starts))
        return "\n".join(part for part in parts if part)

    def _paragraphs(self, start: int, end: int) -> tuple[int, ...]:
        first = bisect_left(self.paragraphs, start + 1)
        return self.paragraphs[first : bisect_left(self.paragraphs, end)]

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The same in pieces, each with its place in the text; a joint of two words is a blank."""
        at = start
        for gap_start, gap_end in self._gaps(start, end):
            if gap_start > at:
                yield at, self.text[at:gap_start]
            if start < gap_start and gap_end < end and self._joins_words(gap_start, gap_end):
                yield gap_start, " "
            at = max(at, gap_end)
        if at < end:
            yield at, self.text[at:end]

    def _gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        place = bisect_left(self.dropped, start, key=lambda gap: gap[1])
        for gap in self.dropped[place:]:
            if gap[0] >= end:
                return
            if gap[1] > start:
                yield max(gap[0], start), min(gap[1], end)

    def _joins_words(self, start: int, end: int) -> bool:
        around = self.text[start - 1 : start] + self.text[end : end + 1]
        is_break = any(c in "\r\n" for c in self.text[start:end])
        return is_break and len(around) == 2 and around.isascii() and around.isalnum()

    def place_after(self, start: int, end: int, count: int) -> int:
        """The place in the text behind so many characters of the words of a run."""
        for at, piece in self.pieces(start, end):
            is_joint = piece == " " and self.text[at] != " "
            if count <= len(piece):
                return at + (0 if is_joint else count)
            count -= len(piece)
        return end

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Without punctuation, blanks and what no words show at both ends."""
        kept = [(at, piece) for at, piece in self.pieces(start, end) if piece.strip(EDGE)]
        if not kept:
            return start, start
        (first, head), (last, tail) = kept[0], kept[-1]
        first += len(head) - len(head.lstrip(EDGE))
        return first, last + len(tail.rstrip(EDGE))

    def paragraph_of(self, place: int) -> int:
        """The number of the paragraph, from 1."""
        return max(bisect_left(self.paragraphs, place + 1), 1)
