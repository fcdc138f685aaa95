"""The heads of a table inside a text: which words in a row are heads, and of what.

What each head means is told in ``tables.headings``; here it is only asked whether several of them
stand together, because a single 责任单位 or 重点工作 is found in every text.
"""

import re

from ..tables.headings import Name, column_of

NUMBER, GROUP, TASK, UNITS, DUE, ASIDE, MEASURE = (
    "number",
    "group",
    "task",
    "units",
    "due",
    "aside",
    "measure",
)
LEAD, ANSWERING, SUPPORTING = "lead", "answering", "supporting"
UNIT_KINDS = (LEAD, ANSWERING, SUPPORTING)

_KINDS = {
    Name.NUMBER: NUMBER,
    Name.PRIORITY: TASK,
    Name.TEXT: TASK,
    Name.LEAD: LEAD,
    Name.UNITS: ANSWERING,
    Name.SUPPORTING: SUPPORTING,
    Name.DUE: DUE,
    Name.MEASURE: MEASURE,
}
_TASKS = re.compile(".{0,8}(?:实事|事项|任务|项目|指标|分解)(?:项目|内容|名称)?")
_YEAR = re.compile(r"^\d{4}年?度?")
_LONGEST = 16
_MOST = 16
_NO_HEAD = re.compile("[。；，：|]|\\d{3,}")


def head_kind(words: str) -> str:
    """What a head is of; empty for words that are no head."""
    words = _YEAR.sub("", words.replace(" ", ""))
    if not words or len(words) > _LONGEST or _NO_HEAD.search(words[:-1]):
        return ""
    head = column_of(words)
    if not head.is_known:
        return TASK if _TASKS.fullmatch(words) else ""
    return _KINDS.get(head.name, ASIDE)


def heads_at(cells: list[str]) -> list[str]:
    """The kinds of the heads with which the cells begin, if they are those of a table of tasks.

    One unknown head between known ones is a head too.
    """
    kinds: list[str] = []
    for place, words in enumerate(cells[:_MOST]):
        kind = head_kind(words)
        if not kind:
            after = head_kind(cells[place + 1]) if place + 1 < len(cells) else ""
            if not kinds or not after or len(words) > _LONGEST or _NO_HEAD.search(words):
                break
            kind = ASIDE
        kinds.append(kind)
    if TASK not in kinds and MEASURE in kinds:
        kinds[kinds.index(MEASURE)] = TASK
    kinds = [ASIDE if kind == MEASURE else kind for kind in kinds]
    told = set(kinds)
    return kinds if TASK in told and told & {*UNIT_KINDS, DUE} and len(kinds) >= 2 else []


def heads_in_line(cells: list[str]) -> list[str]:
    """The kinds of the cells of one line, if it is the heads of a table of tasks: most are known,
    a task is among them, and units, times or a second column of tasks."""
    if any(len(words) > _LONGEST or _NO_HEAD.search(words) for words in cells):
        return []
    kinds = [head_kind(words) for words in cells]
    if TASK not in kinds and MEASURE in kinds:
        kinds[kinds.index(MEASURE)] = TASK
    known = sum(map(bool, kinds))
    told = set(kinds)
    more = told & {*UNIT_KINDS, DUE} or (kinds.count(TASK) > 1 and known >= 3)
    fits = TASK in told and more and known * 2 >= len(cells)
    return [kind if kind and kind != MEASURE else ASIDE for kind in kinds] if fits else []


def level_of(words: str) -> int:
    """How fine the tasks below a head are: 0 groups … 3 steps."""
    level = column_of(words.replace(" ", "")).level
    return 2 if level is None else level
