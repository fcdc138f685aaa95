"""How Chinese characters are read: for searches by initials, and for lists in pinyin order.

``data/readings.txt`` is pypinyin's table of characters (MIT), made by ``bin/readings``. As arrays
it takes 0.6 MB where the package takes 44 in every process. There are no phrases in it on
purpose: a letter fits where any reading of a character begins with it.
"""

from array import array
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import contains
from pathlib import Path

from .names import fold, letters

TABLE = Path(__file__).resolve().parent / "data" / "readings.txt"
FIRST, LAST = "〇", "\U000323af"
SIZE = ord(LAST) - ord(FIRST) + 1

# fmt: off
SURNAMES = (
    ("mo4 qi2", "万俟"), ("yu4 chi2", "尉迟"), ("chan2 yu2", "单于"),
    ("bo2", "薄柏"), ("bu3", "卜"), ("chong2", "种"), ("ge3", "葛盖"), ("gou1", "句"),
    ("guo1", "过"), ("ha3", "哈"), ("hua4", "华"), ("ji3", "纪"), ("jun4", "隽"), ("kan4", "阚"),
    ("miao4", "缪"), ("mu4", "牟"), ("nai4", "佴能"), ("nie4", "乜"), ("ou1", "区"),
    ("piao2", "朴"), ("po2", "繁"), ("qin2", "覃"), ("qiu2", "仇"), ("ren2", "任"),
    ("sa4", "撒"), ("shan4", "单"), ("she2", "折"), ("xi4", "郄"), ("xian3", "洗"), ("xie4", "解"),
    ("xun2", "郇"), ("yan1", "燕"), ("yue4", "乐"), ("yun4", "员贠"), ("zeng1", "曾"),
    ("zha1", "查"), ("zhai2", "翟"), ("zhai4", "祭"),
)
# fmt: on
"""What a character is at the head of a person's name, where that is not its first reading."""

LONGEST_ORDER = 200
"""Digits of a place in the order: twenty characters decide."""

OTHER, UNREAD = 0, 9999
"""Stand for the syllable of what is no Chinese character, and of one that nobody reads."""


@dataclass(frozen=True)
class _Table:
    """Of each character, counted from ``FIRST``: its usual syllable, and a set of first letters.

    Arrays: a dictionary of so many characters would take ten megabytes.
    """

    syllables: dict[str, int]
    usual: array
    sets: list[str]
    starts: array


@cache
def _table() -> _Table:
    usual_lines, other_lines = TABLE.read_text(encoding="utf-8").split("\n\n")
    syllables: dict[str, int] = {}
    numbers = {"": 0}
    sets = [""]
    usual, starts = array("H", bytes(2 * SIZE)), array("H", bytes(2 * SIZE))

    def add(place: int, letter: str) -> None:
        found = sets[starts[place]] + letter
        if found not in numbers:
            numbers[found] = len(sets)
            sets.append(found)
        starts[place] = numbers[found]

    for number, line in enumerate(usual_lines.splitlines(), start=1):
        syllable, characters = line.split(" ")
        syllables[syllable] = number
        for character in characters:
            usual[ord(character) - ord(FIRST)] = number
            add(ord(character) - ord(FIRST), syllable[0])
    for line in other_lines.splitlines():
        letter, characters = line.split(" ")
        for character in characters:
            add(ord(character) - ord(FIRST), letter)
    return _Table(syllables, usual, sets, starts)


# Found by initials


@lru_cache(maxsize=16384)
def initials(words: str) -> tuple[str, ...]:
    """Of each character the letters that may stand for it, the usual one first.

    Punctuation is no character; a letter or digit stands for itself.
    """
    table = _table()
    return tuple(
        (FIRST <= c <= LAST and table.sets[table.starts[ord(c) - ord(FIRST)]]) or c
        for c in letters(words)
    )


def usual_initials(words: str) -> str:
    """The first letter of each character as it is read most: 区发改局 → qfgj."""
    return "".join(starts[0] for starts in initials(words))


def pattern_of(words: str) -> str:
    """The initials for a script: one letter for each character, or [several]."""
    return "".join(s if len(s) == 1 else f"[{s}]" for s in initials(words))


def reads(words: str, typed: str) -> bool:
    """Whether the typed letters are the initials of characters that stand together."""
    starts = initials(words)
    return any(_reads_from(n, starts, typed) for n in range(len(starts) - len(typed) + 1))


def _reads_from(place: int, starts: tuple[str, ...], typed: str) -> bool:
    """Whether each letter stands for its character, from a place on that has room for all."""
    return typed[0] in starts[place] and all(map(contains, starts[place:], typed))


def is_read_as(words: str, typed: str) -> bool:
    """Whether the typed letters are the initials of all the words."""
    wanted = letters(typed)
    return len(initials(words)) == len(wanted) and begins(words, typed)


def begins(words: str, typed: str) -> bool:
    """Whether the words begin with what was typed, or with characters of these initials."""
    wanted = letters(typed)
    is_text = bool(wanted) and letters(words).startswith(wanted)
    if is_text or not _may_be_initials(wanted):
        return is_text
    starts = initials(words)
    return len(starts) >= len(wanted) and _reads_from(0, starts, wanted)


def holds(words: str, typed: str) -> bool:
    """Whether something typed into a search is found in the words: as text, or by initials."""
    wanted = letters(typed)
    if not wanted:
        return bool(fold(typed)) and fold(typed) in fold(words)
    return wanted in letters(words) or (_may_be_initials(wanted) and reads(words, wanted))


def _may_be_initials(wanted: str) -> bool:
    return wanted.isascii() and wanted.isalnum() and not wanted.isdigit()


# In pinyin order


@lru_cache(maxsize=16384)
def order_of(words: str, *, is_person: bool = False) -> str:
    """Sorts by pinyin, tone and character wherever digits are compared, in any database.

    The surname of a person is read as a surname: 曾 stands at zeng, 单 at shan.
    """
    folded = letters(words)
    surname = _surname(folded) if is_person else []
    table = _table()
    places = [table.syllables[syllable] for syllable in surname]
    places += [_place(table, c) for c in folded[len(places) :]]
    digits = (f"{n:04}{ord(c):07}" for n, c in zip(places, folded, strict=True))
    return "".join(digits)[:LONGEST_ORDER]


def _surname(folded: str) -> list[str]:
    found = (said for said, heads in SURNAMES if _is_at_the_head(folded, said, heads))
    return next(found, "").split()


def _is_at_the_head(folded: str, said: str, heads: str) -> bool:
    return folded.startswith(heads) if " " in said else folded[:1] in tuple(heads)


def _place(table: _Table, character: str) -> int:
    if FIRST <= character <= LAST:
        return table.usual[ord(character) - ord(FIRST)] or UNREAD
    return OTHER
