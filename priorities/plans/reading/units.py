"""Who does it and by when, where a text says so beside the task.

Breakdowns write it in brackets behind the task or in lines below it: 牵头单位：…；责任单位：…, or
（…主办，…协办）, or only the names of units in brackets. The first named leads; 责任单位 beside a
lead are supporting, alone their first one leads. What is not said stays empty: an item whose own
line is missing never borrows that of its neighbour. How a list of units is cut into names is told
in ``unit_lists``.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from ..written.unit_lists import read_units
from .flow import Flow, Span
from .times import is_due

_LEADING = (
    "牵头单位|牵头部门|牵头责任单位|主办单位|主办部门|主要责任单位|主责单位|主责部门|承办单位"
    "|实施单位|牵头"
)
_ANSWERING = "责任单位|责任部门|责任主体|落实单位|负责单位|责任科室"
_SUPPORTING = (
    "配合单位|配合部门|协办单位|协办部门|协同单位|协助单位|参与单位|参加单位|责任主体与协同单位"
    "|配合责任单位|会办单位|配合|协办"
)
_DUE = "完成时限|完成时间|时间节点|时限要求|完成期限|进度要求|时限|办结时限|推进时限|时间要求"
_PERSON = (
    "责任人|责任领导|分管领导|牵头领导|包保领导|牵头区领导|联系领导|区领导|分管区领导|分管副区长"
    "|牵头人|联系人"
)
_LABEL = re.compile(
    rf"(?:(?P<supporting>{_SUPPORTING})|(?P<lead>{_LEADING})|(?P<answering>{_ANSWERING})"
    rf"|(?P<due>{_DUE})|(?P<person>{_PERSON}))(?:及责任人|和责任人)?\s*[：]"
)
_UNIT = re.compile(
    "[局办委部处署院站所镇乡会队村校馆行社区厅组科段室台等市县州盟旗]$|中心$|街道$|公司$|集团$"
    "|园区$|指挥部$|单位$|部门$"
    "|政府$|专班$|成员$|妇联$|残联$|团委$|科协$|工商联$|文联$|平台$|银行$|企业$|分局$|）$|各.{1,6}$"
)
_NO_UNIT = re.compile(r"[“”。：]|以上|[一二三四五六七八九十]个|建设|项目|包括|推进|\d")
_BEHIND = ("", "\n", "。", "；", " ", "，")
_LONGEST_NOTE = 400


@dataclass
class Said:
    """What was found beside a task, and the stretches that say it."""

    lead: list[str] = field(default_factory=list)
    answering: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    due: Span | None = None
    taken: list[Span] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lead or self.answering or self.supporting or self.due)

    def units(self) -> tuple[str, tuple[str, ...]]:
        """The lead unit and the supporting ones."""
        first = self.lead or self.answering
        others = first[1:] + (self.answering if self.lead else []) + self.supporting
        lead = first[0] if first else ""
        return lead, tuple(name for name in dict.fromkeys(others) if name != lead)


def said(flow: Flow, start: int, end: int) -> Said:
    """Units and time named in a stretch of the text."""
    found = Said()
    _read_labels(flow, start, end, found)
    if not found:
        for bracket in _brackets(flow, start, end):
            _read_bracket(flow, *bracket, found)
    return found


@lru_cache(maxsize=2048)
def names_in(words: str) -> tuple[str, ...]:
    """The names that a cell or a note lists, the lead first."""
    return tuple(read_units(words).names)


@lru_cache(maxsize=2048)
def looks_like_units(words: str) -> bool:
    """Whether words are nothing but names of units."""
    words = words.rstrip("。")
    if not words or len(words) > _LONGEST_NOTE or _NO_UNIT.search(words):
        return False
    return all(len(name) <= 30 and _UNIT.search(name) for name in names_in(words))


def _read_labels(flow: Flow, start: int, end: int, found: Said) -> None:
    labels = list(_LABEL.finditer(flow.letters, start, end))
    ends = [label.start() for label in labels[1:]] + [end]
    for label, last in zip(labels, ends[: len(labels)], strict=True):
        stop = _value_end(flow, label.end(), last)
        kind, value = label.lastgroup, flow.trimmed(label.end(), stop)
        begin = label.start()
        if begin > start and flow.letters[begin - 1] == "（":
            begin, stop = begin - 1, stop + 1
        found.taken.append((begin, stop))
        if kind == "due":
            found.due = found.due or value
        elif kind != "person":
            getattr(found, kind).extend(names_in(flow.run(*value).words))


def _value_end(flow: Flow, start: int, end: int) -> int:
    """A value ends at its line's end, at a full stop, a semicolon or the closing bracket."""
    depth = 0
    for place in range(start, end):
        letter = flow.letters[place]
        depth += (letter == "（") - (letter == "）")
        if depth < 0 or (depth == 0 and letter in "；。\n"):
            return place
    return end


def _brackets(flow: Flow, start: int, end: int) -> list[Span]:
    """The outermost brackets of a stretch."""
    found, opened = [], []
    for place in range(start, end):
        letter = flow.letters[place]
        if letter in "（【":
            opened.append(place)
        elif letter in "）】" and opened:
            begin = opened.pop()
            if not opened:
                found.append((begin, place + 1))
    return found


def _read_bracket(flow: Flow, start: int, end: int, found: Said) -> None:
    """（区商务局主办，相关街道协办）, 【区农业农村局，6月底前完成】: units, a time beside."""
    if flow.letters[end : end + 1] not in _BEHIND:
        return
    begin, stop, due = _without_due(flow, start + 1, end - 1)
    words = flow.run(begin, stop).words
    units = read_units(words) if 3 <= len(words) <= _LONGEST_NOTE else None
    if not units or not units.names or not all(map(_is_unit, units.names)):
        return
    (found.lead if units.is_marked else found.answering).extend(units.lead)
    found.supporting.extend(units.supporting)
    found.due = found.due or due
    found.taken.append((start, end))


def _without_due(flow: Flow, start: int, end: int) -> tuple[int, int, Span | None]:
    """The stretch without a time that stands before or behind the units."""
    pieces = [flow.trimmed(*piece) for piece in flow.split(start, end, "，；")]
    if len(pieces) < 2:
        return start, end, None
    if is_due(flow.letters[slice(*pieces[-1])]):
        return start, pieces[-2][1], pieces[-1]
    if is_due(flow.letters[slice(*pieces[0])]):
        return pieces[1][0], end, pieces[0]
    return start, end, None


def _is_unit(name: str) -> bool:
    return bool(_UNIT.search(name)) and not _NO_UNIT.search(name)
