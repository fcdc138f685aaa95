"""Times by which something is to be done: cells of a table, and words in a sentence."""

import re
from functools import lru_cache

from ..written.dues import dues_in, read_due
from .flow import Flow, Span

_TIME = re.compile("[月底前季半年全].{0,6}")
_LONGEST_CELL = 24
_LONGEST_TEXT = 300
_ANY_YEAR = 2000
"""Stands for the plan's year, which does not matter for where a time stands."""


@lru_cache(maxsize=2048)
def is_due(words: str) -> bool:
    """Whether words are nothing but a limit of time, also an open one."""
    if len(words) > _LONGEST_CELL:
        return False
    due = read_due(words, _ANY_YEAR)
    return due.is_understood or due.due is not None


def due_in(flow: Flow, start: int, end: int) -> Span | None:
    """The first time by which something is to be done."""
    words = flow.letters[start : min(end, start + _LONGEST_TEXT)]
    if not _TIME.search(words):
        return None
    for begin, stop, _ in dues_in(words, _ANY_YEAR):
        return start + begin, start + stop
    return None
