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
        if _is_limit(words, begin, stop):
            return start + begin, start + stop
    return None


_QUOTES = ("“”", "《》")
_NO_LIMIT = re.compile("[一二三四]季|岁末")
_YEAR_ALONE = re.compile("(?:(?:20)?\\d\\d|今|明|本|当)年度?|20\\d\\d")
_DONE_BY = re.compile(
    "[^，。；：]{0,30}?(?:完成|完工|建成|竣工|投用|投入|开工|开通|启动|交付|实现|达到|新[建增]|改造"
    "|扩建|计划|力争)"
)
_UP_TO = re.compile("[到至于]$")


def _is_limit(words: str, begin: int, stop: int) -> bool:
    """Whether a time is one by which work is due: not in a title that is quoted, no 四季; a year
    alone only where something is done by it."""
    if any(words.rfind(a, 0, begin) > words.rfind(b, 0, begin) for a, b in _QUOTES):
        return False
    time = words[begin:stop]
    if _NO_LIMIT.fullmatch(time):
        return False
    if not _YEAR_ALONE.fullmatch(time):
        return True
    return bool(_UP_TO.search(words, 0, begin) or _DONE_BY.match(words, stop))
