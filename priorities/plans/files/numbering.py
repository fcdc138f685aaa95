"""The numbers that Word writes before paragraphs by itself: 一、 （一） 1. ●

They (ISO/IEC 29500-1, 17.9) are no part of the stored words, and a plan's order hangs on them.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from .container import attribute, name_of

LEVELS = 9
LARGEST = 32_767
PLACE = re.compile("%([1-9])")
DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
ROMAN = [
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
]
WITHOUT_GAP = re.compile(r"[、．.。)）〕】:：,，]$")
"""A number that ends in such a sign needs no blank behind it."""


def counted(number: int, digits: str = DIGITS, units: str = "千百十") -> str:
    """The number as it is said: 十一, 二十, 一百零五."""
    if not 0 < number < 10_000:
        return str(number)
    words = ""
    for place, unit in zip((1000, 100, 10, 1), (*units, ""), strict=True):
        digit = number // place % 10
        if digit:
            words += digits[digit] + unit
        elif words and number % place and not words.endswith("零"):
            words += "零"
    return words.removeprefix("一") if digits == DIGITS and 10 <= number < 20 else words


def _digit_by_digit(number: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(number))


def _in_letters(number: int) -> str:
    """a … z, aa … zz: the letter repeated, as Word does it."""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (min(times, 8) + 1)


def _roman(number: int) -> str:
    words = ""
    for value, letters in ROMAN:
        words += letters * (number // value)
        number %= value
    return words


def _from(first: str, last: int) -> Callable[[int], str]:
    """Signs that stand in a row in Unicode: ① … ⑳."""
    return lambda n: chr(ord(first) + n - 1) if 0 < n <= last else str(n)


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), counted),
    **dict.fromkeys(("taiwaneseCounting", "taiwaneseCountingThousand"), counted),
    **dict.fromkeys(
        ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"), _digit_by_digit
    ),
    "chineseLegalSimplified": lambda n: counted(n, FORMAL, "仟佰拾"),
    "ideographTraditional": lambda n: STEMS[(n - 1) % 10],
    "ideographZodiac": lambda n: BRANCHES[(n - 1) % 12],
    "decimalZero": lambda n: f"{n:02d}",
    "lowerLetter": _in_letters,
    "upperLetter": lambda n: _in_letters(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), _full_width),
}
"""ST_NumberFormat → how the number looks; any other is written in figures."""


@dataclass(frozen=True)
class Level:
    """How the paragraphs of one level are numbered."""

    form: str = "decimal"
    words: str = ""
    start: int = 1
    restart: int | None = None
    is_legal: bool = False


@dataclass
class List:
    """One numbering of a file: levels of its own where it overrides those of the abstract one."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along the document: each paragraph has to be told in its order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None):
        found = [] if numbering is None else list(numbering)
        self.abstract = {
            attribute(e, "abstractNumId"): e for e in found if name_of(e) == "abstractNum"
        }
        self.stored = {attribute(e, "numId"): e for e in found if name_of(e) == "num"}
        found = [] if styles is None else styles.iterfind("{*}style")
        self.styles = {attribute(e, "styleId"): e for e in found}
        self.lists: dict[str, List | None] = {}
        self.by_style: dict[str, tuple[str | None, str | None]] = {}
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0] * LEVELS)
        self.begun: set[tuple[str, int]] = set()

    def label(self, paragraph: etree._Element) -> str:
        """What Word draws before the paragraph; empty where it has no number."""
        key, level = self._numbered(paragraph.find("{*}pPr"))
        if key not in self.lists:
            self.lists[key] = self._list(key)
        found = self.lists[key]
        if found is None or level not in found.levels:
            return ""
        return self._next(key, found, level)

    def _next(self, key: str, found: List, level: int) -> str:
        counts, own = self.counts[found.abstract], found.levels[level]
        start = found.starts.get(level)
        if start is not None and (key, level) not in self.begun:
            counts[level] = start
        else:
            counts[level] = counts[level] + 1 if counts[level] else own.start
        self.begun.add((key, level))
        for deeper in range(level + 1, LEVELS):
            restart = found.levels.get(deeper, Level()).restart
            if restart is None or 0 < level + 1 <= restart:
                counts[deeper] = 0
        for higher in range(level):
            counts[higher] = counts[higher] or found.levels.get(higher, Level()).start
        words = self._words(found, level, counts)
        return words if not words or WITHOUT_GAP.search(words) else f"{words} "

    @staticmethod
    def _words(found: List, level: int, counts: list[int]) -> str:
        own = found.levels[level]
        if own.form == "bullet":
            return own.words[:1] and "●"

        def number(match: re.Match) -> str:
            place = int(match[1]) - 1
            form = "decimal" if own.is_legal else found.levels.get(place, Level()).form
            count = counts[place]
            if form == "none" or not 0 < count <= LARGEST:
                return "" if form == "none" else str(count)
            return FORMS.get(form, str)(count)

        return PLACE.sub(number, own.words)

    def _numbered(self, properties: etree._Element | None) -> tuple[str, int]:
        """The numbering and the level of a paragraph, its own or its style's; "" for none."""
        own = _child(properties, "numPr")
        style = _value(properties, "pStyle") or ""
        key, level = _value(own, "numId"), _value(own, "ilvl")
        if key is None:
            if style not in self.by_style:
                self.by_style[style] = self._of_style(style)
            key, of_style = self.by_style[style]
            level = level or of_style
        if not key or key == "0":
            return "", 0
        return key, int(level) if level and level.isdecimal() and len(level) < 3 else 0

    def _of_style(self, style: str) -> tuple[str | None, str | None]:
        """What a style says, or the style that it is based on; a level names its style itself."""
        first = style
        for _step in range(LEVELS + 1):
            found = self.styles.get(style)
            if found is None:
                break
            own = _child(found.find("{*}pPr"), "numPr")
            key = _value(own, "numId")
            if key is not None:
                return key, self._level_named(key, first) or _value(own, "ilvl")
            based = found.find("{*}basedOn")
            style = "" if based is None else attribute(based, "val")
        return None, None

    def _level_named(self, key: str, style: str) -> str | None:
        for element in self._levels(key):
            named = element.find("{*}pStyle")
            if named is not None and attribute(named, "val") == style:
                return attribute(element, "ilvl")
        return None

    def _list(self, key: str) -> List | None:
        stored = self.stored.get(key)
        if stored is None:
            return None
        levels = {_level_number(e): _level(e) for e in self._levels(key)}
        found = List(_value(stored, "abstractNumId") or "", levels)
        for override in islice(stored.iterfind("{*}lvlOverride"), LEVELS):
            place, start = _level_number(override), _value(override, "startOverride")
            own = override.find("{*}lvl")
            if own is not None:
                found.levels[place] = _level(own)
            if start is not None:
                found.starts[place] = _number(start)
        return found

    def _levels(self, key: str) -> list[etree._Element]:
        """The levels of the abstract numbering, through the style that it may be linked to."""
        for _step in range(LEVELS):
            stored = self.stored.get(key)
            abstract = self.abstract.get(_value(stored, "abstractNumId") or "")
            link = _value(abstract, "numStyleLink")
            if link is None:
                return [] if abstract is None else list(islice(abstract.iterfind("{*}lvl"), LEVELS))
            style = self.styles.get(link)
            numbered = None if style is None else _child(style.find("{*}pPr"), "numPr")
            key = _value(numbered, "numId") or ""
        return []


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else element.find(f"{{*}}{name}")


def _value(element: etree._Element | None, name: str) -> str | None:
    """What a child of that name has as its value."""
    found = _child(element, name)
    return None if found is None else attribute(found, "val")


def _number(words: str | None, otherwise: int = 1) -> int:
    return int(words) if words and words.isdecimal() and len(words) < 6 else otherwise


def _level_number(element: etree._Element) -> int:
    return min(_number(attribute(element, "ilvl"), 0), LEVELS - 1)


def _level(element: etree._Element) -> Level:
    restart = _value(element, "lvlRestart")
    return Level(
        form=_value(element, "numFmt") or "decimal",
        words=(_value(element, "lvlText") or "")[:200],
        start=_number(_value(element, "start")),
        restart=None if restart is None else _number(restart, 0),
        is_legal=element.find("{*}isLgl") is not None,
    )
