"""How a table is written into the text: one row a line, its cells between upright lines.

A cell keeps its words on one line; a place that a merged cell covers stays empty, so that every
cell of a column stands at the same place in its line.
"""

from collections.abc import Iterable

BETWEEN = " | "


def line_of(cells: Iterable[str]) -> str:
    """The row as a line; empty where no cell says anything."""
    words = [" ".join(cell.split()) for cell in cells]
    return BETWEEN.join(words).strip() if any(words) else ""
