"""How each kind of light looks: one shape beside one word, the same on every medium."""

SHAPES = {
    "red": "▲",
    "yellow": "◆",
    "stale": "◎",
    "green": "●",
    "complete": "√",
    "not_started": "○",
    "unassigned": "◇",
    "cancelled": "—",
}
"""A shape beside every word, for a print without colour; each is in the fonts of GB2312."""
