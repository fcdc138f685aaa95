"""How each kind of light looks: one shape, one colour, one place in the order, on every medium.

Word, Excel, the pictures of a report and the drawings take them from here; the stylesheet, which
has a dark scheme beside, is held to them by a test.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """``words`` can be read as text on white, ``fill`` is for marks (WCAG 2.2, 1.4.3, 1.4.11)."""

    words: str
    fill: str


COLOURS = {
    "red": Colour("#a9241a", "#b8301f"),
    "yellow": Colour("#805000", "#b98214"),
    "green": Colour("#2b6a4d", "#579676"),
    "blue": Colour("#2a5690", "#3a669f"),
    "grey": Colour("#665e52", "#8d826e"),
}
"""By the names that the stylesheet has for them."""


@dataclass(frozen=True)
class Look:
    """One kind of light: the shape beside its word, its colour, and the ground of a cell."""

    shape: str
    colour: str
    ground: str

    @property
    def words(self) -> str:
        return COLOURS[self.colour].words

    @property
    def fill(self) -> str:
        return COLOURS[self.colour].fill


LOOKS = {
    "red": Look("▲", "red", "#fbe3e0"),
    "yellow": Look("◆", "yellow", "#fbefd2"),
    "stale": Look("◎", "green", "#eef3ef"),
    "green": Look("●", "green", "#dcefe4"),
    "complete": Look("√", "blue", "#dfe8f5"),
    "not_started": Look("○", "grey", "#f0f0f0"),
    "unassigned": Look("◇", "grey", "#ffffff"),
    "cancelled": Look("—", "grey", "#f0f0f0"),
    "split": Look("∨", "grey", "#f0f0f0"),
    "merged": Look("∧", "grey", "#f0f0f0"),
}
"""In the order of every figure. A print without colour has the shapes, each of them in the fonts
of GB2312; two kinds of one colour differ in their ground, or in hatching."""

SHAPES = {kind: look.shape for kind, look in LOOKS.items()}
