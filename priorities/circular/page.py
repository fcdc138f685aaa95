"""The report as a web page draws it: paragraphs, tables, annexes, in the order of the Word file.

An issued report is drawn from its document and nothing else. In a draft every piece of text knows
its passage, and what was left out stands behind the paragraph that it belongs to.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.timezone import localtime

from ..days import full_day
from ..lights import KINDS
from ..models import Passage, Report, ReportComment
from .document import Block, Document, Facts, Style, document_of
from .layout import title_lines
from .numbers import disagreements
from .tables import Table, attention, lights_by_priority, note_of_lights, whole

LIGHT = "亮灯"


@dataclass(frozen=True)
class Run:
    """Words, and where they are a number that the data no longer have, what the data say."""

    words: str
    is_off: bool = False
    expected: str = ""


@dataclass
class Piece:
    """What is edited as one; in an issued report there is no passage behind it."""

    block: Block
    runs: list[Run]
    passage: Passage | None = None
    comments: list[ReportComment] = field(default_factory=list)


@dataclass
class Paragraph:
    """One paragraph, heading, table or figure; ``left_out`` are passages that could stand in it."""

    pieces: list[Piece]
    caption: str = ""
    table: "PageTable | None" = None
    left_out: list[Piece] = field(default_factory=list)

    @property
    def first(self) -> Block:
        return self.pieces[0].block

    @property
    def kind(self) -> str:
        return str(self.first.style)

    @property
    def anchor(self) -> str:
        return f"sec-{self.first.section}"

    @property
    def comments(self) -> list[ReportComment]:
        return [c for piece in [*self.pieces, *self.left_out] for c in piece.comments]


@dataclass(frozen=True)
class PageCell:
    text: str
    head: str
    align: str = "left"
    kind: str = ""


@dataclass(frozen=True)
class PageTable:
    """A table of the Word file; ``names`` is the column that names a row."""

    heads: list[PageCell]
    rows: list[list[PageCell]]
    names: int
    foot: list[PageCell] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Annex:
    label: str
    name: str
    day: str
    table: PageTable


@dataclass
class Page:
    """A report with everything that its page shows of it."""

    document: Document
    paragraphs: list[Paragraph]
    general_comments: list[ReportComment] = field(default_factory=list)

    @property
    def what(self) -> str:
        return "专报" if self.document.is_brief else "通报"

    @property
    def title_lines(self) -> list[str]:
        return title_lines(self.document.title)

    @property
    def addressee(self) -> str:
        return f"{self.document.addressee.rstrip('：:')}："

    @property
    def signed_on(self) -> str:
        return full_day(self.document.signed_on) if self.document.signed_on else ""

    @property
    def issued_on(self) -> str:
        return full_day(localtime(self.document.issued_at).date())

    @property
    def headings(self) -> list[Block]:
        return [p.first for p in self.paragraphs if p.kind == Style.HEADING]

    @property
    def pieces(self) -> list[Piece]:
        return [piece for paragraph in self.paragraphs for piece in paragraph.pieces]

    @property
    def off(self) -> list[Piece]:
        """The pieces with a number that no longer agrees with the data."""
        return [piece for piece in self.pieces if any(run.is_off for run in piece.runs)]

    @property
    def edited(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.passage and piece.passage.edited]

    @property
    def left_out(self) -> list[Piece]:
        return [piece for paragraph in self.paragraphs for piece in paragraph.left_out]

    @property
    def annex_note(self) -> list[str]:
        names = self.document.annexes
        if len(names) == 1:
            return [f"附件：{names[0]}"]
        return [f"{'附件：' if n == 1 else ''}{n}．{name}" for n, name in enumerate(names, start=1)]

    @property
    def annexes(self) -> list[Annex]:
        names, facts = self.document.annexes, self.document.facts
        if not names:
            return []
        parts = [(attention(facts), facts.attention_rows), (whole(facts), facts.rows)]
        return [
            Annex(
                label=f"附件{number}" if len(names) > 1 else "附件",
                name=name,
                day=full_day(facts.on),
                table=_of_rows(table, rows),
            )
            for number, (name, (table, rows)) in enumerate(
                zip(names, parts[-len(names) :], strict=True), start=1
            )
        ]


def page_of(report: Report) -> Page:
    """The report as it stands; a draft with its passages and what colleagues say of them."""
    document = document_of(report)
    if report.is_issued:
        paragraphs = [
            Paragraph([Piece(block, [Run(block.text)]) for block in blocks])
            for blocks in document.paragraphs()
        ]
        return Page(document, _captioned(paragraphs, document.facts))
    passages = list(report.passages.select_related("by"))
    comments = list(report.comments.select_related("by"))
    paragraphs = _draft(document, passages, comments)
    general = [comment for comment in comments if comment.passage_id is None]
    return Page(document, _captioned(paragraphs, document.facts), general)


def _draft(
    document: Document, passages: list[Passage], comments: list[ReportComment]
) -> list[Paragraph]:
    of_passage: dict[int | None, list[ReportComment]] = {}
    for comment in comments:
        of_passage.setdefault(comment.passage_id, []).append(comment)
    begins = {blocks[0].key for blocks in document.paragraphs()}
    blocks = {block.key: block for block in document.blocks}
    paragraphs: list[Paragraph] = []
    before_the_first: list[Piece] = []
    for passage in passages:
        block = blocks.get(passage.key) or _left_out_block(passage)
        piece = Piece(block, _runs(passage), passage, of_passage.get(passage.pk, []))
        if passage.key in begins:
            paragraphs.append(Paragraph([piece], left_out=before_the_first))
            before_the_first = []
        elif passage.key in blocks:
            paragraphs[-1].pieces.append(piece)
        elif passage.is_out:
            (paragraphs[-1].left_out if paragraphs else before_the_first).append(piece)
    return paragraphs


def _left_out_block(passage: Passage) -> Block:
    return Block(
        key=passage.key,
        section=passage.section,
        style=str(passage.style),
        text=passage.text,
        entry=passage.entry_id,
        number=passage.number,
    )


def _runs(passage: Passage) -> list[Run]:
    """The text cut at the numbers that are out of date."""
    text, place, runs = passage.text, 0, []
    for off in disagreements(passage):
        runs += [Run(text[place : off.start]), Run(off.found, True, off.expected)]
        place = off.end
    return [run for run in [*runs, Run(text[place:])] if run.words]


def _captioned(paragraphs: list[Paragraph], facts: Facts) -> list[Paragraph]:
    """表1, 图1 …, as the Word file counts them."""
    counted = {Style.TABLE: 0, Style.FIGURE: 0}
    for paragraph in paragraphs:
        style = paragraph.first.style
        if style in counted:
            counted[style] += 1
            sign = "表" if style == Style.TABLE else "图"
            paragraph.caption = f"{sign}{counted[style]}　{paragraph.first.text}"
        if style == Style.TABLE:
            paragraph.table = _of_lights(facts)
    return paragraphs


def _of_lights(facts: Facts) -> PageTable:
    table = lights_by_priority(facts)
    heads = _heads(table, ["", "", *KINDS, ""])
    rows = [_row(heads, (cell.text for cell in cells)) for cells in table.rows]
    return PageTable(heads, rows[:-1], names=0, foot=rows[-1], note=note_of_lights(facts))


def _of_rows(table: Table, rows: list) -> PageTable:
    """An annex: in the column of lights each cell has the light of its row."""
    heads = _heads(table, [""] * len(table.columns))
    drawn = [
        [
            PageCell(cell.text, head.head, head.align, row.kind if head.head == LIGHT else "")
            for head, cell in zip(heads, cells, strict=True)
        ]
        for row, cells in zip(rows, table.rows, strict=True)
    ]
    names = next(n for n, head in enumerate(heads) if head.head == "举措")
    return PageTable(heads, drawn, names=names)


def _heads(table: Table, kinds: list[str]) -> list[PageCell]:
    return [
        PageCell(column.head, column.head.replace("\n", ""), column.align, kind)
        for column, kind in zip(table.columns, kinds, strict=True)
    ]


def _row(heads: list[PageCell], texts: Iterable[str]) -> list[PageCell]:
    return [
        PageCell(text, head.head, head.align, head.kind)
        for head, text in zip(heads, texts, strict=True)
    ]
