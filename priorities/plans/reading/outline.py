"""Marks → a tree of lists: which numbers belong together, and what stands under what.

The order in which the styles of numbering first appear says which stands above which; a number goes
on the list of its style whose last number is one less. A style that starts anew begins a new list.
Numbers that run on over the groups above them (1、2、 under （一）, 3、 under （二）) are common in
breakdowns and stay under their group. A number that fits nowhere is no mark but part of a sentence.
"""

from dataclasses import dataclass, field

from .flow import Flow
from .numbering import Mark

_BELOW_HAN = {"bracket", "bracketarabic", "circled", "dash", "bullet"}
_BELOW = {
    "han": {*_BELOW_HAN, "arabic", "yishi", "first"},
    "bracket": {"arabic", "bracketarabic", "circled", "dash", "bullet", "yishi", "first"},
}
"""What stands under each style where the first of its numbers are missing: a text that begins in
the middle shows 3. and 4. before it shows 二、."""
DEEPEST = 8
"""Lists inside lists; deeper ones are read as part of the last."""


@dataclass(eq=False)
class Item:
    """One item of a list: its mark, its stretch of letters, and the lists inside."""

    mark: Mark
    parent: "Item | None"
    end: int = 0
    lists: list["Listing"] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.mark.start

    @property
    def body(self) -> int:
        return self.mark.body

    @property
    def own_end(self) -> int:
        """Where the words of the item itself end and the first list inside begins."""
        return self.lists[0].start if self.lists else self.end


@dataclass(eq=False)
class Listing:
    """Items of one style that follow each other, under one item or under none."""

    kind: str
    parent: Item | None
    items: list[Item] = field(default_factory=list)

    @property
    def start(self) -> int:
        return self.items[0].start

    @property
    def end(self) -> int:
        return self.items[-1].end

    @property
    def at_line(self) -> bool:
        return self.items[0].mark.at_line

    @property
    def last(self) -> Item:
        return self.items[-1]


class _Builder:
    def __init__(self, flow: Flow, numbers: list[Mark], stops: list[int]):
        self.flow = flow
        self.numbers = numbers
        self.stops = [*stops, len(flow.letters) + 1]
        self.top: list[Listing] = []
        self.open: list[Listing] = []
        self.latest: dict[str, Listing] = {}
        self.passed_stops = 0

    def build(self) -> list[Listing]:
        for mark in self.numbers:
            self._close_at_stops(mark.start)
            self._leave_paragraph(mark)
            self._take(mark)
        self._close_at_stops(len(self.flow.letters))
        self._shut(0, len(self.flow.letters))
        return self.top

    def _close_at_stops(self, place: int) -> None:
        while self.stops[self.passed_stops] <= place:
            self._shut(0, self.stops[self.passed_stops])
            self.latest.clear()
            self.passed_stops += 1

    def _leave_paragraph(self, mark: Mark) -> None:
        """A list inside a paragraph ends with it, unless the next line goes on with its number."""
        while self.open and not self.open[-1].at_line:
            listing = self.open[-1]
            same = self.flow.paragraph_of(listing.last.start) == self.flow.paragraph_of(mark.start)
            if same or self._continues(listing, mark):
                return
            _, end = self.flow.paragraphs[self.flow.paragraph_of(listing.last.start)]
            self._shut(len(self.open) - 1, end)

    def _continues(self, listing: Listing, mark: Mark) -> bool:
        """Whether a mark at the beginning of a line is the next number of a list."""
        last = listing.last.mark.number
        return mark.kind == listing.kind and last is not None and mark.number == last + 1

    def _take(self, mark: Mark) -> None:
        """Puts a mark on the innermost list that it continues, else begins a list with it."""
        same = [d for d, listing in enumerate(self.open) if listing.kind == mark.kind]
        for depth in reversed(same):
            if self._follows(self.open[depth], mark):
                return self._append(depth, mark)
        if not same:
            return self._begin(mark, self._level(mark)) if self._may_begin(mark) else None
        if mark.number in (None, 1):
            nested = self.open[same[-1]].at_line and not mark.at_line
            self._begin(mark, same[-1] + 1 if nested else same[-1])
        return None

    def _level(self, mark: Mark) -> int:
        """Where a new style comes in: below all that is open; but 一、 stands above （一）."""
        is_later = mark.number not in (None, 1)
        kinds = _BELOW.get(mark.kind, set()) if is_later else _BELOW_HAN
        if not mark.at_line or mark.kind not in _BELOW or (mark.kind != "han" and not is_later):
            return len(self.open)
        below = (d for d, found in enumerate(self.open) if found.kind in kinds and found.at_line)
        return next(below, len(self.open))

    def _follows(self, listing: Listing, mark: Mark) -> bool:
        if mark.number is None:
            return mark.at_line == listing.at_line
        last = listing.last.mark.number
        gap = 3 if mark.at_line and last > 1 else 2 if last > 1 else 1
        return last < mark.number <= last + gap

    def _may_begin(self, mark: Mark) -> bool:
        if mark.number in (None, 1):
            return True
        before = self.latest.get(mark.kind)
        goes_on = before is not None and self._continues(before, mark)
        return goes_on or (mark.at_line and before is None and mark.kind != "two")

    def _append(self, depth: int, mark: Mark) -> None:
        self._shut(depth + 1, mark.start)
        listing = self.open[depth]
        listing.last.end = mark.start
        listing.items.append(Item(mark, listing.parent))

    def _begin(self, mark: Mark, depth: int) -> None:
        self._shut(depth, mark.start)
        if depth >= DEEPEST:
            return
        parent = self.open[-1].last if self.open else None
        listing = Listing(mark.kind, parent, [Item(mark, parent)])
        (parent.lists if parent else self.top).append(listing)
        self.open.append(listing)
        self.latest[mark.kind] = listing

    def _shut(self, depth: int, end: int) -> None:
        for listing in self.open[depth:]:
            listing.last.end = listing.last.end or end
        del self.open[depth:]


def outline(flow: Flow, numbers: list[Mark], stops: list[int]) -> list[Listing]:
    """The lists of a text, the outermost ones in order; every list ends at a stop (a place)."""
    return _Builder(flow, numbers, stops).build()
