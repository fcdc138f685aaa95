"""Expected texts that are checked in: the whole of a report as text, line by line.

A change that is meant is written with ``GOLDEN=write make test TESTS=tests/test_report_golden.py``
and looked at in the difference that git shows.
"""

import os
from pathlib import Path

from priorities.circular.document import Document, Style
from priorities.palette import SHAPES

FOLDER = Path(__file__).resolve().parent / "data" / "golden"


def check(name: str, text: str) -> None:
    """Compare with the expected text of that name, or write it anew where that is asked for."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()


def as_text(document: Document) -> str:
    """Everything that a reader of the report sees, tables as lines of cells."""
    lines = [document.masthead, document.number, document.title, f"{document.addressee}："]
    for blocks in document.paragraphs():
        lines.append(blocks[0].label + "".join(cited(block) for block in blocks))
        if blocks[0].style == Style.TABLE:
            lines += lights(document)
    for number, annex in enumerate(document.annexes, start=1):
        lines.append(f"附件{number}　{annex}")
    lines += [document.signature, ""]
    if document.annexes:
        lines += ["红黄灯", *(whole(row) for row in document.facts.attention_rows), ""]
        lines += ["总表", *(whole(row) for row in document.facts.rows)]
    return "\n".join(lines) + "\n"


def cited(block) -> str:
    return f"{block.text}[{block.number}]" if block.entry else block.text


def lights(document: Document) -> list[str]:
    return [
        f"  {p.number} {p.title} {p.total} {dict(sorted(p.counts.items()))}"
        f" {p.percent}% {p.elapsed}%"
        for p in document.facts.priorities
    ]


def whole(row) -> str:
    cells = (
        *(row.number, row.text, row.lead, "、".join(row.supporting), row.owner, row.due),
        *(f"{row.percent}%", f"{row.elapsed}%", SHAPES[row.kind] + row.word, row.reason),
        *(row.done, row.problems, row.next_step, row.help_needed, row.updated),
    )
    return " | ".join("" if cell is None else str(cell) for cell in cells)
