"""What the correction page shows of a draft: the text in blocks, and each run as it is taken.

Plain values, ready to be drawn; two that are equal look the same, so only others are sent again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..days import iso
from ..periods import chinese_number
from ..plans.proposing.desk import Desk
from ..plans.proposing.marks import Kind, Mark
from ..plans.proposing.proposed import Group, Left, left_between, words_of
from ..plans.proposing.remarks import due_of, unit_meant
from ..plans.written.amounts import written

KINDS: dict[str, str | Promise] = {
    Kind.TITLE: pgettext_lazy("run", "Title"),
    Kind.PREMISE: pgettext_lazy("run", "Premise"),
    Kind.ACTION: pgettext_lazy("run", "Action"),
    Kind.GOAL: pgettext_lazy("run", "Goal"),
    Kind.NONE: pgettext_lazy("run", "Not taken"),
}
SIGNS = {Kind.TITLE: "题", Kind.PREMISE: "总", Kind.GOAL: "目"}
WHY = {
    "review": gettext_lazy("Last year's review"),
    "aim": gettext_lazy("General aim"),
    "meeting": gettext_lazy("The meeting itself"),
    "call": gettext_lazy("Closing call"),
    "demand": gettext_lazy("General demands"),
}
OTHER = gettext_lazy("Further text")
SHORT = 400
"""Characters of a stretch without a list that stays unfolded where it leads in to the first one."""


class Piece(NamedTuple):
    """A run of the text as it is drawn, or words between runs (``start`` is None)."""

    words: str
    last: str = ""
    start: int | None = None
    kind: str = ""
    sign: str = ""
    name: str = ""
    is_reworded: bool = False
    is_offered: bool = False


class Item(NamedTuple):
    """What was made of a run: a line of the plan, with what the text says of who and when."""

    start: int
    kind: str
    sign: str
    words: str
    printed: str
    lead: str
    supporting: str
    due: str
    amounts: str
    facts: tuple[tuple[str, str, bool], ...]

    @property
    def said(self) -> list[tuple[str, str]]:
        """What its fields hold beside the words, by name."""
        names = ("lead", "supporting", "due", "amounts")
        return [(name, getattr(self, name)) for name in names if getattr(self, name)]


@dataclass(frozen=True)
class Block:
    """A stretch of the text: a priority with its plan beside it, or what is left between."""

    key: int
    number: int = 0
    numeral: str = ""
    title: str | Promise = ""
    place: str = ""
    is_folded: bool = False
    lines: tuple[tuple[Piece, ...], ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def starts(self) -> set[int]:
        return {piece.start for line in self.lines for piece in line if piece.start is not None}


def blocks_of(desk: Desk) -> list[Block]:
    """All of the text, in its order."""
    groups = desk.groups
    left = left_between(desk.source, desk.draft, groups)
    drawing = _Drawing(desk)
    first = min((group.start for group in groups), default=0)
    blocks = [drawing.priority(group) for group in groups]
    blocks += [drawing.left(piece, leads_in=piece.end == first) for piece in left]
    return sorted(blocks, key=lambda block: block.key)


class _Drawing:
    """The blocks of one desk; what all of them ask is asked once."""

    def __init__(self, desk: Desk):
        self.desk, self.source = desk, desk.source
        self.units = {unit.pk: str(unit) for unit in desk.units}
        self.offered = {start for start, _end in desk.source.candidates}
        self.breaks = set(desk.source.paragraphs)
        self.names = {kind: str(name) for kind, name in KINDS.items()}

    def priority(self, group: Group) -> Block:
        title = words_of(self.source, group.title) if group.title else ""
        return Block(
            key=group.start,
            number=group.number,
            numeral=chinese_number(group.number),
            title=title,
            lines=self._lines(group.start, group.end, group.marks, group.labels),
            items=tuple(self._items(group)),
        )

    def left(self, left: Left, *, leads_in: bool) -> Block:
        words = self.source.words(left.start, left.end)
        return Block(
            key=left.start,
            title=WHY.get(left.why, OTHER),
            place=self._place(left, len(words)),
            is_folded=not (leads_in and len(words) <= SHORT) and not self._has_offers(left),
            lines=self._lines(left.start, left.end, left.marks, {}),
        )

    def _place(self, left: Left, length: int) -> str:
        first = self.source.paragraph_of(left.marks[0].start)
        last = self.source.paragraph_of(left.marks[-1].start)
        if first == last:
            words = _("Paragraph %(first)d, %(length)s characters")
        else:
            words = _("Paragraphs %(first)d–%(last)d, %(length)s characters")
        return words % {"first": first, "last": last, "length": f"{length:,}"}

    def _has_offers(self, left: Left) -> bool:
        return any(mark.start in self.offered for mark in left.marks)

    def _lines(
        self, start: int, end: int, marks: Iterable[Mark], labels: dict[int, str]
    ) -> tuple[tuple[Piece, ...], ...]:
        """The pieces paragraph by paragraph; joined they are the words of the stretch."""
        lines: list[list[Piece]] = [[]]
        at = start
        for mark in marks:
            self._between(lines, at, mark.start)
            lines[-1].append(self._piece(mark, labels.get(mark.start, "")))
            at = mark.end
        self._between(lines, at, end)
        return tuple(tuple(line) for line in lines if line)

    def _between(self, lines: list[list[Piece]], start: int, end: int) -> None:
        for place, words in enumerate(self.source.sentence(start, end).split("\n")):
            if place or (start in self.breaks and lines[-1]):
                lines.append([])
            if words:
                lines[-1].append(Piece(words))
        if end in self.breaks and lines[-1]:
            lines.append([])

    def _piece(self, mark: Mark, label: str) -> Piece:
        words = self.source.words(mark.start, mark.end)
        if not mark.is_taken:
            is_offered = mark.start in self.offered
            return Piece(words, "", mark.start, Kind.NONE.value, is_offered=is_offered)
        return Piece(
            words[:-1],
            words[-1:],
            mark.start,
            str(mark.kind),
            label or SIGNS.get(mark.kind, ""),
            self.names[mark.kind],
            bool(mark.own),
        )

    def _items(self, group: Group) -> Iterator[Item]:
        """The title, then premise, actions in the order of the plan, and goal."""
        if group.title:
            yield self._item(group.title, str(group.number))
        for mark in group.premise:
            yield self._item(mark, SIGNS[Kind.PREMISE])
        for mark in group.actions:
            yield self._item(mark, group.labels[mark.start])
        for mark in group.goal:
            yield self._item(mark, SIGNS[Kind.GOAL])

    def _item(self, mark: Mark, sign: str) -> Item:
        return Item(
            mark.start,
            mark.kind,
            sign,
            words_of(self.source, mark),
            self.source.words(mark.start, mark.end) if mark.own else "",
            mark.lead,
            "、".join(mark.supporting),
            mark.due,
            written(mark.amounts),
            tuple(self._facts(mark)) if mark.kind == Kind.ACTION else (),
        )

    def _facts(self, mark: Mark) -> Iterator[tuple[str, str, bool]]:
        """Head, words, and whether they are understood."""
        if mark.lead:
            yield (_("Lead"), *self._unit(mark.lead))
        for name in mark.supporting:
            yield (_("Support"), *self._unit(name))
        if mark.due:
            due = due_of(self.desk.setting, mark.due)
            read = f"{mark.due} → {iso(due.due)}" if due.due else mark.due
            yield (_("Due"), read, due.is_understood)
        for number, unit in mark.amounts:
            yield (_("Quantity"), f"{number} {unit}", True)

    def _unit(self, name: str) -> tuple[str, bool]:
        meant = unit_meant(self.desk.draft, self.desk.setting, name)
        if meant is None:
            return name, False
        shown = self.units.get(meant, _("left out"))
        return (shown if shown == name else f"{name} → {shown}"), True


@dataclass(frozen=True)
class Changed:
    """What became of the blocks: gone, drawn anew, or new behind one that stays."""

    gone: list[int]
    drawn: list[Block]
    added: list[tuple[int | None, Block]]


def changed(before: list[Block], after: list[Block]) -> Changed:
    """Only blocks that look otherwise; each that is new with the key of the one before it."""
    old, keys = {block.key: block for block in before}, {block.key for block in after}
    added, drawn, last = [], [], None
    for block in after:
        if block.key not in old:
            added.append((last, block))
        elif old[block.key] != block:
            drawn.append(block)
        last = block.key
    return Changed([key for key in old if key not in keys], drawn, added)
