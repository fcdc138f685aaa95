"""Units as a cell or a sentence lists them: who leads, who supports, in the order written.

Pure: which names are known is asked of who calls. A name that nobody knows stays as it stands, with
what “各街道” or “区直各单位” may be left to a person.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ...names import SEPARATORS, fold, split_names

LONGEST = 5_000

LEADS = "牵头单位|牵头部门|主办单位|主办部门|责任单位|牵头|主办|负责"
SUPPORTS = "配合单位|配合部门|协办单位|协办部门|协同单位|参与单位|配合|协办|协同|协助|参与|参加"
LABEL = re.compile(rf"(?:(?P<lead>{LEADS})|(?P<support>{SUPPORTS}))\s*[:：]")
IN_BRACKETS = re.compile(
    rf"\s*[(（〔\[【]\s*(?:(?P<lead>{LEADS})|(?P<support>{SUPPORTS}))\s*[)）〕\]】]"
)
BEHIND = re.compile(rf"(?:(?P<lead>{LEADS})|(?P<support>{SUPPORTS}))(?=\s*(?:$|[、，,；;。\n]))")
BY_DUTY = re.compile(
    r"(?:等(?:单位|部门|有关单位|相关单位)?)?(?:分别)?(?:按照?|依)(?:各自)?(?:职责|职能)(?:分工)?"
    r"(?:分别)?(?:负责|落实|抓好落实)?[。.]?\s*$"
)
AND_OTHERS = re.compile(r"(?<=.{2})等(?:单位|部门|有关单位|相关单位|有关部门|相关部门)?[。.]?\s*$")
LIST_MARK = re.compile(r"^(?:[(（]?[0-9]{1,2}[)）.．、](?![0-9])|[①-⑳])\s*")
AND = re.compile("和|及|与|以及")
UNIT_END = re.compile(
    "(?:[局办部委署会院处室队站厅团校所社厂县市区镇乡村组司行企馆]|中心|街道|集团|单位|部门|平台|机构|"
    r"[)）])$"
)
CHINESE = re.compile("[\u3400-\u9fff]")

IsKnown = Callable[[str], bool]


@dataclass(frozen=True)
class UnitList:
    """Who leads and who supports, in the words of the cell; ``left`` are words about them."""

    lead: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    is_marked: bool = False
    """Whether the words themselves say who leads; else the first does."""

    @property
    def names(self) -> list[str]:
        return [*self.lead, *self.supporting]


def _nobody(words: str) -> bool:
    return False


def split_units(words: str, is_known: IsKnown = _nobody) -> list[str]:
    """The names that the words list, the lead first."""
    return read_units(words, is_known).names


def read_units(words: str, is_known: IsKnown = _nobody) -> UnitList:
    """The names by what the words say of them: 牵头, 配合, in front, behind or in brackets."""
    if len(words) > LONGEST:
        return UnitList(left=(words,))
    lead: list[str] = []
    supporting: list[str] = []
    unmarked: list[str] = []
    left: list[str] = []
    for role, run in _runs(_without(BY_DUTY, words, left)):
        names = _names(run, is_known, left)
        {"lead": lead, "support": supporting, "": unmarked}[role].extend(names)
    is_marked = bool(lead)
    if not lead and unmarked:
        lead, unmarked = unmarked[:1], unmarked[1:]
    return UnitList(
        tuple(dict.fromkeys(lead)),
        tuple(name for name in dict.fromkeys(unmarked + supporting) if name not in lead),
        tuple(left),
        is_marked,
    )


# Who is said to lead


def _runs(words: str) -> list[tuple[str, str]]:
    """Role and words of each part: at a label until the next, behind or in brackets before it."""
    labels = list(LABEL.finditer(words))
    if not labels:
        return _marked_behind(words)
    runs = _marked_behind(words[: labels[0].start()])
    ends = [label.start() for label in labels[1:]] + [len(words)]
    for label, end in zip(labels, ends, strict=True):
        role = "lead" if label["lead"] else "support"
        runs.append((role, words[label.end() : end]))
    return runs


def _marked_behind(words: str) -> list[tuple[str, str]]:
    """区发改局牵头，区工信局、各街道配合: the word speaks of what stands before it."""
    runs, at = [], 0
    for mark in sorted(
        [*IN_BRACKETS.finditer(words), *BEHIND.finditer(words)], key=lambda mark: mark.start()
    ):
        if mark.start() < at:
            continue
        before = words[at : mark.start()]
        role = "lead" if mark["lead"] else "support"
        if IN_BRACKETS.fullmatch(mark[0]):
            runs += _last_alone(before, role)
        else:
            runs.append((role, before))
        at = mark.end()
    return [*runs, ("", words[at:])]


def _last_alone(before: str, role: str) -> list[tuple[str, str]]:
    """A word in brackets speaks of the one name that it stands behind."""
    gaps = list(SEPARATORS.finditer(before.rstrip()))
    at = gaps[-1].end() if gaps else 0
    return [("", before[:at]), (role, before[at:])]


# Where one name ends


def _names(run: str, is_known: IsKnown, left: list[str]) -> list[str]:
    run = _without(AND_OTHERS, run.strip(" \t\r\n\u3000，,；;。、：:"), left)
    pieces = [
        name
        for known in split_names(run, is_known)
        for name in ([known] if is_known(known) else _cut_at_blanks(known))
    ]
    named = (LIST_MARK.sub("", piece).strip("。.：: ") for piece in pieces)
    return [name for piece in named if fold(piece) for name in _cut_at_and(piece, is_known)]


def _without(tail: re.Pattern, run: str, left: list[str]) -> str:
    """区发改局等按职责分工负责: what is said of the units is no part of a name."""
    found = tail.search(run)
    if not found or not found[0].strip():
        return run
    left.append(found[0].strip())
    return run[: found.start()]


def _cut_at_blanks(words: str) -> list[str]:
    """Names that blanks or new lines set apart; a name that was spread or wrapped stays one."""
    if not CHINESE.search(words):
        return [" ".join(words.split())]
    names: list[str] = []
    for piece in words.split():
        if names and _goes_on(names[-1], piece):
            names[-1] += piece
        else:
            names.append(piece)
    return names


def _goes_on(before: str, piece: str) -> bool:
    is_short = len(before) < 2 or len(piece) < 2
    return is_short or not UNIT_END.search(before)


def _cut_at_and(words: str, is_known: IsKnown) -> list[str]:
    """区发改局和区工信局 are two where both are known; 发展和改革局 is one."""
    if is_known(words):
        return [words]
    for found in AND.finditer(words):
        parts = words[: found.start()], words[found.end() :]
        if all(map(is_known, parts)):
            return list(parts)
    return [words]
